"""§6 and P3 by hand: who is served first, why, and what is left when some are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from allocation.rules.priority import Claimant, order
from allocation.rules.queue import left_after, reasons_of
from allocation.vocabulary import Priority
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant, Tier

T = 1_000_000


def claimant(number: str, **more: Any) -> Claimant:
    facts: dict[str, Any] = {
        "number": number,
        "priority": Priority.NONE,
        "strategic": False,
        "outstanding_park": False,
        "quality_met": True,
        "task_done": True,
        "improvement": Decimal("0.02"),
        "filed_on": date(2026, 9, 1),
    }
    return Claimant(**facts | more)


def queue(tier: Tier, *claimants: Claimant) -> str:
    return "".join(one.number for one in sorted(claimants, key=lambda one: order(one, tier)))


def test_the_city_serves_its_list_then_parks_and_early_reducers_then_others() -> None:
    of_city = (
        claimant("F"),
        claimant("E", priority=Priority.EARLY_REDUCER, filed_on=date(2026, 9, 2)),
        claimant("D", outstanding_park=True),
        claimant("C", strategic=True, filed_on=date(2026, 9, 3)),
        claimant("B", priority=Priority.SCITECH, filed_on=date(2026, 9, 2)),
        claimant("A", priority=Priority.LIVELIHOOD),
        claimant("G", priority=Priority.INDUSTRIAL, filed_on=date(2026, 9, 9)),
    )
    assert queue(Tier.CITY, *of_city) == "ABCDEFG"


def test_a_county_serves_its_major_industrial_projects_first() -> None:
    assert (
        queue(
            Tier.COUNTY,
            claimant("B", priority=Priority.LIVELIHOOD),
            claimant("A", priority=Priority.INDUSTRIAL, filed_on=date(2026, 9, 9)),
            claimant("C", strategic=True),
        )
        == "ABC"
    )


def test_within_a_class_last_year_counts_then_improvement_then_the_day() -> None:
    assert (
        queue(
            Tier.COUNTY,
            claimant("G", quality_met=False, task_done=False, improvement=None, judged=False),
            claimant("F", quality_met=False, task_done=False, improvement=Decimal("-0.01")),
            claimant("E", quality_met=False, improvement=Decimal("0.3")),
            claimant("D", task_done=False, improvement=Decimal("0.5")),
            claimant("C", filed_on=date(2026, 9, 2)),
            claimant("B"),
            claimant("A", improvement=Decimal("0.03"), filed_on=date(2026, 9, 9)),
        )
        == "ABCDEFG"
    )


def test_the_reasons_say_it_in_that_order() -> None:
    said = [str(one.code.value) for one in reasons_of(claimant("A"))]
    assert said == ["met_and_done", "improved", "filed"]
    never = claimant("A", quality_met=False, task_done=False, improvement=None, judged=False)
    assert [one.code.value for one in reasons_of(never)] == ["not_judged", "filed"]
    assert reasons_of(claimant("A"))[1].sentence == "改善幅度2.00%"
    assert {one.clause.key for one in reasons_of(claimant("A"))} == {"P3.2"}


def test_what_is_left_if_three_are_granted() -> None:
    free = {Pollutant.NOX: Grams(10 * T), Pollutant.COD: Grams(1 * T)}
    three = [
        {Pollutant.NOX: Grams(4 * T)},
        {Pollutant.NOX: Grams(5 * T), Pollutant.COD: Grams(T)},
        {Pollutant.NOX: Grams(T + 1), Pollutant.TN: Grams(3)},
    ]
    assert left_after(free, three) == {Pollutant.NOX: -1, Pollutant.COD: 0, Pollutant.TN: -3}
    assert left_after(free, []) == free
