from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("环境监测与预警")

    def ready(self) -> None:
        # Registers the tables of the workflows, for the migration that tells the database.
        from monitoring import workflows  # noqa: F401
