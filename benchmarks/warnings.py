"""
The warning of 200 places from the rollups, gathered and judged, with two and with ten years stored.

The first figure is the time itself, which whatever else the machine does lengthens: the quickest
round stands beside it. The second says whether the years behind a month cost anything. Both runs
judge the same month of the same places.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from statistics import median

from benchmarks.harness import Figure
from quota_registry.kernel.periods import Month
from tests.databases import Addresses

PLACES = 200
SECTIONS_EACH = 3
MONTH = Month(2026, 9)
ROUNDS = 25
AIM_MS = 50


def run(addresses: Addresses) -> Iterator[Figure]:
    """Fill two years, measure, fill ten, measure again."""
    from monitoring.rules import warning as rules
    from monitoring.selectors import months
    from quota_registry.kernel.rulebook import RuleBook

    book = RuleBook.default()
    codes = _places()
    spent: dict[int, float] = {}
    best: dict[int, float] = {}
    for first in (2025, 2017):
        _fill(codes, range(first, 2027 if first == 2025 else 2025))
        with addresses.connect("admin") as connection:
            connection.autocommit = True
            connection.execute("ANALYZE")
        took = []
        for _round in range(ROUNDS):
            began = time.perf_counter()
            gathered = months.gather(MONTH)
            verdicts = [rules.judge(one.facts, book=book) for one in gathered]
            took.append(time.perf_counter() - began)
        assert len(verdicts) == PLACES, len(verdicts)
        assert any(verdict.blue for verdict in verdicts)
        spent[2027 - first], best[2027 - first] = median(took) * 1000, min(took) * 1000
    two, ten = spent.values()
    least, least_of_ten = best.values()
    yield Figure(
        "warning_of_200_places_ms",
        two,
        AIM_MS,
        at_most=True,
        note=(
            f"gathered and judged, {SECTIONS_EACH} sections each, 2 years stored;"
            f" the quickest of {ROUNDS} rounds {least:.1f} ms"
        ),
    )
    yield Figure(
        "warning_by_years_stored",
        ten / two,
        1.25,
        at_most=True,
        note=(
            f"10 years stored {ten:.1f} ms beside 2 years {two:.1f} ms;"
            f" the quickest rounds {least_of_ten:.1f} beside {least:.1f}"
        ),
    )


def _places() -> list[str]:
    """Make the places, their targets of the year, and their sections."""
    from monitoring.models import Station
    from monitoring.vocabulary import Indicator, StationKind
    from quota_registry.kernel.models import Place
    from quota_registry.kernel.vocabulary import Tier
    from tests import factories, watched

    factories.rule_book()
    city = factories.place("320500")
    codes = [f"3205{number:02d}P{part:02d}" for number in range(20) for part in range(1, 11)]
    with factories.system():
        Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK]).update(valid_until=date(2026, 1, 1))
        Place.objects.bulk_create(
            Place(
                code=code,
                name=f"示范园区{code}",
                tier=Tier.PARK,
                parent=city,
                path=f"{city.path}{code}/",
            )
            for code in codes
        )
        Station.objects.bulk_create(
            Station(
                code=f"{code}{number}",
                name=f"示范断面{number}",
                kind=StationKind.SECTION,
                place_id=code,
                body="river",
                target_class=3,
                valid_from=date(2010, 1, 1),
            )
            for code in codes
            for number in range(SECTIONS_EACH)
        )
    for code in codes:
        watched.target(code, Indicator.PM25, "30.0")
        watched.target(code, Indicator.GOOD_DAYS, "82.0")
    return codes


def _fill(codes: list[str], years: range) -> None:
    """Make the rollups of these years, and what each month before the measured one said."""
    from monitoring.models import PlaceMonth, SectionMonth, Station

    starts = [date(year, number, 1) for year in years for number in range(1, 13)]
    PlaceMonth.objects.bulk_create(
        (
            PlaceMonth(
                place_id=code,
                month=start,
                days=30,
                pm25_sum=30 * Decimal(28 + (n + start.year) % 5),
                index_days=30,
                good_days=25,
                year_days=30 * start.month,
                year_pm25_sum=30 * start.month * Decimal(28 + (n + start.year) % 5),
                year_index_days=30 * start.month,
                year_good_days=25 * start.month,
            )
            for n, code in enumerate(codes)
            for start in starts
        ),
        batch_size=5000,
    )
    sections = list(Station.objects.filter(place__in=codes).values_list("pk", flat=True))
    SectionMonth.objects.bulk_create(
        (
            SectionMonth(
                station_id=pk, month=start, water_class=3, year_class=3, months=start.month
            )
            for pk in sections
            for start in starts
        ),
        batch_size=5000,
    )
    _say(codes, [start for start in starts if start < MONTH.period.start])


def _say(codes: list[str], starts: list[date]) -> None:
    """Write what the months before said of every place, of which streaks are counted."""
    from monitoring.models import MonthRun, PlaceWarning
    from quota_registry.kernel.models import Person

    system = Person.objects.get_system()
    for start in starts:
        run = MonthRun.objects.create(month=start, version=1, by=system, on=start, digest="")
        PlaceWarning.objects.bulk_create(
            PlaceWarning(
                run=run,
                place_id=code,
                level="blue",
                action="measures",
                blue=["pm25"] if n % 3 else [],
                trigger=False,
            )
            for n, code in enumerate(codes)
        )
