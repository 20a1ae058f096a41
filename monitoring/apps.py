from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("环境监测与预警")

    def ready(self) -> None:
        # Registers the tables of the workflows, for the migration that tells the database, and
        # the promises, for the page that prints them and the look whether they are kept.
        from monitoring import promises, workflows  # noqa: F401
