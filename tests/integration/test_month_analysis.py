"""A month of a place's air analysed, worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from monitoring.rules import validity
from monitoring.selectors import analyses
from monitoring.vocabulary import Item, Span
from quota_registry.kernel.models import Person
from quota_registry.kernel.periods import Month
from tests import stations
from tests.browsers import browser_of
from tests.stations import city, station

pytestmark = pytest.mark.django_db

KUNSHAN = "320583"
FEBRUARY, MARCH = Month(2026, 2), Month(2026, 3)


@pytest.fixture
def office() -> Person:
    office = stations.office()
    station()
    return office


def measured(office: Person, first: date, values: list[str], item: Item = Item.PM25) -> None:
    """Take in daily values from a day on."""
    stations.take_in(
        (
            stations.sent("320583A1", item, str(first + timedelta(days=n)), value, span=Span.DAY)
            for n, value in enumerate(values)
        ),
        by=office,
    )


def test_each_item_is_told_with_its_worst_day_and_the_days_beyond_the_limit(
    office: Person,
) -> None:
    # 61 and 70 are beyond the 60 that holds from March on; in February 75 was the limit.
    measured(office, date(2026, 3, 1), ["30", "61", "70", "60"])
    measured(office, date(2026, 2, 1), ["61", "75", "76"])
    measured(office, date(2026, 3, 1), ["0.5", "0.9"], Item.CO)

    (february,) = analyses.items_of(city.place(KUNSHAN), FEBRUARY)
    dust, carbon = analyses.items_of(city.place(KUNSHAN), MARCH)

    assert (dust.item, dust.days, dust.above) == (Item.PM25, 4, 2)
    assert (dust.value, dust.largest, dust.largest_on) == (
        Decimal("55.2"),  # 55.25 to even
        70,
        date(2026, 3, 3),
    )
    assert (february.above, february.value) == (1, Decimal("70.7"))
    # The 95th percentile of two: 0.5 + 0.95 × 0.4 = 0.88.
    assert (carbon.value, carbon.above) == (Decimal("0.9"), 0)


def test_last_year_is_compared_with_only_where_enough_was_measured(office: Person) -> None:
    measured(office, date(2026, 3, 1), ["36"] * 31)
    measured(office, date(2025, 3, 1), ["40"] * 26)
    (thin,) = analyses.items_of(city.place(KUNSHAN), MARCH)
    assert validity.days_needed(MARCH) == 27
    assert (thin.before, thin.percent) == (None, None)

    measured(office, date(2025, 3, 27), ["40"])
    (sound,) = analyses.items_of(city.place(KUNSHAN), MARCH)
    assert (sound.before, sound.percent) == (40, Decimal("-10.0"))


def test_who_led_the_index_is_counted(office: Person) -> None:
    whole = {item: ["20", "20", "20"] for item in Item if item.value[0] == "a"}
    for item in (Item.PM10, Item.SO2, Item.NO2, Item.CO, Item.O3):
        measured(office, date(2026, 3, 1), ["1"] * 3 if item is Item.CO else whole[item], item)
    measured(office, date(2026, 3, 1), ["20", "50", "90"])

    led = {one.item: one.primary for one in analyses.items_of(city.place(KUNSHAN), MARCH)}

    # The first day's index is 50 at most: nothing led it.
    assert led == dict.fromkeys(led, 0) | {Item.PM25: 2}


def test_an_hour_is_the_end_of_what_was_measured(office: Person) -> None:
    # The hour that ends at the month's first midnight is February's, its last is March's.
    hours = {
        "2026-03-01 00:00": "99",
        "2026-03-01 01:00": "10",
        "2026-03-02 01:00": "21",
        "2026-03-02 00:00": "40",
        "2026-04-01 00:00": "50",
    }
    stations.take_in(
        (stations.sent("320583A1", Item.PM25, at, value) for at, value in hours.items()),
        by=office,
    )

    found = analyses.hours_of_day(city.place(KUNSHAN), MARCH)

    assert list(found) == [Item.PM25]
    assert (found[Item.PM25][0], found[Item.PM25][23]) == (Decimal("15.5"), Decimal("45.0"))
    assert found[Item.PM25][1:23] == [None] * 22


def test_a_month_without_air_has_no_analysis(office: Person) -> None:
    assert analyses.items_of(city.place(KUNSHAN), MARCH) == []
    assert analyses.hours_of_day(city.place(KUNSHAN), MARCH) == {}


def test_the_page_of_a_month_shows_it(office: Person) -> None:
    where = reverse("monitoring:place-month", args=[KUNSHAN, "2026-03"])
    browser = browser_of(office)
    assert "月度分析" not in browser.get(where).content.decode()

    measured(office, date(2026, 3, 1), ["30", "61"])
    stations.take_in([stations.sent("320583A1", Item.O3, "2026-03-05 14:00", "120")], by=office)
    page = browser.get(where).content.decode()

    for word in ("月度分析", "45.5", "2026-03-02", "当月各时刻平均"):
        assert word in page
