"""An application's page: at a desk and on a phone, in both languages, filed and not yet filed."""

from __future__ import annotations

from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import desk, factories
from tests.desk import T, asks
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, WIDE, Opener
from tests.journeys.sight import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAYS: Final = {
    "zh-hans": ("已提交", "按2倍须替代2.000000吨/年", "尚未提交"),
    "en": ("Filed", "at 2 times, 2.000000 t/a are to be replaced", "Not filed yet"),
}


@pytest.mark.parametrize("language", SAYS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_application_says_where_it_stands_and_by_which_clauses(
    open_page: Opener, width: int, language: str
) -> None:
    desk.ready()
    filed = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), "filed")
    draft = desk.drafted(desk.project(number=2), [])
    status, duty, nothing = SAYS[language]

    reader = factories.person("city.auditor")
    address = reverse("allocation:application", args=[filed.number])
    page = open_page(address, person=reader, width=width, language=language)
    expect(page.locator(".page-head")).to_contain_text(status)
    expect(page.get_by_text(duty)).to_be_visible()
    assert_fits(page)
    assert_usable(page)

    page.goto(reverse("allocation:application", args=[draft.number]))
    expect(page.get_by_text(nothing)).to_be_visible()
    assert_fits(page)
    assert_usable(page)
