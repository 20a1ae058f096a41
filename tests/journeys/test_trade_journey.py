"""A holding changes hands on screen, and a head works out what a reserve would have left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from allocation.models import Trade
from allocation.vocabulary import ApplicationStatus, Priority
from tests import desk, factories, stock, trading, watch
from tests.desk import T, asks
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, Opener
from tests.journeys.sight import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


def looks_well(page: Page) -> None:
    assert_fits(page)
    assert_usable(page)


def agree(page: Page, name: str) -> None:
    """Press the form's button and confirm in the dialogue."""
    page.locator("main form").get_by_role("button", name=name).click()
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def test_a_holding_is_offered_accepted_checked_and_the_buyer_s(open_page: Opener) -> None:
    factories.all_places()
    seller, buyer = factories.polluter(1), factories.polluter(2)
    trading.holding(seller, 10 * T)
    page = open_page("/allocation/trades/new/", person=factories.person("kunshan.officer"))
    looks_well(page)
    # One side is chosen by its name, the other is named by its code.
    page.get_by_role("combobox", name="卖方单位").fill(seller.name)
    page.locator("[data-lookup] [role=option]").first.click()
    expect(page.locator("[name=seller_uscc]")).to_have_value(seller.uscc)
    page.get_by_role("combobox", name="买方单位").fill(buyer.uscc)
    page.get_by_role("combobox", name="买方单位").press("Tab")
    page.get_by_label("合同编号").fill("合同2026-1")
    page.get_by_label("合同日期").fill("2026-09-15")
    page.locator("[name=grams_NOX]").fill("2")
    page.locator("[name=price_NOX]").fill("12345.67")
    page.locator("[name=file]").set_input_files(PAPER)
    agree(page, "登记出让")
    expect(page.locator("main")).to_contain_text("24,691.34")
    looks_well(page)

    page.get_by_role("link", name="登记接受").click()
    page.locator("[name=file]").set_input_files(PAPER)
    agree(page, "登记接受")
    expect(page.locator("main")).to_contain_text("买方已接受")

    trade = Trade.objects.get()
    office = open_page(
        f"/allocation/trades/{trade.number}/", person=factories.person("city.office"), width=NARROW
    )
    looks_well(office)
    office.get_by_role("link", name="核准成交").click()
    office.get_by_label("交易凭证编号").fill("苏排交7号")
    agree(office, "核准成交")
    expect(office.locator("main")).to_contain_text("已成交")
    looks_well(office)
    assert stock.balances("HOLDING")[f"HOLDING/NOX/#{buyer.pk}/"] == 2 * T


def test_a_head_ticks_applications_and_sees_what_is_left(open_page: Opener) -> None:
    factories.all_places()
    watch.improved()
    desk.stocked("320583", 3 * T)
    for number, priority in ((1, Priority.NONE), (2, Priority.INDUSTRIAL)):
        project = desk.project(
            number=number, priority=priority, priority_basis="清单" if priority != "none" else ""
        )
        desk.carry(desk.drafted(project, asks(("NOX", "320583", 2 * T))), ApplicationStatus.FILED)
    page = open_page("/allocation/queues/320583/", person=factories.person("kunshan.head"))
    looks_well(page)
    rows = page.locator("#queue tbody tr")
    expect(rows.first).to_contain_text("本区域重大产业项目")
    for box in page.get_by_role("checkbox").all():
        box.check()
    expect(page.locator("#queue")).to_contain_text("已选 2 件")
    line = page.get_by_role("row").filter(has_text="NOx").last
    expect(line).to_contain_text("不足")
    looks_well(page)
