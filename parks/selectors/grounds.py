"""What a park's year rests on, and whether it still stands as it was taken (§15, §16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from monitoring.models import Judgement, Target
from monitoring.vocabulary import Indicator, JudgementStatus
from monitoring.workflows import TARGET
from parks.models import AnnualTotals, ParkYear
from parks.vocabulary import TotalsStatus, YearStatus
from parks.workflows import YEAR
from quota_registry.kernel.models import Step
from quota_registry.kernel.vocabulary import Medium
from quota_registry.kernel.workflow import steps_of

MAY_BE_TAKEN_AGAIN: Final = (
    YearStatus.TOTALS_TAKEN,
    YearStatus.TOTALS_PROPOSED,
    YearStatus.TOTALS_FIXED,
    YearStatus.REWARD_SENT,
)
RESTS: Final = (
    *MAY_BE_TAKEN_AGAIN,
    YearStatus.REWARDED,
    YearStatus.CLOSED,
    YearStatus.VOID_PROPOSED,
)
"""The year rests on what it took: nothing before, and what was replaced is no longer asked."""


def taken_judgements(year: ParkYear) -> QuerySet[Judgement]:
    """Give the judgements that a year took, as they stand now."""
    return Judgement.objects.filter(pk__in=[pk for pk in (year.air_id, year.water_id) if pk])


def taken_totals(year: ParkYear) -> QuerySet[AnnualTotals]:
    """Give the annual totals that a year took, as they stand now."""
    return AnnualTotals.objects.filter(pk__in=[year.totals_id] if year.totals_id else [])


def standing_judgements(year: ParkYear) -> Mapping[Medium, Judgement]:
    """Give the judgements of the result year that are confirmed now, by medium."""
    confirmed = Judgement.objects.filter(
        place=year.place_id, year=year.result_year, status=JudgementStatus.CONFIRMED
    )
    return {Medium(one.medium): one for one in confirmed}


def corrected(year: ParkYear) -> list[str]:
    """Name what was corrected of the judgements and totals that a year rests on."""
    if year.status not in RESTS:
        return []
    replaced = taken_judgements(year).exclude(status=JudgementStatus.CONFIRMED)
    found = [
        _("%(medium)s评定") % {"medium": Medium(medium).label}
        for medium in replaced.order_by("medium").values_list("medium", flat=True)
    ]
    if taken_totals(year).exclude(status=TotalsStatus.ACCEPTED).exists():
        found.append(_("年度排放总量"))
    return found


def changed_targets(year: ParkYear) -> list[str]:
    """
    Name the indicators whose targets are others than those that were sent to the province.

    A target that was approved since is still the one that was sent.
    """
    sent = steps_of(YEAR, year).filter(verb="send_targets").order_by("-pk")[0]
    since = Step.objects.filter(workflow=TARGET.name, pk__gt=sent.pk).exclude(verb="approve")
    changed = Target.objects.filter(
        place=year.place_id, year=year.year, pk__in=since.values("subject")
    )
    names = changed.order_by("indicator").values_list("indicator", flat=True).distinct()
    return [str(Indicator(name).label) for name in names]
