"""
Ten million hourly readings taken in, beside raw COPY of the same rows; and a late correction.

A batch is a month of all stations, as long as a list may be. Ours goes the whole way from staging
on: COPY, the checks against the record, the one INSERT into the month's partition, the staged
rows dropped. The peer puts the very same rows into one plain table with the same columns and
indexes, and looks at none of them. Both take turns, batch by batch, and commit each.

Then hours of one day are sent again, corrected: what that re-rolls is counted and timed beside
rolling the whole month anew. ``QUOTA_BENCH_READINGS`` says how many readings it is, if not ten
million.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.harness import Figure, analyze
from tests.databases import Addresses

ROWS: Final = int(os.environ.get("QUOTA_BENCH_READINGS", "10000000"))
ITEMS: Final = ("a34004", "a34002", "a21026", "a21004", "a21005", "a05024")
HOURS: Final = 672
"""Four weeks, so that every batch is as long as the next."""
MONTHS: Final = tuple(date(2025, number, 1) for number in range(1, 10))
STATIONS: Final = max(9, ROWS // (len(ITEMS) * HOURS * len(MONTHS)))
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
NOW: Final = datetime(2026, 9, 1, tzinfo=SHANGHAI)
CORRECTED: Final = date(2025, 5, 12)
DUSTY: Final = "900"
"""So far from what the other stations say that the place's mean, rounded to whole μg/m³, moves."""

PEER: Final = """
    CREATE TABLE peer (LIKE monitoring_reading INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    ALTER TABLE peer ADD PRIMARY KEY (station_id, span, at, item);
    CREATE INDEX ON peer USING brin (at);
"""
COPY_PEER: Final = """
    COPY peer (station_id, item, span, at, value, mark, batch_id) FROM STDIN
"""


def run(addresses: Addresses) -> Iterator[Figure]:
    """Take the months in, ours and the peer's in turn, then correct one day."""
    from monitoring.models import Reading
    from tests import city

    city.all_places()
    stations = _stations()
    with addresses.connect("admin") as admin:
        admin.execute(PEER)
    spent, peer = [0.0, 0.0, 0.0], 0.0
    for number, month in enumerate(MONTHS):
        if number % 2:
            peer += _copied(addresses, stations, month)
        spent = [a + b for a, b in zip(spent, _taken_in(stations, month), strict=True)]
        if not number % 2:
            peer += _copied(addresses, stations, month)
    count = len(stations) * len(ITEMS) * HOURS * len(MONTHS)
    assert Reading.objects.count() == count
    yield Figure(
        "readings_load",
        sum(spent) / peer,
        2,
        at_most=True,
        note=(
            f"{count} readings of {len(stations)} stations: COPY {spent[0]:.1f} s, checks"
            f" {spent[1]:.1f} s, INSERT {spent[2]:.1f} s, beside raw COPY {peer:.1f} s"
        ),
    )
    analyze(addresses)
    yield from _corrected(stations)


def _stations() -> dict[str, int]:
    from monitoring.models import Station
    from tests import city

    places = ("320583", "320583P01", "320581", "320500P01")
    with city.system():
        Station.objects.bulk_create(
            Station(
                code=f"B{number:05d}",
                name=f"B{number:05d}",
                kind="air",
                place_id=places[number % len(places)],
                valid_from=date(2020, 1, 1),
            )
            for number in range(STATIONS)
        )
    return dict(Station.objects.values_list("code", "id"))


def _rows(stations: dict[str, int], month: date) -> Iterator[tuple[int, str, str, int, int]]:
    """Give a month's values in the order of a list: station, hour, item."""
    begins = datetime(month.year, month.month, month.day, tzinfo=SHANGHAI)
    times = [(begins + timedelta(hours=n)).isoformat() for n in range(1, HOURS + 1)]
    row = 1
    for pk in stations.values():
        for hour, at in enumerate(times):
            row += 1
            for column, item in enumerate(ITEMS):
                yield pk, item, at, (hour * 7 + column * 11 + pk) % 90, row


def _taken_in(stations: dict[str, int], month: date) -> tuple[float, float, float]:
    """Take a month in; returns the seconds of COPY, of the checks and of the rest."""
    from django.db import connection, transaction

    from monitoring.models import ReadingBatch
    from monitoring.services import staging
    from quota_registry.kernel.services import audit
    from tests import city

    office = city.person("city.office")
    with transaction.atomic():
        audit.sign(by=office)
        batch = ReadingBatch.objects.create(place=city.place("320500"), by=office)
    parts = _parts(
        f"{batch.pk}\t{number}\t{row}\t\t{pk}\t{item}\th\t{at}\t{value}\t\n"
        for number, (pk, item, at, value, row) in enumerate(_rows(stations, month))
    )
    values = len(stations) * HOURS * len(ITEMS)
    marks = [time.perf_counter()]
    with transaction.atomic():
        audit.sign(by=office)
        with connection.cursor() as cursor, cursor.copy(staging.COPY) as copy:
            for part in parts:
                copy.write(part)
        marks.append(time.perf_counter())
        paths = [city.place("320500").path]
        assert staging.refuse(batch, paths=paths, at=NOW) == 0
        assert staging.foresee(batch, values=values)["new"] == values
        marks.append(time.perf_counter())
        taken = staging.take(batch, values=values)
        staging.clear(batch)
    marks.append(time.perf_counter())
    assert taken.new == values
    assert len(taken.days) == len(stations) * HOURS // 24
    first, second, third = (b - a for a, b in pairwise(marks))
    return first, second, third


def _copied(addresses: Addresses, stations: dict[str, int], month: date) -> float:
    parts = _parts(
        f"{pk}\t{item}\th\t{at}\t{value}\t\t1\n"
        for pk, item, at, value, _row in _rows(stations, month)
    )
    with addresses.connect("admin") as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        with cursor.copy(COPY_PEER) as copy:
            for part in parts:
                copy.write(part)
        connection.commit()
        return time.perf_counter() - began


def _parts(lines: Iterator[str]) -> list[bytes]:
    """Write the lines beforehand, so that neither side waits for Python."""
    parts: list[bytes] = []
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) == 2_000:
            parts.append("".join(held).encode())
            held.clear()
    return [*parts, "".join(held).encode()]


def _corrected(stations: dict[str, int]) -> Iterator[Figure]:
    """Send the hours of one day of one station again, and see what is rolled anew."""
    from django.db import transaction

    from monitoring.models import PlaceDay, PlaceMonth, StationDay
    from monitoring.services import rollups
    from monitoring.vocabulary import Item
    from tests import city
    from tests import stations as watch

    month = CORRECTED.replace(day=1)
    days = [(pk, month + timedelta(days=n)) for pk in stations.values() for n in range(HOURS // 24)]
    began = time.perf_counter()
    with transaction.atomic():
        rollups.roll(days=days, months=[])
    of_month = time.perf_counter() - began
    assert StationDay.objects.count() == len(days) * len(ITEMS)

    tables: tuple[Any, ...] = (StationDay, PlaceDay, PlaceMonth)
    before = [set(map(str, table.objects.values_list())) for table in tables]
    code, pk = next(iter(stations.items()))
    office = city.person("city.office")
    hours = (watch.hour(f"{CORRECTED} 00:00") + timedelta(hours=n) for n in range(1, 25))
    rows = [watch.sent(code, Item.PM25, f"{at:%Y-%m-%d %H:%M}", DUSTY) for at in hours]
    began = time.perf_counter()
    receipt = watch.take_in(rows, by=office, at=NOW)
    of_day = time.perf_counter() - began
    assert receipt.batch.counts["changed"] == len(rows)
    changed = [
        len(set(map(str, table.objects.values_list())) - was)
        for table, was in zip(tables, before, strict=True)
    ]
    assert changed == [len(ITEMS), 1, 1], changed
    assert not StationDay.objects.exclude(day=CORRECTED).filter(station=pk, value=DUSTY).exists()
    yield Figure(
        "readings_correction",
        of_month / of_day,
        len(days) / len(stations) / 2,
        note=(
            f"one day of one station sent anew and rolled {of_day * 1000:.0f} ms"
            f" (6 station days, 1 place day, 1 month), the month of all"
            f" {of_month:.1f} s"
        ),
    )
