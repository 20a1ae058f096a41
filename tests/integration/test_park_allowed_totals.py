"""A park's first allowed total, and the one that is carried on (§16): no permit counts twice."""

from __future__ import annotations

from datetime import date

import pytest

from parks.models import ParkYear
from parks.services import register
from quota_registry.kernel.mass import grams_of
from quota_registry.kernel.services import polluters
from quota_registry.kernel.vocabulary import Pollutant, Role
from tests import factories, parks
from tests.integration.test_park_years import T, ready
from tests.parks import ON, YEAR

pytestmark = pytest.mark.django_db

NOX = Pollutant.NOX


def fixed_the_year_before(to: str = "close") -> ParkYear:
    """Fix 95 t of NOx for the year before: the permits' 100 t, less 5 % for a missed target."""
    before = ON.replace(year=YEAR - 1)
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    parks.judged(met=False, year=YEAR - 2, on=before)
    parks.targeted(year=YEAR - 1, on=before)
    parks.accepted(parks.row(1, of), year=YEAR - 2, on=before)
    return parks.carried(parks.opened(year=YEAR - 1, on=before), to, on=before)


def test_all_permits_of_a_member_add_up() -> None:
    ready()
    of = parks.member(1)
    polluters.record_permit(
        polluter=of,
        number=f"{of.uscc}002Q",
        changed_on=date(2021, 1, 1),
        by=factories.appointed("park.officer", Role.COUNTY_OFFICER, "320583"),
        on=ON,
        amounts={"NOX": grams_of("50")},
    )
    year = parks.carried(parks.opened(), "propose_totals")
    assert year.lines.get(pollutant=NOX).before == 150 * T


@pytest.mark.parametrize(
    ("left", "before"), [(date(YEAR, 1, 1), 130), (date(YEAR - 1, 12, 31), 100)]
)
def test_a_permit_counts_where_its_holder_lies_when_the_year_ends(left: date, before: int) -> None:
    ready()
    parks.member(2, {"NOX": "30"})
    [membership] = parks.member(2).memberships.all()
    register.leave(member=membership, left=left, by=factories.person("city.office"), on=ON)
    year = parks.carried(parks.opened(), "propose_totals")
    assert year.lines.get(pollutant=NOX).before == before * T


def test_what_was_fixed_stands_while_that_year_is_taken_up_again() -> None:
    fixed_the_year_before()
    parks.opened(year=YEAR - 1, reason="复核")
    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, parks.member(1), amounts={"NOX": 50 * T}))
    year = parks.carried(parks.opened(), "propose_totals")
    line = year.lines.get(pollutant=NOX)
    assert (line.before, line.before_method) == (95 * T, "carried")


def test_no_total_is_a_first_one_twice() -> None:
    fixed_the_year_before("fix_totals")
    later = ON.replace(year=YEAR + 1)
    parks.judged(year=YEAR, on=later)
    parks.targeted(year=YEAR + 1, on=later)
    parks.accepted(parks.row(1, parks.member(1)), year=YEAR, on=later)
    year = parks.carried(parks.opened(year=YEAR + 1, on=later), "send_reward", on=later)
    line = year.lines.get(pollutant=NOX)
    # The year between was left out: what it allowed is stated by a paper, not by permits again.
    assert (line.before, line.allowed, line.reward) == (None, None, 0)
