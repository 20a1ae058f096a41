"""What the desk binds of a polluter's holding, for the stock that takes holdings over (§8, §13)."""

from __future__ import annotations

from django.urls import reverse

from allocation.models import Application, Trade
from allocation.selectors import purchases, stocks
from allocation.vocabulary import ApplicationStatus, TradeStatus
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.vocabulary import Pollutant
from reserve.selectors.holdings import Binding


def of_holding(polluter: Polluter) -> list[Binding]:
    """List what was bought for projects and lies there, then what is held for a case."""
    bought = [
        Binding(trade.number, pollutant, grams, url=_page("trade", trade.number))
        for trade, lying in purchases.binding(polluter)
        for pollutant, grams in lying.items()
        if grams > 0
    ]
    return bought + _held(polluter)


def _held(polluter: Polluter) -> list[Binding]:
    applications = Application.objects.filter(
        status=ApplicationStatus.HELD, sources__polluter=polluter
    )
    trades = Trade.objects.filter(status=TradeStatus.ACCEPTED, seller_polluter=polluter)
    cases = [
        (page, number)
        for page, found in (("application", applications), ("trade", trades))
        for number in found.order_by("number").values_list("number", flat=True).distinct()
    ]
    owner = stocks.Owner(polluter=polluter.pk)
    set_aside = [(page, number, stocks.held(number)) for page, number in cases]
    return [
        Binding(number, pollutant, Grams(there.total), held=True, url=_page(page, number))
        for page, number, held in set_aside
        for pollutant in Pollutant
        if (there := held.get((owner, pollutant)))
    ]


def _page(name: str, number: str) -> str:
    return reverse(f"allocation:{name}", args=[number])
