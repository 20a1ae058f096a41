"""The bureau's workbook of annual totals goes in as it stands; a spoiled one comes back marked."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override

from parks.imports import template
from parks.models import AnnualTotals, Member, TotalsList, TotalsRow
from parks.refusals import ListTaken, WrongCells
from parks.selectors import members
from parks.selectors import totals as selected
from parks.services import totals, totals_lists, totals_rows
from parks.services.totals_lists import Taken
from quota_registry.kernel import refusals
from quota_registry.kernel.imports import marking
from quota_registry.kernel.imports.layouts import NoSuchTable
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.services import polluters, reference
from quota_registry.kernel.vocabulary import Pollutant, Role
from tests import factories, parks
from tests.parks import BUREAU, ON, YEAR

pytestmark = pytest.mark.django_db

LAST = YEAR - 1
EXPECTED = [
    one
    for one in json.loads(BUREAU.with_name("expected.json").read_text(encoding="utf-8"))
    if one["file"] == "park-totals.xlsx"
]
ROWS = {
    "苏州工业园区": 121,
    "昆山经济技术开发区": 68,
    "张家港保税区": 114,
    "常熟经济技术开发区": 137,
    "太仓港经济技术开发区": 152,
    "吴江经济技术开发区": 130,
}


@pytest.fixture(autouse=True)
def city() -> None:
    reference.load()
    factories.person("city.office")


def brought(content: bytes | None = None, *, by: str = "city.office", at: str = "320500") -> Any:
    return totals_lists.receive(
        upload=parks.workbook(content),
        year=LAST,
        place=Place.objects.get(pk=at),
        by=factories.person(by),
        on=ON,
    )


def taken(of: TotalsList, *, by: str = "city.office") -> Taken:
    who = factories.person(by)
    found = totals_lists.read(brought=of, by=who, on=ON)
    return totals_lists.take_in(brought=of, found=found, by=who, on=ON)


def test_the_bureaus_workbook_goes_in_whole_and_once() -> None:
    first = taken(brought())
    assert (first.parks, first.rows, first.wrong) == (6, sum(ROWS.values()), len(EXPECTED))
    assert (first.changed, first.registered, first.joined) == (first.rows,) * 3
    by_park = {
        one.place.name: one.rows.count() for one in AnnualTotals.objects.select_related("place")
    }
    assert by_park == ROWS
    assert not Polluter.objects.filter(confirmed=True).exists()
    assert Member.objects.count() == first.rows

    again = taken(brought())
    assert (again.changed, again.registered, again.joined) == (0, 0, 0)
    assert TotalsRow.objects.count() == first.rows


@pytest.mark.parametrize("planted", EXPECTED, ids=lambda one: one["sheet"])
def test_each_dash_is_neither_zero_nor_missing(planted: dict[str, Any]) -> None:
    of = brought()
    found = totals_lists.read(brought=of, by=factories.person("city.office"), on=ON)
    sheet = next(one for one in found.sheets if one.name == planted["sheet"])
    (row,) = [one for one in sheet.rows if one.faults]
    (finding,) = [one for one in row.findings if one.severity.keeps_the_row_out]
    assert (finding.row, finding.column, finding.code) == (
        planted["row"],
        planted["column"],
        "not_a_number",
    )
    (fault,) = row.faults.values()
    assert set(fault["raw"]) == {"—"}


def test_every_row_of_the_file_says_what_the_file_says() -> None:
    taken(brought())
    book = openpyxl.load_workbook(BUREAU, read_only=True)
    for name, count in ROWS.items():
        rows = list(book[name].iter_rows(min_row=5, max_row=4 + count, values_only=True))
        kept = {row.number: row for row in TotalsRow.objects.filter(totals__place__name=name)}
        assert len(kept) == count
        for number, cells in enumerate(rows, start=1):
            row = kept[number]
            assert (row.name, row.uscc, row.permit_number) == tuple(
                str(cell).strip() for cell in cells[1:4]
            )
            assert row.get_source_display() == cells[4].strip()
            for pollutant, cell in zip(Pollutant, cells[5:13], strict=True):
                if isinstance(cell, int | float):
                    assert row.amounts[pollutant.value] == round(cell * 1_000_000)
                elif pollutant.value not in row.faults:
                    assert (cell, pollutant.value in row.amounts) == (None, False)


def test_a_park_cannot_hand_in_while_one_cell_is_wrong() -> None:
    taken(brought())
    of = AnnualTotals.objects.select_related("place").get(place="320583P01")
    someone = factories.person("kunshan.park")
    with pytest.raises(WrongCells):
        totals.hand_in(totals=of, by=someone, on=ON)
    row = of.rows.exclude(faults={}).get()
    mended = totals_rows.RowContent(
        number=row.number,
        polluter=row.polluter_id,
        name=row.name,
        uscc=row.uscc,
        permit_number=row.permit_number,
        source=row.source,
        amounts={**row.amounts, "COD": 0},
    )
    of = totals_rows.write(totals=of, rows=[mended], edition=of.edition, by=someone, on=ON)
    assert totals.hand_in(totals=of, by=someone, on=ON).status == "checking"


def test_a_park_whose_totals_are_handed_in_does_not_keep_the_others_waiting() -> None:
    of = parks.begun(parks.row(1, parks.member(1)))
    totals.hand_in(totals=of, by=factories.person("kunshan.park"), on=ON)
    book = brought()
    found = totals_lists.read(brought=book, by=factories.person("city.office"), on=ON)
    assert set(found.others) == {"昆山经济技术开发区"}
    why = found.others["昆山经济技术开发区"]
    assert "已提交" in refusals.said(why)
    with override("en"):
        assert refusals.said(why).isascii()
    assert taken(book).parks == len(ROWS) - 1
    assert [one.pk for one in AnnualTotals.objects.filter(place=of.place)] == [of.pk]


def test_a_spoiled_workbook_comes_back_with_every_wrong_cell_marked() -> None:
    book = openpyxl.load_workbook(BUREAU)
    sheet = book["昆山经济技术开发区"]
    spoiled = {"B6": None, "C7": "12345", "E8": "估算", "G9": "约5", "H11": -1, "J12": "3吨"}
    for cell, value in spoiled.items():
        sheet[cell] = value
    target = io.BytesIO()
    book.save(target)
    content = target.getvalue()
    of = brought(content, by="kunshan.park", at="320583P01")
    found = totals_lists.read(brought=of, by=factories.person("kunshan.park"), on=ON)
    assert [one.name for one in found.sheets] == ["昆山经济技术开发区"]
    assert set(found.others) == set(ROWS) - {"昆山经济技术开发区"}
    wrong = {one.cell for one in found.findings if one.severity.keeps_the_row_out}
    assert wrong == {*spoiled, "F10"}

    copy = openpyxl.load_workbook(
        io.BytesIO(marking.marked_copy(content, found.findings, file="x.xlsx"))
    )["昆山经济技术开发区"]
    assert all(copy[cell].comment is not None for cell in wrong)
    assert taken(of, by="kunshan.park").wrong == 7
    kept = AnnualTotals.objects.get()
    assert {row.number for row in kept.rows.exclude(faults={})} == {2, 3, 4, 5, 6, 7, 8}
    with pytest.raises(WrongCells):
        totals.hand_in(totals=kept, by=factories.person("kunshan.park"), on=ON)


def test_a_list_is_tried_out_without_a_trace_and_taken_in_once() -> None:
    of = brought()
    office = factories.person("city.office")
    found = totals_lists.read(brought=of, by=office, on=ON)
    tried = totals_lists.try_out(brought=of, found=found, by=office, on=ON)
    assert not AnnualTotals.objects.exists()
    assert not Polluter.objects.exists()
    found = totals_lists.read(brought=of, by=office, on=ON)
    assert totals_lists.take_in(brought=of, found=found, by=office, on=ON) == tried
    with pytest.raises(ListTaken):
        totals_lists.take_in(brought=of, found=found, by=office, on=ON)


def test_a_polluter_of_another_park_and_one_named_twice_are_marked() -> None:
    elsewhere = parks.member(7, code="320500P01")
    of = brought(_sheet([("远博七厂", elsewhere.uscc), ("乙", "91320583MAX0149277")] * 2))
    found = totals_lists.read(brought=of, by=factories.person("city.office"), on=ON)
    codes = [[one["code"] for one in row.faults.values()] for row in found.sheets[0].rows]
    assert codes == [["member_elsewhere"], [], ["twice"], ["twice"]]


def test_a_polluter_lies_in_the_first_park_that_states_it() -> None:
    one = ("甲", "91320583MAX0149277")
    of = brought(_sheets({"昆山经济技术开发区": [one], "张家港保税区": [one]}))
    found = totals_lists.read(brought=of, by=factories.person("city.office"), on=ON)
    codes = [[fault["code"] for fault in sheet.rows[0].faults.values()] for sheet in found.sheets]
    assert codes == [[], ["member_elsewhere"]]
    assert "昆山经济技术开发区" in found.sheets[1].rows[0].findings[0].message
    assert (taken(of).wrong, Member.objects.get().place_id) == (1, "320583P01")


def test_two_sheets_of_one_park_are_both_left_out_with_the_reason() -> None:
    names = ("昆山经济技术开发区", "昆山经开区")
    rows = {name: [(f"甲{n}", "91320583MAX0149277")] for n, name in enumerate(names)}
    of = brought(_sheets({**rows, "张家港保税区": [("乙", "91130200699229617X")]}))
    found = totals_lists.read(brought=of, by=factories.person("city.office"), on=ON)
    assert [one.name for one in found.sheets] == ["张家港保税区"]
    assert {name: refusals.said(why) for name, why in found.others.items()} == dict.fromkeys(
        names, "另有工作表属同一园区，不能确定以哪一张为准"
    )


def test_a_polluter_under_its_former_code_is_the_same() -> None:
    of = parks.member(1)
    former, now = of.uscc, "91130200699229617X"
    polluters.rename(
        polluter=of,
        name=of.name,
        uscc=now,
        by=factories.appointed("park.officer", Role.COUNTY_OFFICER, "320583"),
        on=ON,
    )
    book = brought(_sheet([("远博一厂", former), ("远博一厂", now)]))
    assert taken(book).wrong == 1
    assert TotalsRow.objects.get(faults={}).number == 1


def test_our_own_template_is_filled_in_and_read_again() -> None:
    factories.appointed("kunshan.park", Role.PARK_ADMINISTRATOR, "320583P01")
    of = parks.member(1)
    place = Place.objects.get(pk="320583P01")
    content = template.make(
        place.name,
        LAST,
        members=members.listed(place, LAST),
        last=selected.context(place.pk, LAST).last,
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert (sheet["A2"].value, sheet["B2"].value) == (of.name, of.uscc)
    assert sheet.protection.sheet
    sheet["D2"], sheet["J2"], sheet["M2"] = "手工监测", 1.25, 3000
    target = io.BytesIO()
    book.save(target)
    assert taken(brought(target.getvalue())).wrong == 0
    row = TotalsRow.objects.get()
    assert (row.source, row.amounts, row.output) == ("manual", {"NOX": 1_250_000}, 3000)


def test_a_workbook_of_another_year_is_none() -> None:
    of = totals_lists.receive(
        upload=parks.workbook(),
        year=LAST - 1,
        place=Place.objects.get(pk="320500"),
        by=factories.person("city.office"),
        on=ON,
    )
    with pytest.raises(NoSuchTable):
        totals_lists.read(brought=of, by=factories.person("city.office"), on=ON)


def _sheet(rows: list[tuple[str, str]]) -> bytes:
    return _sheets({"昆山经济技术开发区": rows})


def _sheets(named: dict[str, list[tuple[str, str]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    heads = ["单位名称", "统一社会信用代码", "数据来源"]
    for title, rows in named.items():
        sheet = book.create_sheet(title)
        sheet.append([*heads, *(f"排放总量-{pollutant.symbol}" for pollutant in Pollutant)])
        for name, uscc in rows:
            sheet.append([name, uscc, "自动监测", 1])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
