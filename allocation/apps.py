from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllocationConfig(AppConfig):
    name = "allocation"
    verbose_name = _("指标分配")

    def ready(self) -> None:
        # Registers the tables of the workflows, for the migration that tells the database, and
        # the promises, for the page that prints them and the look whether they are kept.
        from allocation import promises, workflows  # noqa: F401
        from allocation.selectors import bindings
        from allocation.services import tidings, trade_tidings
        from reserve.selectors import holdings
        from reserve.services import voids

        # The stock knows nothing of applications and trades: it says which holds a void took from.
        voids.tell_with(tidings.tell_of_short_holds)
        voids.tell_with(trade_tidings.tell_of_short_trades)
        # Nor does it know what they bind of a holding that it would take over.
        holdings.bound_with(bindings.of_holding)
