"""
What all places' months are judged by: read from the rollups in a fixed number of questions.

Every question names the places and the few months that it needs, so that its cost does not grow
with the years that are stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Max, OuterRef, Subquery

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

Key = tuple[str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A place with the facts of its month, the days they rest on, and its sections' codes."""

    place: Place
    facts: PlaceFacts
    days: Mapping[Indicator, Days]
    stations: Mapping[str, str]


def watched_places() -> list[Place]:
    """List the places that are warned of: counties and parks that stand."""
    return list(
        Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None).order_by("path")
    )


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


def gather(month: Month, places: Sequence[Place] | None = None) -> list[Gathered]:
    """Gather what *month* of every watched place is judged by, in seven questions."""
    places = watched_places() if places is None else places
    codes = [place.pk for place in places]
    air = _air(codes, month)
    targets = {
        (place, indicator): value
        for place, indicator, value in Target.objects.in_force()
        .filter(place__in=codes, year=month.year, indicator__in=WATCHED)
        .values_list("place", "indicator", "value")
    }
    sections, stations = _sections(codes, month)
    orders = _orders(codes, month)
    before = _before(month, codes)
    return [
        Gathered(
            place=place,
            facts=PlaceFacts(
                month=month,
                indicators=tuple(
                    _indicator(one, place.pk, month, air, targets, before) for one in WATCHED
                ),
                sections=tuple(sections[place.pk]),
                suspended=place.pk in orders,
                months_without_trigger=_quiet(before, place.pk, month, orders.get(place.pk)),
                is_park=place.tier == Tier.PARK,
            ),
            days={
                one: days_of(one, air.get((place.pk, month.period.start)), month) for one in WATCHED
            },
            stations=stations[place.pk],
        )
        for place in places
    ]


def _air(codes: list[str], month: Month) -> dict[Key, PlaceMonth]:
    """Read the month, the same of last year, and last December, by place and month."""
    starts = {month.period.start, month.plus(-12).period.start, date(month.year - 1, 12, 1)}
    rows = PlaceMonth.objects.filter(place__in=codes, month__in=starts)
    return {(row.place_id, row.month): row for row in rows}


def _sections(
    codes: list[str], month: Month
) -> tuple[dict[str, list[SectionFacts]], dict[str, dict[str, str]]]:
    """Read the sections that count at the month's end with their classes now and a year ago."""
    last = month.period.last
    assert last is not None
    standing = list(
        Station.objects.of_kind(StationKind.SECTION)
        .standing(last)
        .filter(place__in=codes, counts=True)
        .order_by("place", "code")
        .values_list("pk", "place", "code", "name", "target_class")
    )
    now, then = month.period.start, month.plus(-12).period.start
    rows = {
        (station, start): (water_class, year_class)
        for station, start, water_class, year_class in SectionMonth.objects.filter(
            station__in=[pk for pk, *_rest in standing], month__in=[now, then]
        ).values_list("station", "month", "water_class", "year_class")
    }
    facts: dict[str, list[SectionFacts]] = defaultdict(list)
    stations: dict[str, dict[str, str]] = defaultdict(dict)
    for pk, place, code, name, target in standing:
        # Two sections of one name are told apart by their codes.
        known = name if name not in stations[place] else f"{name}（{code}）"
        stations[place][known] = code
        month_class, so_far = rows.get((pk, now), (None, None))
        month_before, so_far_before = rows.get((pk, then), (None, None))
        facts[place].append(
            SectionFacts(
                section=known,
                month=_class(month_class),
                month_before=_class(month_before),
                so_far=_class(so_far),
                so_far_before=_class(so_far_before),
                target=_class(target),
            )
        )
    return facts, stations


def _orders(codes: list[str], month: Month) -> dict[str, Month]:
    """
    Give the places that an order closed something for on the month's last day, and since when.

    What was ordered or lifted later does not change what the month is judged by.
    """
    last = month.period.last
    assert last is not None
    since: dict[str, Month] = {}
    for place, during in (
        Suspension.objects.closing(last).filter(place__in=codes).values_list("place", "during")
    ):
        start = Month.of(during.lower)
        since[place] = max(start, since.get(place, start))
    return since


def _before(month: Month, codes: list[str]) -> dict[Key, tuple[list[str], bool | None]]:
    """Read what the newest versions of the months before said: what was blue, and the trigger."""
    runs = newest_runs(month.plus(-back) for back in range(1, MOST_MONTHS_BACK + 1))
    months = {run: start for start, run in runs.items()}
    return {
        (place, months[run]): (blue, trigger)
        for place, run, blue, trigger in PlaceWarning.objects.filter(
            run__in=list(months), place__in=codes
        )
        .order_by()
        .values_list("place", "run", "blue", "trigger")
    }


def _indicator(
    indicator: Indicator,
    place: str,
    month: Month,
    air: Mapping[Key, PlaceMonth],
    targets: Mapping[tuple[str, str], Decimal],
    before: Mapping[Key, tuple[list[str], bool | None]],
) -> IndicatorFacts:
    now = air.get((place, month.period.start))
    then, thinnest = month.plus(-12), Month(month.year - 1, 12)
    return IndicatorFacts(
        indicator=indicator,
        month=month,
        value=value_of(indicator, now),
        same_period=sound_value(indicator, air.get((place, then.period.start)), then),
        last_year=sound_value(indicator, air.get((place, thinnest.period.start)), thinnest),
        target=targets.get((place, indicator.value)),
        enough=_enough(days_of(indicator, now, month)),
        blue_before=_blue(before, indicator, place, month),
    )


def value_of(indicator: Indicator, row: PlaceMonth | None) -> Decimal | None:
    """Give the year to date, rounded half to even to one decimal as it is compared."""
    if row is None:
        return None
    if indicator is Indicator.PM25:
        return half_even(row.year_pm25_sum / row.year_days, 1) if row.year_days else None
    if not row.year_index_days:
        return None
    return half_even(Decimal(row.year_good_days) * 100 / row.year_index_days, 1)


def sound_value(indicator: Indicator, row: PlaceMonth | None, month: Month) -> Decimal | None:
    """Give the year to date of a past month, unless it rests on too few days to compare with."""
    days = days_of(indicator, row, month)
    return value_of(indicator, row) if days.year >= days.year_needed else None


def days_of(indicator: Indicator, row: PlaceMonth | None, month: Month) -> Days:
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


def _blue(
    before: Mapping[Key, tuple[list[str], bool | None]],
    indicator: Indicator,
    place: str,
    month: Month,
) -> int:
    count = 0
    while count < MOST_MONTHS_BACK:
        said = before.get((place, month.plus(-count - 1).period.start))
        if said is None or indicator.value not in said[0]:
            break
        count += 1
    return count


def _quiet(
    before: Mapping[Key, tuple[list[str], bool | None]],
    place: str,
    month: Month,
    since: Month | None,
) -> int:
    """Count the successive months before, since the order, in which the trigger did not hold."""
    count = 0
    while since is not None and month.plus(-count - 1) >= since:
        said = before.get((place, month.plus(-count - 1).period.start))
        if said is None or said[1] is not False:
            break
        count += 1
    return count


def _class(number: int | None) -> WaterClass | None:
    return None if number is None else WaterClass(number)
