"""What the desk binds of a polluter's holding, for the stock that takes holdings over (§8, §13)."""

from __future__ import annotations

from allocation.models import Application, Trade
from allocation.selectors import purchases, stocks
from allocation.vocabulary import ApplicationStatus, TradeStatus
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.vocabulary import Pollutant
from reserve.services.buy_ins import Binding


def of_holding(polluter: Polluter) -> list[Binding]:
    """List what was bought for projects and lies there, then what is held for a case."""
    bought = [
        Binding(trade.number, pollutant, grams)
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
    numbers = [
        *applications.order_by("number").values_list("number", flat=True).distinct(),
        *trades.order_by("number").values_list("number", flat=True),
    ]
    owner = stocks.Owner(polluter=polluter.pk)
    found = [(number, stocks.held(number)) for number in numbers]
    return [
        Binding(number, pollutant, Grams(there.total), held=True)
        for number, held in found
        for pollutant in Pollutant
        if (there := held.get((owner, pollutant)))
    ]
