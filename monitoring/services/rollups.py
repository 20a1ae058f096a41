"""
Rollups: days and months of stations, places and sections, made anew where readings changed.

What a day of a station is, SQL says set by set, and a test holds it against the rule; days of
places and classes of sections are made by the rules themselves, since there are few of them.
Whoever rolls waits for whoever rolls already, and then sees what the other took in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from monitoring.models import PlaceDay, SectionMonth, Station, StationDay
from monitoring.rules import air, rounding, validity
from monitoring.services import section_rollups, staging
from monitoring.services.staging_statements import TAKE_TURNS
from monitoring.vocabulary import AIR_ITEMS, Item, StationKind
from quota_registry.kernel.models import RuleBookVersion
from quota_registry.kernel.rulebook import RuleBook

FEW: Final = 1_000
"""Up to so many days of stations are looked up one by one, more of them month by month."""

FORGET_DAYS: Final = """
    DELETE FROM monitoring_stationday AS d
     USING unnest(%(stations)s::integer[], %(days)s::date[]) AS asked (station_id, day)
     WHERE d.station_id = asked.station_id AND d.day = asked.day
"""

# An hour is labelled by its end: a day goes from 01:00 to 24:00 (STANDARDS §1). Of the hours and
# the stated value what makes a day goes first, and of two that do the hours: see `air.day_value`.
STATION_DAYS: Final = """
    INSERT INTO monitoring_stationday (station_id, day, item, value, hours, valid)
    WITH asked AS MATERIALIZED (
        SELECT station_id, day, day::timestamp AT TIME ZONE 'Asia/Shanghai' AS begins
          FROM unnest(%(stations)s::integer[], %(days)s::date[]) AS asked (station_id, day)
    ), hours AS MATERIALIZED (
        SELECT a.station_id, a.day, r.item, r.value,
               extract(epoch FROM r.at - a.begins)::integer / 3600 AS hour
          FROM asked AS a
          JOIN monitoring_reading AS r
            ON r.station_id = a.station_id AND r.span = 'h'
           AND r.at > a.begins AND r.at <= a.begins + interval '1 day'
           -- The same once more, so that many days can be held against whole months at once.
           AND ((r.at - interval '1 hour') AT TIME ZONE 'Asia/Shanghai')::date = a.day
         WHERE r.item = ANY (%(items)s) AND r.at BETWEEN %(first)s AND %(last)s
    ), eights AS (
        SELECT h.station_id, h.day, avg(h.value) AS mean
          FROM hours AS h
          JOIN generate_series(%(first_end)s::integer, %(last_end)s::integer) AS ends
            ON h.hour > ends - %(window)s AND h.hour <= ends
         WHERE h.item = %(ozone)s
         GROUP BY h.station_id, h.day, ends
        HAVING count(h.value) >= %(hours_of_mean)s
    )
    SELECT DISTINCT ON (station_id, day, item) station_id, day, item, value, hours, valid
      FROM (
        SELECT station_id, day, item, avg(value), count(value), count(value) >= %(hours_of_day)s
          FROM hours WHERE item <> %(ozone)s
         GROUP BY station_id, day, item
        UNION ALL
        SELECT h.station_id, h.day, %(ozone)s, e.largest, h.hours,
               coalesce(e.means, 0) >= %(means_of_day)s
          FROM (SELECT station_id, day, count(value) AS hours FROM hours
                 WHERE item = %(ozone)s GROUP BY station_id, day) AS h
          LEFT JOIN (SELECT station_id, day, max(mean) AS largest, count(*) AS means FROM eights
                      GROUP BY station_id, day) AS e USING (station_id, day)
        UNION ALL
        SELECT a.station_id, a.day, r.item, r.value, 0, r.value IS NOT NULL
          FROM asked AS a
          JOIN monitoring_reading AS r
            ON r.station_id = a.station_id AND r.span = 'd' AND r.at = a.begins
         WHERE r.item = ANY (%(items)s) AND r.at BETWEEN %(first)s AND %(last)s
      ) AS made (station_id, day, item, value, hours, valid)
     ORDER BY station_id, day, item, valid DESC, hours DESC
"""

PLACE_DAYS: Final = """
    SELECT s.place_id, d.day, d.station_id, d.item, d.value
      FROM unnest(%(places)s::text[], %(days)s::date[]) AS asked (place_id, day)
      JOIN monitoring_station AS s ON s.place_id = asked.place_id
      JOIN monitoring_stationday AS d ON d.station_id = s.id AND d.day = asked.day
     WHERE d.valid AND s.kind = 'air' AND s.counts AND s.valid_from <= d.day
       AND (s.valid_until IS NULL OR d.day < s.valid_until)
"""

FORGET_PLACE_DAYS: Final = """
    DELETE FROM monitoring_placeday AS d
     USING unnest(%(places)s::text[], %(days)s::date[]) AS asked (place_id, day)
     WHERE d.place_id = asked.place_id AND d.day = asked.day
"""

PLACE_MONTHS: Final = """
    INSERT INTO monitoring_placemonth AS m
           (place_id, month, days, pm25_sum, index_days, good_days,
            year_days, year_pm25_sum, year_index_days, year_good_days)
    SELECT asked.place_id, asked.month, count(d.pm25), coalesce(sum(d.pm25), 0),
           count(d.index), count(*) FILTER (WHERE d.index <= asked.good), 0, 0, 0, 0
      FROM unnest(%(places)s::text[], %(months)s::date[], %(goods)s::integer[])
           AS asked (place_id, month, good)
      LEFT JOIN monitoring_placeday AS d
             ON d.place_id = asked.place_id
            AND d.day >= asked.month AND d.day < asked.month + interval '1 month'
     GROUP BY asked.place_id, asked.month, asked.good
    ON CONFLICT (place_id, month) DO UPDATE
       SET days = EXCLUDED.days, pm25_sum = EXCLUDED.pm25_sum,
           index_days = EXCLUDED.index_days, good_days = EXCLUDED.good_days
     WHERE (m.days, m.pm25_sum, m.index_days, m.good_days)
           IS DISTINCT FROM
           (EXCLUDED.days, EXCLUDED.pm25_sum, EXCLUDED.index_days, EXCLUDED.good_days)
"""

# The year to date runs on to the later months of the year, and to no other.
YEARS_TO_DATE: Final = """
    WITH asked AS (
        SELECT place_id, date_trunc('year', month)::date AS year, min(month) AS first
          FROM unnest(%(places)s::text[], %(months)s::date[]) AS asked (place_id, month)
         GROUP BY place_id, date_trunc('year', month)
    ), ran AS (
        SELECT m.id, m.month >= a.first AS touched,
               sum(m.days) OVER so_far AS days, sum(m.pm25_sum) OVER so_far AS pm25_sum,
               sum(m.index_days) OVER so_far AS index_days, sum(m.good_days) OVER so_far AS good
          FROM asked AS a
          JOIN monitoring_placemonth AS m
            ON m.place_id = a.place_id AND m.month >= a.year
           AND m.month < a.year + interval '1 year'
        WINDOW so_far AS (PARTITION BY m.place_id, a.year ORDER BY m.month)
    )
    UPDATE monitoring_placemonth AS m
       SET year_days = r.days, year_pm25_sum = r.pm25_sum,
           year_index_days = r.index_days, year_good_days = r.good
      FROM ran AS r
     WHERE r.id = m.id AND r.touched
       AND (m.year_days, m.year_pm25_sum, m.year_index_days, m.year_good_days)
           IS DISTINCT FROM (r.days, r.pm25_sum, r.index_days, r.good)
"""

FIELDS: Final = {item: item.name.lower() for item in AIR_ITEMS}
"""The column of each item in a day of a place."""

Days = Collection[tuple[int, date]]


def roll(*, days: Days, months: Days) -> None:
    """
    Make anew what the changed readings come to, and nothing besides.

    *days* are stations' ids with days, *months* the same with first days of months: hours and
    daily values of air stations make days of places, which make their months and the year to
    date from there on; values of sections make months of sections.
    """
    kinds = dict(
        Station.objects.filter(pk__in={pk for pk, _day in [*days, *months]}).values_list(
            "pk", "kind"
        )
    )
    of_air = sorted((pk, day) for pk, day in days if kinds[pk] == StationKind.AIR)
    of_water = sorted((pk, month) for pk, month in months if kinds[pk] == StationKind.SECTION)
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS)
    if of_air:
        _roll_stations(of_air)
        places = dict(Station.objects.filter(pk__in=kinds).values_list("pk", "place_id"))
        roll_places(sorted({(places[pk], day) for pk, day in of_air}))
    if of_water:
        section_rollups.roll(of_water)


def roll_station(station: Station, *, since: date = date.min) -> None:
    """
    Make anew what the readings of *station* come to, since it is another thing now.

    Of an air station its place's days from *since* on, of a section all its months.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS)
    if station.kind == StationKind.AIR:
        days = StationDay.objects.filter(station=station, day__gte=since).values_list("day")
        if found := sorted((station.place_id, day) for (day,) in days.distinct()):
            roll_places(found)
    elif station.kind == StationKind.SECTION:
        months = SectionMonth.objects.filter(station=station).values_list("station", "month")
        section_rollups.roll(list(months))


def _roll_stations(days: list[tuple[int, date]]) -> None:
    facts: dict[str, Any] = {
        "stations": [pk for pk, _day in days],
        "days": [day for _pk, day in days],
        "items": [item.value for item in AIR_ITEMS],
        "ozone": Item.O3.value,
        "first_end": validity.O3_FIRST_END,
        "last_end": validity.O3_LAST_END,
        "window": validity.O3_WINDOW,
        "hours_of_mean": validity.O3_HOURS_PER_MEAN,
        "means_of_day": validity.O3_MEANS_PER_DAY,
        "hours_of_day": validity.HOURS_PER_DAY,
        "first": _midnight(min(day for _pk, day in days)),
        "last": _midnight(max(day for _pk, day in days) + timedelta(days=1)),
    }
    with connection.cursor() as cursor, staging.planned(cursor, few=len(days) <= FEW):
        cursor.execute(FORGET_DAYS, facts)
        cursor.execute(STATION_DAYS, facts)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def roll_places(days: Collection[tuple[str, date]]) -> None:
    """Make days of places anew from their stations' days, and the months that they lie in."""
    asked: dict[str, Any] = {
        "places": [code for code, _day in days],
        "days": [day for _code, day in days],
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACE_DAYS, asked)
        found = cursor.fetchall()
        cursor.execute(FORGET_PLACE_DAYS, asked)
    months = sorted({(code, day.replace(day=1)) for code, day in days})
    good = _good({month for _code, month in months})
    PlaceDay.objects.bulk_create(_place_days(found, good), batch_size=1_000)

    touched: dict[str, Any] = {
        "places": [code for code, _month in months],
        "months": [month for _code, month in months],
        "goods": [good[month] for _code, month in months],
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACE_MONTHS, touched)
        cursor.execute(YEARS_TO_DATE, touched)


def _good(months: Collection[date]) -> dict[date, int]:
    """
    Say up to which index the days of each month are good, by the rule book of its first day.

    What was measured before the first rule book began is good by the standard's own figure.
    """
    books = [
        (version.in_force, RuleBook.from_document(version.content).good_air_index)
        for version in RuleBookVersion.objects.filter(approved_at__isnull=False)
    ]
    return {
        month: next((good for span, good in books if month in span), air.GOOD_UP_TO)
        for month in months
    }


def _place_days(
    found: list[tuple[str, date, int, str, Decimal]], good: Mapping[date, int]
) -> list[PlaceDay]:
    """Make the days of places from their valid stations' days, by the rules."""
    values: dict[tuple[str, date], dict[Item, list[Decimal]]] = defaultdict(dict)
    stations: dict[tuple[str, date], set[int]] = defaultdict(set)
    for place, day, station, item, value in found:
        values[place, day].setdefault(Item(item), []).append(value)
        stations[place, day].add(station)
    return [
        _place_day(place, day, of_items, len(stations[place, day]), good[day.replace(day=1)])
        for (place, day), of_items in values.items()
    ]


def _place_day(
    place: str, day: date, of_items: dict[Item, list[Decimal]], stations: int, good: int
) -> PlaceDay:
    rounded = {}
    for item, values in of_items.items():
        mean = rounding.mean(values)
        if mean is not None:
            rounded[item] = rounding.half_even(mean, air.day_places(item))
    judged = air.air_day(rounded, on=day, good_up_to=good)
    return PlaceDay(
        place_id=place,
        day=day,
        index=judged.index,
        primary=[item.value for item in judged.primary],
        stations=stations,
        **{FIELDS[item]: value for item, value in rounded.items()},
    )
