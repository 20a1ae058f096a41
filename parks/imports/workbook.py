"""A workbook of annual totals, a sheet per park: the bureau's own layout, and ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django.utils.functional import Promise

from parks.imports.rows import READERS, Faults, fault
from quota_registry.kernel.identifiers import UnknownPlace, place_code
from quota_registry.kernel.imports import cells, layouts, sheets
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.imports.layouts import Column, Layout, NoSuchTable, Table
from quota_registry.kernel.refusals import kept
from quota_registry.kernel.vocabulary import Pollutant

OVER: Final = "排放总量"


@dataclass(slots=True, kw_only=True)
class ReadRow:
    """One row of a sheet: its values, what is wrong by column, and everything found in it."""

    number: int
    """The row as the spreadsheet counts it."""
    values: dict[str, Any]
    faults: Faults
    findings: list[Finding]


@dataclass(slots=True, kw_only=True)
class ReadSheet:
    """A sheet of one park."""

    name: str
    place: str
    rows: list[ReadRow]
    table: Table


@dataclass(slots=True, kw_only=True)
class Workbook:
    """A workbook as read, and the sheets that hold no totals of a known park, with the reason."""

    file: str
    sheets: list[ReadSheet]
    others: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        """List everything found, in the order of the rows."""
        return [one for sheet in self.sheets for row in sheet.rows for one in row.findings]


def layout(year: int) -> Layout:
    """Describe a sheet of totals of a year."""
    return Layout(
        "park_totals",
        (
            Column(
                key="name",
                headers=("单位名称", "排污单位名称"),
                reader=partial(cells.name, most=120),
                required=True,
            ),
            Column(key="uscc", headers=("统一社会信用代码",), reader=cells.uscc, required=True),
            Column(
                key="permit",
                headers=("排污许可证编号",),
                reader=cells.permit_number,
                optional=True,
            ),
            Column(key="source", headers=("数据来源",), reader=READERS["source"], required=True),
            *(
                Column(
                    key=pollutant.value,
                    headers=(f"{year}年{OVER}-{pollutant.symbol}", f"{OVER}-{pollutant.symbol}"),
                    reader=cells.amount,
                )
                for pollutant in Pollutant
            ),
            Column(
                key="output", headers=("产值（万元）",), reader=READERS["output"], optional=True
            ),
            Column(key="note", headers=("备注",), reader=READERS["note"], optional=True),
        ),
    )


def read(
    content: bytes, *, file: str, year: int, places: Mapping[str, str], alone: str = ""
) -> Workbook:
    """
    Read a workbook, each sheet by the park that its name names; cells that cannot be read stay.

    :param alone: the park whose totals a sheet holds that names none: that of a template.
    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if no sheet of it holds totals.
    """
    found = Workbook(file=file, sheets=[])
    missing: list[NoSuchTable] = []
    for sheet in sheets.read(content, file=file):
        try:
            table = layouts.locate(sheet, layout(year))
        except NoSuchTable as problem:
            missing.append(problem)
            found.others[sheet.name] = kept(problem)
            continue
        try:
            place = place_code(sheet.name, places)
        except UnknownPlace:
            place = alone
        found.sheets.append(ReadSheet(name=sheet.name, place=place, rows=_rows(table), table=table))
    if not found.sheets and missing:
        raise missing[0]
    return found


def _rows(table: Table) -> list[ReadRow]:
    columns = {place.letter: place for place in table.places}
    found = []
    for row in table.rows():
        raw = table.sheet.rows[row.number - 1]
        faults: Faults = {}
        for one in row.findings:
            if one.severity.keeps_the_row_out:
                at = columns[one.column]
                written = raw[at.index] if at.index < len(raw) else ""
                faults[at.column.key] = fault(one.code, written, **one.facts)
        found.append(
            ReadRow(number=row.number, values=row.values, faults=faults, findings=row.findings)
        )
    return found


def wrong(
    sheet: ReadSheet,
    row: ReadRow,
    key: str,
    code: str,
    *,
    facts: Mapping[str, Any],
    template: str | Promise,
) -> None:
    """Mark a cell of a row that can be read and still says what cannot be."""
    row.faults[key] = fault(code, row.values.get(key, ""), **facts)
    found = sheet.table.finding(
        row.number, key, code, Severity.ERROR, facts=facts, template=template
    )
    row.findings.append(found)


def numbered(rows: Sequence[ReadRow]) -> list[tuple[int, ReadRow]]:
    """Number the rows of a sheet from one, in their order."""
    return list(enumerate(rows, start=1))
