"""The columns of the quarter's lists, in the bureau's words and in those of our templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from django.utils.translation import override

from allocation.imports.stated import (
    KINDS,
    Approval,
    Cancellation,
    ListFile,
    ListRow,
    Stated,
)
from allocation.vocabulary import ExemptKind, ListKind
from quota_registry.kernel import identifiers
from quota_registry.kernel.imports import cells, layouts, sheets
from quota_registry.kernel.imports.cells import Cell
from quota_registry.kernel.imports.findings import Severity
from quota_registry.kernel.imports.layouts import Column, Layout, NoSuchTable, Row, Table
from quota_registry.kernel.imports.sheets import Raw
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.vocabulary import Pollutant

INCREMENT: Final = "新增排放量"
PERMITTED: Final = "许可排放量"


def exempt_kinds() -> dict[str, ExemptKind]:
    """Give the exempt kinds by their Chinese words, whatever language is active."""
    with override(None):
        return {str(kind.label): kind for kind in ExemptKind}


def document(raw: Raw, *, most: int = 60) -> Cell[str]:
    """Read the number of a document, with the brackets that official papers use."""
    named = cells.name(raw, most=most)
    number = identifiers.clean_document_number(named.value)
    return Cell(number, read_as="" if number == raw else number)


def eia_layout(places: Mapping[str, str]) -> Layout:
    """Describe a list of EIA approvals, its places read by a table of `place_table`."""
    return Layout(
        "eia",
        (
            Column(key="number", headers=("审批文号",), reader=document, required=True),
            Column(key="approved_on", headers=("审批日期",), reader=cells.day, required=True),
            Column(
                key="authority",
                headers=("审批机关",),
                reader=partial(cells.name, most=60),
                optional=True,
            ),
            *_whose(("建设单位", "建设单位名称")),
            Column(
                key="project",
                headers=("项目名称",),
                reader=partial(cells.name, most=160),
                required=True,
            ),
            Column(
                key="kind_word",
                headers=("性质", "建设性质"),
                reader=cells.choice({word: word for word in KINDS}),
                required=True,
            ),
            Column(key="industry", headers=("行业代码",), reader=cells.industry, optional=True),
            Column(
                key="place",
                headers=("建设地点", "所在地"),
                reader=cells.place(places),
                required=True,
            ),
            Column(key="strategic", headers=("战略性新兴产业",), reader=cells.flag, optional=True),
            Column(
                key="exempt_kind",
                headers=("免于替代的类型",),
                reader=cells.choice(exempt_kinds()),
                optional=True,
            ),
            *_amounts(INCREMENT, cells.difference),
            Column(
                key="voucher_number",
                headers=("总量凭证编号", "凭证编号"),
                reader=partial(document, most=40),
            ),
        ),
    )


def cancelled_layout(places: Mapping[str, str]) -> Layout:
    """Describe a list of cancelled permits, its places read by a table of `place_table`."""
    return Layout(
        "cancelled",
        (
            Column(
                key="number",
                headers=("排污许可证编号",),
                reader=cells.permit_number,
                required=True,
            ),
            *_whose(("单位名称", "排污单位名称")),
            Column(key="place", headers=("所在地",), reader=cells.place(places), required=True),
            Column(key="cancelled_on", headers=("注销日期",), reader=cells.day, required=True),
            Column(
                key="reason_word",
                headers=("注销原因",),
                reader=partial(cells.name, most=60),
                required=True,
            ),
            *_amounts(PERMITTED, cells.amount),
        ),
    )


LAYOUTS: Final = {ListKind.EIA: eia_layout, ListKind.CANCELLED: cancelled_layout}


def read_list(
    content: bytes,
    *,
    kind: ListKind,
    file: str,
    places: Mapping[str, str],
    quarter: Quarter,
    on: date,
) -> ListFile:
    """
    Read one of the quarter's lists and judge each row by itself.

    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if none of its sheets is such a list.
    :raises WrongUnit: if it is one, but not in tonnes a year.
    """
    layout = LAYOUTS[kind](places)
    missing: list[tuple[str, NoSuchTable]] = []
    tables: list[Table] = []
    for sheet in sheets.read(content, file=file):
        try:
            tables.append(layouts.locate(sheet, layout))
        except NoSuchTable as problem:
            missing.append((sheet.name, problem))
    if not tables and missing:
        raise missing[0][1]
    seen: dict[str, int] = {}
    rows = [
        _judged(table, row, kind, seen=seen, quarter=quarter, on=on)
        for table in tables
        for row in table.rows()
    ]
    return ListFile(
        file,
        tuple(rows),
        tuple(name for name, _problem in missing),
        {
            table.sheet.name: (table.by_key["place"].letter, table.by_key["place"].header)
            for table in tables
        },
    )


def _judged(
    table: Table, row: Row, kind: ListKind, *, seen: dict[str, int], quarter: Quarter, on: date
) -> ListRow:
    values = row.values
    found = ListRow(
        sheet=table.sheet.name,
        number=row.number,
        key=values.get("number", ""),
        name=values.get("name", ""),
        place=values.get("place", ""),
        findings=row.findings,
    )
    if row.stays_out:
        return found
    found.stated = stated = _stated(kind, values)
    day_key = "approved_on" if kind is ListKind.EIA else "cancelled_on"
    for key, code, severity, facts in _doubts(stated, day_key, seen=seen, quarter=quarter, on=on):
        found.findings.append(table.finding(row.number, key, code, severity, facts=facts))
    if found.is_good:
        seen.setdefault(stated.number, row.number)
    return found


def _stated(kind: ListKind, values: Mapping[str, Any]) -> Stated:
    amounts = {p: values[p.value] for p in Pollutant if p.value in values}
    plain = {key: value for key, value in values.items() if key not in set(Pollutant)}
    return (Approval if kind is ListKind.EIA else Cancellation)(**plain, amounts=amounts)


def _doubts(
    stated: Stated, day_key: str, *, seen: Mapping[str, int], quarter: Quarter, on: date
) -> Iterator[tuple[str, str, Severity, dict[str, object]]]:
    if stated.number in seen:
        yield "number", "twice_in_file", Severity.ERROR, {"row": seen[stated.number]}
    if stated.day > on:
        yield day_key, "day_in_the_future", Severity.ERROR, {"day": stated.day}
    elif stated.day not in quarter.period:
        facts: dict[str, object] = {"day": stated.day, "quarter": quarter}
        yield day_key, "day_outside_quarter", Severity.WARNING, facts
    if isinstance(stated, Cancellation) and not stated.number.startswith(stated.uscc):
        yield "number", "permit_of_another", Severity.WARNING, {}


def _whose(headers: tuple[str, ...]) -> tuple[Column, Column]:
    return (
        Column(key="name", headers=headers, reader=partial(cells.name, most=120), required=True),
        Column(key="uscc", headers=("统一社会信用代码",), reader=cells.uscc, required=True),
    )


def _amounts(over: str, reader: cells.Reader[Any]) -> Iterator[Column]:
    return (
        Column(
            key=pollutant.value,
            headers=(f"{over}-{pollutant.symbol}",),
            reader=reader,
            optional=True,
        )
        for pollutant in Pollutant
    )
