"""What the walk over every address needs of the parks: see `tests.urls`."""

from __future__ import annotations

from typing import Any, Final

from parks.models import AnnualTotals, ParkYear, SewageWorks, TotalsList
from parks.services import register, totals, totals_lists, years
from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Role
from tests import factories, parks
from tests.parks import ON, PARK, YEAR

Arguments = dict[str, Any]

PARK_OF: Final = {"320583": PARK, PARK: PARK, "320581": "320500P01"}
"""The park that stands for a place of the walk; the second lies outside 昆山."""


def place(code: str) -> Place:
    """The park itself."""
    return factories.place(PARK_OF[code])


def park(code: str) -> Arguments:
    """Its page."""
    return {"code": place(code).pk}


def member(code: str) -> Arguments:
    """A polluter that lies in it."""
    at = place(code)
    number = {PARK: 81, "320500P01": 82}[at.pk]
    return {"pk": parks.member(number, code=at.pk).memberships.get().pk}


def works(code: str) -> Arguments:
    """A works that takes its water."""
    at = place(code)
    number = {PARK: 83, "320500P01": 84}[at.pk]
    found = SewageWorks.objects.filter(place=at).first() or register.serve(
        place=at,
        polluter=factories.polluter(number, at.pk),
        since=ON,
        by=factories.person("city.office"),
        on=ON,
    )
    return {"pk": found.pk}


def year(code: str) -> Arguments:
    """A year of it that has begun."""
    at = place(code)
    if not ParkYear.objects.filter(place=at, year=YEAR).exists():
        years.open_year(place=at, year=YEAR, by=factories.person("city.office"), on=ON)
    return {"code": at.pk, "year": YEAR}


def version(code: str) -> Arguments:
    """The first version of that year."""
    return {**year(code), "version": 1}


def step(code: str) -> Arguments:
    """Its first step."""
    return {**year(code), "verb": "judge"}


def rewarded(code: str) -> Arguments:
    """A year whose papers can be printed; outside, one that has begun."""
    if PARK_OF[code] != PARK:
        return year(code)
    if not ParkYear.objects.filter(place=PARK, year=YEAR - 1).exists():
        parks.park()
        before = ON.replace(year=YEAR - 1)
        parks.judged(year=YEAR - 2, on=before)
        parks.targeted(year=YEAR - 1, on=before)
        parks.accepted(parks.row(1, parks.member()), year=YEAR - 2, on=before)
        parks.carried(parks.opened(year=YEAR - 1, on=before), "send_reward", on=before)
    return {"code": PARK, "year": YEAR - 1}


def blank(code: str) -> Arguments:
    """A year of totals that nobody has begun."""
    return {"code": place(code).pk, "year": YEAR - 3}


def drafted(code: str) -> Arguments:
    """Totals that are being filled in."""
    at = place(code)
    if not AnnualTotals.objects.filter(place=at, year=YEAR - 1).exists():
        someone = factories.appointed("walked.park", Role.PARK_ADMINISTRATOR, at.pk)
        totals.begin(place=at, year=YEAR - 1, by=someone, on=ON)
    return {"code": at.pk, "year": YEAR - 1}


def handed(code: str) -> Arguments:
    """The handing in of such totals."""
    return {**drafted(code), "verb": "hand-in"}


def brought(code: str) -> Arguments:
    """A workbook that was sent in for the park, and not taken in."""
    at = place(code)
    found = TotalsList.objects.filter(place=at, taken_at=None).first()
    if found is None:
        found = totals_lists.receive(
            upload=parks.workbook(),
            year=YEAR - 1,
            place=at,
            by=factories.person("city.office"),
            on=ON,
        )
    return {"pk": found.pk}
