"""A park's year on screen: from a pasted sheet to a reward in its reserve and in the API."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from parks.models import AnnualTotals, TotalsRow
from quota_registry.kernel.services import reference
from tests import callers, desk, factories, parks
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, Opener
from tests.journeys.sight import assert_fits
from tests.parks import BUREAU, PARK, YEAR

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LAST = YEAR - 1
PASTE = """(element, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


def looks_well(page: Page) -> None:
    assert_fits(page)
    assert_usable(page)


def agree(page: Page, name: str) -> None:
    """Press the form's button, and confirm where the page asks once more."""
    page.locator("main form").get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog").get_by_role("button", name=name)
    if dialog.count():
        dialog.click()
    page.wait_for_load_state("networkidle")


def paste(page: Page, text: str) -> None:
    """Paste a block at the first cell that can be filled in."""
    page.locator(".tabulator-row").first.locator("[tabulator-field=source]").click()
    page.locator("[data-totals]").evaluate(PASTE, text)


def test_from_a_pasted_sheet_to_a_reward_in_the_reserve_and_the_api(open_page: Opener) -> None:
    parks.park()
    for number in (1, 2):
        parks.member(number, {"NOX": "50"})
    parks.judged()
    parks.targeted()

    page = open_page(f"/parks/{PARK}/totals/{LAST}/", person=factories.person("kunshan.park"))
    looks_well(page)
    page.get_by_role("link", name="开始填报").click()
    agree(page, "开始填报")
    expect(page.locator(".tabulator-row")).to_have_count(3)  # two polluters and the sums
    expect(page.locator("[data-totals-wrong]")).to_contain_text("2 个错误单元格")

    # Out of a spreadsheet: source, eight pollutants, output; one cell is no number.
    block = "自动监测\t\t\t\t\t\t20.5\t\t\t1200\n手工监测\t\t\t\t\t\t约40\t\t\t800"
    paste(page, block)
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    expect(page.locator("[data-totals-wrong]")).to_contain_text("1 个错误单元格")
    wrong = page.locator(".tabulator-row").nth(1).locator("[tabulator-field=NOX]")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    page.goto(f"/parks/{PARK}/totals/{LAST}/hand-in/")
    agree(page, "提交园区审核")
    expect(page.locator("main")).to_contain_text("还有1个错误单元格")

    page.goto(f"/parks/{PARK}/totals/{LAST}/add/")
    looks_well(page)
    page.goto(f"/parks/{PARK}/totals/{LAST}/")
    paste(page, block.replace("约40", "39.5"))
    expect(page.locator("[data-totals-wrong]")).to_be_hidden()
    expect(page.locator(".tabulator-calcs [tabulator-field=NOX]")).to_have_text("60.000000")
    looks_well(page)
    page.get_by_role("link", name="提交园区审核").click()
    agree(page, "提交园区审核")

    second = open_page(
        f"/parks/{PARK}/totals/{LAST}/", person=factories.person("kunshan.park2"), width=NARROW
    )
    assert_fits(second)
    second.get_by_role("link", name="审核并上报").click()
    agree(second, "审核并上报")
    expect(second.locator("main")).to_contain_text("已上报")

    office = open_page(f"/parks/{PARK}/totals/{LAST}/", person=factories.person("city.office"))
    office.get_by_role("link", name="接受").click()
    agree(office, "接受")
    office.goto(f"/parks/?year={YEAR}")
    looks_well(office)
    kunshan = office.get_by_role("row").filter(has_text="昆山经济技术开发区")
    kunshan.get_by_role("link", name="启动").click()
    agree(office, "启动园区年度")
    take(office, "登记上年度判定")
    for step in ("目标报省厅", "登记省厅同意", "下达目标"):
        take(office, step, paper=True)
    take(office, "采用年度总量")
    take(office, "提出两项总量")
    looks_well(office)

    director = open_page(
        f"/parks/{PARK}/{YEAR}/fix-totals/", person=factories.person("city.director"), language="en"
    )
    looks_well(director)
    director = open_page(f"/parks/{PARK}/{YEAR}/", person=factories.person("city.director"))
    take(director, "核定两项总量", paper=True)
    office.goto(f"/parks/{PARK}/{YEAR}/")
    take(office, "奖励额度报省厅", paper=True)
    expect(office.locator("main")).to_contain_text("8.000000")
    other = open_page(f"/parks/{PARK}/{YEAR}/", person=factories.person("city.office2"))
    take(other, "登记省厅确认并入库", paper=True)
    expect(other.locator("main")).to_contain_text("奖励额度已入库")

    # It is in the park's reserve: on its page, in the ledger, and in the API.
    other.goto(f"/parks/{PARK}/")
    looks_well(other)
    assert desk.balance(PARK)[0] == 8_000_000
    program = callers.program(PARK, ["balances:read"])
    (nox,) = [
        one
        for one in program.get("balances/", {"place": PARK}).json()["balances"]
        if one["pollutant"] == "NOX"
    ]
    assert (nox["place"], nox["tier"], nox["available"]) == (PARK, "park", "8.000000")


def take(page: Page, step: str, *, paper: bool = False) -> None:
    """Take a step of the year, under a paper of today where it has one."""
    page.get_by_role("link", name=step, exact=True).click()
    if paper:
        page.get_by_label("文号").fill("苏环办字〔2026〕15号")
    agree(page, step)
    expect(page.locator("main")).to_contain_text(step)


def test_a_spoiled_workbook_comes_back_marked_and_cannot_be_handed_in(open_page: Opener) -> None:
    reference.load()
    book = openpyxl.load_workbook(BUREAU)
    sheet = book["昆山经济技术开发区"]
    spoiled = {"C7": "12345", "G9": "约5", "J12": "3吨"}
    for cell, value in spoiled.items():
        sheet[cell] = value
    target = io.BytesIO()
    book.save(target)

    page = open_page("/parks/lists/new/", person=factories.person("kunshan.park"))
    looks_well(page)
    page.locator("[name=file]").set_input_files(
        {
            "name": "总量.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": target.getvalue(),
        }
    )
    page.get_by_role("button", name="上传并校验").click()
    # The five sheets of other parks are not this person's, and are said to be left out.
    expect(page.locator("main")).to_contain_text("未读取的工作表")
    for cell in (*spoiled, "F10"):
        expect(page.locator("#rows")).to_contain_text(cell)
    looks_well(page)
    with page.expect_download() as got:
        page.get_by_role("link", name="标注副本").click()
    content = io.BytesIO(got.value.path().read_bytes())
    marked = openpyxl.load_workbook(content)["昆山经济技术开发区"]
    assert all(marked[cell].comment is not None for cell in (*spoiled, "F10"))

    page.get_by_role("button", name="确认入表").click()
    expect(page.locator("main")).to_contain_text("已入表")
    kept = AnnualTotals.objects.get()
    assert TotalsRow.objects.filter(totals=kept).exclude(faults={}).count() == 4
    page.goto(f"/parks/{PARK}/totals/{LAST}/")
    expect(page.locator("[data-totals-wrong]")).to_contain_text("4 个错误单元格")
    looks_well(page)
    page.get_by_role("link", name="提交园区审核").click()
    agree(page, "提交园区审核")
    expect(page.locator("main")).to_contain_text("还有4个错误单元格")


def test_a_line_that_was_taken_out_comes_back_by_a_click_and_by_the_keys(
    open_page: Opener,
) -> None:
    parks.park()
    fault = {"code": "unknown_polluter", "facts": {"uscc": "12345"}, "raw": "12345"}
    nobody = parks.row(2, None, note="去年并入", amounts={"NOX": 5}, faults={"uscc": fault})
    third = parks.row(3, parks.member(3))
    draft = parks.begun(parks.row(1, parks.member(1)), nobody, third)

    def kept() -> list[object]:
        return list(
            TotalsRow.objects.filter(totals=draft)
            .order_by("number")
            .values_list("number", "name", "note", "amounts", "faults")
        )

    before = kept()
    page = open_page(f"/parks/{PARK}/totals/{LAST}/", person=factories.person("kunshan.park"))
    gone = page.locator("[data-totals-gone]")
    wrong = page.locator("[data-totals-wrong]")
    numbers = page.locator(".tabulator-table .tabulator-row .totals-name .totals-last")

    def take_out() -> None:
        page.get_by_role("button", name="删除此行").click()
        expect(gone).to_contain_text("已删除第 2 行：未知单位")
        expect(numbers).to_have_text([re.compile("^1 "), re.compile("^3 ")])
        expect(wrong).to_be_hidden()

    def is_back() -> None:
        expect(gone).to_be_hidden()
        expect(numbers).to_have_text([re.compile(f"^{number} ") for number in (1, 2, 3)])
        expect(wrong).to_contain_text("1 个错误单元格")
        assert kept() == before

    take_out()
    looks_well(page)
    gone.get_by_role("button", name="恢复此行").click()
    is_back()
    # The keys undo the coming back as they undo any other edit, and the going after it.
    take_out()
    page.keyboard.press("Control+z")
    is_back()
    page.keyboard.press("Control+y")
    expect(gone).to_contain_text("已删除第 2 行")
    # Other lines are written meanwhile; the one that went comes back beside them.
    cell = page.locator(".tabulator-row").first.locator("[tabulator-field=note]")
    with page.expect_response(lambda answer: "已核" in (answer.request.post_data or "")):
        cell.dblclick()
        page.keyboard.type("已核")
        page.keyboard.press("Enter")
    gone.get_by_role("button", name="恢复此行").click()
    expect(gone).to_be_hidden()
    notes = TotalsRow.objects.filter(totals=draft).order_by("number").values_list("note", flat=True)
    assert list(notes) == ["已核", "去年并入", ""]
