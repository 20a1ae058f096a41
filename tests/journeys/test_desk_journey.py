"""From a new project to its voucher in a stranger's hand; a stop by an order; a planted alarm."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import openpyxl
import pytest
import time_machine
from playwright.sync_api import FilePayload, Page, expect

from allocation.models import Application, Finding, Voucher
from allocation.vocabulary import ApplicationStatus, FindingKind
from quota_registry.kernel.models import Person
from reserve.models import Transfer
from tests import desk, factories, stations, watch
from tests.desk import T
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, Opener
from tests.journeys.sight import assert_fits
from tests.papers import text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_SEPTEMBER: Final = datetime(2026, 9, 21, 9, tzinfo=stations.SHANGHAI)
ON_THE_DAY: Final = datetime(2026, 10, 10, 9, tzinfo=stations.SHANGHAI)
# RULES §4, a new project that is not strategic: COD 3.256 → 6.512 and NOx 4.2 → 8.4.
BOOKS: Final = {
    "generation_COD": "12.5",
    "reduction_COD": "4.5",
    "piped_COD": "8",
    "emission_COD": "3.256",
    "generation_NOX": "10",
    "reduction_NOX": "5.8",
    "emission_NOX": "4.2",
}
SMALL: Final = {"generation_NOX": "0.5", "emission_NOX": "0.5"}


@pytest.fixture
def city() -> Iterator[None]:
    """昆山 met everything last year, and has 10 t of NOx and of COD."""
    with time_machine.travel(IN_SEPTEMBER, tick=True):
        factories.all_places()
        factories.rule_book()
        desk.judged()
        desk.stocked("320583", 10 * T)
        desk.stocked("320583", 10 * T, "COD")
        for number in (1, 2, 3):
            factories.polluter(number)
        yield


See = Callable[..., Page]


@pytest.fixture
def see(open_page: Opener) -> See:
    """Open a page as somebody of the city, or as nobody; it must fit and be usable by all."""

    def see(address: str, who: str = "", **more: Any) -> Page:
        person: Person | None = factories.person(who) if who else None
        page = open_page(address, person=person, **more)
        looks_well(page)
        return page

    return see


def looks_well(page: Page) -> None:
    assert_fits(page)
    assert_usable(page)


def main(page: Page) -> Any:
    """Expect something of what the page is about."""
    return expect(page.locator("main"))


def enter_project(page: Page, number: int, books: dict[str, str]) -> None:
    """Put a project on record with its books, and come to its page."""
    page.goto("/allocation/projects/new/")
    looks_well(page)
    page.get_by_role("combobox", name="排污单位").fill(f"远博材料{number:04d}")
    page.locator(".lookup-list [role=option]").first.click()
    page.get_by_label("项目名称").fill(f"年产{number}万吨示范材料项目")
    page.get_by_label("项目性质").select_option("NEW")
    for name, value in books.items():
        page.locator(f"[name={name}]").fill(value)
    # What must be replaced stands beside the books while one types.
    expect(page.locator("#duties")).to_contain_text("8.400000" if books is BOOKS else "1.000000")
    looks_well(page)
    page.locator("main").get_by_role("button", name="登记建设项目").click()
    main(page).to_contain_text("须替代量")
    looks_well(page)


def apply(page: Page) -> str:
    """Ask for the project's quota from where the system proposes, file it, give its number."""
    page.get_by_role("button", name="申请总量指标").click()
    page.wait_for_url("**/edit/")
    expect(page.locator("#sheet")).to_contain_text("尚不符合")
    looks_well(page)
    page.get_by_role("button", name="由系统建议来源").click()
    expect(page.locator("#sheet")).to_contain_text("可以提交")
    looks_well(page)
    page.get_by_role("button", name="提交申请").click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/applications/[^/]+/$"))
    main(page).to_contain_text("已提交")
    looks_well(page)
    return page.url.rstrip("/").rpartition("/")[2]


def act(page: Page, number: str, label: str) -> None:
    """Take a step of the application on its own page, from the application's page."""
    page.goto(f"/allocation/applications/{number}/")
    looks_well(page)
    page.locator("main").get_by_role("link", name=label, exact=True).click()
    page.wait_for_url("**/act/**")
    looks_well(page)
    page.locator("main form").get_by_role("button", name=label, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=label, exact=True).click()


def done(page: Page, number: str) -> None:
    """Come back to the application's page after a step."""
    page.wait_for_url(f"**/applications/{number}/")
    expect(page.locator("body")).to_contain_text("已办理")
    looks_well(page)


def test_a_project_comes_to_its_voucher_and_a_stranger_finds_it_good(see: See, city: None) -> None:
    officer = see("/allocation/projects/", "kunshan.officer")
    enter_project(officer, 1, BOOKS)
    number = apply(officer)

    for who, label in (
        ("kunshan.screener", "初审通过"),
        ("city.water", "水处审核"),
        ("city.air", "大气处审核"),
        ("city.office2", "预留指标"),
    ):
        page = see("/todo/", who)
        main(page).to_contain_text(number)
        act(page, number, label)
        done(page, number)
    assert desk.balance("320583") == (1_600_000, 8_400_000)
    assert desk.balance("320583", "COD") == (3_488_000, 6_512_000)

    head = see("/todo/", "kunshan.head", width=NARROW)
    main(head).to_contain_text(number)
    act(head, number, "投放并出具凭证")
    done(head, number)
    voucher = Voucher.objects.get()
    assert desk.balance("320583") == (1_600_000, 0)
    head.get_by_role("link", name=voucher.number).click()
    head.wait_for_url(f"**/vouchers/{voucher.number}/")
    looks_well(head)

    # The paper is opened from its page; what its code leads to stands on it in words as well.
    paper = head.get_by_role("link", name="打印凭证").get_attribute("href") or ""
    printed = head.request.get(paper).body()
    assert printed.startswith(b"%PDF-")
    assert voucher.number in text(printed)

    held_up = head.get_by_role("link", name="如持证人所见").get_attribute("href") or ""
    assert urlsplit(held_up).path in text(printed)
    stranger = see(held_up, width=NARROW)
    shown = stranger.locator("body")
    for words in (voucher.number, "有效", "3.256000", "6.512000", "4.200000", "8.400000"):
        expect(shown).to_contain_text(words)
    wrong = stranger.request.get(held_up[:-1] + ("A" if held_up[-1] != "A" else "B"))
    assert wrong.status == 404
    assert "8.400000" not in wrong.text()


def test_an_order_stops_the_next_with_its_clause_and_what_would_help(see: See, city: None) -> None:
    officer = see("/allocation/projects/", "kunshan.officer")
    enter_project(officer, 2, SMALL)
    number = apply(officer)
    desk.carry(Application.objects.get(number=number), ApplicationStatus.ASSESSED)
    moved = Transfer.objects.count()

    watch.ordered("320583", starts=IN_SEPTEMBER.date())
    page = see("/todo/", "city.office2", width=NARROW)
    act(page, number, "预留指标")
    told = page.get_by_role("alert")
    for words in ("昆山市", watch.ORDER, "第9条", "暂停令解除后即可"):
        expect(told).to_contain_text(words)
    looks_well(page)
    assert Application.objects.get(number=number).status == ApplicationStatus.ASSESSED
    assert (desk.balance("320583"), Transfer.objects.count()) == ((10 * T, 0), moved)

    # Who writes the next one is told while typing, before anything is filed.
    enter_project(officer, 3, SMALL)
    officer.get_by_role("button", name="申请总量指标").click()
    officer.wait_for_url("**/edit/")
    officer.locator("[name=p320583_NOX]").fill("1")
    expect(officer.locator("#sheet")).to_contain_text(watch.ORDER)
    expect(officer.locator("#sheet")).to_contain_text("暂停令解除后即可")
    officer.get_by_role("button", name="提交申请").click()
    officer.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(officer.get_by_role("alert")).to_contain_text(watch.ORDER)
    looks_well(officer)
    assert Application.objects.get(project__name__contains="年产3万").status == "draft"


def eia_list(blank: bytes, *rows: dict[str, object]) -> bytes:
    """Fill the registry's own blank list in, as an officer does."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    sheet = book.worksheets[0]
    columns = {str(cell.value).lstrip("*"): cell.column for cell in sheet[1]}
    for below, row in enumerate(rows, 2):
        for header, value in row.items():
            sheet.cell(below, columns[header], value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def row(number: int, voucher: str, **amounts: str) -> dict[str, object]:
    """Write an approval's row; without a voucher's number it is the planted one."""
    of = factories.polluter(number)
    return {
        "审批文号": f"苏环建〔2026〕83第{1000 + number}号",
        "审批日期": "2026-09-28",
        "建设单位": of.name,
        "统一社会信用代码": of.uscc,
        "项目名称": f"年产{number}万吨示范材料项目",
        "性质": "新建",
        "所在地": "昆山市",
        "总量凭证编号": voucher,
    } | {f"新增排放量-{name}（吨/年）": grams for name, grams in amounts.items()}


def test_a_planted_approval_without_quota_is_an_alarm_with_a_task(see: See, city: None) -> None:
    project = desk.project({"NOX": "1"})
    good = desk.vouchered(project, desk.asks(("NOX", "320583", 2 * T)))
    with time_machine.travel(ON_THE_DAY, tick=True):
        office = see("/allocation/dispatch/lists/new/", "city.office")
        blank = office.request.get("/allocation/dispatch/lists/template/eia/").body()
        office.locator("[name=kind]").select_option("eia")
        office.locator("[name=quarter]").select_option("2026Q3")
        office.locator("input[type=file]").set_input_files(
            FilePayload(
                name="三季度.xlsx",
                mimeType=XLSX,
                buffer=eia_list(blank, row(1, good.number, NOx="1"), row(2, "", NOx="0.75")),
            )
        )
        office.get_by_role("button", name="上传并校验").click()
        office.wait_for_url(re.compile(r"/lists/\d+/$"))
        looks_well(office)
        office.get_by_role("button", name="确认入账").click()
        main(office).to_contain_text("已入账")
        looks_well(office)

        office.goto("/allocation/dispatch/")
        looks_well(office)
        office.locator("#run-quarter").select_option("2026Q3")
        office.get_by_role("button", name="调度该季度").click()
        office.wait_for_url("**/dispatch/2026Q3/1/")
        looks_well(office)
        found = office.locator("#found tbody tr")
        expect(found).to_have_count(1)
        for words in ("无量审批", "第21条", "苏环建〔2026〕83第1002号", "0.75"):
            expect(found).to_contain_text(words)
        [finding] = Finding.objects.all()
        assert (finding.kind, finding.task.done) == (FindingKind.EIA_UNVOUCHERED, False)

        # It waits on the desk of the county, which says what became of it.
        officer = see("/todo/", "kunshan.officer", width=NARROW)
        main(officer).to_contain_text("苏环建〔2026〕83第1002号")
        officer.goto("/allocation/dispatch/2026Q3/1/")
        looks_well(officer)
        officer.locator("#found summary").click()
        officer.get_by_label("办理情况").fill("已责令补办总量指标")
        officer.locator("#found form").get_by_role("button", name="办结").click()
        expect(officer.locator("#found")).to_contain_text("已责令补办总量指标")
        looks_well(officer)
