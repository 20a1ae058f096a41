"""How complete a year's data are: what each month of a place rests on, and what it would need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from monitoring.models import PlaceMonth, SectionMonth, Station
from monitoring.rules import validity
from monitoring.vocabulary import StationKind
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What a month's figures rest on: days with PM2.5 and with an index, sections with a class."""

    month: Month
    pm25: int
    index: int
    needed: int
    sections: int
    of_sections: int

    @property
    def days(self) -> int:
        """Count the days that every figure of the air rests on."""
        return min(self.pm25, self.index)

    @property
    def is_thin(self) -> bool:
        """Say whether the month needs more data to be judged."""
        return self.days < self.needed or self.sections < self.of_sections


def of_places(
    places: Collection[Place], year: int, *, until: date
) -> dict[str, list[Completeness]]:
    """Give the months of *year* that are over on the day *until*, by place, in three questions."""
    over = [
        month
        for month in (Month(year, number) for number in range(1, 13))
        if (month.period.end or until) <= until
    ]
    air = {
        (place, start): (days, index_days)
        for place, start, days, index_days in PlaceMonth.objects.filter(
            place__in=places, month__year=year
        ).values_list("place", "month", "days", "index_days")
    }
    standing = _standing(places, year)
    classed = _classed(places, year)
    found: dict[str, list[Completeness]] = {}
    for code in (place.pk for place in places):
        found[code] = []
        for month in over:
            pm25, index = air.get((code, month.period.start), (0, 0))
            found[code].append(
                Completeness(
                    month=month,
                    pm25=pm25,
                    index=index,
                    needed=validity.days_needed(month),
                    sections=classed[code, month.period.start],
                    of_sections=standing[code],
                )
            )
    return found


def _standing(places: Collection[Place], year: int) -> Counter[str]:
    """Count the sections that counted on any day of *year*, by place."""
    sections = Station.objects.of_kind(StationKind.SECTION).filter(
        Q(valid_until=None) | Q(valid_until__gt=date(year, 1, 1)),
        place__in=places,
        counts=True,
        valid_from__lt=date(year + 1, 1, 1),
    )
    rows = sections.order_by().values_list("place").annotate(many=Count("pk"))
    return Counter(dict(rows))


def _classed(places: Collection[Place], year: int) -> Counter[tuple[str, date]]:
    """Count the sections that have a class in each month of *year*, by place."""
    rows = (
        SectionMonth.objects.filter(
            station__place__in=places,
            station__counts=True,
            month__year=year,
            water_class__isnull=False,
        )
        .order_by()
        .values_list("station__place", "month")
        .annotate(many=Count("pk"))
    )
    return Counter({(place, month): many for place, month, many in rows})
