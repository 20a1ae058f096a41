"""What a park's year rests on: taken as it stands, and refused where it was corrected since."""

from __future__ import annotations

from monitoring.models import Judgement
from parks.models import AnnualTotals, ParkYear
from parks.refusals import (
    GroundCorrected,
    GroundStands,
    NotJudged,
    TargetsChanged,
    TotalsNotAccepted,
)
from parks.selectors import grounds, totals
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.vocabulary import Medium


def judgements(year: ParkYear) -> dict[str, Judgement]:
    """
    Give the result year's judgements as they are confirmed now, by the columns of a year.

    :raises NotJudged: if one of the two is not confirmed yet.
    """
    found = grounds.standing_judgements(year)
    missing = [medium for medium in Medium if medium.value not in found]
    if missing:
        raise NotJudged(
            place=year.place.name,
            year=year.result_year,
            media="、".join(str(medium.label) for medium in missing),
            clause=clause("15.1"),
        )
    return {"air": found[Medium.AIR.value], "water": found[Medium.WATER.value]}


def totals_of(year: ParkYear) -> AnnualTotals:
    """
    Give the result year's annual totals as they were accepted and stand.

    :raises TotalsNotAccepted: if they are not accepted yet.
    """
    accepted = totals.accepted(year.place_id, year.result_year)
    if accepted is None:
        raise TotalsNotAccepted(place=year.place.name, year=year.result_year, clause=clause("16.1"))
    return accepted


def refuse_corrected(year: ParkYear) -> None:
    """
    Refuse to go on from what was corrected; whoever corrects it now waits for the step.

    :raises GroundCorrected: if a judgement or the totals were corrected since they were taken.
    """
    judged = Judgement.objects.filter(pk__in=(year.air_id, year.water_id)).order_by("pk")
    list(judged.select_for_update(no_key=True).values_list("pk"))
    counted = AnnualTotals.objects.filter(pk=year.totals_id)
    list(counted.select_for_update(no_key=True).values_list("pk"))
    if what := grounds.corrected(year):
        raise GroundCorrected(what="、".join(what), clause=clause("16.1"))


def refuse_uncorrected(year: ParkYear) -> None:
    """
    Refuse to take again what stands: then what was fixed of it stands too.

    :raises GroundStands: if nothing was corrected.
    """
    if not grounds.corrected(year):
        raise GroundStands(clause=clause("16.1"))


def refuse_changed_targets(year: ParkYear) -> None:
    """
    Refuse to agree to, or issue, other targets than those that were sent to the province (§15).

    :raises TargetsChanged: if one was proposed, or rejected, since.
    """
    if changed := grounds.changed_targets(year):
        raise TargetsChanged(indicators="、".join(changed), clause=clause("15.2"))
