"""From the bureau's two files to a warning, a suspension that closes the gate, and its lifting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from monitoring.imports.readings import Sent
from monitoring.models import PlaceWarning, Suspension
from monitoring.vocabulary import Indicator, Level, Span, SuspensionScope, SuspensionStatus
from quota_registry.demo import weather
from quota_registry.kernel.models import Person
from quota_registry.kernel.periods import Month
from quota_registry.kernel.vocabulary import Role
from tests import city, factories, stations, watch, watched
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import NARROW, Opener
from tests.journeys.sight import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEPTEMBER: Final = Month(2026, 9)
JUDGED_ON: Final = datetime(2026, 10, 10, 9, tzinfo=stations.SHANGHAI)
BAD, WELL = "320509", "320583"


@pytest.fixture
def office() -> Iterator[Person]:
    """The city on the day after the bureau's month, with the months before it on record."""
    factories.rule_book()
    office = stations.office()
    stations.stations_of_the_bureau()
    for place in (BAD, WELL):
        stations.take_in(_before_september(f"{place}A1", place), by=office)
        watched.target(place, Indicator.PM25, "28.0")
        watched.target(place, Indicator.GOOD_DAYS, "80.0")
        watch.judgement(code=place, on=date(2026, 2, 10))
    with time_machine.travel(JUDGED_ON, tick=True):
        yield office


def _before_september(station: str, place: str) -> Iterator[Sent]:
    """Give what a station measured from January last year to the end of August."""
    for day in weather.days(date(2025, 1, 1), SEPTEMBER.period.start):
        for item, value in weather.air_day(place, station, day, SEPTEMBER).items():
            yield stations.sent(station, item, str(day), str(value), span=Span.DAY)


def looks_well(page: Page) -> None:
    assert_fits(page)
    assert_usable(page)


def bring(page: Page, file: str) -> None:
    """Send one of the bureau's files in as it stands, look at what stays out, and agree."""
    page.goto("/monitoring/readings/new/")
    page.locator("input[type=file]").set_input_files(stations.BUREAU / file)
    expect(page.locator("[data-files]")).to_contain_text(file)
    page.locator("main button[type=submit]").click()
    expect(page.locator("main .figures")).to_contain_text("可入库的值")
    looks_well(page)
    page.get_by_role("button", name="确认入库").click()
    expect(page.locator("main")).to_contain_text("不予入库的行")
    expect(page.get_by_role("button", name="确认入库")).to_have_count(0)


def gate(page: Page, place: str = BAD) -> Locator:
    """Open a place's gate, and point at the line of its own reserves for the air."""
    page.goto(f"/monitoring/gates/{place}/")
    looks_well(page)
    air = page.locator("section.card", has=page.get_by_role("heading", name="大气", exact=True))
    return air.get_by_role("row").filter(has_text="储备").first


def test_readings_become_a_warning_an_order_that_closes_the_gate_and_its_lift(
    office: Person, open_page: Opener
) -> None:
    desk = open_page("/monitoring/readings/", person=office)
    looks_well(desk)
    bring(desk, stations.AIR)
    bring(desk, stations.WATER)

    desk.goto("/monitoring/")
    desk.get_by_label("月份").select_option(str(SEPTEMBER))
    desk.get_by_role("button", name="评判该月").click()
    expect(desk.locator(".table-levels")).to_contain_text("吴江区")
    looks_well(desk)
    assert _levels()[BAD] == Level.RED
    assert _levels()[WELL] in {Level.NONE, Level.BLUE}
    assert _levels()["320581"] == Level.UNKNOWN

    # Every figure of the warning leads to what it was made from.
    desk.locator(f"a.level-cell[href='{_address(BAD)}']").click()
    expect(desk.locator("h1")).to_contain_text("吴江区")
    looks_well(desk)
    for indicator in ("PM2.5", "优良"):
        row = desk.locator("main tr").filter(has_text=indicator).last
        expect(row.get_by_role("link")).not_to_have_count(0)
    for address in _links_of(desk):
        assert desk.request.get(address).status == 200, address

    order = Suspension.objects.get(place=BAD, scope=SuspensionScope.RESERVES)
    assert order.status == SuspensionStatus.PROPOSED
    director = open_page("/todo/", person=factories.person("city.director"))
    expect(gate(director)).to_contain_text("开放")
    director.goto(f"/monitoring/suspensions/{order.number}/")
    looks_well(director)
    director.get_by_role("link", name="下达暂停令").click()
    director.get_by_label("暂停文号").fill(watch.ORDER)
    looks_well(director)
    director.locator("main").get_by_role("button", name="下达暂停令").click()
    director.get_by_role("dialog").get_by_role("button", name="下达暂停令").click()
    director.wait_for_url(f"**/suspensions/{order.number}/")
    expect(director.locator("main")).to_contain_text(watch.ORDER)
    expect(gate(director)).to_contain_text("暂停")
    expect(gate(director)).to_contain_text(watch.ORDER)
    expect(gate(director, WELL)).to_contain_text("开放")

    # The place answers its task, and the proposal to lift shows what it did.
    there = city.appointed("wujiang.officer", Role.COUNTY_OFFICER, BAD)
    local = open_page(_address(BAD), person=there, width=NARROW)
    looks_well(local)
    local.locator("[name=text]").fill("涉气企业限产30%")
    local.locator("[name=person]").fill("王示范")
    local.locator("[name=date]").fill("2026-10-31")
    local.get_by_role("button", name="登记措施").click()
    expect(local.locator("#task")).to_contain_text("涉气企业限产30%")

    with time_machine.travel(JUDGED_ON + timedelta(days=30), tick=True):
        air = open_page(
            f"/monitoring/suspensions/{order.number}/act/propose_lift/",
            person=factories.person("city.air"),
        )
        expect(air.locator("main")).to_contain_text("涉气企业限产30%")
        looks_well(air)
        air.get_by_label("解除事由").fill("整改完成，指标回到目标进度")
        air.locator("main").get_by_role("button", name="提请解除").click()
        air.wait_for_url(f"**/suspensions/{order.number}/")
        expect(gate(air)).to_contain_text("暂停")

        director = open_page("/todo/", person=factories.person("city.director"))
        expect(director.locator("main")).to_contain_text(order.number)
        director.goto(f"/monitoring/suspensions/{order.number}/act/lift/")
        director.get_by_label("解除文号").fill(watch.LIFT)
        director.locator("main").get_by_role("button", name="下达解除令").click()
        director.get_by_role("dialog").get_by_role("button", name="下达解除令").click()
        director.wait_for_url(f"**/suspensions/{order.number}/")
        looks_well(director)
        expect(gate(director)).to_contain_text("开放")
        expect(gate(director)).not_to_contain_text(watch.ORDER)


def _levels() -> dict[str, str]:
    found = PlaceWarning.objects.filter(run__month=SEPTEMBER.period.start, run__version=1)
    return dict(found.values_list("place", "level"))


def _address(place: str) -> str:
    found = PlaceWarning.objects.get(place=place, run__month=SEPTEMBER.period.start)
    return f"/monitoring/warnings/{found.pk}/"


def _links_of(page: Page) -> set[str]:
    """Give every address that the page's content leads to."""
    found = page.locator("main a[href^='/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return set(found)
