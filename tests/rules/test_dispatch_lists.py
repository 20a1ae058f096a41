"""The quarter's lists as the bureau keeps them, and in the registry's own template."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from typing import Any

import openpyxl
import pytest

from allocation.imports import lists, template
from allocation.imports.stated import Approval, Cancellation, ListFile
from allocation.vocabulary import CancelReason, ListKind, ProjectKind
from quota_registry.kernel.identifiers import place_table
from quota_registry.kernel.imports.layouts import NoSuchTable
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.vocabulary import Pollutant
from tests.stations import BUREAU

PLACES = place_table(
    (name, f"3205{number:02d}")
    for number, name in enumerate(
        (
            "姑苏区",
            "吴江区",
            "张家港市",
            "太仓市",
            "虎丘区",
            "常熟市",
            "相城区",
            "吴中区",
            "昆山市",
        ),
        start=1,
    )
)
ON = date(2026, 10, 10)
Q3 = Quarter(2026, 3)


def read(content: bytes, kind: ListKind, name: str = "清单.xlsx", on: date = ON) -> ListFile:
    return lists.read_list(content, kind=kind, file=name, places=PLACES, quarter=Q3, on=on)


def bureau(kind: ListKind) -> bytes:
    return (BUREAU / f"{kind.value}.xlsx").read_bytes()


def changed(kind: ListKind, cells: dict[str, Any]) -> bytes:
    """The bureau's list with some cells written anew."""
    book = openpyxl.load_workbook(BUREAU / f"{kind.value}.xlsx")
    for cell, value in cells.items():
        book.active[cell] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_the_bureau_s_approvals_are_read_as_they_stand() -> None:
    found = read(bureau(ListKind.EIA), ListKind.EIA)

    assert (len(found.rows), len(found.good), list(found.findings)) == (90, 90, [])
    approvals = [row.stated for row in found.rows]
    assert all(isinstance(one, Approval) and one.voucher_number == "" for one in approvals)
    first, second = approvals[:2]
    assert isinstance(first, Approval)
    assert isinstance(second, Approval)
    assert (first.number, first.approved_on, first.name, first.strategic) == (
        "苏环建〔2026〕07第1001号",
        date(2026, 8, 8),
        "相城示范泽瑞生物药品1241有限公司",
        False,
    )
    assert first.amounts == {
        Pollutant.COD: 1_425_900,
        Pollutant.NH3N: 1_342_000,
        Pollutant.TN: 2_036_800,
        Pollutant.TP: 159_000,
    }
    # 技改 counts as rebuilt, and its word is kept.
    assert (second.kind_word, second.kind) == ("技改", ProjectKind.REBUILT)


def test_the_bureau_s_cancelled_permits_are_read_as_they_stand() -> None:
    found = read(bureau(ListKind.CANCELLED), ListKind.CANCELLED)

    assert (len(found.rows), len(found.good), list(found.findings)) == (40, 40, [])
    permits = [row.stated for row in found.rows if isinstance(row.stated, Cancellation)]
    assert sum(one.reason.closes for one in permits) == 26
    assert Counter(one.reason for one in permits)[CancelReason.MOVED] > 0
    assert {one.reason_word for one in permits if one.reason is CancelReason.OTHER} == {
        "转登记管理"
    }
    # An empty amount is not stated in the permit, which is not zero.
    assert permits[0].amounts == {
        Pollutant.COD: 1_982_000,
        Pollutant.TN: 1_920_000,
        Pollutant.TP: 37_000,
        Pollutant.SO2: 62_700,
        Pollutant.VOCS: 449_000,
        Pollutant.PM: 638_151,
    }


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("B5", "", "missing"),
        ("B5", "苏环建〔2026〕06第1002号", None),
        ("B6", "苏环建〔2026〕07第1001号", "twice_in_file"),
        ("C5", "去年", "not_a_date"),
        ("C5", date(2026, 10, 11), "day_in_the_future"),
        ("H5", "迁建", "unknown_choice"),
        ("J5", "无锡市", "unknown_place"),
        ("L5", "约5", "not_a_number"),
        ("L5", "=1+1", "formula"),
        ("L5", "1.4259吨", "unit_in_cell"),
        ("L5", 1.1234567, "finer_than_a_gram"),
        ("L5", -0.5, None),
        ("F5", 9132, "code_as_number"),
    ],
)
def test_a_wrong_cell_keeps_its_row_out_and_no_other(
    cell: str, value: Any, code: str | None
) -> None:
    found = read(changed(ListKind.EIA, {cell: value}), ListKind.EIA)
    wrong = [one for one in found.findings if one.severity.keeps_the_row_out]
    if cell == "B5" and value.startswith("苏环建"):
        # The second row says the same number again.
        assert [(one.cell, one.code) for one in wrong] == [("B6", "twice_in_file")]
        return
    assert [(one.cell, one.code) for one in wrong] == ([(cell, code)] if code else [])
    assert len(found.good) == (89 if code else 90)


def test_a_day_outside_the_quarter_only_warns() -> None:
    found = read(changed(ListKind.EIA, {"C5": "2026.6.30"}), ListKind.EIA)
    assert {one.code for one in found.findings} == {"read_as", "day_outside_quarter"}
    assert len(found.good) == 90


def test_brackets_of_any_kind_name_the_same_document() -> None:
    found = read(changed(ListKind.EIA, {"B5": "苏环建[2026]07第1001号"}), ListKind.EIA)
    assert found.rows[0].key == "苏环建〔2026〕07第1001号"


def test_a_permit_of_another_code_warns() -> None:
    found = read(changed(ListKind.CANCELLED, {"B5": "91320507MAX013326Q001U"}), ListKind.CANCELLED)
    assert [(one.cell, one.code) for one in found.findings] == [("B5", "permit_of_another")]


def test_one_list_is_not_the_other() -> None:
    with pytest.raises(NoSuchTable):
        read(bureau(ListKind.EIA), ListKind.CANCELLED)
    with pytest.raises(NoSuchTable):
        read(bureau(ListKind.CANCELLED), ListKind.EIA)


@pytest.mark.parametrize("kind", ListKind)
def test_the_own_template_and_csv_say_the_same(kind: ListKind) -> None:
    wanted = [row.stated for row in read(bureau(kind), kind).rows[:5]]
    book = openpyxl.load_workbook(io.BytesIO(template.make(kind, places=["昆山市"])))
    headers = [str(cell.value).strip("*") for cell in book.worksheets[0][1]]
    names = {code: name for name, code in PLACES.items() if name.endswith(("市", "区"))}
    lines = [_line(one, headers, names) for one in wanted]
    for row, line in enumerate(lines, start=2):
        for column, value in enumerate(line, start=1):
            book.worksheets[0].cell(row=row, column=column).value = value
    target = io.BytesIO()
    book.save(target)
    text = io.StringIO()
    csv.writer(text).writerows([headers, *lines])

    assert [row.stated for row in read(target.getvalue(), kind).rows] == wanted
    by_csv = read(text.getvalue().encode("gb18030"), kind, name="清单.csv")
    assert [row.stated for row in by_csv.rows] == wanted


def _line(one: Any, headers: list[str], names: dict[str, str]) -> list[str]:
    words = {
        "审批文号": one.number,
        "排污许可证编号": one.number,
        "审批日期": one.day.isoformat(),
        "注销日期": one.day.isoformat(),
        "审批机关": getattr(one, "authority", ""),
        "建设单位": one.name,
        "单位名称": one.name,
        "统一社会信用代码": one.uscc,
        "项目名称": getattr(one, "project", ""),
        "性质": getattr(one, "kind_word", ""),
        "行业代码": getattr(one, "industry", ""),
        "所在地": names[one.place],
        "战略性新兴产业": "√" if getattr(one, "strategic", False) else "",
        "注销原因": getattr(one, "reason_word", ""),
    }
    for pollutant, grams in one.amounts.items():
        for over in (lists.INCREMENT, lists.PERMITTED):
            words[f"{over}-{pollutant.symbol}（吨/年）"] = f"{grams / 1_000_000:.6f}"
    return [words.get(header, "") for header in headers]
