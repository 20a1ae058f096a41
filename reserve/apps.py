from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReserveConfig(AppConfig):
    name = "reserve"
    verbose_name = _("储备库")

    def ready(self) -> None:
        # Registers the tables of the workflows, for the migration that tells the database.
        from reserve import workflows  # noqa: F401
