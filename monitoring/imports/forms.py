"""The forms that lists of readings have: a column for each item, or a row for each value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from monitoring.imports import items, moments, values
from monitoring.vocabulary import Item, Span
from quota_registry.kernel import identifiers
from quota_registry.kernel.imports import cells, layouts
from quota_registry.kernel.imports.cells import Cell
from quota_registry.kernel.imports.findings import Unreadable
from quota_registry.kernel.imports.layouts import Column, Layout, NoSuchTable, Table
from quota_registry.kernel.imports.sheets import Raw, Sheet

STATION: Final = ("点位编码", "站点编码", "断面编码")
TIMES: Final = {
    Span.HOUR: ("监测时间",),
    Span.DAY: ("监测日期", "日期"),
    Span.MONTH: ("月份", "监测月份"),
}
"""The time's header says over how long the values of a wide list were taken."""

SPAN, ITEM, VALUE, UNIT = "时段", "监测项目", "数值", "单位"
SPANS: Final = {"小时": Span.HOUR, "日": Span.DAY, "月": Span.MONTH}
_CODE: Final = re.compile(r"[0-9A-Z][0-9A-Z.\-]{0,23}")


@dataclass(frozen=True, slots=True)
class Form:
    """
    A table of readings found in a sheet.

    ``span`` is empty where each row says its own; then it has one value, ``value``, of one item.
    """

    name: str
    table: Table
    span: Span | None
    items: tuple[tuple[Item, str], ...] = ()
    """The items of a wide list, each with the key of its column."""


def find(sheet: Sheet) -> Form | None:
    """
    Find a table of readings in a sheet; one that holds none gives nothing.

    :raises WrongUnit: if a column is in another unit than the registry keeps.
    """
    for row in sheet.rows[: layouts.SEARCHED]:
        headers = [identifiers.clean_name(cell) for cell in row if isinstance(cell, str)]
        bare = {header.strip("*") for header in headers}
        if bare.isdisjoint(STATION):
            continue
        if {ITEM, VALUE} <= bare:
            return Form("items", layouts.locate(sheet, _long()), None)
        for span, names in TIMES.items():
            if not bare.isdisjoint(names):
                return _wide(sheet, span, headers)
    return None


def nothing_found() -> NoSuchTable:
    """Say what a list of readings must have."""
    return NoSuchTable(missing="、".join((STATION[0], TIMES[Span.HOUR][0], "PM2.5（μg/m³）…")))


def _wide(sheet: Sheet, span: Span, headers: Sequence[str]) -> Form | None:
    found = items.in_headers(headers)
    if not found:
        return None
    table = layouts.locate(
        sheet,
        Layout(
            "readings",
            (
                _station(),
                _column("at", TIMES[span], partial(_moment, span=span), required=True),
                *(_column(item.value, (header,), values.read) for item, header in found.items()),
            ),
        ),
    )
    return Form(f"wide-{span.value}", table, span, tuple((item, item.value) for item in found))


def _long() -> Layout:
    return Layout(
        "readings",
        (
            _station(),
            _column("span", (SPAN,), cells.choice(SPANS), required=True),
            _column("at", TIMES[Span.HOUR], Cell, required=True),
            _column("item", (ITEM,), _item, required=True),
            _column("value", (VALUE,), values.read, required=True),
            _column("unit", (UNIT,), cells.remark, optional=True),
        ),
    )


def _column(key: str, headers: tuple[str, ...], reader: Any, **more: bool) -> Column:
    return Column(key=key, headers=headers, reader=reader, **more)


def _station() -> Column:
    return _column("station", STATION, station, required=True)


def station(raw: Raw) -> Cell[str]:
    """Read a station's code."""
    if not isinstance(raw, str):
        raise Unreadable("code_as_number")
    if raw.lstrip().startswith("="):
        raise Unreadable("formula")
    code = identifiers.clean_code(raw)
    if not _CODE.fullmatch(code):
        raise Unreadable("wrong_code", text=raw.strip()[:40])
    return Cell(code)


def _moment(raw: Raw, *, span: Span) -> Cell[moments.Moment]:
    return Cell(moments.read(raw, span))


def _item(raw: Raw) -> Cell[Item]:
    item = items.named(raw) if isinstance(raw, str) else None
    if item is None:
        raise Unreadable("unknown_item", text=str(raw).strip()[:40])
    return Cell(item)
