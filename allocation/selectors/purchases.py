"""What a buyer has left of its trades, and which of its projects may draw on them (§8, §13)."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from allocation.models import Application, ApplicationSource, Project, Trade
from allocation.vocabulary import ApplicationStatus, TradeStatus
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.vocabulary import Pollutant

OVER = (
    ApplicationStatus.REFUSED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.EXPIRED,
    ApplicationStatus.GIVEN_BACK,
    ApplicationStatus.ANNULLED,
)
"""Applications that draw on nothing any more."""


def left(trade: Trade, *, but: Application | None = None) -> dict[Pollutant, Grams]:
    """Give what of a posted trade no application names yet, leaving aside the one given."""
    named = dict(
        ApplicationSource.objects.filter(trade=trade)
        .exclude(application__status__in=OVER)
        .exclude(application=but.pk if but else None)
        .order_by()
        .values_list("pollutant")
        .annotate(total=Sum("grams"))
    )
    return {
        Pollutant(line.pollutant): Grams(max(line.grams - named.get(line.pollutant, 0), 0))
        for line in trade.lines.all()
    }


def usable(project: Project) -> list[Trade]:
    """List the posted trades that *project* may name: of its polluter, for it or for none."""
    return list(
        Trade.objects.posted()
        .filter(buyer=project.polluter_id)
        .prefetch_related("lines")
        .exclude(project__isnull=False, project__in=_others(project))
        .order_by("pk")
    )


def _others(project: Project) -> QuerySet[Project]:
    return Project.objects.filter(polluter=project.polluter_id).exclude(pk=project.pk)


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
        and trade.project_id in {None, project.pk}
        and grams <= left(trade, but=application).get(pollutant, NOTHING)
    )
