"""What readings come to: days and months worked out by hand, and corrections that stay small."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from monitoring.models import PlaceDay, PlaceMonth, SectionMonth, StationDay
from monitoring.vocabulary import AIR_ITEMS, Item, Span
from quota_registry.kernel.models import Person
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks
from tests import factories, stations
from tests.stations import hours, section, sent, station, take_in, water, whole_day

pytestmark = pytest.mark.django_db

DAY: Final = date(2026, 9, 2)


@pytest.fixture
def office() -> Person:
    return stations.office()


def of_station(item: Item, day: date = DAY) -> StationDay:
    return StationDay.objects.get(station=station(), item=item, day=day)


# ── A day of a place ──
def test_a_place_is_the_mean_of_its_own_valid_stations(office: Person) -> None:
    station()
    station("320583A2")
    station("320583A3", counts=False)
    station("320583B1", place="320583P01")
    station("320583A4", valid_until=DAY)
    for code, value in {"A1": "20", "A2": "21", "A3": "90", "A4": "90", "B1": "50"}.items():
        take_in(whole_day(f"320583{code}", DAY, PM25=value), by=office)

    county = PlaceDay.objects.get(place="320583", day=DAY)
    # (20 + 21) / 2 = 20.5, half to even 20.
    assert (county.pm25, county.co, county.stations) == (20, Decimal("0.6"), 2)
    assert PlaceDay.objects.get(place="320583P01", day=DAY).pm25 == 50


def test_a_day_has_its_index_and_what_made_it(office: Person) -> None:
    station()
    take_in(whole_day("320583A1", DAY, PM25="68"), by=office)

    found = PlaceDay.objects.get(place="320583", day=DAY)
    # STANDARDS §1: 68 from March 2026 on is 108, light pollution.
    assert (found.index, found.primary) == (108, [Item.PM25])


def test_the_rule_book_of_the_month_says_which_days_are_good(office: Person) -> None:
    station()
    stricter = rulebooks.draft(
        number="更严",
        book=RuleBook.default().with_changes(good_air_index=50),
        starts=date(2026, 9, 1),
        document="苏环办字〔2026〕7号",
        by=office,
        on=date(2026, 8, 1),
    )
    rulebooks.approve(version=stricter, by=factories.person("city.director"), on=date(2026, 8, 1))
    # PM2.5 50 is an index of 80; the other days have one of 40. No book rules in 2020 yet: up to
    # 100 is good by the standard's own figure.
    for day in (date(2020, 8, 3), date(2026, 8, 3), date(2026, 9, 3)):
        take_in(whole_day("320583A1", day, PM25="50"), by=office)
        take_in(whole_day("320583A1", day.replace(day=4)), by=office)

    found = PlaceMonth.objects.values_list("month", "index_days", "good_days").order_by("month")
    assert list(found) == [
        (date(2020, 8, 1), 2, 2),
        (date(2026, 8, 1), 2, 2),
        (date(2026, 9, 1), 2, 1),
    ]


def test_without_an_item_a_day_has_no_index(office: Person) -> None:
    station()
    take_in([r for r in whole_day("320583A1", DAY) if r.item != Item.CO], by=office)

    assert PlaceDay.objects.get(place="320583", day=DAY).index is None


# ── Months and years to date ──
def month(number: int, place: str = "320583", year: int = 2026) -> tuple[Any, ...]:
    found = PlaceMonth.objects.get(place=place, month=date(year, number, 1))
    return (
        (found.days, found.pm25_sum, found.index_days, found.good_days),
        (found.year_days, found.year_pm25_sum, found.year_index_days, found.year_good_days),
    )


def test_months_are_sums_and_the_year_runs_on(office: Person) -> None:
    station()
    for day, value in (("2026-02-27", "30"), ("2026-02-28", "61"), ("2026-04-01", "61")):
        take_in(whole_day("320583A1", date.fromisoformat(day), PM25=value), by=office)

    # Before March 2026 an index of 83 comes of 61, from then on 101: the day is no longer good.
    assert month(2) == ((2, 91, 2, 2), (2, 91, 2, 2))
    assert month(4) == ((1, 61, 1, 0), (3, 152, 3, 2))


def test_a_late_correction_touches_its_day_its_month_and_the_year_after_it(office: Person) -> None:
    station()
    station("320581A1", place="320581")
    days = [date(2025, 8, 1), date(2026, 7, 1), date(2026, 8, 1), date(2026, 8, 2)]
    days.append(date(2026, 9, 1))
    for code in ("320583A1", "320581A1"):
        for day in days:
            take_in(whole_day(code, day), by=office)
    station_days = set(StationDay.objects.values_list("pk", "day", "value"))
    place_days = set(PlaceDay.objects.values_list("pk", "day", "pm25"))
    months = set(PlaceMonth.objects.values_list())

    take_in([sent("320583A1", Item.PM25, "2026-08-02 00:00", "32", span=Span.DAY)], by=office)

    gone = station_days - set(StationDay.objects.values_list("pk", "day", "value"))
    assert {day for _pk, day, _value in gone} == {date(2026, 8, 2)}
    assert len(gone) == len(AIR_ITEMS)
    gone = place_days - set(PlaceDay.objects.values_list("pk", "day", "pm25"))
    assert [(day, value) for _pk, day, value in gone] == [(date(2026, 8, 2), 20)]
    changed = months ^ set(PlaceMonth.objects.values_list())
    assert {(row[1], row[2]) for row in changed} == {
        ("320583", date(2026, 8, 1)),
        ("320583", date(2026, 9, 1)),
    }
    assert month(7) == ((1, 20, 1, 1), (1, 20, 1, 1))
    assert month(8) == ((2, 52, 2, 2), (3, 72, 3, 3))
    assert month(9) == ((1, 20, 1, 1), (4, 92, 4, 4))
    assert month(8, year=2025) == ((1, 20, 1, 1), (1, 20, 1, 1))


def test_a_day_whose_hours_were_taken_back_is_no_day_any_more(office: Person) -> None:
    station()
    take_in(hours("320583A1", Item.PM25, dict.fromkeys(range(1, 21), "30")), by=office)
    assert month(9)[0][0] == 1

    take_in(hours("320583A1", Item.PM25, {1: None}), by=office)

    assert not PlaceDay.objects.exists()
    assert month(9) == ((0, 0, 0, 0), (0, 0, 0, 0))


# ── Sections ──
def of_section(number: int) -> SectionMonth:
    return SectionMonth.objects.get(station__code="320583W1", month=date(2026, number, 1))


def test_a_section_is_classed_by_its_month_and_by_the_mean_of_its_months(office: Person) -> None:
    section()
    take_in(water("320583W1", 1, TP="0.151", NH3N="0.025L"), by=office)
    take_in(water("320583W1", 2, TP="0.250", NH3N="0.5"), by=office)

    january, february = of_section(1), of_section(2)
    assert (january.water_class, january.worst, january.months) == (3, [Item.TP], 1)
    assert (february.water_class, february.worst, february.months) == (4, [Item.TP], 2)
    # (0.151 + 0.250) / 2 = 0.2005, half to even 0.200: class III still.
    assert (february.year_values[Item.TP], february.year_class) == ("0.200", 3)
    # Half of 0.025 counts: (0.0125 + 0.5) / 2 = 0.25625.
    assert february.year_values[Item.NH3N] == "0.26"


def test_a_late_month_of_a_section_moves_the_year_after_it_and_no_other(office: Person) -> None:
    section()
    section("320583W2")
    for code in ("320583W1", "320583W2"):
        for number in (1, 2, 3):
            take_in(water(code, number), by=office)
    before = set(SectionMonth.objects.values_list("pk", "water_class", "year_class"))

    take_in(water("320583W1", 2, TP="0.5"), by=office)

    changed = before ^ set(SectionMonth.objects.values_list("pk", "water_class", "year_class"))
    assert {pk for pk, *_classes in changed} == {of_section(2).pk, of_section(3).pk}
    assert (of_section(2).water_class, of_section(2).year_class) == (6, 4)
    # (0.02 + 0.5 + 0.02) / 3 = 0.18.
    assert (of_section(3).water_class, of_section(3).year_class) == (1, 3)
    assert of_section(1).year_class == 1


def test_a_month_is_the_mean_of_its_samples_where_it_has_no_value_of_its_own(
    office: Person,
) -> None:
    section()
    take_in(water("320583W1", 3), by=office)
    samples = [("2026-04-05", "0.1"), ("2026-04-15", "0.2"), ("2026-04-25", "0.3")]
    take_in(
        (
            sent("320583W1", item, f"{day} 00:00", value, span=Span.DAY)
            for day, value in samples
            for item in (Item.DO, Item.CODMN, Item.NH3N, Item.TP)
        ),
        by=office,
    )

    assert of_section(4).values[Item.TP] == "0.200"
    assert of_section(4).year_values[Item.TP] == "0.110"
