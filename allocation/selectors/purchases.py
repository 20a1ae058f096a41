"""What a buyer has left of its trades, and which of its projects may draw on them (§8, §13)."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from allocation.models import Application, ApplicationSource, Project, Trade
from allocation.rules.sources import Brought
from allocation.vocabulary import OVER, TAKEN, TradeStatus
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.vocabulary import Pollutant


def left(trade: Trade, *, but: Application | None = None) -> dict[Pollutant, Grams]:
    """Give what of a posted trade no application names yet, leaving aside the one given."""
    named = trade.sources.exclude(application__status__in=OVER)
    return _less(trade, named.exclude(application=but.pk if but else None))


def _lying(trade: Trade) -> dict[Pollutant, Grams]:
    """Give what of a posted trade no hold has taken out of its buyer's holding."""
    return _less(trade, trade.sources.filter(application__status__in=TAKEN))


def _less(trade: Trade, named: QuerySet[ApplicationSource]) -> dict[Pollutant, Grams]:
    grams = dict(named.order_by().values_list("pollutant").annotate(total=Sum("grams")))
    return {
        Pollutant(line.pollutant): Grams(max(line.grams - grams.get(line.pollutant, 0), 0))
        for line in trade.lines.all()
    }


def usable(project: Project) -> list[Trade]:
    """List the posted trades that *project* may name: of its polluter, for it or for none."""
    return [trade for trade in _bought(project) if _serves(trade, project)]


def brought(application: Application) -> list[Brought]:
    """
    Say what each trade brought to the holding that an application's project draws on.

    Trades that were made for the project come first, then those for none.
    """
    project = application.project
    return [
        Brought(
            trade=trade.pk,
            lying=_lying(trade),
            free=left(trade, but=application) if _serves(trade, project) else {},
        )
        for trade in sorted(_bought(project), key=lambda trade: trade.project_id != project.pk)
    ]


def _bought(project: Project) -> list[Trade]:
    posted = Trade.objects.posted().filter(buyer=project.polluter_id)
    return list(posted.prefetch_related("lines").order_by("pk"))


def _serves(trade: Trade, project: Project) -> bool:
    return trade.project_id in {None, project.pk}


def covers(
    trade: Trade,
    project: Project,
    pollutant: Pollutant,
    grams: Grams,
    *,
    application: Application | None,
) -> bool:
    """Say whether a trade brings *project* at least these grams that no other asks for."""
    return (
        trade.status == TradeStatus.POSTED
        and trade.buyer_id == project.polluter_id
        and _serves(trade, project)
        and grams <= left(trade, but=application).get(pollutant, NOTHING)
    )
