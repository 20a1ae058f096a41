"""The queue of a reserve: only who waits for it, in the order of the law, with what it has."""

from __future__ import annotations

import pytest

from allocation.selectors import queue
from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import Priority
from quota_registry.kernel.vocabulary import Pollutant
from tests import callers, desk, factories, watch
from tests.browsers import browser_of
from tests.desk import T, asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready() -> None:
    """昆山 has 10 t of NOx; two applications wait for it, the later one of a major project."""
    factories.all_places()
    watch.improved()
    desk.stocked("320583", 10 * T)
    first = desk.project(number=1)
    second = desk.project(number=2, priority=Priority.INDUSTRIAL, priority_basis="市重大项目清单")
    for project in (first, second):
        desk.carry(desk.drafted(project, asks(("NOX", "320583", 2 * T))), S.FILED)


def numbers(code: str = "320583") -> list[str]:
    return [row.application.number for row in queue.of(factories.place(code), on=desk.ON)]


def test_the_major_project_goes_before_who_asked_first(ready: None) -> None:
    assert numbers() == ["320583-SQ-2026-00002", "320583-SQ-2026-00001"]
    first, second = queue.of(factories.place("320583"), on=desk.ON)
    assert [str(one.standing.label) for one in (first, second)] == [
        "本区域重大产业项目",
        "其他项目",
    ]
    assert first.wanted == {Pollutant.NOX: 2 * T}
    assert first.claimant.quality_met
    assert [one.code.value for one in first.reasons][:2] == ["met_and_done", "improved"]
    assert queue.waiting_at([factories.place("320583")]) == {"320583": 2}


def test_who_is_held_or_waits_elsewhere_is_not_in_it(ready: None) -> None:
    from allocation.models import Application

    desk.carry(Application.objects.get(number="320583-SQ-2026-00002"), S.HELD)
    desk.stocked("320500", T)
    assert numbers() == ["320583-SQ-2026-00001"]
    assert numbers("320500") == []
    assert queue.free(factories.place("320583"))[Pollutant.NOX] == 8 * T


def test_the_page_says_why_and_what_is_left(ready: None) -> None:
    browser = browser_of(factories.person("kunshan.head"))
    page = browser.get("/allocation/queues/320583/").content.decode()
    assert page.index("320583-SQ-2026-00002") < page.index("320583-SQ-2026-00001")
    assert "所在地上年度目标和减排任务均完成" in page

    answer = browser.get(
        "/allocation/queues/320583/",
        {"part": "left", "grant": ["320583-SQ-2026-00002"]},
        headers={"HX-Request": "true"},
    )
    assert "<html" not in answer.content.decode()
    (line,) = [one for one in answer.context["left"] if one["wanted"]]
    assert (line["pollutant"], line["free"], line["left"], line["short"]) == (
        Pollutant.NOX,
        10 * T,
        8 * T,
        False,
    )

    outside = browser_of(factories.person("changshu.officer"))
    assert outside.get("/allocation/queues/320583/").status_code == 404


def test_a_program_asks_who_is_served_first_and_what_would_be_left(ready: None) -> None:
    program = callers.program("320583", ["projects:read"])
    first, second = "320583-SQ-2026-00002", "320583-SQ-2026-00001"

    found = program.get("queue/", {"place": "320583"}).json()

    assert [(one["position"], one["number"]) for one in found["waiting"]] == [
        (1, first),
        (2, second),
    ]
    assert found["waiting"][0] | {"reasons": [], "status": ""} == {
        "position": 1,
        "number": first,
        "project": "320583-XM-2026-00002",
        "place": "320583",
        "status": "",
        "class": "本区域重大产业项目",
        "clause": "6.2",
        "reasons": [],
        "wanted": [{"pollutant": "NOX", "amount": "2.000000"}],
    }
    assert found["waiting"][0]["reasons"][0]["code"] == "met_and_done"

    def left(**query: str) -> list[str]:
        answer = program.get("queue/", {"place": "320583"} | query).json()["left"]
        (row,) = [one for one in answer if one["pollutant"] == "NOX"]
        return [row["free"], row["wanted"], row["left"]]

    assert left() == ["10.000000", "0.000000", "10.000000"]
    assert left(grant=first) == ["10.000000", "2.000000", "8.000000"]
    assert left(grant=f"{first},{second},{first}") == ["10.000000", "4.000000", "6.000000"]


def test_what_is_no_queue_is_not_answered(ready: None) -> None:
    program = callers.program("320583", ["projects:read"])
    for query, status in (
        ({}, 400),
        ({"place": "320581"}, 404),
        ({"place": "320583", "grant": "all"}, 400),
        ({"place": "320583", "grant": "320583-SQ-2026-00009"}, 404),
    ):
        assert program.get("queue/", query).status_code == status
    assert callers.program("320583", ["trades:read"]).get("queue/").status_code == 403
    text = program.get("queue/", {"place": "320583"}, Accept="text/csv").content.decode()
    assert len(text.splitlines()) == 3
