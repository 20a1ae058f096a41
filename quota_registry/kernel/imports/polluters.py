"""Lists of polluters and their permits: a row is a polluter, with its permit where it has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from quota_registry.kernel.imports import cells, layouts, sheets, templates
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.imports.layouts import Column, Layout, NoSuchTable, Row, Table
from quota_registry.kernel.imports.templates import Blank, Kind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant

AMOUNT: Final = "许可排放量"


@dataclass(slots=True, kw_only=True)
class PolluterRow:
    """One polluter as a list states it, with its permit and everything found in its row."""

    file: str
    sheet: str
    number: int
    name: str = ""
    uscc: str = ""
    place: str = ""
    industry: str = ""
    management_class: ManagementClass | None = None
    address: str = ""
    permit_number: str = ""
    permit_changed_on: date | None = None
    cancelled: bool = False
    amounts: Mapping[Pollutant, Grams] = field(default_factory=dict)
    """What the permit states; a pollutant that is not there is not stated, which is not zero."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Say whether the row may be taken in."""
        return not any(found.severity.keeps_the_row_out for found in self.findings)


@dataclass(frozen=True, slots=True)
class PolluterFile:
    """A whole list of polluters, and the sheets that hold something else."""

    rows: tuple[PolluterRow, ...]
    other_sheets: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Per sheet, where the place stands: the letter of its column and its header."""

    @property
    def good(self) -> tuple[PolluterRow, ...]:
        """List the rows that may be taken in."""
        return tuple(row for row in self.rows if row.is_good)

    @property
    def findings(self) -> Iterator[Finding]:
        """Go through everything found, in the order of the rows."""
        return (found for row in self.rows for found in row.findings)


def polluter_layout(places: Mapping[str, str]) -> Layout:
    """Describe a list of polluters, its places read by a table of `identifiers.place_table`."""
    return Layout(
        "polluters",
        (
            Column(
                key="name",
                headers=("排污单位名称", "单位名称"),
                reader=partial(cells.name, most=120),
                required=True,
            ),
            Column(key="uscc", headers=("统一社会信用代码",), reader=cells.uscc, required=True),
            Column(
                key="place",
                headers=("所在地", "所在地（县区或园区）"),
                reader=cells.place(places),
                required=True,
            ),
            Column(key="industry", headers=("行业代码",), reader=cells.industry, optional=True),
            Column(
                key="management_class",
                headers=("管理类别",),
                reader=cells.choice(_classes()),
                optional=True,
            ),
            Column(
                key="address",
                headers=("地址",),
                reader=partial(cells.name, most=200),
                optional=True,
            ),
            Column(
                key="permit_number",
                headers=("排污许可证编号",),
                reader=cells.permit_number,
                optional=True,
            ),
            Column(
                key="permit_changed_on",
                headers=("许可证变更日期",),
                reader=cells.day,
                optional=True,
            ),
            Column(key="cancelled", headers=("已注销",), reader=cells.flag, optional=True),
            *(
                Column(
                    key=pollutant.value,
                    headers=(f"{AMOUNT}-{pollutant.symbol}",),
                    reader=cells.amount,
                    optional=True,
                )
                for pollutant in Pollutant
            ),
        ),
    )


def read_polluters(
    content: bytes, *, file: str, places: Mapping[str, str], on: date
) -> PolluterFile:
    """
    Read a list of polluters and permits and judge each row by itself.

    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if none of its sheets is a list of polluters.
    :raises WrongUnit: if it is one, but not in tonnes a year.
    """
    layout = polluter_layout(places)
    missing: list[tuple[str, NoSuchTable]] = []
    tables: list[Table] = []
    for sheet in sheets.read(content, file=file):
        try:
            tables.append(layouts.locate(sheet, layout))
        except NoSuchTable as problem:
            missing.append((sheet.name, problem))
    if not tables and missing:
        raise missing[0][1]
    seen: dict[str, PolluterRow] = {}
    rows = [_polluter(table, row, seen=seen, on=on) for table in tables for row in table.rows()]
    return PolluterFile(
        tuple(rows),
        tuple(name for name, _problem in missing),
        {
            table.sheet.name: (table.by_key["place"].letter, table.by_key["place"].header)
            for table in tables
        },
    )


def _polluter(table: Table, row: Row, *, seen: dict[str, PolluterRow], on: date) -> PolluterRow:
    values = row.values
    found = PolluterRow(
        file=table.sheet.file,
        sheet=table.sheet.name,
        number=row.number,
        name=values.get("name", ""),
        uscc=values.get("uscc", ""),
        place=values.get("place", ""),
        industry=values.get("industry", ""),
        management_class=values.get("management_class"),
        address=values.get("address", ""),
        permit_number=values.get("permit_number", ""),
        permit_changed_on=values.get("permit_changed_on"),
        cancelled=values.get("cancelled", False),
        amounts={p: values[p.value] for p in Pollutant if p.value in values},
        findings=row.findings,
    )
    for key, code, severity, facts in _doubts(found, seen=seen, on=on):
        found.findings.append(table.finding(row.number, key, code, severity, facts=facts))
    if found.is_good:
        seen.setdefault(found.uscc, found)
        if found.permit_number:
            seen[found.permit_number] = found
    return found


def _doubts(
    row: PolluterRow, *, seen: Mapping[str, PolluterRow], on: date
) -> Iterator[tuple[str, str, Severity, dict[str, object]]]:
    stated = {found.header for found in row.findings if found.severity is Severity.ERROR}
    changed = row.permit_changed_on
    if row.permit_number and changed is None and "许可证变更日期" not in stated:
        yield "permit_number", "permit_without_date", Severity.ERROR, {}
    if changed is not None and changed > on:
        yield "permit_changed_on", "day_in_the_future", Severity.ERROR, {"day": changed}
    if row.amounts and not row.permit_number and "排污许可证编号" not in stated:
        first = next(iter(row.amounts))
        yield first.value, "amount_without_permit", Severity.ERROR, {}
    if row.permit_number and row.uscc and not row.permit_number.startswith(row.uscc):
        yield "permit_number", "permit_of_another", Severity.WARNING, {}
    before = seen.get(row.uscc)
    if before is not None and (before.name, before.place) != (row.name, row.place):
        yield "uscc", "another_of_that_code", Severity.ERROR, {"row": before.number}
    elif before is not None and row.permit_number in ("", before.permit_number):
        yield "uscc", "twice_in_file", Severity.ERROR, {"row": before.number}
    elif row.permit_number in seen:
        facts: dict[str, object] = {"row": seen[row.permit_number].number}
        yield "permit_number", "twice_in_file", Severity.ERROR, facts


def _classes() -> dict[str, ManagementClass]:
    with override(None):
        return {str(term.label): term for term in ManagementClass}


def polluters_template(*, places: list[str]) -> bytes:
    """Make the blank list of polluters and permits, with the names of the reader's places."""
    return templates.make(
        title=_("排污单位与排污许可证（导入模板）"),
        guidance=(
            _("每行一个排污单位及其一张排污许可证；没有许可证的，许可证各列留空。"),
            _("许可排放量单位为吨/年；许可证未载明的污染物留空，留空不等于0。"),
            _("编码列已设为文本，请勿改为数字格式，否则位数会丢失。"),
        ),
        blanks=(
            Blank(header="排污单位名称", required=True, help=_("与营业执照一致的全称")),
            Blank(header="统一社会信用代码", kind=Kind.CODE, required=True, help=_("18位")),
            Blank(
                header="所在地",
                kind=Kind.CHOICE,
                choices=places,
                required=True,
                help=_("位于园区的填园区，否则填县级市或区"),
            ),
            Blank(header="行业代码", kind=Kind.CODE, help=_("门类字母加四位小类，如C2761")),
            Blank(header="管理类别", kind=Kind.CHOICE, choices=list(_classes())),
            Blank(header="地址"),
            Blank(header="排污许可证编号", kind=Kind.CODE, help=_("22位；确无许可证的留空")),
            Blank(header="许可证变更日期", kind=Kind.DAY, help=_("首次核发的填核发日期")),
            Blank(header="已注销", kind=Kind.FLAG, help=_("符合的填√")),
            *(
                Blank(
                    header=f"{AMOUNT}-{pollutant.symbol}（吨/年）",
                    kind=Kind.MASS,
                    group="amounts",
                    help=_("许可证载明的年许可排放量（第2条、第14条）"),
                )
                for pollutant in Pollutant
            ),
        ),
    )
