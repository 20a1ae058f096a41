"""Stations to test the watch with, and small lists of readings of theirs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from monitoring.imports.readings import Sent
from monitoring.models import Reading, ReadingBatch, RefusedReading, Station
from monitoring.selectors import reading_batches
from monitoring.services import arrivals, reading_work, readings
from monitoring.vocabulary import Item, Span
from quota_registry.kernel.imports import sheets
from quota_registry.kernel.models import Person
from quota_registry.kernel.services import reference
from quota_registry.kernel.vocabulary import Role
from tests import city

BUREAU: Final = Path(__file__).parents[1] / "fixtures" / "bureau"
AIR: Final = "air-hourly-2026-09.csv"
WATER: Final = "water-monthly-2026.csv"
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
DAY: Final = date(2026, 9, 2)
"""The day that hours are sent of, unless another is asked for."""
NOW: Final = datetime(2026, 10, 9, 9, tzinfo=SHANGHAI)
HOURLY: Final = ("站点编码", "监测时间", "PM2.5(μg/m³)", "O3(μg/m³)")


def office() -> Person:
    """Make somebody of the city's general office, in the city of the bureau's files."""
    with city.system():
        reference.load()
    return city.appointed("city.office", Role.GENERAL_OFFICE, "320500")


def station(code: str = "320583A1", *, place: str = "320583", **more: Any) -> Station:
    """Register a station of the air, unless *more* says otherwise, in use from 2020 on."""
    fields = {"name": code, "kind": "air", "valid_from": date(2020, 1, 1), "place_id": place}
    with city.system():
        found, _new = Station.objects.get_or_create(code=code, defaults=fields | more)
    return found


def section(code: str = "320583W1", *, body: str = "river", **more: Any) -> Station:
    """Register a water section that is to reach class III."""
    return station(code, kind="section", body=body, target_class=3, **more)


def stations_of_the_bureau() -> None:
    """Register every station of the bureau's two files, at the county that its code begins with."""
    bodies = {"河流": "river", "湖库": "lake"}
    for row in _rows(AIR):
        if not row[0].startswith("9"):
            station(row[0], place=row[0][:6], name=row[1])
    for row in _rows(WATER):
        section(row[0], place=row[0][:6], name=row[1], body=bodies[row[3]])


def _rows(file: str) -> list[list[str]]:
    text = sheets.text_of((BUREAU / file).read_bytes())
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return list({row[0]: row for row in rows}.values())


def listed(rows: Iterable[Sequence[str]], *, headers: Sequence[str] = HOURLY) -> bytes:
    """Write a list as CSV, by default of hours with PM2.5 and ozone."""
    out = io.StringIO()
    csv.writer(out).writerows([headers, *rows])
    return out.getvalue().encode()


def previewed(
    content: bytes, *, by: Person, name: str = "小时值.csv", at: datetime = NOW
) -> ReadingBatch:
    """Send a list in and have it read."""
    batch = readings.upload(
        upload=SimpleUploadedFile(name, content), place=city.place("320500"), by=by, at=at
    )
    return reading_work.read(batch=batch, at=at)


def accepted(content: bytes, *, by: Person, at: datetime = NOW) -> ReadingBatch:
    """Send a list in, have it read, agree to it and have it taken in."""
    batch = readings.consent(batch=previewed(content, by=by, at=at), by=by, at=at)
    return reading_work.accept(batch=batch, by=by, at=at)


def hour(text: str) -> datetime:
    """Read a moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def sent(
    code: str, item: Item, at: str, value: str | None, *, span: Span = Span.HOUR, mark: str = ""
) -> Sent:
    """Make one value as a program sends it."""
    number = None if value is None else Decimal(value)
    return Sent(code, item.value, span, hour(at), number, mark)


def hours(
    code: str, item: Item, values: Mapping[int, str | None], day: date = DAY
) -> Iterable[Sent]:
    """Send the hours of a day, each labelled by its end, 1 to 24."""
    for number, value in values.items():
        at = hour(f"{day} 00:00") + timedelta(hours=number)
        yield sent(code, item, f"{at:%Y-%m-%d %H:%M}", value)


def whole_day(code: str, day: date, **values: str) -> Iterable[Sent]:
    """Send one daily value for every item, so that the day has an index."""
    usual = {"PM25": "20", "PM10": "40", "SO2": "8", "NO2": "20", "CO": "0.6", "O3": "80"}
    for name, value in (usual | values).items():
        yield sent(code, Item[name], f"{day} 00:00", value, span=Span.DAY)


def water(code: str, number: int, **values: str) -> Iterable[Sent]:
    """Send a month of a section, in which everything is of class I but what is named."""
    usual = {"DO": "7.6", "CODMN": "2", "NH3N": "0.1", "TP": "0.02"}
    for name, value in (usual | values).items():
        mark = "L" if value.endswith("L") else ""
        yield sent(
            code,
            Item[name],
            f"2026-{number:02d}-01 00:00",
            value.removesuffix("L"),
            span=Span.MONTH,
            mark=mark,
        )


def take_in(rows: Iterable[Sent], *, by: Person, at: datetime = NOW) -> Any:
    """Take values in as a program's."""
    return arrivals.receive(sent=list(rows), by=by, at=at)


def refused(batch: ReadingBatch) -> list[tuple[int, str, str]]:
    """Give the row, the column and the reason of everything that stayed out."""
    return [
        (found.row, found.column, found.code)
        for found in RefusedReading.objects.filter(batch=batch).order_by("row", "column")
    ]


def said(batch: ReadingBatch, row: int) -> str:
    """Give the sentence about a row that stayed out."""
    found = RefusedReading.objects.get(batch=batch, row=row)
    return reading_batches.finding_of(found, batch).message


def of(code: str, item: Item, at: str) -> Reading:
    """Find an hourly reading."""
    return Reading.objects.get(station_id=station(code).pk, item=item, span="h", at=hour(at))
