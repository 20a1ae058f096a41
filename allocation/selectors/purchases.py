"""What a buyer has left of its trades, and which of its projects may draw on them (§8, §13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from allocation.models import Application, ApplicationSource, Project, Trade
from allocation.rules.sources import Brought
from allocation.vocabulary import GIVEN_UP, OVER, TAKEN, TradeStatus
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.vocabulary import Pollutant

Open = tuple[Trade, Mapping[Pollutant, Grams]]
"""A posted trade, and what of it is there yet: to be asked for, or to be set aside."""


def left(trade: Trade, *, but: Application | None = None) -> dict[Pollutant, Grams]:
    """Give what of a posted trade no application names yet, leaving aside the one given."""
    return lefts([trade], but=but)[trade.pk]


def lefts(
    trades: Sequence[Trade], *, but: Application | None = None
) -> dict[int, dict[Pollutant, Grams]]:
    """Give what `left` does of several trades by their keys, in one query and their lines'."""
    named = ApplicationSource.objects.exclude(application__status__in=OVER)
    return _less(trades, named.exclude(application=but.pk if but else None))


def _lying(trades: Sequence[Trade]) -> dict[int, dict[Pollutant, Grams]]:
    """Give what of posted trades no hold has taken out of their buyers' holdings."""
    return _less(trades, ApplicationSource.objects.filter(application__status__in=TAKEN))


def _less(
    trades: Sequence[Trade], named: QuerySet[ApplicationSource]
) -> dict[int, dict[Pollutant, Grams]]:
    grams = {
        (trade, pollutant): total
        for trade, pollutant, total in named.filter(trade__in=trades)
        .order_by()
        .values_list("trade", "pollutant")
        .annotate(total=Sum("grams"))
    }
    return {
        trade.pk: {
            Pollutant(line.pollutant): Grams(
                max(line.grams - grams.get((trade.pk, line.pollutant), 0), 0)
            )
            for line in trade.lines.all()
        }
        for trade in trades
    }


def bound(polluter: Polluter, *, but: Project | None = None) -> dict[Pollutant, Grams]:
    """Say how much of a holding was bought for projects and lies there yet, leaving out one's."""
    found: dict[Pollutant, Grams] = {}
    for _trade, lying in binding(polluter, but=but):
        for pollutant, grams in lying.items():
            found[pollutant] = Grams(found.get(pollutant, NOTHING) + grams)
    return found


def binding(polluter: Polluter, *, but: Project | None = None) -> list[Open]:
    """
    List the trades that brought something to a holding for projects, with what lies there yet.

    What was bought for a project that was given up is its holder's own.
    """
    last = Application.objects.filter(project=OuterRef("project")).order_by("-pk")
    trades = list(
        Trade.objects.posted()
        .filter(buyer=polluter, project__isnull=False)
        .exclude(project=but.pk if but else None)
        .annotate(stands=Subquery(last.values("status")[:1]))
        .filter(Q(stands=None) | ~Q(stands__in=GIVEN_UP))
        .prefetch_related("lines")
    )
    lying = _lying(trades)
    return [(trade, lying[trade.pk]) for trade in trades]


class Bound:
    """
    What of a holding is not for whoever draws on it for a project: bought for projects (§8, §13).

    What was bought for that project itself is drawn on by naming its trade, so that the voucher
    says by which certificate it came. Draws are told one after another.
    """

    def __init__(self, project: Project) -> None:
        every = bound(project.polluter)
        self.elsewhere = bound(project.polluter, but=project) if every else {}
        self.own = set(project.trades.values_list("pk", flat=True)) if every else set()
        self.unnamed = {
            pollutant: grams - self.elsewhere.get(pollutant, NOTHING)
            for pollutant, grams in every.items()
        }
        """What was bought for the project, less what was drawn by naming it."""

    def drawn(self, pollutant: Pollutant, grams: Grams, *, trade: int | None) -> Grams:
        """Give what is bound to others than this draw, which is told herewith."""
        elsewhere = self.elsewhere.get(pollutant, NOTHING)
        if trade is None:
            return Grams(elsewhere + max(self.unnamed.get(pollutant, 0), 0))
        if trade in self.own:
            self.unnamed[pollutant] = self.unnamed.get(pollutant, 0) - grams
        return elsewhere


def open_ones(*, before: date) -> list[Open]:
    """List the trades posted before a day of which something is still there to be asked for."""
    trades = list(
        Trade.objects.posted()
        .filter(checked_on__lt=before, buyer__isnull=False)
        .select_related("buyer", "project")
        .prefetch_related("lines")
        .order_by("pk")
    )
    rest = lefts(trades)
    return [(trade, rest[trade.pk]) for trade in trades if any(rest[trade.pk].values())]


def usable(project: Project) -> list[Trade]:
    """List the posted trades that *project* may name: of its polluter, for it or for none."""
    return [trade for trade in _bought(project) if _serves(trade, project)]


def brought(application: Application) -> list[Brought]:
    """
    Say what each trade brought to the holding that an application's project draws on.

    Trades that were made for the project come first, then those for none.
    """
    project = application.project
    trades = sorted(_bought(project), key=lambda trade: trade.project_id != project.pk)
    lying, free = _lying(trades), lefts(trades, but=application)
    return [
        Brought(
            trade=trade.pk,
            lying=lying[trade.pk],
            free=free[trade.pk] if _serves(trade, project) else {},
        )
        for trade in trades
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
