"""Lists taken home carry exact masses and run nothing when they are opened."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.http import StreamingHttpResponse
from django.utils.translation import override

from quota_registry.kernel import exports
from quota_registry.kernel.imports import formulas

HEADINGS = ("名称", "数量（吨/年）", "日期")
KINDS = ("text", "mass", "day")
ATTACKS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","x")',
]


def made(kind: str, *rows: tuple[Any, ...]) -> bytes:
    response = exports.respond(kind=kind, name="表", headings=HEADINGS, rows=rows, kinds=KINDS)
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)  # type: ignore[arg-type]  # no asynchronous stream here


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_csv_cell_never_begins_like_a_formula(attack: str) -> None:
    text = made("csv", (attack, 1, date(2026, 3, 5))).decode("utf-8-sig")

    (_heading, row) = csv.reader(io.StringIO(text, newline=""))
    assert row == ["'" + attack, "0.000001", "2026-03-05"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_xlsx_holds_no_formula(attack: str) -> None:
    content = made("xlsx", (attack, 1, None))

    assert not any(formulas.formulas_of(content).values())
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["A2"].data_type == "s"


def test_a_mass_leaves_in_tonnes_with_six_places() -> None:
    rows = [("甲", 12_345_678_901_234, None), ("乙", -5, None), ("丙", None, None)]

    text = made("csv", *rows).decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", *rows)))

    assert [row[1] for row in csv.reader(io.StringIO(text))][1:] == [
        "12345678.901234",
        "-0.000005",
        "",
    ]
    column = [cell.value for cell in book.active["B"]][1:]
    assert column == [12345678.901234, -0.000005, None]
    assert book.active["B2"].number_format == "#,##0.000000"


def test_a_csv_says_that_it_is_utf8() -> None:
    assert made("csv").startswith(b"\xef\xbb\xbf")


def test_a_csv_goes_out_while_its_rows_come_in() -> None:
    taken: list[int] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(1_000):
            taken.append(number)
            yield (f"第{number}号", number, None)

    response = exports.respond(kind="csv", name="表", headings=HEADINGS, rows=rows(), kinds=KINDS)
    assert isinstance(response, StreamingHttpResponse)
    lines = iter(response)  # type: ignore[arg-type]  # no asynchronous stream here
    assert [next(lines) for _ in range(3)][-1].decode() == "第1号,0.000001,\r\n"
    assert taken == [0, 1]


def test_a_workbook_of_many_rows_takes_no_more_memory_than_one_of_few() -> None:
    def peak(many: int) -> int:
        rows = ((f"第{number}号污水处理厂提标改造", number, None) for number in range(many))
        tracemalloc.start()
        response = exports.respond(
            kind="xlsx", name="表", headings=HEADINGS, rows=rows, kinds=KINDS
        )
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert isinstance(response, StreamingHttpResponse)
        assert b"".join(response)  # type: ignore[arg-type]  # no asynchronous stream here
        return most

    peak(1)
    # A few thousand rows fill the buffers; three times as many fill no more.
    assert peak(12_000) < 1.5 * peak(4_000)


def test_a_file_speaks_the_language_of_whoever_asked_for_it() -> None:
    with override("en"):
        response = exports.respond(kind="csv", name="表", headings=["x"], rows=[[True], [False]])
    assert isinstance(response, StreamingHttpResponse)
    body = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    assert body.split() == ["x", "Yes", "No"]


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(exports.NoSuchFormat):
        made("xls")
