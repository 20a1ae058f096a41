"""A station's day: what its hours come to, and when a stated daily value counts (STANDARDS §1)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest

from monitoring.models import PlaceDay, StationDay
from monitoring.rules import air, rounding
from monitoring.vocabulary import AIR_ITEMS, Item, Span
from quota_registry.kernel.models import Person
from tests import stations
from tests.stations import hours, sent, station, take_in, whole_day

pytestmark = pytest.mark.django_db

DAY: Final = date(2026, 9, 2)


@pytest.fixture
def office() -> Person:
    return stations.office()


def of_station(item: Item, day: date = DAY) -> StationDay:
    return StationDay.objects.get(station=station(), item=item, day=day)


def test_twenty_hours_make_a_day_and_their_mean_is_its_value(office: Person) -> None:
    station()
    values = dict.fromkeys(range(1, 11), "30") | dict.fromkeys(range(11, 21), "41")
    take_in(hours("320583A1", Item.PM25, values), by=office)

    found = of_station(Item.PM25)
    assert (found.value, found.hours, found.valid) == (Decimal("35.5"), 20, True)
    # Half to even: 35.5 is 36.
    assert PlaceDay.objects.get(place="320583", day=DAY).pm25 == 36


def test_nineteen_hours_and_one_without_a_value_make_none(office: Person) -> None:
    station()
    values = dict.fromkeys(range(1, 20), "30") | {20: None}
    take_in(hours("320583A1", Item.PM25, values), by=office)

    found = of_station(Item.PM25)
    assert (found.hours, found.valid) == (19, False)
    assert not PlaceDay.objects.exists()


def test_midnight_belongs_to_the_day_that_ends(office: Person) -> None:
    station()
    take_in([sent("320583A1", Item.PM25, "2026-09-03 00:00", "30")], by=office)

    assert of_station(Item.PM25).hours == 1
    assert StationDay.objects.count() == 1


def test_ozone_is_the_largest_mean_of_eight_hours(office: Person) -> None:
    station()
    # From 13:00 to 16:00 four hours of 100 among hours of 10: (400 + 40) / 8 = 55.
    values = dict.fromkeys(range(1, 25), "10") | dict.fromkeys(range(13, 17), "100")
    take_in(hours("320583A1", Item.O3, values), by=office)

    found = of_station(Item.O3)
    assert (found.value, found.hours, found.valid) == (55, 24, True)


def test_ozone_needs_fourteen_such_means(office: Person) -> None:
    station()
    # With hours from 9 on the means ending 14:00 to 24:00 have six of them: eleven, too few.
    take_in(hours("320583A1", Item.O3, dict.fromkeys(range(9, 25), "50")), by=office)
    assert of_station(Item.O3).valid is False

    # From 6 on they end 11:00 to 24:00: fourteen.
    take_in(hours("320583A1", Item.O3, dict.fromkeys(range(6, 9), "50")), by=office)
    assert of_station(Item.O3).valid is True


def test_the_database_says_what_the_rule_says(office: Person) -> None:
    station()
    dice = random.Random(20260930)
    days = [date(2026, 8, 1) + timedelta(days=n) for n in range(25)]
    expected, rows = {}, []
    for day in days:
        for item in AIR_ITEMS:
            share = dice.choice([0.5, 0.8, 0.9, 1])
            values = {
                hour: Decimal(dice.randrange(0, 3000)).scaleb(-2 if item is Item.CO else -1)
                for hour in range(1, 25)
                if dice.random() < share
            }
            rows += hours("320583A1", item, {h: str(v) for h, v in values.items()}, day)
            stated = Decimal(dice.randrange(1, 99)) if dice.random() < 0.3 else None
            if stated is not None:
                rows.append(sent("320583A1", item, f"{day} 00:00", str(stated), span=Span.DAY))
            if values or stated is not None:
                expected[day, item] = air.day_value(item, values, stated=stated)

    take_in(rows, by=office)

    found = {
        (row.day, Item(row.item)): (
            rounding.half_even(row.value, air.day_places(Item(row.item))) if row.valid else None
        )
        for row in StationDay.objects.all()
    }
    assert found == expected
    assert len({value is None for value in found.values()}) == 2, "both kinds of day were drawn"


def test_a_daily_value_stands_where_there_are_no_hours(office: Person) -> None:
    station()
    take_in(whole_day("320583A1", DAY, PM25="35"), by=office)

    found = of_station(Item.PM25)
    assert (found.value, found.hours, found.valid) == (35, 0, True)

    take_in(hours("320583A1", Item.PM25, dict.fromkeys(range(1, 25), "20")), by=office)
    assert of_station(Item.PM25).value == 20
    assert of_station(Item.PM10).hours == 0, "they took the place of their own item's value alone"


def test_a_daily_value_stands_until_the_hours_make_a_day(office: Person) -> None:
    station()
    take_in(whole_day("320583A1", DAY, PM25="35", PM10="60"), by=office)
    take_in(hours("320583A1", Item.PM25, {1: "90"}), by=office)
    # One hour of 90 is no day: the station's own 35 counts, and what has no hour at all.
    assert (of_station(Item.PM25).value, of_station(Item.PM10).value) == (35, 60)
    assert PlaceDay.objects.get(place="320583", day=DAY).pm25 == 35

    take_in(hours("320583A1", Item.PM25, dict.fromkeys(range(2, 20), "20")), by=office)
    found = of_station(Item.PM25)
    assert (found.value, found.hours, found.valid) == (35, 0, True), "nineteen hours"

    # The twentieth makes the day: (90 + 19 · 20) / 20 = 23.5, in the place half to even 24.
    take_in(hours("320583A1", Item.PM25, {20: "20"}), by=office)
    found = of_station(Item.PM25)
    assert (found.value, found.hours, found.valid) == (Decimal("23.5"), 20, True)
    assert PlaceDay.objects.get(place="320583", day=DAY).pm25 == 24
    assert of_station(Item.PM10).value == 60

    # An hour that turns out to have had no value takes the day from them again.
    take_in(hours("320583A1", Item.PM25, {20: None}), by=office)
    assert of_station(Item.PM25).value == 35


def test_thin_hours_and_a_daily_value_without_a_value_make_no_day(office: Person) -> None:
    station()
    take_in([sent("320583A1", Item.O3, f"{DAY} 00:00", None, span=Span.DAY)], by=office)
    take_in(hours("320583A1", Item.O3, dict.fromkeys(range(9, 25), "50")), by=office)
    found = of_station(Item.O3)
    assert (found.hours, found.valid) == (16, False)
    assert not PlaceDay.objects.exists()
