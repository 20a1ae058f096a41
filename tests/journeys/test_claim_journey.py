"""From signing in to a balance that a program reads: a claim's whole way, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from quota_registry.kernel.models import Person
from quota_registry.kernel.vocabulary import Role
from reserve.models import Claim, ClaimLine, Transfer
from reserve.services import claims, screening
from reserve.services.contents import Content, LineContent
from reserve.vocabulary import ClaimStatus
from tests import callers, factories
from tests.journeys import axe
from tests.journeys.conftest import NARROW, Opener

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PDF = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
# Case D of the technical guide: 1 460 万m³ a year, COD 280 → 35 and NH3-N 28 → 2.5 mg/L.
SEWAGE = {
    "in-1-flow_after": "1460",
    "in-1-flow_before": "0",
    "in-1-inlet_after-COD": "280",
    "in-1-outlet_after-COD": "35",
    "in-1-inlet_before-COD": "0",
    "in-1-outlet_before-COD": "0",
    "in-1-inlet_after-NH3N": "28",
    "in-1-outlet_after-NH3N": "2.5",
    "in-1-inlet_before-NH3N": "0",
    "in-1-outlet_before-NH3N": "0",
}

# What the page fetches is answered at once, and reaches the page two seconds later.
SLOW_ANSWERS = """() => {
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    await new Promise((done) => setTimeout(done, 2000));
    return answer;
  };
}"""


@pytest.fixture
def city() -> None:
    factories.rule_book()
    factories.all_places()
    for username in ("kunshan.officer", "kunshan.screener", "city.water", "city.air"):
        factories.person(username)
    factories.permit(factories.polluter())


@pytest.fixture
def see(open_page: Opener) -> Callable[..., Page]:
    """Open a page as somebody of the city; what axe finds grave on it fails."""

    def see(address: str, who: str | Person, **more: object) -> Page:
        person = factories.person(who) if isinstance(who, str) else who
        page = open_page(address, person=person, **more)
        axe.assert_usable(page)
        return page

    return see


def content(*lines: LineContent) -> Content:
    """Make a content that can be filed today."""
    return factories.content(*lines, late_reason="许可证变更后材料补正")


def sign_in(page: Page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")


def begin(page: Page) -> str:
    """Begin a claim of the town's sewage works, and return its number."""
    page.get_by_role("link", name="新建申报").first.click()
    box = page.get_by_role("combobox", name="排污单位")
    box.fill("远博")
    page.locator(".lookup-list [role=option]").first.click()
    page.get_by_label("项目名称").fill("昆山示范城东污水处理厂新建工程")
    page.get_by_label("减排类型").select_option("town_sewage")
    page.get_by_role("button", name="建立草稿").click()
    page.wait_for_url("**/edit/")
    return page.url.split("/")[-3]


def fill(page: Page) -> None:
    """Fill the form as STANDARDS' case says; the results follow while typing."""
    today = timezone.localdate()
    page.get_by_label("完成日期").fill(str(today - timedelta(days=40)))
    page.get_by_label("许可证变更日期").fill(str(today - timedelta(days=10)))
    page.locator("#id_method_1").select_option("sewage_works")
    page.locator("[name=in-1-flow_after]").wait_for()
    for name, value in SEWAGE.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("[name=binding_COD]").fill("577")
    results = page.locator("#results")
    expect(results).to_contain_text("3,577.000")
    expect(results).to_contain_text("3,000.000")
    expect(results).to_contain_text("372.300")
    expect(results).to_contain_text("剩")


def attach(page: Page) -> None:
    """Put one file beside each of the three flags."""
    for kind in ("monitorable", "reportable", "verifiable"):
        page.locator("#evidence_kind").select_option(kind)
        page.locator("#evidence_files").set_input_files(PDF)
        with page.expect_response(lambda answer: "/evidence/" in answer.url) as answer:
            page.get_by_role("button", name="上传").click()
        assert answer.value.status == 200
        expect(page.locator("#evidence tbody tr", has_text="证明.pdf").first).to_be_visible()


def file(page: Page) -> None:
    """Press the button and answer the question."""
    page.get_by_role("button", name="提交申报").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3,577.000000")
    dialog.get_by_role("button", name="提交").click()


def test_a_new_officer_files_a_claim_and_loses_nothing_typed(city: None, open_page: Opener) -> None:
    page = open_page("/sign-in/")
    axe.assert_usable(page)
    sign_in(page, "kunshan.officer")
    axe.assert_usable(page)
    number = begin(page)
    axe.assert_usable(page)
    fill(page)
    expect(page.locator("[data-saved]").first).to_contain_text("已保存")
    expect(page.locator("#problems")).to_contain_text("证明材料")

    page.locator("[name=in-1-inlet_after-TN]").fill("很多")
    file(page)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page.locator("[name=in-1-inlet_after-TN]")).to_have_value("很多")
    expect(page.locator("[name=in-1-inlet_after-COD]")).to_have_value("280")
    expect(page.locator("[name=binding_COD]")).to_have_value("577")
    axe.assert_usable(page)
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.closest('#claim, #evidence') !== null")

    page.locator("[name=in-1-inlet_after-TN]").fill("")
    for flag in ("monitorable", "reportable", "verifiable"):
        page.locator(f"#id_{flag}").check()
    attach(page)
    expect(page.locator("[name=in-1-inlet_after-COD]")).to_have_value("280")
    file(page)
    page.wait_for_url(f"**/reserve/claims/{number}/")
    expect(page.locator("main")).to_contain_text("已申报")
    axe.assert_usable(page)

    claim = Claim.objects.get(number=number)
    assert claim.status == ClaimStatus.FILED
    assert dict(claim.lines.values_list("pollutant", "verified")) == {
        "COD": 3_577_000_000,
        "NH3N": 372_300_000,
    }
    assert claim.lines.get(pollutant="COD").binding == 577_000_000


def test_a_claim_filed_while_it_saves_itself_waits_for_the_save(
    city: None, open_page: Opener
) -> None:
    claim = factories.claim_at(
        ClaimStatus.DRAFT,
        content(factories.line("COD", "10")),
        on=timezone.localdate(),
    )
    page = open_page(
        f"/reserve/claims/{claim.number}/edit/", person=factories.person("kunshan.officer")
    )
    page.evaluate(SLOW_ANSWERS)
    page.get_by_label("项目名称").fill("更名后的项目")
    page.locator("[data-saved][data-state=sending]").first.wait_for()
    page.get_by_role("button", name="提交申报").first.click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    page.wait_for_url(f"**/reserve/claims/{claim.number}/")

    claim.refresh_from_db()
    assert (claim.status, claim.project) == (ClaimStatus.FILED, "更名后的项目")


def test_a_filed_claim_comes_to_a_balance_that_a_program_reads(
    city: None, see: Callable[..., Page]
) -> None:
    claim = factories.claim_at(
        ClaimStatus.FILED,
        content(factories.line("COD", "10"), factories.line("NH3N", "1")),
        on=timezone.localdate(),
    )
    there = f"/reserve/claims/{claim.number}/"

    def act(page: Page, verb: str, button: str) -> None:
        page.goto(f"{there}act/{verb}/")
        page.locator("main").get_by_role("button", name=button, exact=True).click()
        page.wait_for_url(f"**{there}")

    desk = see("/todo/", "kunshan.screener")
    desk.get_by_role("link", name="办理").first.click()
    desk.get_by_role("link", name="签收").click()
    desk.locator("main").get_by_role("button", name="签收").click()
    desk.wait_for_url(f"**{there}")
    act(desk, "screen", "初审通过")

    water = see(f"{there}act/review_water/", "city.water")
    water.locator("[name=verdict_NH3N]").select_option("refuse")
    water.get_by_role("button", name="水处审核").click()
    expect(water.locator("main")).to_contain_text("不通过的须写明理由")
    water.locator("[name=reason_NH3N]").fill("出水监测数据不足一年")
    water.get_by_role("button", name="水处审核").click()
    water.wait_for_url(f"**{there}")
    expect(water.locator("main")).to_contain_text("出水监测数据不足一年")
    act(water, "sign_water", "水处会签")
    air = see(there, "city.air", width=NARROW)
    act(air, "sign_air", "大气处会签")

    office = see(f"{there}act/sign_office/", "city.office")
    office.get_by_role("button", name="综合业务处会签").click()
    office.wait_for_url(f"**{there}")
    act(office, "conclude", "会审通过")
    office.goto(f"{there}act/confirm/")
    axe.assert_usable(office)
    office.get_by_label("省级文件文号").fill("苏环函〔2026〕8号")
    office.get_by_label("文件日期").fill(str(timezone.localdate()))
    office.locator("[name=province_COD]").fill("0")
    office.get_by_role("button", name="登记省级确认").click()
    office.wait_for_url(f"**{there}")

    other = see(f"{there}act/admit/", "city.office2")
    other.get_by_role("button", name="入库", exact=True).click()
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text("+7.000000")
    dialog.get_by_role("button", name="入库").click()
    other.wait_for_url(f"**{there}")
    expect(other.locator("main")).to_contain_text("已入库")
    axe.assert_usable(other)

    # Three clicks from the figure to the proof.
    other.goto("/reserve/")
    axe.assert_usable(other)
    with other.expect_navigation():
        other.get_by_role("link", name="7.000").first.click()
    axe.assert_usable(other)
    with other.expect_navigation():
        other.get_by_role("link", name=f"{claim.number}").first.click()
    axe.assert_usable(other)
    other.get_by_role("link", name="查看申报与证明材料").click()
    other.wait_for_url(f"**{there}")

    _client, token = callers.client()
    answer = callers.Caller(token=token).get(
        "balances/", {"place": "320583", "tier": "county", "pollutant": "COD"}
    )
    assert answer.json()["balances"][0]["available"] == "7.000000"
    refused = ClaimLine.objects.get(claim=claim, pollutant="NH3N")
    assert refused.reason == "出水监测数据不足一年"
    assert Transfer.objects.count() == 1


def test_a_stale_page_is_refused_and_shows_what_changed(
    city: None, see: Callable[..., Page]
) -> None:
    on = timezone.localdate()
    claim = factories.claim_at(ClaimStatus.RECEIVED, content(), on=on)
    page = see(f"/reserve/claims/{claim.number}/act/screen/", "kunshan.screener")
    screener, officer = factories.person("kunshan.screener"), factories.person("kunshan.officer")
    screening.return_(claim=claim, version=1, reason="数量有误", by=screener, on=on)
    anew = content(factories.line("NOX", "12"))
    claims.save(claim=claim, content=anew, by=officer, on=on)
    factories.carry(Claim.objects.get(pk=claim.pk), ClaimStatus.RECEIVED, on=on)

    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.get_by_role("button", name="初审通过").click()
    assert answer.value.status == 412
    expect(page.locator("main")).to_contain_text("12.000000")
    expect(page.locator("main")).to_contain_text("10.000000")
    axe.assert_usable(page)
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.RECEIVED

    page.get_by_role("button", name="初审通过").click()
    page.wait_for_url(f"**/reserve/claims/{claim.number}/")
    assert Claim.objects.get(pk=claim.pk).status == ClaimStatus.SCREENED


def test_a_draft_that_a_colleague_saved_is_not_overwritten(
    city: None, see: Callable[..., Page]
) -> None:
    claim = factories.draft(on=timezone.localdate())
    address = f"/reserve/claims/{claim.number}/edit/"
    colleague = factories.appointed("kunshan.officer2", Role.COUNTY_OFFICER, "320583")
    mine, theirs = see(address, "kunshan.officer"), see(address, colleague)
    theirs.get_by_label("备注").fill("同事所写")
    theirs.get_by_role("button", name="保存草稿").click()
    expect(theirs.locator("#toasts")).to_contain_text("草稿已保存")

    mine.get_by_label("备注").fill("我所写")
    mine.get_by_role("button", name="保存草稿").click()
    table = mine.locator("main table").first
    expect(table).to_contain_text("同事所写")
    expect(table).to_contain_text("我所写")
    assert Claim.objects.get(pk=claim.pk).remarks == "同事所写"
    mine.get_by_role("button", name="保存草稿").click()
    expect(mine.locator("#toasts")).to_contain_text("草稿已保存")
    assert Claim.objects.get(pk=claim.pk).remarks == "我所写"
