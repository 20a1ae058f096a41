"""The air cases of STANDARDS §1, computed by hand: the flip on 1 March 2026, days and years."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from monitoring.rules import air
from monitoring.rules.air import AirCategory, Over
from monitoring.vocabulary import Item

BEFORE, AFTER = date(2026, 2, 28), date(2026, 3, 1)
CLEAN = {
    Item.PM25: Decimal(20),
    Item.PM10: Decimal(40),
    Item.SO2: Decimal(8),
    Item.NO2: Decimal(30),
    Item.CO: Decimal("0.6"),
    Item.O3: Decimal(60),
}


def hours(*runs: tuple[Iterable[int], str]) -> dict[int, Decimal]:
    return {hour: Decimal(value) for of, value in runs for hour in of}


@pytest.mark.parametrize(
    ("item", "value", "before", "after"),
    [
        # The cases of STANDARDS.
        (Item.PM25, "60", 82, 100),  # 81.25 up
        (Item.PM25, "61", 83, 101),
        (Item.PM25, "68", 92, 108),
        (Item.PM25, "75", 100, 114),
        (Item.PM10, "130", 90, 104),
        (Item.PM10, "150", 100, 112),
        # Ends of the scale, and what did not change.
        (Item.PM25, "0", 0, 0),
        (Item.PM25, "35", 50, 50),
        (Item.PM25, "115", 150, 150),
        (Item.PM25, "250", 300, 300),
        (Item.PM25, "350", 400, 400),
        (Item.PM25, "500", 500, 500),
        (Item.PM25, "501", 500, 500),
        (Item.SO2, "150", 100, 100),
        (Item.SO2, "475", 150, 150),
        (Item.NO2, "81", 101, 101),  # 50/100·1 + 100 = 100.5
        (Item.NO2, "565", 300, 300),
        (Item.CO, "2.1", 53, 53),  # 50/2·0.1 + 50 = 52.5
        (Item.CO, "4.0", 100, 100),
        (Item.O3, "160", 100, 100),
        (Item.O3, "161", 101, 101),
        (Item.O3, "800", 300, 300),
        (Item.O3, "900", 300, 300),
    ],
)
def test_the_index_of_an_item_on_both_sides_of_the_flip(
    item: Item, value: str, before: int, after: int
) -> None:
    assert air.iaqi(item, Decimal(value), on=BEFORE) == before
    assert air.iaqi(item, Decimal(value), on=AFTER) == after


def test_pm25_68_is_a_good_day_until_february_and_light_pollution_from_march() -> None:
    values = CLEAN | {Item.PM25: Decimal(68)}

    before = air.air_day(values, on=BEFORE)
    after = air.air_day(values, on=AFTER)

    assert (before.index, before.good, before.category) == (92, True, AirCategory.GOOD)
    assert (after.index, after.good, after.category) == (108, False, AirCategory.LIGHT)
    assert before.primary == after.primary == (Item.PM25,)


@pytest.mark.parametrize(
    ("item", "over", "limits"),
    [
        # To 2026-02-28, from 2026-03-01, to 2030-12-31, from 2031-01-01.
        (Item.PM25, Over.YEAR, ("35", "30", "30", "25")),
        (Item.PM25, Over.DAY, ("75", "60", "60", "50")),
        (Item.PM10, Over.DAY, ("150", "120", "120", None)),
        (Item.PM10, Over.YEAR, ("70", None, None, None)),
        (Item.SO2, Over.YEAR, ("60", "60", "60", None)),
        (Item.SO2, Over.DAY, ("150", "150", "150", None)),
        (Item.NO2, Over.YEAR, ("40", "40", "40", None)),
        (Item.NO2, Over.DAY, ("80", "80", "80", None)),
        (Item.CO, Over.DAY, ("4", "4", "4", "4")),
        (Item.CO, Over.YEAR, (None, None, None, None)),
        (Item.O3, Over.DAY, ("160", "160", "160", "160")),
    ],
)
def test_limits_change_on_their_days(
    item: Item, over: Over, limits: tuple[str | None, ...]
) -> None:
    days = (BEFORE, AFTER, date(2030, 12, 31), date(2031, 1, 1))

    found = [air.limit(item, on=day, over=over) for day in days]

    assert found == [None if limit is None else Decimal(limit) for limit in limits]


@pytest.mark.parametrize(
    ("index", "category"),
    [
        (0, AirCategory.EXCELLENT),
        (50, AirCategory.EXCELLENT),
        (51, AirCategory.GOOD),
        (100, AirCategory.GOOD),
        (101, AirCategory.LIGHT),
        (150, AirCategory.LIGHT),
        (151, AirCategory.MODERATE),
        (200, AirCategory.MODERATE),
        (201, AirCategory.HEAVY),
        (300, AirCategory.HEAVY),
        (301, AirCategory.SEVERE),
        (500, AirCategory.SEVERE),
    ],
)
def test_categories_by_index(index: int, category: AirCategory) -> None:
    assert air.category(index) is category


@pytest.mark.parametrize(
    ("item", "of_day", "value"),
    [
        (Item.PM25, hours((range(1, 21), "10")), "10"),
        (Item.PM25, hours((range(1, 20), "10")), None),
        (Item.PM25, hours((range(1, 13), "10"), (range(13, 25), "11")), "10"),  # 10.5 to even
        (Item.PM25, hours((range(1, 13), "11"), (range(13, 25), "12")), "12"),  # 11.5 to even
        (Item.CO, hours((range(1, 13), "0.7"), (range(13, 25), "0.8")), "0.8"),  # 0.75
        (Item.CO, hours((range(1, 13), "0.6"), (range(13, 25), "0.7")), "0.6"),  # 0.65
        (Item.O3, hours((range(1, 25), "60")), "60"),
        # The eight hours that end at 18:00 are the highest.
        (
            Item.O3,
            hours((range(1, 11), "50"), (range(11, 19), "170"), (range(19, 25), "50")),
            "170",
        ),
        # 7 hours of 100 and one of 50: 93.75.
        (Item.O3, hours((range(1, 11), "50"), (range(11, 18), "100"), (range(18, 25), "50")), "94"),
        # Without hours 1 to 5 the means that end at 11:00 to 24:00 have six hours: 14 of them.
        (Item.O3, hours((range(6, 25), "60")), "60"),
        (Item.O3, hours((range(7, 25), "60")), None),
        (Item.O3, {}, None),
    ],
)
def test_a_day_from_its_hours(item: Item, of_day: dict[int, Decimal], value: str | None) -> None:
    assert air.daily_value(item, of_day) == (None if value is None else Decimal(value))


def test_hour_0_is_hour_24_of_the_day_before() -> None:
    with pytest.raises(ValueError, match="1 to 24"):
        air.daily_value(Item.PM25, hours((range(24), "10")))


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        (range(1, 11), "0.90", Fraction(91, 10)),  # place 8.1 from the first: 9 + 0.1·(10 − 9)
        (range(1, 12), "0.90", Fraction(10)),
        (range(11, 0, -1), "0.90", Fraction(10)),
        (range(1, 21), "0.95", Fraction(381, 20)),  # 18.05: 19 + 0.05
        ([7], "0.90", Fraction(7)),
        ([1, 2], "1", Fraction(2)),
        ([], "0.90", None),
    ],
)
def test_percentiles(values: Iterable[int], share: str, found: Fraction | None) -> None:
    assert air.percentile([Decimal(value) for value in values], Decimal(share)) == found


@pytest.mark.parametrize(
    ("item", "days", "value"),
    [
        (Item.PM25, ["28", "28", "28", "29"], "28.2"),  # 28.25 to even
        (Item.PM25, ["28", "29", "29", "29"], "28.8"),  # 28.75 to even
        (Item.PM10, ["50", "51"], "50"),
        (Item.O3, [str(n) for n in range(1, 11)], "9"),  # 9.1
        (Item.CO, [f"{n / 10:.1f}" for n in range(1, 21)], "1.9"),  # 1.905
        (Item.PM25, [], None),
    ],
)
def test_a_year_from_its_days(item: Item, days: list[str], value: str | None) -> None:
    found = air.year_value(item, [Decimal(day) for day in days])

    assert found == (None if value is None else Decimal(value))
