"""The watch over the API and on the public page."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest
from django.test import Client as Browser
from drf_spectacular.generators import SchemaGenerator

from monitoring.models import MonthRun, PlaceWarning
from quota_registry.kernel.models import Person
from tests import callers, factories, watch
from tests.factories import ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def kunshan() -> Any:
    factories.all_places()
    factories.rule_book()
    return callers.program("320583")


def judged(version: int = 1, level: str = "red") -> None:
    with factories.system():
        run = MonthRun.objects.create(
            month=date(2026, 8, 1),
            version=version,
            by=Person.objects.get_system(),
            on=ON,
            digest="0" * 64,
        )
        PlaceWarning.objects.create(
            run=run,
            place=factories.place("320583"),
            level=level,
            action="suspend",
            number=f"YJ-2026-08-000{version}",
            reasons=[{"code": "blue_months", "clause": "9.3", "facts": REASON}],
        )


REASON = {"indicator": "pm25", "months": 3}


def rows(caller: Any, path: str, **query: str) -> list[dict[str, Any]]:
    answer = caller.get(path, query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_a_suspension_is_told_with_its_days(kunshan: Any) -> None:
    order = watch.ordered(ends=date(2026, 10, 1))
    watch.proposed(scope="purchase")
    watch.ordered("320581")
    [found] = rows(kunshan, "suspensions/", closing_on="2026-09-30", scope="reserves")
    assert rows(kunshan, "suspensions/", closing_on="2026-09-30", scope="purchase") == []
    assert (found["number"], found["place"], found["scope"]) == (order.number, "320583", "reserves")
    assert (found["first_day"], found["last_day"]) == ("2026-09-15", "2026-09-30")
    assert (found["status"], found["document"]) == ("in_force", watch.ORDER)
    assert rows(kunshan, "suspensions/", closing_on="2026-10-01") == []
    assert [x["first_day"] for x in rows(kunshan, "suspensions/", status="proposed")] == [None]


def test_a_gate_is_told_with_every_reason(kunshan: Any) -> None:
    watch.judgement()
    watch.ordered()
    asked = {"place": "320583", "pollutant": "NOX", "on": "2026-09-15"}
    body = kunshan.get("gates/", asked).json()
    ways = {one["way"]: one for one in body["passages"]}
    assert (body["place"], body["on"], len(ways)) == ("320583", "2026-09-15", 3)
    upper = ways["upper"]
    assert (upper["state"], upper["open"], upper["since"], upper["until"]) == (
        "closed",
        False,
        "2026-09-15",
        None,
    )
    assert (upper["reasons"][0]["code"], upper["reasons"][0]["clause"]) == (
        "reserves_suspended",
        "9.3",
    )
    assert watch.ORDER in upper["reasons"][0]["text"]
    assert ways["purchase"]["state"] == "on_application"
    assert len(kunshan.get("gates/", {"place": "320583"}).json()["passages"]) == 24
    assert kunshan.get("gates/").status_code == 400
    assert kunshan.get("gates/", {"place": "320581"}).status_code == 404
    assert kunshan.get("gates/", {"place": "320583", "on": "0001-01-01"}).status_code == 409


def test_a_gate_as_a_table(kunshan: Any) -> None:
    text = kunshan.get("gates/", {"place": "320583"}, Accept="text/csv").content.decode()
    assert len(text.strip().splitlines()) == 25


def test_judgements_targets_and_stations_are_told(kunshan: Any) -> None:
    watch.judgement()
    watch.judgement(met=False)
    watch.target("29.5")
    watch.station()
    versions = rows(kunshan, "judgements/", year="2025", medium="air")
    assert [(x["version"], x["status"], x["quality_met"]) for x in versions] == [
        (2, "confirmed", False),
        (1, "replaced", True),
    ]
    newest = versions[0]
    assert (newest["reason"], newest["rule_book"]) == ("以省厅通报为准", "默认")
    assert [line["pollutant"] for line in newest["figures"]["account"]] == [
        "SO2",
        "NOX",
        "VOCS",
        "PM",
    ]
    [target] = rows(kunshan, "targets/", status="in_force")
    assert (target["indicator"], target["value"]) == ("pm25", "29.5")
    [station] = rows(kunshan, "stations/", kind="air")
    assert (station["code"], station["body"], station["target_class"]) == ("320583A01", "", None)
    assert rows(kunshan, "stations/", place="320583P01") == []


def test_the_newest_version_of_a_month_is_told(kunshan: Any) -> None:
    judged(1, "red")
    judged(2, "blue")
    [found] = rows(kunshan, "warnings/")
    assert (found["version"], found["level"], found["month"]) == (2, "blue", "2026-08-01")
    assert found["reasons"][0]["code"] == "blue_months"
    assert "3" in found["reasons"][0]["text"]
    assert len(rows(kunshan, "warnings/", all_versions="1")) == 2
    assert rows(kunshan, "warnings/", level="red") == []
    assert [x["version"] for x in rows(kunshan, "months/", month="2026-08-01")] == [2, 1]


READ: Final = (
    "stations/",
    "targets/",
    "months/",
    "warnings/",
    "suspensions/",
    "judgements/",
    "gates/?place=320583",
)


@pytest.mark.parametrize("path", READ)
def test_all_of_it_is_read_by_one_scope_and_by_no_other(path: str) -> None:
    factories.all_places()
    factories.rule_book()
    assert callers.program("320583", ["monitoring:read"]).get(path).status_code == 200
    answer = callers.program("320583", ["balances:read"]).get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")


@pytest.mark.parametrize("path", READ)
def test_all_of_it_stands_in_the_schema_and_in_the_guide(path: str, settings: Any) -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    address = path.partition("?")[0]
    assert list(schema["paths"][f"/api/v1/{address}"]) == ["get"]
    assert f"$API/{address}" in (settings.BASE_DIR / "docs/api.md").read_text()


# ── The public page ──
def test_levels_and_suspensions_are_public_where_switched_on(settings: Any) -> None:
    factories.all_places()
    judged()
    watch.ordered(starts=ON)
    watch.proposed("320581")
    settings.QUOTA_PUBLIC_PAGES = True
    page = Browser().get("/public/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "红色预警" in text
    assert watch.ORDER in text
    assert "昆山市" in text
    assert "常熟市" not in text
    settings.QUOTA_PUBLIC_PAGES = False
    assert Browser().get("/public/").status_code == 404


def test_the_public_page_says_so_where_there_is_nothing(settings: Any) -> None:
    settings.QUOTA_PUBLIC_PAGES = True
    assert "还没有评判的月份" in Browser().get("/public/").content.decode()
