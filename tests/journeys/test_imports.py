"""Lists brought in through the browser: the bureau's claims, opening stock, polluters."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import FilePayload, Page, expect

from quota_registry.kernel.models import Person
from quota_registry.kernel.services import reference
from quota_registry.kernel.vocabulary import Role
from reserve.models import Claim, OpeningStock
from tests import city, factories
from tests.integration.test_opening_pages import good as opening_list
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, WIDE, Opener
from tests.journeys.sight import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BUREAU: Final = Path(__file__).parents[2] / "fixtures" / "bureau"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = pytest.mark.parametrize(
    ("width", "language"), [(WIDE, "zh-hans"), (NARROW, "zh-hans"), (WIDE, "en"), (NARROW, "en")]
)


@pytest.fixture
def office() -> Person:
    with city.system():
        reference.load()
    return city.appointed("city.office", Role.GENERAL_OFFICE, "320500")


def looks_well(page: Page) -> None:
    assert_fits(page)
    assert_usable(page)


@WIDTHS
def test_the_bureaus_list_goes_in_by_hand(
    open_page: Opener, office: Person, width: int, language: str
) -> None:
    page = open_page("/reserve/imports/", person=office, width=width, language=language)
    looks_well(page)
    page.locator("a[href='/reserve/imports/new/']").first.click()
    expect(page).to_have_url(re.compile(r"/reserve/imports/new/$"))
    page.locator("input[type=file]").set_input_files(BUREAU / "claims.xlsx")
    expect(page.locator("[data-files]")).to_contain_text("claims.xlsx")
    looks_well(page)
    page.locator("main button[type=submit]").click()

    expect(page.locator("main")).to_contain_text("P67")
    expect(page.locator("main")).to_contain_text("228")
    looks_well(page)
    page.locator("a[href='?show=refused#found']").click()
    expect(page.locator("#rows")).to_contain_text("J30")
    page.locator("a[href$='/accept/']").click()
    expect(page).to_have_url(re.compile(r"/accept/$"))
    looks_well(page)
    page.locator("input[type=file]").set_input_files(
        FilePayload(name="扫描件.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 scan")
    )
    page.locator("textarea").fill("三季度集中补报")
    page.locator("main button[type=submit]").click()

    expect(page.locator("main")).to_contain_text("三季度集中补报")
    expect(page.locator("a[href$='/file/']")).to_be_visible()
    looks_well(page)
    assert Claim.objects.count() == 228


@WIDTHS
def test_opening_stock_is_brought_and_looked_at(
    open_page: Opener, width: int, language: str
) -> None:
    factories.all_places()
    factories.rule_book()
    officer = factories.person("kunshan.officer")
    page = open_page("/reserve/openings/new/", person=officer, width=width, language=language)
    page.locator("select[name=place]").select_option("320583")
    page.locator("input[name=document]").fill("昆环〔2026〕1号")
    page.locator("input[name=effective_on]").fill("2026-01-01")
    page.locator("input[type=file]").set_input_files(
        FilePayload(name="期初.xlsx", mimeType=XLSX, buffer=opening_list())
    )
    looks_well(page)
    page.locator("main button[type=submit]").click()

    expect(page.locator("main")).to_contain_text("3.000001")
    looks_well(page)
    assert OpeningStock.objects.count() == 1
