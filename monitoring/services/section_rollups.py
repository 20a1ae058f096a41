"""Months of water sections and their years to date, by the rules (STANDARDS §2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection

from monitoring.models import SectionMonth, Station
from monitoring.rules import rounding, water
from monitoring.rules.rounding import Exact
from monitoring.vocabulary import Item, Span, WaterBody

READ: Final = """
    SELECT r.station_id,
           date_trunc('month', r.at AT TIME ZONE 'Asia/Shanghai')::date, r.item, r.span,
           r.value, r.mark
      FROM (SELECT DISTINCT station_id, date_trunc('year', month) AS year
              FROM unnest(%(stations)s::integer[], %(months)s::date[]) AS a (station_id, month)
           ) AS asked
      JOIN monitoring_reading AS r
        ON r.station_id = asked.station_id AND r.span IN ('d', 'm')
       AND r.at >= asked.year::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND r.at < (asked.year + interval '1 year')::timestamp AT TIME ZONE 'Asia/Shanghai'
     WHERE r.value IS NOT NULL
"""

FIELDS: Final = (
    "values",
    "water_class",
    "worst",
    "year_values",
    "year_class",
    "year_worst",
    "months",
)

Samples = dict[Item, dict[str, list[Decimal]]]
Means = dict[Item, Exact]


def roll(months: Collection[tuple[int, date]]) -> None:
    """
    Make months of sections anew, with the years to date from there on.

    *months* are stations' ids with first days of months. A month is the mean of what was
    measured in it, the year to date the mean of its months; each is classed once, unrounded.
    """
    samples: dict[int, dict[date, Samples]] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(
            READ, {"stations": [pk for pk, _m in months], "months": [m for _pk, m in months]}
        )
        for pk, month, item, span, value, mark in cursor.fetchall():
            of_item = samples[pk][month].setdefault(Item(item), {})
            of_item.setdefault(span, []).append(water.counted(value, mark))

    first: dict[tuple[int, int], date] = {}
    for pk, month in months:
        first[pk, month.year] = min(month, first.get((pk, month.year), month))
    bodies = dict(
        Station.objects.filter(pk__in={pk for pk, _year in first}).values_list("pk", "body")
    )
    rows = [
        row
        for (pk, year), since in sorted(first.items())
        for row in _year(pk, WaterBody(bodies[pk]), _of_year(samples[pk], year), since)
    ]
    SectionMonth.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["station", "month"], update_fields=FIELDS
    )
    for pk, month in set(months) - {(row.station_id, row.month) for row in rows}:
        # Every value of it was corrected to none.
        SectionMonth.objects.filter(station=pk, month=month).delete()


def _of_year(samples: Mapping[date, Samples], year: int) -> dict[date, Means]:
    return {
        month: {
            item: mean for item, of_item in found.items() if (mean := _mean(of_item)) is not None
        }
        for month, found in sorted(samples.items())
        if month.year == year
    }


def _mean(of_item: Mapping[str, list[Decimal]]) -> Exact | None:
    """Take the month's own value where there is one, else the mean of its samples."""
    return rounding.mean(of_item.get(Span.MONTH.value) or of_item.get(Span.DAY.value) or [])


def _year(
    station: int, body: WaterBody, months: Mapping[date, Means], since: date
) -> list[SectionMonth]:
    so_far: dict[Item, list[Exact]] = defaultdict(list)
    rows, classed = [], 0
    for month, means in months.items():
        for item, mean in means.items():
            so_far[item].append(mean)
        one = water.classify(means, body=body)
        classed += one.water_class is not None
        if month < since:
            continue
        year_means = {
            item: average
            for item, of_months in so_far.items()
            if (average := rounding.mean(of_months)) is not None
        }
        year = water.classify(year_means, body=body)
        rows.append(
            SectionMonth(
                station_id=station,
                month=month,
                values=_shown(means),
                water_class=one.water_class,
                worst=[item.value for item in one.worst],
                year_values=_shown(year_means),
                year_class=year.water_class,
                year_worst=[item.value for item in year.worst],
                months=classed,
            )
        )
    return rows


def _shown(means: Mapping[Item, Exact]) -> dict[str, str]:
    return {item.value: str(water.rounded(item, mean)) for item, mean in means.items()}
