"""The desk over the API: projects, applications and vouchers in reach, and the public question."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from allocation.models import Project, Voucher
from allocation.selectors import verification
from allocation.services import vouchers as after
from quota_registry.kernel import counters
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant
from tests import callers, desk, factories
from tests.desk import T, asks
from tests.factories import ON

pytestmark = pytest.mark.django_db

PUBLIC = "/api/v1/public/vouchers/"


@pytest.fixture
def voucher(settings: Any) -> Voucher:
    """昆山 draws 8.4 t of NOx and 2 t of COD of its own."""
    settings.QUOTA_VERIFICATIONS_PER_MINUTE = 10_000
    factories.all_places()
    desk.judged()
    desk.stocked("320583", 10 * T, number="脱硝一期")
    desk.stocked("320583", 5 * T, "COD", number="提标改造")
    project = desk.project({"NOX": "4.2", "COD": "1"}, site="高新区玉山镇")
    return desk.vouchered(project, asks(("NOX", "320583", 8_400_000), ("COD", "320583", 2 * T)))


@pytest.fixture
def reader(voucher: Voucher) -> callers.Caller:
    return callers.program("320583", ["projects:read"])


def ask(number: str, code: str, **more: Any) -> Any:
    return Browser(**more).get(PUBLIC, {"number": number, "code": code})


# ── Projects ──
def test_a_project_tells_its_books_its_cover_and_what_it_asked_for(
    voucher: Voucher, reader: callers.Caller
) -> None:
    project = voucher.application.project
    (found,) = reader.get("projects/").json()["results"]

    assert found["number"] == project.number
    assert (found["uscc"], found["place"]) == (project.polluter.uscc, "320583")
    assert found["amounts"][0] == {
        "pollutant": "NOX",
        "existing": "0.000000",
        "generation": "4.200000",
        "reduction": "0.000000",
        "piped": None,
        "emission": "4.200000",
        "offset": "0.000000",
        "increment": "4.200000",
    }
    assert found["coverage"] == [
        {
            "pollutant": "COD",
            "ratio": "2",
            "clause": "7.2",
            "required": "2.000000",
            "used": "2.000000",
        },
        {
            "pollutant": "NOX",
            "ratio": "2",
            "clause": "7.2",
            "required": "8.400000",
            "used": "8.400000",
        },
    ]
    assert found["applications"] == [
        {
            "number": voucher.application.number,
            "status": "vouchered",
            "voucher": voucher.number,
        }
    ]
    assert reader.get(f"projects/{project.number}/").json() == found


def test_what_was_given_back_covers_nothing(voucher: Voucher, reader: callers.Caller) -> None:
    give_back(voucher, 400_000)
    (found,) = reader.get("projects/").json()["results"]
    assert [(one["required"], one["used"]) for one in found["coverage"]] == [
        ("2.000000", "2.000000"),
        ("8.400000", "8.000000"),
    ]


def test_many_projects_take_as_many_questions_as_one(reader: callers.Caller) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert reader.get("projects/").status_code == 200
        return len(asked)

    questions()  # The first request of a day notes that the token was used.
    first = questions()
    for number in (7, 8, 9):
        desk.project(number=number)
    assert questions() == first


# ── Applications ──
def test_an_application_tells_where_it_stands_with_its_sheets(
    voucher: Voucher, reader: callers.Caller
) -> None:
    application = voucher.application
    (listed,) = reader.get("applications/").json()["results"]
    assert (listed["status"], listed["voucher"]) == ("vouchered", voucher.number)
    assert listed["lines"][1] == {
        "pollutant": "NOX",
        "increment": "4.200000",
        "ratio": "2.000",
        "clause": "7.2",
        "required": "8.400000",
        "approved": None,
    }
    assert listed["sources"][0] == {
        "pollutant": "NOX",
        "place": "320583",
        "uscc": None,
        "trade": None,
        "amount": "8.400000",
    }

    whole = reader.get(f"applications/{application.number}/").json()
    assert listed.items() <= whole.items()
    assert whole["clock"] is None
    assert [one["moment"] for one in whole["sheets"]] == ["filed", "held", "released"]
    first = whole["sheets"][0]["rows"][0]
    assert (first["check"], first["clause"], first["passes"], first["blocks"]) == (
        "replacement",
        "7.2",
        True,
        False,
    )
    assert "2.000000" in first["text"]


def test_what_was_approved_and_never_asked_for_is_told() -> None:
    desk.ready()
    voucher = desk.vouchered(desk.project(), asks(("NOX", "320583", 2 * T)))
    after.approve(
        application=voucher.application,
        version=1,
        number="苏环建〔2026〕83第1001号",
        approved_on=ON,
        increments={Pollutant.NOX: Grams(T), Pollutant.COD: Grams(T // 2)},
        by=factories.person("kunshan.officer"),
        on=ON,
    )
    reader = callers.program("320583", ["projects:read"])
    told = reader.get(f"applications/{voucher.application.number}/").json()
    assert told["approved_beyond"] == [{"pollutant": "COD", "increment": "0.500000"}]
    assert told["lines"][0]["approved"] == "1.000000"


def test_a_held_one_tells_when_its_hold_lapses() -> None:
    desk.ready()
    application = desk.carry(desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), "held")
    reader = callers.program("320583", ["projects:read"])
    clock = reader.get(f"applications/{application.number}/").json()["clock"]
    assert (clock["stopped"], clock["days_stopped"]) == (False, 0)
    assert clock["lapses_on"] == "2027-03-14"


def test_whoever_has_a_reserve_that_is_drawn_on_reads_the_application_alone() -> None:
    factories.all_places()
    desk.judged()
    desk.stocked("320500", 10 * T)
    application = desk.drafted(desk.project(), asks(("NOX", "320500", 2 * T)))
    other = callers.program("320581", ["projects:read"])
    assert other.get("applications/").json()["results"] == []
    assert other.get(f"applications/{application.number}/").status_code == 404
    assert other.get(f"projects/{application.project.number}/").status_code == 404

    desk.stocked("320581", 10 * T)
    crossing = desk.drafted(desk.project(number=2), asks(("NOX", "320581", 2 * T)))
    assert [one["number"] for one in other.get("applications/").json()["results"]] == [
        crossing.number
    ]
    assert other.get("projects/").json()["results"] == []


# ── Vouchers ──
def test_a_voucher_tells_what_its_paper_says_but_not_its_code(
    voucher: Voucher, reader: callers.Caller
) -> None:
    (listed,) = reader.get("vouchers/").json()["results"]
    assert (listed["number"], listed["status"]) == (voucher.number, "valid")
    answer = reader.get(f"vouchers/{voucher.number}/")
    said = answer.json()
    assert [(one["pollutant"], one["required"]) for one in said["lines"]] == [
        ("COD", "2.000000"),
        ("NOX", "8.400000"),
    ]
    assert {one["paper"] for one in said["sources"]} == {"脱硝一期", "提标改造"}
    assert said["left"] == [
        {"pollutant": "COD", "amount": "2.000000"},
        {"pollutant": "NOX", "amount": "8.400000"},
    ]
    assert voucher.code not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "asked", "found"),
    [
        ("projects/", {"uscc": "{uscc}"}, 1),
        ("projects/", {"uscc": "91320583MA1X100217"}, 0),
        ("projects/", {"kind": "EXPANDED"}, 0),
        ("projects/", {"pollutant": "COD"}, 1),
        ("projects/", {"pollutant": "SO2"}, 0),
        ("projects/", {"place": "320583P01"}, 0),
        ("applications/", {"uscc": "{uscc}"}, 1),
        ("applications/", {"project": "{project}"}, 1),
        ("applications/", {"project": "320583-XM-2026-09999"}, 0),
        ("applications/", {"status": "vouchered", "place": "320583"}, 1),
        ("applications/", {"status": "held"}, 0),
        ("vouchers/", {"uscc": "{uscc}", "project": "{project}"}, 1),
        ("vouchers/", {"status": "valid", "issued_from": "2026-01-01"}, 1),
        ("vouchers/", {"status": "void"}, 0),
        ("vouchers/", {"issued_until": "2026-01-01"}, 0),
    ],
)
def test_lists_are_asked_by_code_number_and_status(
    voucher: Voucher, reader: callers.Caller, path: str, asked: dict[str, str], found: int
) -> None:
    project = Project.objects.get()
    names = {"uscc": project.polluter.uscc, "project": project.number}
    query = {name: value.format(**names) for name, value in asked.items()}
    assert len(reader.get(path, query).json()["results"]) == found


def test_lists_come_as_tables_and_in_pages(reader: callers.Caller) -> None:
    for number in (7, 8):
        desk.project(number=number)
    pages = reader.all("projects/", {"page_size": "1"})
    assert [len(page) for page in pages] == [1, 1, 1]
    for path in ("projects/", "applications/", "vouchers/"):
        table = reader.get(path, accept="text/csv").content.decode()
        assert table.startswith("\ufeff")
        assert "320583-" in table


def test_nothing_is_there_outside_or_without_the_scope(
    voucher: Voucher, reader: callers.Caller
) -> None:
    abroad = callers.program("320581", ["projects:read"])
    poor = callers.program("320583", ["balances:read"])
    for path, number in (
        ("projects/", voucher.application.project.number),
        ("applications/", voucher.application.number),
        ("vouchers/", voucher.number),
    ):
        assert abroad.get(path).json()["results"] == []
        assert abroad.get(f"{path}{number}/").status_code == 404
        assert poor.get(path).status_code == 403
        assert callers.Caller().get(path).status_code == 401


# ── The public question ──
def give_back(of: Voucher, grams: int | None = None) -> None:
    after.give_back(
        application=of.application,
        amounts={Pollutant.NOX: Grams(grams)} if grams else None,
        by=factories.person("kunshan.head"),
        on=ON,
        version=1,
        document="昆环函〔2026〕1号",
        reason="规模缩减",
    )


def test_number_and_code_tell_what_the_paper_tells_and_no_more(
    voucher: Voucher, reader: callers.Caller
) -> None:
    give_back(voucher, 400_000)
    answer = ask(voucher.number, verification.spoken(voucher.code).lower())
    assert answer.status_code == 200
    assert answer.json() == reader.get(f"vouchers/{voucher.number}/").json()
    assert answer.json()["standing"] == "本凭证的部分指标已退回，以退回记录为准。"
    assert answer.json()["given_back"] == [
        {
            "on": str(ON),
            "kind": "abandoned",
            "document": "昆环函〔2026〕1号",
            "amounts": [{"pollutant": "NOX", "amount": "0.400000"}],
        }
    ]
    # As on the page: why it went back is nobody's business, nor is the number inside.
    for inside in ("规模缩减", voucher.code):
        assert inside not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_a_wrong_code_is_answered_like_a_number_that_does_not_exist(voucher: Voucher) -> None:
    other = "2" * 12 if voucher.code != "2" * 12 else "3" * 12
    told = []
    for number in (voucher.number, "320583-2026-99999"):
        answer = ask(number, other)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        problem = answer.json()
        told.append((problem["code"], problem["detail"], problem.get("facts")))
    assert told[0] == told[1]
    assert told[0][0] == "not_verified"


@pytest.mark.parametrize("left_out", ["number", "code"])
def test_nothing_is_told_without_both(voucher: Voucher, left_out: str) -> None:
    asked = {"number": voucher.number, "code": voucher.code}
    del asked[left_out]
    answer = Browser().get(PUBLIC, asked)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, left_out)


def test_the_page_and_the_api_count_together(
    voucher: Voucher, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUOTA_VERIFICATIONS_PER_MINUTE = 3
    asked: Counter[str] = Counter()

    def too_often(name: str, *, most: int) -> int:
        asked[name] += 1
        return 7 if asked[name] > most else 0

    # The count of a minute that never turns.
    monkeypatch.setattr(counters, "too_often", too_often)
    here = {"REMOTE_ADDR": "192.0.2.90"}
    wrong = {"number": voucher.number, "code": "2" * 12}
    pages = [Browser(**here).get("/public/vouchers/", wrong).status_code for _time in range(2)]
    answers = [ask(*wrong.values(), **here) for _time in range(2)]
    assert (pages, [one.status_code for one in answers]) == ([404, 404], [404, 429])
    assert (answers[1].json()["code"], answers[1]["Retry-After"]) == ("throttled", "7")
    assert Browser(**here).get("/public/vouchers/", wrong).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.91"}
    assert ask(*wrong.values(), **elsewhere).status_code == 404


def test_it_is_off_where_nothing_is_published(voucher: Voucher, settings: Any) -> None:
    settings.QUOTA_PUBLIC_PAGES = False
    assert ask(voucher.number, voucher.code).status_code == 404
