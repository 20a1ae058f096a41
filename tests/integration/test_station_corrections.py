"""A station that turns out to be another thing than it was: its place's days are made anew."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from django.utils import timezone

from monitoring.models import PlaceDay, PlaceMonth, SectionMonth
from monitoring.services import stations as services
from monitoring.vocabulary import Item
from quota_registry.kernel.models import Person
from tests import stations
from tests.stations import DAY, hours, section, station, take_in, water, whole_day

pytestmark = pytest.mark.django_db

TODAY: Final = timezone.localdate(stations.NOW)


@pytest.fixture
def office() -> Person:
    return stations.office()


def of_place() -> tuple[Decimal | None, Decimal]:
    """Give PM2.5 of the place's day, and its sum of the year to date."""
    return PlaceDay.objects.get().pm25, PlaceMonth.objects.get().year_pm25_sum


def test_one_that_counts_no_more_leaves_its_places_days(office: Person) -> None:
    station("320583A1")
    odd = station("320583A2")
    for code, value in (("320583A1", "30"), ("320583A2", "60")):
        take_in(whole_day(code, DAY, PM25=value), by=office)
    assert of_place() == (45, 45)

    services.correct(station=odd, counts=False, by=office, on=TODAY)
    assert of_place() == (30, 30)
    services.correct(station=odd, counts=True, by=office, on=TODAY)
    assert of_place() == (45, 45)


def test_one_that_was_retired_before_leaves_the_days_after(office: Person) -> None:
    station("320583A1")
    odd = station("320583A2")
    for code, value in (("320583A1", "30"), ("320583A2", "60")):
        take_in(whole_day(code, DAY, PM25=value), by=office)

    expected = {DAY + timedelta(days=1): 45, DAY: 30, TODAY: 45}
    for day, value in expected.items():
        services.retire(station=odd, valid_until=day, by=office, on=TODAY)
        assert of_place() == (value, value)


def test_a_section_that_is_a_lake_is_classed_anew(office: Person) -> None:
    lake = section()
    take_in(water("320583W1", 1, TP="0.06"), by=office)
    assert SectionMonth.objects.get().water_class == 2

    services.correct(station=lake, body="lake", by=office, on=TODAY)

    # TP 0.06 mg/L is II in a river, IV in a lake (STANDARDS §2).
    found = SectionMonth.objects.get()
    assert (found.water_class, found.year_class, found.worst) == (4, 4, [Item.TP])


def test_a_mean_is_rounded_once(office: Person) -> None:
    station()
    # 20.401 ÷ 24 = 0.850041…, just above the half: 0.9, and not the even 0.8 of a cut 0.8500.
    values = dict.fromkeys(range(1, 24), "0.85") | {24: "0.851"}
    take_in(hours("320583A1", Item.CO, values), by=office)
    assert PlaceDay.objects.get().co == Decimal("0.9")
