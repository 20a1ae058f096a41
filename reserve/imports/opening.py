"""Lists of what a place had on day one: lots, holdings, open vouchers and debts, a row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any, Final

from django.utils.translation import gettext as _

from quota_registry.kernel.imports import cells, layouts, sheets, templates
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.imports.layouts import Column, Layout, NoSuchTable, Row, Table
from quota_registry.kernel.imports.templates import Blank, Kind
from quota_registry.kernel.vocabulary import Pollutant
from reserve.imports.layout import chinese_labels
from reserve.vocabulary import OpeningKind as What

OWNED: Final = frozenset({What.HOLDING, What.VOUCHER})
"""What belongs to a polluter."""


@dataclass(slots=True, kw_only=True)
class OpeningLine:
    """One row of an opening list as stated, with everything found in it."""

    number: int
    values: Mapping[str, Any]
    polluter: int | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Say whether nothing in the row keeps the list out."""
        return not any(found.severity.keeps_the_row_out for found in self.findings)


@cache
def opening_layout() -> Layout:
    """Describe a list of opening stock."""
    text = partial(cells.name, most=120)
    return Layout(
        "opening",
        (
            Column(
                key="what",
                headers=("类别",),
                reader=cells.choice(chinese_labels(What)),
                required=True,
            ),
            Column(
                key="pollutant",
                headers=("污染物",),
                reader=cells.choice(_pollutants()),
                required=True,
            ),
            Column(key="grams", headers=("数量",), reader=cells.amount, required=True),
            Column(key="uscc", headers=("统一社会信用代码",), reader=cells.uscc),
            Column(key="case", headers=("凭证编号",), reader=text),
            Column(key="vintage", headers=("形成日期",), reader=cells.day),
            Column(key="lake_tai", headers=("环太湖五公里",), reader=cells.flag, optional=True),
            Column(
                key="provincial_number",
                headers=("省级编号",),
                reader=partial(cells.name, most=60),
                optional=True,
            ),
            Column(
                key="provincial_date", headers=("省级入库日期",), reader=cells.day, optional=True
            ),
            Column(key="document", headers=("文号",), reader=text, optional=True),
            Column(
                key="note",
                headers=("备注",),
                reader=partial(cells.remark, most=200),
                optional=True,
            ),
        ),
    )


def read_opening(
    content: bytes, *, file: str, polluters: Mapping[str, int], on: date
) -> tuple[OpeningLine, ...]:
    """
    Read a list of opening stock and judge each row; *polluters* gives ids by their codes.

    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if none of its sheets is such a list.
    """
    missing: list[NoSuchTable] = []
    tables: list[Table] = []
    for sheet in sheets.read(content, file=file):
        try:
            tables.append(layouts.locate(sheet, opening_layout()))
        except NoSuchTable as problem:
            missing.append(problem)
    if not tables and missing:
        raise missing[0]
    return tuple(
        _line(table, row, polluters=polluters, on=on) for table in tables for row in table.rows()
    )


def codes_of(content: bytes, *, file: str) -> set[str]:
    """Gather the codes of the polluters that a list names, so that they can be looked up."""
    lines = read_opening(content, file=file, polluters={}, on=date.max)
    return {line.values["uscc"] for line in lines if "uscc" in line.values}


def _line(table: Table, row: Row, *, polluters: Mapping[str, int], on: date) -> OpeningLine:
    values = row.values
    line = OpeningLine(
        number=row.number,
        values=values,
        polluter=polluters.get(values.get("uscc", "")),
        findings=row.findings,
    )
    for key, code, template, facts in _doubts(values, line.polluter, on=on):
        line.findings.append(
            table.finding(row.number, key, code, Severity.ERROR, facts=facts, template=template)
        )
    return line


def _doubts(
    values: Mapping[str, Any], polluter: int | None, *, on: date
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    what = values.get("what")
    if values.get("grams") == 0:
        yield "grams", "nothing", _("数量为0的行不必填报"), {}
    if what in OWNED and "uscc" not in values:
        yield "uscc", "missing", "", {}
    elif "uscc" in values and polluter is None:
        unknown = _("没有代码为%(uscc)s的排污单位，请先登记")
        yield "uscc", "unknown_polluter", unknown, {"uscc": values["uscc"]}
    if what == What.VOUCHER and "case" not in values:
        yield "case", "missing", "", {}
    for key in ("vintage", "provincial_date"):
        if key in values and values[key] > on:
            yield key, "day_in_the_future", "", {"day": values[key]}


def _pollutants() -> dict[str, Pollutant]:
    return {
        **chinese_labels(Pollutant),
        **{pollutant.symbol: pollutant for pollutant in Pollutant},
        **{pollutant.value: pollutant for pollutant in Pollutant},
    }


def opening_template() -> bytes:
    """Make the blank list of opening stock."""
    return templates.make(
        title=_("期初库存（导入模板）"),
        guidance=(
            _("每行一项：储备库批次、排污单位持有、未用凭证或亏欠；一个地区一份清单，整份导入。"),
            _("数量单位为吨/年，只填数值，最多六位小数。"),
            _("排污单位持有和未用凭证须填统一社会信用代码，未用凭证还须填凭证编号。"),
        ),
        blanks=(
            Blank(
                header="类别", kind=Kind.CHOICE, choices=list(chinese_labels(What)), required=True
            ),
            Blank(
                header="污染物",
                kind=Kind.CHOICE,
                choices=[pollutant.symbol for pollutant in Pollutant],
                required=True,
            ),
            Blank(header="数量（吨/年）", kind=Kind.MASS, required=True),
            Blank(header="统一社会信用代码", kind=Kind.CODE, help=_("18位；储备库批次和亏欠留空")),
            Blank(header="凭证编号", kind=Kind.CODE, help=_("如320583-2025-00007")),
            Blank(header="形成日期", kind=Kind.DAY, help=_("减排项目完成的日期")),
            Blank(header="环太湖五公里", kind=Kind.FLAG, help=_("符合的填√")),
            Blank(header="省级编号", kind=Kind.CODE),
            Blank(header="省级入库日期", kind=Kind.DAY),
            Blank(header="文号", help=_("留空则用本次导入的文号")),
            Blank(header="备注"),
        ),
    )
