"""The water cases of STANDARDS §2, computed by hand: every limit of GB 3838 and one step beyond."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from monitoring.rules import water
from monitoring.vocabulary import Item, WaterBody, WaterClass

RIVER, LAKE = WaterBody.RIVER, WaterBody.LAKE
I, II, III, IV, V, WORSE = WaterClass  # noqa: E741 - that is its name
SECTION = {
    Item.DO: Decimal("6.2"),
    Item.CODMN: Decimal("5.1"),
    Item.COD: Decimal(18),
    Item.NH3N: Decimal("0.62"),
    Item.TP: Decimal("0.21"),
}


@pytest.mark.parametrize(
    ("body", "phosphorus", "water_class", "worst"),
    [
        (RIVER, "0.21", IV, (Item.TP,)),
        (RIVER, "0.20", III, (Item.CODMN, Item.COD, Item.NH3N, Item.TP)),
        (LAKE, "0.06", IV, (Item.TP,)),
    ],
)
def test_the_worst_item_decides(
    body: WaterBody, phosphorus: str, water_class: WaterClass, worst: tuple[Item, ...]
) -> None:
    found = water.classify(SECTION | {Item.TP: Decimal(phosphorus)}, body=body)

    assert found.water_class is water_class
    assert found.worst == worst
    assert found.by_item[Item.DO] is II
    assert found.missing == ()


@pytest.mark.parametrize(
    ("item", "body", "limits", "beyond", "classes"),
    [
        (Item.DO, RIVER, "7.5 6 5 3 2", "7.4 5.9 4.9 2.9 1.9", (I, II, III, IV, V)),
        (Item.CODMN, RIVER, "2 4 6 10 15", "2.1 4.1 6.1 10.1 15.1", (I, II, III, IV, V)),
        # Classes I and II have one limit, so there is no second class.
        (Item.COD, RIVER, "15 20 30 40", "15.1 20.1 30.1 40.1", (I, III, IV, V)),
        (Item.BOD5, RIVER, "3 4 6 10", "3.1 4.1 6.1 10.1", (I, III, IV, V)),
        (Item.NH3N, RIVER, "0.15 0.5 1.0 1.5 2.0", "0.16 0.51 1.01 1.51 2.01", (I, II, III, IV, V)),
        (
            Item.TP,
            RIVER,
            "0.02 0.1 0.2 0.3 0.4",
            "0.021 0.101 0.201 0.301 0.401",
            (I, II, III, IV, V),
        ),
        (
            Item.TP,
            LAKE,
            "0.01 0.025 0.05 0.1 0.2",
            "0.011 0.026 0.051 0.101 0.201",
            (I, II, III, IV, V),
        ),
    ],
)
def test_every_limit_and_one_step_beyond(
    item: Item, body: WaterBody, limits: str, beyond: str, classes: tuple[WaterClass, ...]
) -> None:
    at = [water.item_class(item, Decimal(limit), body=body) for limit in limits.split()]
    past = [water.item_class(item, Decimal(value), body=body) for value in beyond.split()]

    assert at == list(classes)
    assert past == [*classes[1:], WORSE]


@pytest.mark.parametrize(
    ("item", "value", "water_class"),
    [
        (Item.NH3N, "1.005", III),  # 1.00, to even
        (Item.NH3N, "1.015", IV),  # 1.02
        (Item.TP, "0.2005", III),  # 0.200
        (Item.TP, "0.2006", IV),
        (Item.CODMN, "6.05", III),  # 6.0
        (Item.DO, "4.95", III),  # 5.0
        (Item.DO, "4.94", IV),
        (Item.PH, "6", I),
        (Item.PH, "9", I),
        (Item.PH, "5.99", WORSE),
        (Item.PH, "9.01", WORSE),
        (Item.TN, "99", None),
    ],
)
def test_means_are_rounded_before_they_are_classed(
    item: Item, value: str, water_class: WaterClass | None
) -> None:
    assert water.item_class(item, Decimal(value), body=RIVER) is water_class


def test_half_of_the_detection_limit_enters_the_mean() -> None:
    values = [water.counted(Decimal("0.025"), "L"), water.counted(Decimal("0.0375"))]

    assert values == [Decimal("0.0125"), Decimal("0.0375")]
    assert water.mean(values) == Fraction(25, 1000)
    assert water.mean([]) is None


def test_the_year_to_date_is_the_mean_of_its_months_rounded_once() -> None:
    # 0.2004, 0.2004 and 0.2008 make 0.20053…: 0.201. Rounded month by month it would be 0.200.
    months = [Decimal("0.2004"), Decimal("0.2004"), Decimal("0.2008")]
    exact = water.mean(months)

    assert exact is not None
    assert water.rounded(Item.TP, exact) == Decimal("0.201")
    assert water.item_class(Item.TP, exact, body=RIVER) is IV
