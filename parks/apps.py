from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParksConfig(AppConfig):
    name = "parks"
    verbose_name = _("限值限量园区")

    def ready(self) -> None:
        # Registers the tables of the workflows, for the migration that tells the database, and
        # the promises, for the page that prints them and the look whether they are kept.
        from parks import promises, workflows  # noqa: F401
