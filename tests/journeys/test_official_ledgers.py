"""The page of the official ledgers, looked at and used."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, WIDE, Opener
from tests.journeys.sight import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_ledger_reads_well(open_page: Opener, width: int, language: str) -> None:
    factories.claim_at(ClaimStatus.ADMITTED)
    page = open_page(
        "/reserve/ledgers/?place=320583&period=2026Q3",
        person=factories.person("kunshan.officer"),
        width=width,
        language=language,
    )

    expect(page.locator("main")).to_contain_text("320583-XJ-20260701-20260930")
    expect(page.locator("main")).to_contain_text("7.000000")
    assert_fits(page)
    assert_usable(page)
