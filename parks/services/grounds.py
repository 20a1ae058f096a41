"""What a park's year rests on: taken as it stands, and refused where it was corrected since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements of the result year that stand, of both media."""

    air: Judgement
    water: Judgement

    @property
    def on(self) -> date:
        """Return the day on which the later one was confirmed."""
        days = [one.confirmed_on for one in (self.air, self.water) if one.confirmed_on is not None]
        return max(days)


def judgements(year: ParkYear) -> Judged:
    """
    Give the result year's judgements as they are confirmed now.

    :raises NotJudged: if one of the two is not confirmed yet.
    """
    found = grounds.standing_judgements(year)
    missing = [medium for medium in Medium if medium not in found]
    if missing:
        raise NotJudged(
            place=year.place.name,
            year=year.result_year,
            media="、".join(str(medium.label) for medium in missing),
            clause=clause("15.1"),
        )
    return Judged(found[Medium.AIR], found[Medium.WATER])


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
    taken, counted = grounds.taken_judgements(year), grounds.taken_totals(year)
    list(taken.order_by("pk").select_for_update(no_key=True).values_list("pk"))
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
