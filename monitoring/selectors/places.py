"""What the pages of a place show of a year: air against path and last year, days, sections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from monitoring.models import PlaceDay, PlaceMonth, SectionMonth, Station, StationDay, Target
from monitoring.rules.rounding import half_even
from monitoring.rules.warning import WATCHED, target_path
from monitoring.rules.warning_facts import Days
from monitoring.selectors import months
from monitoring.selectors.months import AirMonth
from monitoring.vocabulary import Indicator, Item, StationKind
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfAir:
    """An indicator's year to the end of a month: value, same period, path, and its days."""

    month: Month
    value: Decimal | None
    same_period: Decimal | None
    path: Decimal | None
    days: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfAir:
    """An indicator's year by month, with its target if one is set."""

    indicator: Indicator
    target: Decimal | None
    months: tuple[MonthOfAir, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfSection:
    """A section with what each month of a year came to, or nothing."""

    section: Station
    months: tuple[SectionMonth | None, ...]

    @property
    def known(self) -> int:
        """Count the months that have a class."""
        return sum(1 for row in self.months if row is not None and row.water_class)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationsOfMonth:
    """The days of a month by air station for one item: rows of a day's cells in their order."""

    stations: list[Station]
    rows: list[tuple[date, list[StationDay | None]]]


def air_of(place: Place, year: int) -> list[YearOfAir]:
    """Give each watched indicator of *year* by month, in two questions."""
    rows = {
        row.month: row
        for row in months.air_months(
            PlaceMonth.objects.filter(
                place=place, month__gte=date(year - 1, 1, 1), month__lt=date(year + 1, 1, 1)
            )
        )
    }
    targets = dict(
        Target.objects.in_force()
        .filter(place=place, year=year, indicator__in=WATCHED)
        .values_list("indicator", "value")
    )
    return [_year_of(one, year, rows, targets.get(one.value)) for one in WATCHED]


def index_of_days(place: Place, year: int) -> dict[date, int | None]:
    """Give the air quality index of each day of *year* that has a row."""
    found = PlaceDay.objects.filter(
        place=place, day__gte=date(year, 1, 1), day__lt=date(year + 1, 1, 1)
    )
    return dict(found.order_by("day").values_list("day", "index"))


def sections_of(place: Place, year: int) -> list[YearOfSection]:
    """Give the sections that counted for *place* in *year*, with each month's class."""
    sections = _standing(place, StationKind.SECTION, date(year, 1, 1), date(year + 1, 1, 1))
    found: dict[int, dict[int, SectionMonth]] = defaultdict(dict)
    for row in SectionMonth.objects.filter(
        station__in=sections, month__gte=date(year, 1, 1), month__lt=date(year + 1, 1, 1)
    ):
        found[row.station_id][row.month.month] = row
    return [
        YearOfSection(
            section=section,
            months=tuple(found[section.pk].get(number) for number in range(1, 13)),
        )
        for section in sections
    ]


def days_of(place: Place, month: Month) -> list[PlaceDay]:
    """List the days of a month of *place* that were rolled up."""
    return list(
        PlaceDay.objects.filter(
            place=place, day__gte=month.period.start, day__lt=month.period.end
        ).order_by("day")
    )


def stations_of(place: Place, month: Month, item: Item) -> StationsOfMonth:
    """Give the days of a month by air station of *place* for one item, in two questions."""
    start, end = month.period.start, month.period.end
    assert end is not None
    stations = _standing(place, StationKind.AIR, start, end)
    found = {
        (row.day, row.station_id): row
        for row in StationDay.objects.filter(
            station__in=stations, item=item, day__gte=start, day__lt=end
        )
    }
    days = [start + timedelta(days=number) for number in range((end - start).days)]
    return StationsOfMonth(
        stations=stations,
        rows=[(day, [found.get((day, station.pk)) for station in stations]) for day in days],
    )


def section_months(place: Place, month: Month) -> list[SectionMonth]:
    """List what a month of the sections that count for *place* came to."""
    return list(
        SectionMonth.objects.filter(
            station__place=place, station__counts=True, month=month.period.start
        )
        .select_related("station")
        .order_by("station__code")
    )


def _standing(place: Place, kind: StationKind, start: date, end: date) -> list[Station]:
    """List the stations that count and stood on any day of a span."""
    return list(
        Station.objects.of_kind(kind)
        .filter(
            Q(valid_until=None) | Q(valid_until__gt=start),
            place=place,
            counts=True,
            valid_from__lt=end,
        )
        .order_by("code")
    )


def _year_of(
    indicator: Indicator, year: int, rows: dict[date, AirMonth], target: Decimal | None
) -> YearOfAir:
    december = Month(year - 1, 12)
    last_year = months.sound_value(indicator, rows.get(december.period.start), december)
    found = []
    for number in range(1, 13):
        month, then = Month(year, number), Month(year - 1, number)
        same_period = months.sound_value(indicator, rows.get(then.period.start), then)
        path = target_path(
            target,
            last_year_to_date=same_period,
            last_year=last_year,
            month=month,
            most=Decimal(100) if indicator.unit == "%" else None,
        )
        row = rows.get(month.period.start)
        found.append(
            MonthOfAir(
                month=month,
                value=months.value_of(indicator, row),
                same_period=same_period,
                path=None if path is None else half_even(path, 1),
                days=months.days_of(indicator, row, month),
            )
        )
    return YearOfAir(indicator=indicator, target=target, months=tuple(found))
