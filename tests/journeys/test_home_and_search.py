"""The first page, the search, and every page of the stock at both widths and in both languages."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, Lot, Transfer
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.journeys import axe
from tests.journeys.conftest import NARROW, WIDE, Opener
from tests.journeys.sight import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "苏州示范远东精密电子材料科技发展股份有限公司第二分公司废水深度处理及再生水循环利用改造工程"


@pytest.fixture
def claim() -> Claim:
    lines = [factories.line(code, "1234.567891") for code in Pollutant.values]
    return factories.claim_at(ClaimStatus.ADMITTED, factories.content(*lines, project=LONG))


def test_home_says_what_waits_and_leads_there(open_page: Opener) -> None:
    late = factories.draft(factories.content(number=2))
    factories.claim_at(ClaimStatus.FILED, factories.content(number=3))
    page = open_page("/", person=factories.person("kunshan.officer"))
    line = page.locator("tr", has_text=late.number)
    expect(line).to_contain_text("逾期")
    axe.assert_usable(page)
    line.get_by_role("link", name="办理").click()
    page.wait_for_url(f"**/reserve/claims/{late.number}/")


def test_home_is_not_blank_where_nothing_is(open_page: Opener) -> None:
    factories.rule_book()
    page = open_page("/", person=factories.person("changshu.officer"), width=NARROW)
    expect(page.locator("main")).to_contain_text("没有待办事项")
    expect(page.locator("main")).to_contain_text("没有通知")
    axe.assert_usable(page)
    for address, says in (
        ("/todo/", "没有待办事项"),
        ("/reserve/claims/", "没有符合条件的减排项目"),
        ("/reserve/lots/", "没有符合条件的批次"),
        ("/search/?q=没有这个词", "没有找到"),
    ):
        page.goto(address)
        expect(page.locator("main")).to_contain_text(says)
        axe.assert_usable(page)


def test_the_search_is_at_hand_and_finds_claims_permits_and_lots(
    open_page: Opener, claim: Claim
) -> None:
    page = open_page("/", person=factories.person("city.auditor"))
    page.keyboard.press("/")
    page.keyboard.type("远东精密")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    expect(page.locator("main")).to_contain_text(claim.number)
    axe.assert_usable(page)
    assert claim.permit is not None
    for words in (claim.permit.number, Lot.objects.all()[0].name, claim.polluter.uscc):
        page.locator("#s-q").fill(words)
        page.locator("main").get_by_role("button", name="搜索").click()
        expect(page.locator("main").get_by_role("link", name=words).first).to_be_visible()


@pytest.mark.parametrize(("width", "language"), [(NARROW, "zh-hans"), (WIDE, "en")])
def test_the_pages_of_the_stock_fit_and_can_be_used_by_everybody(
    open_page: Opener, claim: Claim, width: int, language: str
) -> None:
    year = timezone.localdate().year
    lot, transfer = Lot.objects.order_by("pk").first(), Transfer.objects.get()
    assert lot is not None
    page = open_page(
        "/reserve/", person=factories.person("city.office"), width=width, language=language
    )
    for address in (
        "/reserve/",
        f"/reserve/stock/320583/COD/?year={year}",
        f"/reserve/lots/{lot.pk}/",
        f"/reserve/transfers/{transfer.pk}/",
        f"/reserve/claims/{claim.number}/",
        "/reserve/claims/",
        "/reserve/transfers/",
        f"/polluters/{claim.polluter.uscc}/",
        "/places/320583/",
    ):
        page.goto(address)
        assert_fits(page)
        axe.assert_usable(page)
