"""Readings from a list or from a program: each as stated, before any database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from monitoring.imports import forms, items, moments, values
from monitoring.imports.forms import Form
from monitoring.imports.moments import Moment
from monitoring.imports.values import Measured
from monitoring.vocabulary import Item, Span, StationKind
from quota_registry.kernel.imports import sheets
from quota_registry.kernel.imports.findings import Unreadable
from quota_registry.kernel.imports.layouts import Row

Kinds = Mapping[str, StationKind]
"""What the stations that are registered are, by code."""

REPORTED: Final = 2_000
"""After so many rows it is said how far the reading is."""

WHOLE_ROW: Final = ("station", "at")


class Value(NamedTuple):
    """One value of one row, as it is put down."""

    row: int
    code: str
    item: str
    span: str
    at: datetime
    value: Decimal | None
    mark: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that stays out, and the cell that is why."""

    row: int
    column: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ReadingFile:
    """A list as read: its good values, the rows that stay out, and where what stands."""

    layout: str = "items"
    sheet: str = ""
    rows: int = 0
    values: list[Value] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    """The header over each letter."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The letters of the columns that speak of the whole row."""
    other_sheets: tuple[str, ...] = ()


def read_readings(
    content: bytes,
    *,
    file: str,
    kinds: Kinds,
    report: Callable[[int, int], None] | None = None,
) -> ReadingFile:
    """
    Read a list of readings, from the first sheet that is one.

    A row with anything wrong in it stays out whole. ``report`` is told now and then how many
    rows of how many are read.

    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if none of its sheets is a list of readings.
    :raises WrongUnit: if a column is in another unit than the registry keeps.
    """
    book = sheets.read(content, file=file)
    found = [(sheet, form) for sheet in book if (form := forms.find(sheet)) is not None]
    if not found:
        raise forms.nothing_found()
    sheet, form = found[0]
    places = form.table.by_key
    read = ReadingFile(
        layout=form.name,
        sheet=sheet.name,
        headers={place.letter: place.header for place in places.values()},
        columns={key: places[key].letter for key in WHOLE_ROW},
        other_sheets=tuple(other.name for other in book if other is not sheet),
    )
    expected = len(sheet.rows)
    late: list[Value] = []
    for row in form.table.rows():
        read.rows += 1
        _read_row(form, row, kinds, read, late)
        if report is not None and not read.rows % REPORTED:
            report(read.rows, expected)
    # Put down last: of two rows of one hour, the one not written as 24:00 comes first and stands.
    read.values += late
    return read


def _read_row(form: Form, row: Row, kinds: Kinds, read: ReadingFile, late: list[Value]) -> None:
    refused = [
        Refused(row.number, found.column, found.code, found.facts)
        for found in row.findings
        if found.severity.keeps_the_row_out
    ]
    span, moment = form.span, row.values.get("at")
    columns: tuple[tuple[Item | None, str], ...] = form.items
    letters = form.table.by_key
    if span is None:
        span, columns = row.values.get("span"), ((row.values.get("item"), "value"),)
        moment = _moment_of(row, span, letters["at"].letter, refused)
        _check_unit(row, letters, refused)
    code = row.values.get("station", "")
    kind = kinds.get(code)
    good: list[Value] = []
    for item, key in columns:
        measured = row.values.get(key)
        if measured is None or item is None:
            continue
        letter = letters[key].letter
        try:
            values.possible(measured, item, kind)
        except Unreadable as problem:
            refused.append(Refused(row.number, letter, problem.code, problem.facts))
            continue
        if span is not None and moment is not None:
            good.append(_value(row.number, code, item, span, moment, measured))
    if refused:
        read.refused += refused
    else:
        (late if moment is not None and moment.late else read.values).extend(good)


def _moment_of(row: Row, span: Span | None, letter: str, refused: list[Refused]) -> Moment | None:
    """Read when a row was, which in a list of single values its own span says."""
    if span is None or "at" not in row.values:
        return None
    try:
        return moments.read(row.values["at"], span)
    except Unreadable as problem:
        refused.append(Refused(row.number, letter, problem.code, problem.facts))
        return None


def _check_unit(row: Row, letters: Mapping[str, Any], refused: list[Refused]) -> None:
    item, unit = row.values.get("item"), row.values.get("unit")
    if item is not None and unit is not None and not items.is_unit_of(unit, item):
        facts = {"text": unit, "unit": item.unit}
        refused.append(Refused(row.number, letters["unit"].letter, "wrong_unit", facts))


def _value(
    row: int, code: str, item: Item, span: Span, moment: Moment, measured: Measured
) -> Value:
    # The text itself, which COPY writes faster than a member of an enumeration.
    return Value(row, code, item.value, span.value, moment.at, measured.value, measured.mark)


class Sent(NamedTuple):
    """One value as a program sent it."""

    station: str
    item: str
    span: Span
    at: datetime
    value: Decimal | None
    mark: str = ""


def take_sent(sent: Iterable[Sent], *, kinds: Kinds) -> ReadingFile:
    """Read what a program sent, one value in each row, counted from 1."""
    read = ReadingFile(columns=dict.fromkeys(WHOLE_ROW, ""))
    for number, one in enumerate(sent, start=1):
        read.rows = number
        try:
            read.values.append(_sent(number, one, kinds))
        except Unreadable as problem:
            read.refused.append(Refused(number, "", problem.code, problem.facts))
    return read


def _sent(number: int, one: Sent, kinds: Kinds) -> Value:
    item = items.named(one.item)
    if item is None:
        raise Unreadable("unknown_item", text=one.item)
    moment = moments.whole(one.at, one.span)
    measured = values.NOTHING
    if one.value is not None:
        measured = Measured(one.value, one.mark)
        values.possible(measured, item, kinds.get(one.station))
        values.exact(one.value, f"{one.value:f}"[:40])
    return _value(number, one.station, item, one.span, moment, measured)
