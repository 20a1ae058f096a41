"""A year that is taken up again says what earlier versions brought in, and what to void (§21)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from parks.models import ParkYear
from parks.selectors import rewarded, year_figures
from parks.services import reward_voids, rewards, years
from parks.services.years import Stated
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Lot
from tests import factories, parks
from tests.browsers import browser_of, words
from tests.parks import DOCUMENT, ON, PARK, YEAR

pytestmark = pytest.mark.django_db

NOX = Pollutant.NOX
T = 1_000_000
PAPER = {"document": DOCUMENT, "day": ON}
LESS = "本版应得少于前版已入库的奖励，差额不会自动收回"


@pytest.fixture
def first() -> ParkYear:
    """A closed year: 100 t of NOx allowed, 60 t emitted, a fifth of what was saved brought in."""
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, of, amounts={"NOX": 60 * T}))
    return parks.carried(parks.opened(), "close")


def by(name: str = "city.office") -> dict[str, Any]:
    return {"by": factories.person(name), "on": ON}


def again(actual: str) -> ParkYear:
    """Take the year up again, up to its totals, of which the actual one is another now."""
    year = parks.carried(parks.opened(reason="实际排放量更正"), "take_totals")
    computed = year_figures.proposed(year, book=factories.rule_book_table())[NOX]
    stated = Stated(pollutant=NOX, before=computed.before, allowed=computed.allowed, actual=None)
    stated = replace(stated, actual=parks.grams(actual), reason="复核更正")
    year = years.propose_totals(year=year, stated=[stated], **by())
    return years.fix_totals(year=year, **PAPER, **by("city.director"))


def page(name: str, *args: object, language: str = "zh-hans") -> str:
    browser = browser_of(factories.person("city.office"))
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = browser.get(reverse(name, args=[PARK, YEAR, *args]))
    return words(answer.content.decode())


def test_a_first_version_has_nothing_before_it(first: ParkYear) -> None:
    assert rewarded.rewarded_before(first) == []
    assert "前版已入库的奖励" not in page("parks:year")


def test_a_version_that_earns_less_says_so_and_that_the_earlier_one_is_voided_first(
    first: ParkYear,
) -> None:
    lot = Lot.objects.get()
    # Before it begins, and before anything of it is known.
    for name in ("parks:open", "parks:year"):
        if name == "parks:year":
            year = again("75")
        said = page(name)
        assert "依法作废" in said, name
        assert "8.000000" in said, name
        assert lot.name in said, name
    (line,) = rewarded.rewarded_before(year)
    # A fifth of 25 t, where a fifth of 40 t was brought in.
    assert (line.pollutant, line.lots, line.posted) == (NOX, (lot,), 8 * T)
    assert (line.earned, line.adds, line.short) == (5 * T, 0, 3 * T)

    for name, *args in (("parks:year",), ("parks:step", "send-reward")):
        said = page(name, *args)
        assert LESS in said, name
        assert "先将本版办结" in said, name
        assert "8.0000005.00000003.000000" in said, name
    assert "the difference is not taken back by itself" in page("parks:year", language="en")

    year = rewards.send(year=year, **PAPER, **by())
    assert year.lines.get().reward == 0
    assert "先将本版办结" in page("parks:step", "confirm-reward")
    year = rewards.confirm(year=year, **PAPER, **by("city.office2"))
    year = reward_voids.propose(
        year=years.close(year=year, **by()), note="实际排放量有误", **PAPER, **by()
    )
    assert "已提议作废，待局长批准" in page("parks:year")
    reward_voids.void(year=year, **by("city.director"))
    assert rewarded.rewarded_before(year) == []
    assert rewards.send(year=again("75"), **PAPER, **by()).lines.get().reward == 5 * T


def test_a_version_that_earns_more_brings_in_the_rest(first: ParkYear) -> None:
    (line,) = rewarded.rewarded_before(again("50"))
    assert (line.posted, line.earned, line.adds, line.short) == (8 * T, 10 * T, 2 * T, 0)
    said = page("parks:year")
    assert "本版只将多出前版的奖励入库" in said
    assert LESS not in said
