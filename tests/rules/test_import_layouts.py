"""Headers are found where people put them, and anything in another unit is refused."""

from __future__ import annotations

from typing import Any

import pytest

from quota_registry.kernel.imports import cells, layouts, sheets
from quota_registry.kernel.imports.formulas import column_letters, column_number
from quota_registry.kernel.imports.layouts import Column, Layout
from quota_registry.kernel.imports.sheets import Sheet

LAYOUT = Layout(
    "example",
    (
        Column(key="name", headers=("名称",), reader=cells.name, required=True),
        Column(key="cod", headers=("核定减排量-COD",), reader=cells.amount),
        Column(key="tp", headers=("核定减排量-TP",), reader=cells.amount),
        Column(key="remark", headers=("备注",), reader=cells.remark, optional=True),
    ),
)
MERGED: list[list[Any]] = [["名称", "核定减排量", "", "备注"], ["", "COD", "TP", ""]]


def sheet(rows: list[list[Any]], formulas: frozenset[tuple[int, int]] = frozenset()) -> Sheet:
    return Sheet("x.xlsx", "表", rows, formulas)


def read(rows: list[list[Any]]) -> list[dict[str, Any]]:
    return [row.values for row in layouts.locate(sheet(rows), LAYOUT).rows()]


def test_a_header_of_two_rows_under_a_title_and_a_unit() -> None:
    rows = [["汇总表", "", "", ""], ["单位：吨/年", "", "", ""], *MERGED, ["甲厂", 1.5, "", "好"]]

    assert read(rows) == [{"name": "甲厂", "cod": 1_500_000, "remark": "好"}]


def test_a_header_of_one_row_with_units_and_marks() -> None:
    rows = [["*名称", "核定减排量-COD（吨/年）", "核定减排量-TP(t/a)"], ["甲厂", 1.5, 0.25]]

    assert read(rows) == [{"name": "甲厂", "cod": 1_500_000, "tp": 250_000}]


def test_columns_may_stand_in_any_order_beside_others() -> None:
    rows = [
        ["序号", "核定减排量-TP", "别的", "名称", "核定减排量-COD"],
        [1.0, 2.0, "x", "乙厂", ""],
    ]

    assert read(rows) == [{"tp": 2_000_000, "name": "乙厂"}]


@pytest.mark.parametrize(
    "footer",
    [["合计", "", 99.0, 1.0], ["合 计", "", "", ""], ["填表人：甲  审核人：乙", "", "", ""], [""]],
)
def test_totals_signatures_and_blank_rows_are_no_data(footer: list[Any]) -> None:
    layout = Layout(
        "wide",
        (
            Column(key="kind", headers=("类型",), reader=cells.name, required=True),
            *LAYOUT.columns,
        ),
    )
    rows = [["", *MERGED[0]], ["类型", *MERGED[1]], ["关闭", "甲厂", 1.0], footer]

    table = layouts.locate(sheet(rows), layout)

    assert [row.number for row in table.rows()] == [3]


def test_a_polluter_may_be_called_total_as_long_as_its_row_is_filled() -> None:
    rows = [*MERGED, ["合计示范有限公司", 1.0, "", ""]]

    assert [row["name"] for row in read(rows)] == ["合计示范有限公司"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(layouts.NoSuchTable) as refused:
        layouts.locate(sheet([["名称", "核定减排量-COD"], ["甲厂", 1.0]]), LAYOUT)
    assert refused.value.facts == {"missing": "核定减排量-TP"}


def test_a_header_in_another_unit_is_not_ours() -> None:
    with pytest.raises(layouts.NoSuchTable):
        layouts.locate(sheet([["名称", "核定减排量-COD（千克）", "核定减排量-TP"]]), LAYOUT)


@pytest.mark.parametrize("unit", ["单位：千克/年", "单位:kg/a", "单位：万吨/年"])
def test_a_sheet_in_another_unit_is_refused(unit: str) -> None:
    with pytest.raises(layouts.WrongUnit):
        layouts.locate(sheet([[unit], *MERGED]), LAYOUT)


def test_a_formula_is_an_error_wherever_it_stands() -> None:
    rows = [*MERGED, ["甲厂", "", 2.0, ""], ["", "", "", ""]]
    table = layouts.locate(sheet(rows, frozenset({(3, 2), (4, 1)})), LAYOUT)

    found = [(f.cell, f.code) for row in table.rows() for f in row.findings]

    assert found == [("B3", "formula"), ("A4", "formula")]


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (104, "CZ")])
def test_columns_are_named_as_spreadsheets_do(number: int, letters: str) -> None:
    assert column_letters(number) == letters
    assert column_number(letters) == number


CSV = "名称,核定减排量-COD,核定减排量-TP\r\n甲厂,1.5,\r\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_csv_may_be_utf8_or_gb18030(encoding: str) -> None:
    (only,) = sheets.read(CSV.encode(encoding), file="x.csv")

    (row,) = layouts.locate(only, LAYOUT).rows()
    assert row.values == {"name": "甲厂", "cod": 1_500_000}


def test_a_csv_of_another_encoding_is_refused() -> None:
    with pytest.raises(sheets.UnknownEncoding):
        sheets.read(b"\xff\xfa\x81\x20,\xff", file="x.csv")
