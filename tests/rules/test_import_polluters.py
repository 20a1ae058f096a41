"""Lists of polluters and permits, read from our template and judged row by row."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from quota_registry.kernel import identifiers
from quota_registry.kernel.imports.polluters import (
    PolluterFile,
    polluters_template,
    read_polluters,
)
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant

PLACES = identifiers.place_table([("昆山市", "320583"), ("太仓市", "320585")])
GOOD: dict[str, Any] = {
    "排污单位名称": "太仓示范远博水泥1002有限公司",
    "统一社会信用代码": "91320585MAX010029A",
    "所在地": "太仓市",
    "行业代码": "C3011",
    "管理类别": "重点管理",
    "排污许可证编号": "91320585MAX010029A001Q",
    "许可证变更日期": date(2026, 3, 21),
    "许可排放量-SO2": 8.545,
}
OTHER: dict[str, Any] = GOOD | {
    "排污单位名称": "昆山示范汇庆水泥有限公司",
    "统一社会信用代码": "91130200699229617X",
    "所在地": "昆山",
    "排污许可证编号": "91130200699229617X001P",
}


def read(*rows: dict[str, Any]) -> PolluterFile:
    with translation.override("zh-hans"):
        book = openpyxl.load_workbook(io.BytesIO(polluters_template(places=["昆山市", "太仓市"])))
    sheet = book["填报"]
    headers = {
        str(cell.value).lstrip("*").replace("（吨/年）", ""): cell.column for cell in sheet[1]
    }
    for number, row in enumerate(rows, start=2):
        for header, value in row.items():
            sheet.cell(row=number, column=headers[header]).value = value
    packed = io.BytesIO()
    book.save(packed)
    return read_polluters(packed.getvalue(), file="x.xlsx", places=PLACES, on=date(2026, 10, 9))


def codes(found: PolluterFile) -> list[tuple[str, str]]:
    return [(finding.cell, finding.code) for finding in found.findings]


def test_a_polluter_with_its_permit_is_read_whole() -> None:
    found = read(GOOD)

    (row,) = found.good
    assert codes(found) == []
    assert (row.name, row.uscc, row.place) == (
        "太仓示范远博水泥1002有限公司",
        "91320585MAX010029A",
        "320585",
    )
    assert row.management_class is ManagementClass.KEY
    assert row.amounts == {Pollutant.SO2: 8_545_000}
    assert (row.permit_changed_on, row.cancelled) == (date(2026, 3, 21), False)


def test_a_polluter_needs_no_permit() -> None:
    bare = {key: GOOD[key] for key in ("排污单位名称", "统一社会信用代码", "所在地")}

    (row,) = read(bare).good
    assert (row.permit_number, row.amounts) == ("", {})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"许可证变更日期": None}, [("G2", "permit_without_date")]),
        ({"许可证变更日期": "2026.13.1"}, [("H2", "not_a_date")]),
        ({"许可证变更日期": date(2027, 1, 1)}, [("H2", "day_in_the_future")]),
        ({"排污许可证编号": None}, [("N2", "amount_without_permit")]),
        ({"排污许可证编号": 9.1e21}, [("G2", "code_as_number")]),
        ({"所在地": "太仓县"}, [("C2", "unknown_place")]),
        ({"统一社会信用代码": "123"}, [("B2", "wrong_code")]),
        ({"许可排放量-SO2": "5t"}, [("N2", "unit_in_cell")]),
    ],
)
def test_a_row_that_is_not_sure_stays_out(
    change: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    found = read(GOOD | change, OTHER)

    assert [item for item in codes(found) if item[0].endswith("2")] == expected
    assert [row.number for row in found.good] == [3]


def test_a_permit_that_does_not_begin_with_the_code_only_warns() -> None:
    found = read(GOOD | {"排污许可证编号": "91130200699229617X001P"})

    assert codes(found) == [("G2", "permit_of_another")]
    assert len(found.good) == 1


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (GOOD, [("B3", "twice_in_file")]),
        (GOOD | {"排污单位名称": "另一示范公司"}, [("B3", "another_of_that_code")]),
        (GOOD | {"所在地": "昆山市"}, [("B3", "another_of_that_code")]),
        # A second permit of the same polluter is no repetition.
        (GOOD | {"排污许可证编号": "91320585MAX010029A002Q"}, []),
    ],
)
def test_the_first_row_of_a_polluter_stands(
    second: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert codes(read(GOOD, second)) == expected
