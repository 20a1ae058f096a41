"""§6 and P3: whom a reserve serves first, class by class."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from allocation.rules.priority import Claimant, class_of, order
from allocation.vocabulary import Priority
from quota_registry.kernel.vocabulary import Tier

CLASSES = (
    # what it is, strategic, outstanding park, tier → rank, clause
    (Priority.LIVELIHOOD, False, False, Tier.CITY, 0, "6.1"),
    (Priority.SCITECH, False, False, Tier.CITY, 0, "6.1"),
    (Priority.NONE, True, False, Tier.CITY, 0, "6.1"),
    (Priority.NONE, False, True, Tier.CITY, 1, "6.1"),
    (Priority.EARLY_REDUCER, False, False, Tier.CITY, 1, "6.1"),
    (Priority.INDUSTRIAL, False, False, Tier.CITY, 2, "6.1"),
    (Priority.INDUSTRIAL, False, False, Tier.COUNTY, 0, "6.2"),
    (Priority.INDUSTRIAL, False, False, Tier.PARK, 0, "6.2"),
    (Priority.LIVELIHOOD, True, True, Tier.COUNTY, 2, "6.2"),
)


@pytest.mark.parametrize(("priority", "strategic", "park", "tier", "rank", "clause"), CLASSES)
def test_a_reserve_serves_its_class(
    priority: Priority, strategic: bool, park: bool, tier: Tier, rank: int, clause: str
) -> None:
    found = class_of(priority, strategic=strategic, outstanding_park=park, tier=tier)
    assert (found.rank, found.clause.key) == (rank, clause)


def claimant(number: str, **facts: Any) -> Claimant:
    plain: dict[str, Any] = {
        "priority": Priority.NONE,
        "strategic": False,
        "outstanding_park": False,
        "quality_met": True,
        "task_done": True,
        "improvement": Decimal("0.05"),
        "filed_on": date(2026, 9, 1),
    }
    return Claimant(number=number, **plain | facts)


def test_within_a_class_the_places_that_met_their_targets_come_first() -> None:
    queue = [
        claimant("unknown", quality_met=False, improvement=None),
        claimant("missed", quality_met=False),
        claimant("undone", task_done=False),
        claimant("later", filed_on=date(2026, 9, 2)),
        claimant("met"),
        claimant("better", improvement=Decimal("0.10")),
        claimant("strategic", strategic=True, quality_met=False, improvement=None),
    ]
    ordered = sorted(queue, key=lambda one: order(one, Tier.CITY))
    assert [one.number for one in ordered] == [
        "strategic",
        "better",
        "met",
        "later",
        "undone",
        "missed",
        "unknown",
    ]
