"""A template that is filled in reads back; a marked copy says in each cell what is wrong."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from quota_registry.kernel import identifiers
from quota_registry.kernel.imports import formulas
from quota_registry.kernel.imports.findings import Severity
from quota_registry.kernel.imports.layouts import NoSuchTable
from quota_registry.kernel.imports.marking import COLOURS, marked_copy
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant
from reserve.imports.claims import read_claims
from reserve.imports.rows import ClaimFile
from reserve.imports.template import claims_template
from reserve.vocabulary import SourceKind

CLAIMS = (Path(__file__).parents[2] / "fixtures" / "bureau" / "claims.xlsx").read_bytes()
PLACES = identifiers.place_table([("昆山市", "320583"), ("昆山经济技术开发区", "320583P01")])
DECLARERS = ["昆山市", "昆山经济技术开发区"]


def read(content: bytes, file: str = "x.xlsx") -> ClaimFile:
    return read_claims(
        content, file=file, places=PLACES, book=RuleBook.default(), on=date(2026, 10, 9)
    )


def filled(**cells: Any) -> bytes:
    """Fill the template's second row, each cell by its header without mark and unit."""
    with translation.override("zh-hans"):
        book = openpyxl.load_workbook(io.BytesIO(claims_template(declarers=DECLARERS)))
    sheet = book["填报"]
    headers = {
        cell.value.lstrip("*").replace("（吨/年）", ""): cell.column
        for cell in sheet[1]
        if cell.value
    }
    for header, value in cells.items():
        sheet.cell(row=2, column=headers[header]).value = value
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def example(**changes: Any) -> bytes:
    return filled(
        **{
            "申报单位": "昆山市",
            "排污单位名称": "昆山示范远博水泥1002有限公司",
            "统一社会信用代码": "91320585MAX010029A",
            "排污许可证编号": "91320585MAX010029A001Q",
            "管理类别": "重点管理",
            "行业代码": "C3011",
            "项目名称": "示范远博水泥减排工程",
            "减排类型": "深度治理",
            "完成日期": date(2026, 2, 18),
            "许可证变更日期": date(2026, 3, 21),
            "核定减排量-SO2": 8.545,
            "其中：已用于约束性减排-SO2": 1.5,
            "可监测": "√",
            "可报告": "√",
            "可核查": "√",
        }
        | changes
    )


def test_a_template_that_is_filled_in_reads_back() -> None:
    found = read(example())

    (row,) = found.rows
    assert row.findings == []
    assert row.may_be_filed
    assert (row.declarer, row.kind) == ("320583", SourceKind.DEEP_TREATMENT)
    assert row.lines[Pollutant.SO2].admissible == 7_045_000
    assert found.other_sheets == ("填报说明",)


def test_a_blank_template_holds_no_claims_and_no_formulas() -> None:
    blank = claims_template(declarers=DECLARERS)

    assert read(blank).rows == ()
    assert not any(formulas.formulas_of(blank).values())


def test_the_template_locks_its_headers_and_frees_its_cells() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(claims_template(declarers=DECLARERS)))["填报"]

    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet.column_dimensions["C"].protection.locked
    assert sheet.column_dimensions["C"].number_format == "@"
    lists = [check for check in sheet.data_validations.dataValidation if check.type == "list"]
    # Declarers, management classes, kinds and three flags.
    assert len(lists) == 6


def test_every_kind_of_reduction_may_be_chosen() -> None:
    for kind in SourceKind:
        with translation.override("zh-hans"):
            (row,) = read(example(减排类型=str(kind.label))).rows
        assert row.kind is kind


def test_the_same_list_as_csv_reads_the_same() -> None:
    book = openpyxl.load_workbook(io.BytesIO(example()))
    lines = [
        ",".join("" if cell is None else str(cell).split(" ")[0] for cell in row)
        for row in book["填报"].iter_rows(values_only=True, max_row=2)
    ]

    for encoding in ("utf-8-sig", "gb18030"):
        (row,) = read("\r\n".join(lines).encode(encoding), file="x.csv").rows
        assert row.findings == []
        assert row.lines[Pollutant.SO2].verified == 8_545_000


def test_another_list_is_refused_by_what_it_lacks() -> None:
    book = openpyxl.Workbook()
    packed = io.BytesIO()
    book.save(packed)

    with pytest.raises(NoSuchTable):
        read(packed.getvalue())


def test_a_marked_copy_colours_each_cell_and_says_why() -> None:
    findings = list(read(CLAIMS).findings)
    planted = [found for found in findings if found.code != "unknown_place"]

    with translation.override("zh-hans"):
        book = openpyxl.load_workbook(io.BytesIO(marked_copy(CLAIMS, findings, file="x.xlsx")))
        messages = {found.cell: found.message for found in planted}
    sheet = book["申报汇总"]

    assert {found.severity for found in planted} == set(Severity)
    for found in planted:
        cell = sheet[found.cell]
        assert cell.fill.start_color.rgb.endswith(COLOURS[found.severity])
        assert messages[found.cell] in cell.comment.text
    assert sheet["A1"].value.startswith("2026年第三季度")
    assert len(list(book["导入检查"].rows)) == 1 + len(findings)


def test_a_marked_copy_of_a_csv_runs_no_formula() -> None:
    lines = "申报单位,备注\r\n=1+1,=cmd|' /C calc'!A0\r\n"

    copy = marked_copy(lines.encode(), [], file="x.csv")

    assert not any(formulas.formulas_of(copy).values())
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert book["CSV"]["A2"].data_type == "s"
