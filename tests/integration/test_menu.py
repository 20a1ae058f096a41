"""The menu lights the line that a page stands below, as its own breadcrumb says."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from quota_registry.web.context import line_of
from tests import factories, parks
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

LINES = ["/", "/parks/", "/parks/register/", "/parks/lists/", "/monitoring/"]


@pytest.mark.parametrize(
    ("path", "trail", "line"),
    [
        ("/parks/register/", ["/parks/"], "/parks/register/"),
        ("/parks/320583P01/", ["/parks/register/"], "/parks/register/"),
        ("/parks/320583P01/2026/", ["/parks/?year=2026"], "/parks/"),
        ("/parks/lists/new/", ["/parks/", "/parks/lists/"], "/parks/lists/"),
        ("/monitoring/gates/320583/", [], "/monitoring/"),
        ("/account/", [], ""),
    ],
)
def test_a_page_stands_below_its_own_line_else_its_trails_else_its_address_s(
    path: str, trail: list[str], line: str
) -> None:
    assert line_of(LINES, path=path, trail=trail) == line


def lit(name: str, *args: object) -> list[str]:
    page = browser_of(factories.person("city.office")).get(reverse(name, args=args))
    return re.findall(r'aria-current="page">([^<]*)', page.content.decode())


def test_a_parks_pages_light_the_parks_and_its_years_the_years() -> None:
    parks.park()
    member = parks.member(1)
    parks.opened()
    code, year = parks.PARK, parks.YEAR
    for name, *args in (
        ("parks:parks",),
        ("parks:park", code),
        ("parks:park-record", code),
        ("parks:members", code),
        ("parks:member-add", code),
        ("parks:member-leave", member.memberships.get().pk),
        ("parks:works-add", code),
    ):
        assert lit(name, *args) == ["园区名录与排名"], name
    for name, *args in (
        ("parks:years",),
        ("parks:year", code, year),
        ("parks:open", code, year),
        ("parks:totals", code, year - 1),
    ):
        assert lit(name, *args) == ["园区年度"], name
    for name in ("parks:totals-lists", "parks:totals-list-new"):
        assert lit(name) == ["总量报表导入"], name


def test_outstanding_parks_stand_below_the_judgements() -> None:
    factories.all_places()
    for name in ("monitoring:outstanding", "monitoring:outstanding-new"):
        assert lit(name) == ["年度评定"], name
