"""The API's browser, which works without a network and under the strict policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.journeys.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_reads_the_balances_from_the_schemas_page(open_page: Opener) -> None:
    factories.claim_at(ClaimStatus.ADMITTED)
    page = open_page("/api/docs/", person=factories.person("kunshan.officer"))

    balances = page.locator("#operations-balances-balances_retrieve")
    expect(balances).to_contain_text("/api/v1/balances/")
    balances.locator(".opblock-summary-control").click()
    balances.get_by_role("button", name="Try it out").click()
    balances.get_by_role("button", name="Execute").click()

    answer = balances.locator(".live-responses-table .highlight-code").first
    expect(answer).to_contain_text('"available": "7.000000"')
