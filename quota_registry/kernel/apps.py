from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "quota_registry.kernel"
    label = "kernel"
    verbose_name = _("基础信息")

    def ready(self) -> None:
        from quota_registry.kernel import database
        from quota_registry.kernel.services import workflows

        # The owner tells the database what each workflow's table says.
        post_migrate.connect(workflows.after_migrate, dispatch_uid="kernel.workflows")

        # Once per migrate, after the last application: by then every table stands.
        post_migrate.connect(database.after_migrate, dispatch_uid="kernel.privileges")
