"""
What all places' months are judged by: read from the rollups in a fixed number of questions.

Every question names the few months that it needs, so that its cost does not grow with the years
that are stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import compress, takewhile
from typing import Final, NamedTuple

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from monitoring.models import (
    MonthRun,
    PlaceMonth,
    PlaceWarning,
    SectionMonth,
    Station,
    Suspension,
    Target,
)
from monitoring.rules import validity
from monitoring.rules.rounding import half_even
from monitoring.rules.warning import WATCHED, IndicatorFacts, PlaceFacts, SectionFacts
from monitoring.rules.warning_facts import Days
from monitoring.vocabulary import Indicator, StationKind, WaterClass
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Month
from quota_registry.kernel.vocabulary import Tier

MOST_MONTHS_BACK: Final = 12
"""A streak is counted back over a year; a longer one says no more."""

CLASSES: Final[Mapping[int | None, WaterClass | None]] = {
    None: None,
    **{c.value: c for c in WaterClass},
}
"""Looked up thousands of times in a month, which is quicker than making an enumeration's member."""

Said = tuple[tuple[Indicator, ...], bool | None]
"""What a month said of a place that later ones count on: what was blue, and the trigger."""


class AirMonth(NamedTuple):
    """What is read of a place's month of air, which many places have: quicker than the model."""

    place: str
    month: date
    days: int
    index_days: int
    year_days: int
    year_pm25_sum: Decimal
    year_index_days: int
    year_good_days: int


@dataclass(slots=True)
class Air:
    """A place's rollups that a month is judged by: its own, last year's same month and December."""

    now: AirMonth | None = None
    past: AirMonth | None = None
    december: AirMonth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A place with the facts of its month, the days they rest on, and its sections' codes."""

    place: Place
    facts: PlaceFacts
    days: Mapping[Indicator, Days]
    stations: Mapping[str, str]


def watched_places() -> list[Place]:
    """List the places that are warned of: counties and parks that stand."""
    return list(_watched().order_by("path"))


def _watched() -> QuerySet[Place]:
    return Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None).order_by()


def newest_runs(months: Iterable[Month]) -> dict[date, int]:
    """Give the newest version's id of each of these months that was judged."""
    starts = [month.period.start for month in months]
    newest = MonthRun.objects.filter(month=OuterRef("month")).order_by("-version").values("pk")[:1]
    return dict(
        MonthRun.objects.filter(month__in=starts, pk=Subquery(newest)).values_list("month", "pk")
    )


def newest_month(on: date) -> Month | None:
    """Give the last month before *on* that was judged, if any was."""
    found = MonthRun.objects.filter(month__lt=on).aggregate(newest=Max("month"))["newest"]
    return Month.of(found) if found else None


def gather(month: Month) -> list[Gathered]:
    """Gather what *month* of every watched place is judged by, in eight questions."""
    places = watched_places()
    air = _air(month)
    targets = {
        (place, indicator): value
        for place, indicator, value in Target.objects.in_force()
        .filter(place__in=_watched(), year=month.year, indicator__in=WATCHED)
        .order_by()
        .values_list("place", "indicator", "value")
    }
    sections, stations = _sections(month)
    orders = _orders(month)
    before = _before(month)
    then, december = month.plus(-12), Month(month.year - 1, 12)
    nothing = Air()
    found = []
    for place in places:
        code, rows, said = place.pk, air.get(place.pk, nothing), before[place.pk]
        days = {one: days_of(one, rows.now, month) for one in WATCHED}
        facts = PlaceFacts(
            month=month,
            indicators=tuple(
                IndicatorFacts(
                    indicator=one,
                    month=month,
                    value=value_of(one, rows.now),
                    same_period=sound_value(one, rows.past, then),
                    last_year=sound_value(one, rows.december, december),
                    target=targets.get((code, one.value)),
                    enough=_enough(days[one]),
                    blue_before=_blue(said, one),
                )
                for one in WATCHED
            ),
            sections=tuple(sections[code]),
            suspended=code in orders,
            months_without_trigger=_quiet(said, orders.get(code), month),
            is_park=place.tier == Tier.PARK,
        )
        found.append(Gathered(place=place, facts=facts, days=days, stations=stations[code]))
    return found


def _air(month: Month) -> dict[str, Air]:
    """Read the month, the same of last year, and last December, by place."""
    names: dict[date, tuple[str, ...]] = {
        date(month.year - 1, 12, 1): ("december",),
        month.plus(-12).period.start: ("past",),
        month.period.start: ("now",),
    }
    if month.number == 12:
        names[date(month.year - 1, 12, 1)] = ("past", "december")
    found: dict[str, Air] = defaultdict(Air)
    for row in air_months(PlaceMonth.objects.filter(place__in=_watched(), month__in=list(names))):
        for name in names[row.month]:
            setattr(found[row.place], name, row)
    return found


def air_months(rows: QuerySet[PlaceMonth]) -> Iterator[AirMonth]:
    """Read months of air."""
    return (AirMonth(*row) for row in rows.values_list(*AirMonth._fields))


def _sections(
    month: Month,
) -> tuple[dict[str, list[SectionFacts]], dict[str, dict[str, str]]]:
    """Read the sections that count at the month's end with their classes now and a year ago."""
    last = month.period.last
    assert last is not None
    standing = (
        Station.objects.of_kind(StationKind.SECTION)
        .standing(last)
        .filter(place__in=_watched(), counts=True)
    )
    now, then = month.period.start, month.plus(-12).period.start
    rows = {
        (station, start): (water_class, year_class)
        for station, start, water_class, year_class in SectionMonth.objects.filter(
            station__in=standing.order_by().values("pk"), month__in=[now, then]
        ).values_list("station", "month", "water_class", "year_class")
    }
    facts: dict[str, list[SectionFacts]] = defaultdict(list)
    stations: dict[str, dict[str, str]] = defaultdict(dict)
    for pk, place, code, name, target in standing.order_by("place", "code").values_list(
        "pk", "place", "code", "name", "target_class"
    ):
        # Two sections of one name are told apart by their codes.
        known = name if name not in stations[place] else f"{name}（{code}）"
        stations[place][known] = code
        month_class, so_far = rows.get((pk, now), (None, None))
        month_before, so_far_before = rows.get((pk, then), (None, None))
        facts[place].append(
            SectionFacts(
                section=known,
                month=CLASSES[month_class],
                month_before=CLASSES[month_before],
                so_far=CLASSES[so_far],
                so_far_before=CLASSES[so_far_before],
                target=CLASSES[target],
            )
        )
    return facts, stations


def _orders(month: Month) -> dict[str, Month]:
    """
    Give the places that an order closed something for on the month's last day, and since when.

    What was ordered or lifted later does not change what the month is judged by.
    """
    last = month.period.last
    assert last is not None
    since: dict[str, Month] = {}
    for place, during in Suspension.objects.closing(last).order_by().values_list("place", "during"):
        start = Month.of(during.lower)
        since[place] = max(start, since.get(place, start))
    return since


def _before(month: Month) -> dict[str, list[Said | None]]:
    """Read what the newest versions of the months before said of each place, last month first."""
    earlier = [month.plus(-back) for back in range(1, MOST_MONTHS_BACK + 1)]
    runs = newest_runs(earlier)
    back = {
        runs[one.period.start]: number
        for number, one in enumerate(earlier)
        if one.period.start in runs
    }
    found: dict[str, list[Said | None]] = defaultdict(lambda: [None] * MOST_MONTHS_BACK)
    # The database looks into the lists: to decode thousands of them takes longer than all the rest.
    blue = {f"{one.value}_blue": Q(blue__contains=[one.value]) for one in WATCHED}
    for place, run, trigger, *were in (
        PlaceWarning.objects.filter(run__in=list(back))
        .order_by()
        .annotate(**blue)
        .values_list("place", "run", "trigger", *blue)
    ):
        found[place][back[run]] = (tuple(compress(WATCHED, were)), trigger)
    return found


def value_of(indicator: Indicator, row: AirMonth | None) -> Decimal | None:
    """Give the year to date, rounded half to even to one decimal as it is compared."""
    if row is None:
        return None
    if indicator is Indicator.PM25:
        return half_even(row.year_pm25_sum / row.year_days, 1) if row.year_days else None
    if not row.year_index_days:
        return None
    return half_even(Decimal(row.year_good_days) * 100 / row.year_index_days, 1)


def sound_value(indicator: Indicator, row: AirMonth | None, month: Month) -> Decimal | None:
    """Give the year to date of a past month, unless it rests on too few days to compare with."""
    if row is None:
        return None
    days = row.year_days if indicator is Indicator.PM25 else row.year_index_days
    return value_of(indicator, row) if validity.enough_days_so_far(days, month=month) else None


def days_of(indicator: Indicator, row: AirMonth | None, month: Month) -> Days:
    """Count the valid days that an indicator rests on, beside those that it needs."""
    of_air = indicator is Indicator.PM25
    return Days(
        month=0 if row is None else row.days if of_air else row.index_days,
        month_needed=validity.days_needed(month),
        year=0 if row is None else row.year_days if of_air else row.year_index_days,
        year_needed=validity.days_needed_so_far(month),
    )


def _enough(days: Days) -> bool:
    """Ask the year to date and the month itself: a month without data hides in a long year."""
    return days.year >= days.year_needed and days.month >= days.month_needed


def _blue(before: Iterable[Said | None], indicator: Indicator) -> int:
    """Count the successive months before in which an indicator was blue."""
    return sum(1 for _said in takewhile(lambda said: said and indicator in said[0], before))


def _quiet(before: Iterable[Said | None], since: Month | None, month: Month) -> int:
    """Count the successive months before, since the order, in which the trigger did not hold."""
    if since is None:
        return 0
    months_since = (month.year - since.year) * 12 + month.number - since.number
    quiet = takewhile(lambda said: said is not None and said[1] is False, before)
    return min(months_since, sum(1 for _said in quiet))
