"""
The steps of a park's year (§15, §16): each one act by one person, on its day, under its paper.

What is judged stays in the watch, what is rewarded enters the stock (`rewards`); here is only what
the year itself decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from monitoring.services import targets
from monitoring.vocabulary import Indicator, TargetStatus
from parks.models import ParkYear, YearLine
from parks.refusals import (
    AlreadyUnderWay,
    NotAPark,
    NoTargets,
    ReasonMissing,
)
from parks.selectors import year_figures
from parks.services import grounds, steps, tidings
from parks.vocabulary import TotalMethod, YearStatus
from parks.workflows import YEAR
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier
from quota_registry.kernel.workflow import advance

K: Final = Permission.KEEP_PARK_YEAR
A: Final = Permission.APPROVE_PARK_YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the office states of one pollutant, in grams; nothing where there is no such total."""

    pollutant: Pollutant
    before: Grams | None
    before_method: str = ""
    allowed: Grams | None
    allowed_method: str = ""
    actual: Grams | None
    actual_method: str = ""
    reason: str = ""


@transaction.atomic
def open_year(*, place: Place, year: int, reason: str = "", by: Person, on: date) -> ParkYear:
    """
    Begin the year of a park, or take a closed one up again as its next version, for a reason.

    :raises NotAPark: if *place* is none.
    :raises AlreadyUnderWay: if a version of it is not closed yet.
    :raises ReasonMissing: if it is taken up again without one.
    """
    access.require(by, K, place, on=on)

    if place.tier != Tier.PARK:
        raise NotAPark(place=place.name, clause=clause("15.1"))
    # Who begins it waits for whoever is beginning it now.
    Place.objects.select_for_update().get(pk=place.pk)
    newest = ParkYear.objects.filter(place=place, year=year).order_by("-version").first()
    if newest is not None:
        if newest.status != YearStatus.CLOSED:
            raise AlreadyUnderWay(place=place.name, year=year, clause=clause("15.1"))
        if not reason.strip():
            raise ReasonMissing(clause=clause("15.1"))
        advance(newest, workflow=YEAR, verb="replace", note=reason.strip())
    return ParkYear.objects.create(
        place=place,
        year=year,
        version=newest.version + 1 if newest else 1,
        reason=reason.strip() if newest else "",
        opened_by=by,
        opened_on=on,
    )


@transaction.atomic
def judge(*, year: ParkYear, by: Person, on: date) -> ParkYear:
    """
    Take over how last year was judged, air and water, as the city office confirmed it (§15).

    :raises NotJudged: if one of the two is not confirmed yet.
    """
    year = steps.lock(year, "judge", K, by=by, on=on)
    found = grounds.judgements(year)
    return steps.take(year, "judge", air=found.air, water=found.water, judged_on=found.on)


@transaction.atomic
def send_targets(*, year: ParkYear, document: str, day: date, by: Person, on: date) -> ParkYear:
    """
    Send this year's targets to the province for its consent (§15).

    :raises NoTargets: if a medium has none that is proposed or in force.
    """
    year = steps.lock(year, "send_targets", K, by=by, on=on)
    # Who proposes another one comes before, or is told that this one was sent.
    Place.objects.select_for_update(no_key=True).get(pk=year.place_id)
    set_for = {Indicator(one.indicator).medium for one in year_figures.targets_of(year)}
    missing = [medium for medium in Medium if medium not in set_for]
    if missing:
        raise NoTargets(
            place=year.place.name,
            year=year.year,
            media="、".join(str(medium.label) for medium in missing),
            clause=clause("15.2"),
        )
    return steps.take_under(year, "send_targets", "sent", document, day, on=on, article="15.2")


@transaction.atomic
def set_targets_again(*, year: ParkYear, note: str, by: Person, on: date) -> ParkYear:
    """Record that the province did not consent, or its targets changed: they are sent again."""
    year = steps.lock(year, "set_targets_again", K, by=by, on=on)
    return steps.take(
        year,
        "set_targets_again",
        note=note,
        sent_document="",
        sent_on=None,
        agreed_document="",
        agreed_on=None,
    )


@transaction.atomic
def agree_targets(*, year: ParkYear, document: str, day: date, by: Person, on: date) -> ParkYear:
    """
    Record the province's consent to this year's targets (§15).

    :raises TargetsChanged: if they are others than those that were sent.
    """
    year = steps.lock(year, "agree_targets", K, by=by, on=on)
    grounds.refuse_changed_targets(year)
    return steps.take_under(year, "agree_targets", "agreed", document, day, on=on, article="15.2")


@transaction.atomic
def issue_targets(*, year: ParkYear, document: str, day: date, by: Person, on: date) -> ParkYear:
    """
    Issue this year's targets to the park; those still proposed are in force from now on (§15).

    :raises SamePerson: if *by* proposed one of them.
    :raises TargetsChanged: if they are others than those that the province agreed to.
    """
    year = steps.lock(year, "issue_targets", K, by=by, on=on)
    grounds.refuse_changed_targets(year)
    for target in year_figures.targets_of(year):
        if target.status == TargetStatus.PROPOSED:
            targets.approve(target=target, by=by, on=on)
    year = steps.take_under(year, "issue_targets", "issued", document, day, on=on, article="15.2")
    tidings.tell_park(year, by=by, on=on)
    return year


@transaction.atomic
def take_totals(*, year: ParkYear, by: Person, on: date) -> ParkYear:
    """
    Take the park's annual totals of last year, as they were accepted, for what follows (§16).

    The judgements are taken as they stand by now, should one have been corrected.

    :raises TotalsNotAccepted: if they are not accepted yet.
    """
    year = steps.lock(year, "take_totals", K, by=by, on=on)
    found = grounds.judgements(year)
    return steps.take(
        year,
        "take_totals",
        totals=grounds.totals_of(year),
        air=found.air,
        water=found.water,
        taken_on=on,
    )


@transaction.atomic
def take_again(*, year: ParkYear, note: str, by: Person, on: date) -> ParkYear:
    """
    Take what a year rests on as it stands since it was corrected; both totals are proposed anew.

    :raises GroundStands: if nothing was corrected: then what was fixed stands.
    """
    year = steps.lock(year, "take_again", K, by=by, on=on)
    grounds.refuse_uncorrected(year)
    found = grounds.judgements(year)
    year = steps.take(
        year,
        "take_again",
        note=note,
        totals=grounds.totals_of(year),
        air=found.air,
        water=found.water,
        taken_on=on,
        fixed_document="",
        fixed_on=None,
        rule_book=None,
        reward_sent_document="",
        reward_sent_on=None,
    )
    year.lines.all().delete()
    return year


@transaction.atomic
def propose_totals(*, year: ParkYear, stated: Sequence[Stated], by: Person, on: date) -> ParkYear:
    """
    Propose the allowed total of this year and the actual one of last, by pollutant (§16).

    What the registry computes stands beside each figure; another figure needs its reason.

    :raises ReasonMissing: if a figure differs from the computed one without a reason.
    """
    year = steps.lock(year, "propose_totals", K, by=by, on=on)
    computed = year_figures.proposed(year, book=rulebooks.in_force(on))
    lines = []
    for one in stated:
        found = computed[one.pollutant]
        differs = (one.before, one.allowed, one.actual) != found.figures
        if differs and not one.reason.strip():
            raise ReasonMissing(
                clause=clause("16.1"), pollutant=one.pollutant.symbol, at=one.pollutant.value
            )
        lines.append(
            YearLine(
                of=year,
                pollutant=one.pollutant,
                before=one.before,
                before_method=_method(one.before, one.before_method, found.before_method),
                allowed=one.allowed,
                allowed_method=_method(one.allowed, one.allowed_method, found.allowed_method),
                actual=one.actual,
                actual_method=_method(one.actual, one.actual_method, found.actual_method),
                inputs=found.written(),
                reason=one.reason.strip(),
            )
        )
    year.lines.all().delete()
    YearLine.objects.bulk_create(lines)
    return steps.take(year, "propose_totals")


@transaction.atomic
def return_totals(*, year: ParkYear, note: str, by: Person, on: date) -> ParkYear:
    """Send the two totals back to whoever proposed them, with a reason."""
    year = steps.lock(year, "return_totals", A, by=by, on=on)
    return steps.take(year, "return_totals", note=note)


@transaction.atomic
def fix_totals(*, year: ParkYear, document: str, day: date, by: Person, on: date) -> ParkYear:
    """
    Fix both totals under a paper, by the rule book of the day; the park is told (§16).

    :raises SamePerson: if *by* proposed them.
    """
    year = steps.lock(year, "fix_totals", A, by=by, on=on)
    year = steps.take_under(
        year,
        "fix_totals",
        "fixed",
        document,
        day,
        on=on,
        article="16.1",
        rule_book=rulebooks.version_in_force(on),
    )
    tidings.tell_park(year, by=by, on=on)
    return year


@transaction.atomic
def close(*, year: ParkYear, by: Person, on: date) -> ParkYear:
    """Close a year whose reward has been decided; from now on only a new version changes it."""
    year = steps.lock(year, "close", K, by=by, on=on)
    return steps.take(year, "close", closed_on=on)


def _method(figure: Grams | None, stated: str, computed: str) -> str:
    return "" if figure is None else stated or computed or TotalMethod.DOCUMENT.value
