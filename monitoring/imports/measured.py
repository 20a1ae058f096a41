"""A list of what monitors measured: a line per outlet and month, a column per pollutant, in t."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monitoring.imports import moments
from monitoring.vocabulary import Span
from quota_registry.kernel.imports import cells, layouts, sheets
from quota_registry.kernel.imports.cells import Cell
from quota_registry.kernel.imports.findings import Finding, Severity, Unreadable
from quota_registry.kernel.imports.layouts import Column, Layout, NoSuchTable, Row, Table
from quota_registry.kernel.imports.sheets import Raw
from quota_registry.kernel.vocabulary import Pollutant

SENTENCES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "negative": _("%(text)s为负数，排放量不得为负数"),
        "no_time": _("“%(text)s”不是月份，请填写如2026-03"),
        "not_whole": _("“%(text)s”不是月份，请填写如2026-03"),
        "out_of_time": _("%(text)s超出合理范围"),
        "unknown_monitor": _("您的辖区内，%(uscc)s没有装有自动监测设备的排放口%(number)s"),
        "month_not_over": _("%(month)s尚未结束"),
        "outlet_into_water": _("%(number)s为水排放口，不登记%(pollutant)s"),
        "outlet_into_air": _("%(number)s为大气排放口，不登记%(pollutant)s"),
        "month_twice": _("与第%(row)s行的排放口和月份相同"),
    }
)
"""What is wrong with a row, by code, in the words of these lists."""


def month(raw: Raw) -> Cell[date]:
    """Read a month: text such as 2026-03 or 2026年3月, or a date cell of its first day."""
    return Cell(moments.read(raw, Span.MONTH).at.date())


def number(raw: Raw) -> Cell[str]:
    """Read an outlet's number as permits write it: DW001, DA001."""
    text = cells.name(raw, most=20).value.upper()
    if len(text) != 5 or text[:2] not in {"DW", "DA"} or not text[2:].isdecimal():
        raise Unreadable("wrong_code", text=text)
    return Cell(text)


LAYOUT: Final = Layout(
    "measured_amounts",
    (
        Column(
            key="name",
            headers=("单位名称", "排污单位名称", "排污单位"),
            reader=partial(cells.name, most=120),
            optional=True,
        ),
        Column(key="uscc", headers=("统一社会信用代码",), reader=cells.uscc, required=True),
        Column(key="number", headers=("排放口编号", "排口编码"), reader=number, required=True),
        Column(key="month", headers=("月份",), reader=month, required=True),
        *(
            Column(
                key=pollutant.value,
                headers=(f"{pollutant.symbol}（吨）", pollutant.symbol),
                reader=cells.amount,
                optional=True,
            )
            for pollutant in Pollutant
        ),
    ),
)


HEADS: Final = tuple(column.headers[0] for column in LAYOUT.columns)
"""The headers of the registry's own list."""


@dataclass(slots=True, kw_only=True)
class ReadRow:
    """A row as read; ``monitor`` is nothing where no monitor answers to it."""

    sheet: str
    number: int
    values: dict[str, Any]
    findings: list[Finding]
    monitor: int | None = None

    @property
    def stays_out(self) -> bool:
        """Say whether anything found keeps the row out."""
        return any(one.severity.keeps_the_row_out for one in self.findings)


@dataclass(slots=True, kw_only=True)
class MeasuredSheets:
    """A list as read, and its sheets that hold no such table, with the reason."""

    file: str
    rows: list[tuple[Table, ReadRow]]
    others: dict[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        """List everything found, in the order of the rows."""
        return [one for _table, row in self.rows for one in row.findings]


def read(content: bytes, *, file: str) -> MeasuredSheets:
    """
    Read a list; which monitors its rows speak of is asked later.

    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if no sheet of it holds such a table with a pollutant.
    """
    found = MeasuredSheets(file=file, rows=[])
    missing: list[NoSuchTable] = []
    read_any = False
    for sheet in sheets.read(content, file=file):
        try:
            table = layouts.locate(sheet, LAYOUT)
            if not any(pollutant.value in table.by_key for pollutant in Pollutant):
                raise NoSuchTable(missing="、".join(f"{p.symbol}（吨）" for p in Pollutant))
        except NoSuchTable as problem:
            missing.append(problem)
            found.others[sheet.name] = str(problem)
            continue
        read_any = True
        found.rows += [(table, _row(sheet.name, row)) for row in table.rows() if _states(row)]
    if not read_any and missing:
        raise missing[0]
    return found


def _states(row: Row) -> bool:
    # A line of the template that nobody filled in says nothing and has nothing wrong.
    return row.stays_out or any(p.value in row.values for p in Pollutant)


def _row(sheet: str, row: Row) -> ReadRow:
    findings = [
        replace(one, template=SENTENCES[one.code]) if one.code in SENTENCES else one
        for one in row.findings
    ]
    return ReadRow(sheet=sheet, number=row.number, values=row.values, findings=findings)


def wrong(table: Table, row: ReadRow, key: str, code: str, facts: Mapping[str, Any]) -> None:
    """Mark a cell of a row that can be read and still says what cannot be."""
    row.findings.append(
        table.finding(row.number, key, code, Severity.ERROR, facts=facts, template=SENTENCES[code])
    )
