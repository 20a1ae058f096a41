"""Applications written over the API: the way of the page, act by act, each done once."""

from __future__ import annotations

from typing import Any

import pytest

from allocation.models import Application, Project, Signature
from allocation.vocabulary import ApplicationStatus
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Transfer
from tests import callers, desk, factories
from tests.desk import T, asks

pytestmark = pytest.mark.django_db

OWN = [{"pollutant": "NOX", "place": "320583", "amount": "2"}]


@pytest.fixture
def project() -> Project:
    """Let 昆山 have 10 t of NOx, of which this project needs 2 t."""
    desk.ready()
    return desk.project()


def somebody(name: str) -> callers.Caller:
    return callers.Caller(person=factories.person(name))


def program(place: str = "320583", **more: Any) -> callers.Caller:
    return callers.program(place, ["applications:write", "projects:read"], **more)


def send(
    caller: callers.Caller,
    path: str,
    body: Any = None,
    *,
    key: str | None = None,
    method: str = "post",
) -> Any:
    named = {} if key is None else {"idempotency-key": key}
    return getattr(caller.browser, method)(
        f"/api/v1/applications/{path}",
        body or {},
        content_type="application/json",
        headers=caller.headers | named,
    )


def act(who: str, number: str, verb: str, /, **said: Any) -> Any:
    version = Application.objects.get(number=number).version
    return send(somebody(who), f"{number}/{verb}/", {"version": version} | said)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# ── The whole way ──
def test_the_whole_way_is_gone_over_the_api(project: Project) -> None:
    begun = send(program(), "", {"project": project.number, "sources": OWN})
    assert begun.status_code == 201
    number = begun.json()["number"]
    assert begun["Location"] == f"/api/v1/applications/{number}/"
    assert begun.json()["sources"] == [
        {
            "pollutant": "NOX",
            "place": "320583",
            "uscc": None,
            "trade": None,
            "amount": "2.000000",
        }
    ]

    filed = send(program(), f"{number}/file/", {"base": begun.json()["base"]})
    assert (filed.status_code, filed.json()["status"], filed.json()["version"]) == (200, "filed", 1)
    way = [
        act("kunshan.screener", number, "screen", note="材料齐全"),
        act("city.air", number, "assess-air", text="同意"),
        act("city.office2", number, "hold"),
        act("kunshan.head", number, "release"),
        act(
            "kunshan.officer",
            number,
            "approve",
            number="苏环建〔2026〕07第1001号",
            approved_on=str(factories.ON),
            amounts=[{"pollutant": "NOX", "amount": "0.9"}],
        ),
        act("kunshan.officer", number, "use", used_on=str(factories.ON)),
    ]
    assert [(a.status_code, a.json()["status"]) for a in way] == [
        (200, "screened"),
        (200, "assessed"),
        (200, "held"),
        (200, "vouchered"),
        (200, "approved"),
        (200, "in_use"),
    ]
    assert way[2].json()["clock"]["lapses_on"]
    assert way[3].json()["voucher"]
    # A smaller approved increment returned its excess: 0.1 t at 2 to 1.
    assert desk.balance("320583") == (10 * T - 1_800_000, 0)


def test_the_system_s_proposal_is_taken_where_no_source_is_named(project: Project) -> None:
    begun = send(program(), "", {"project": project.number})
    assert [(s["place"], s["amount"]) for s in begun.json()["sources"]] == [("320583", "2.000000")]


def test_a_draft_s_sources_are_written_anew_by_who_saw_it(project: Project) -> None:
    begun = send(program(), "", {"project": project.number, "sources": []}).json()
    path = f"{begun['number']}/sources/"
    written = send(program(), path, {"sources": OWN, "base": begun["base"]}, method="put")
    assert [s["amount"] for s in written.json()["sources"]] == ["2.000000"]
    # Who built on the first draft is told so, and files nothing either.
    late = send(program(), path, {"sources": [], "base": begun["base"]}, method="put")
    assert late.status_code == 412
    assert send(program(), f"{begun['number']}/file/", {"base": begun["base"]}).status_code == 412


# ── What is refused ──
def test_what_the_page_does_not_offer_is_no_source(project: Project) -> None:
    for strange in (
        {"place": "320581"},
        {"uscc": factories.polluter(9).uscc},
        {"trade": "320583-JY-2026-00001"},
    ):
        row = {"pollutant": "NOX", "amount": "2"} | strange
        answer = send(program(), "", {"project": project.number, "sources": [row]})
        assert code(answer) == (409, "not_a_source")
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "rows",
    [
        [{"pollutant": "NOX", "amount": "2"}],
        [OWN[0] | {"trade": "320583-JY-2026-00001"}],
        OWN * 2,
        [OWN[0] | {"amount": 2}],
    ],
)
def test_a_source_that_cannot_be_read_is_named(project: Project, rows: Any) -> None:
    answer = send(program(), "", {"project": project.number, "sources": rows})
    assert code(answer) == (400, "invalid_parameters")
    assert answer.json()["errors"][0]["parameter"].startswith("sources")


def test_filing_says_what_stands_in_the_way_with_its_clause(project: Project) -> None:
    number = send(program(), "", {"project": project.number, "sources": []}).json()["number"]
    answer = send(program(), f"{number}/file/")
    assert code(answer) == (409, "not_assessable")
    assert answer.json()["clause"]["key"] == "7.0"
    assert Application.objects.get().status == ApplicationStatus.DRAFT


def test_a_stale_version_is_refused_and_nothing_moves(project: Project) -> None:
    application = desk.carry(desk.drafted(project, asks(("NOX", "320583", 2 * T))), "filed")
    body = {"version": application.version - 1}
    stale = send(somebody("kunshan.screener"), f"{application.number}/screen/", body)
    assert code(stale) == (412, "stale")
    assert Application.objects.get().status == ApplicationStatus.FILED


def test_an_act_that_cannot_come_now_is_refused_by_name(project: Project) -> None:
    number = desk.drafted(project, asks(("NOX", "320583", 2 * T))).number
    assert code(act("kunshan.screener", number, "screen")) == (409, "not_now")
    back = {"document": "苏环办〔2026〕8号", "reason": "项目取消"}
    # Where no voucher is, nothing goes back and nothing is annulled.
    assert code(act("kunshan.head", number, "give-back", **back)) == (409, "not_now")
    assert code(act("city.director", number, "annul", **back)) == (409, "not_now")


def test_four_eyes_stand_over_the_api(project: Project) -> None:
    number = desk.carry(desk.drafted(project, asks(("NOX", "320583", 2 * T))), "screened").number
    factories.appointed("kunshan.screener", "county_head", "320583")
    desk.carry(Application.objects.get(), "held")
    assert code(act("kunshan.screener", number, "release")) == (403, "same_person")
    assert act("kunshan.head", number, "release").json()["status"] == "vouchered"


def test_who_may_not_is_told_so_and_who_is_elsewhere_finds_nothing(project: Project) -> None:
    number = desk.carry(desk.drafted(project, asks(("NOX", "320583", 2 * T))), "filed").number
    assert act("kunshan.officer", number, "screen").status_code == 403
    assert act("changshu.officer", number, "withdraw", reason="项目取消").status_code == 404
    # A program does what the person who answers for it may do, and needs the scope besides.
    assert send(program(), f"{number}/screen/", {"version": 1}).status_code == 403
    reader = callers.program("320583", ["projects:read"])
    assert send(reader, f"{number}/take-back/", {"version": 1}).status_code == 403
    assert send(program("320581"), f"{number}/take-back/", {"version": 1}).status_code == 404
    assert send(program(), f"{number}/take-back/", {"version": 1}).json()["status"] == "draft"


def test_an_act_that_says_too_little_is_malformed(project: Project) -> None:
    number = desk.carry(desk.drafted(project, asks(("NOX", "320583", 2 * T))), "filed").number
    nothing = send(somebody("kunshan.screener"), f"{number}/refuse/", {})
    assert {e["parameter"] for e in nothing.json()["errors"]} == {"version", "reason"}
    assert nothing.status_code == 400


def test_amounts_are_those_of_the_application(project: Project) -> None:
    number = desk.vouchered(project, asks(("NOX", "320583", 2 * T))).application.number
    paper = {"number": "苏环建〔2026〕1号", "approved_on": str(factories.ON)}
    row = {"pollutant": "NOX", "amount": "1"}
    for amounts in ([row, row], []):
        answer = act("kunshan.officer", number, "approve", amounts=amounts, **paper)
        assert code(answer) == (400, "invalid_parameters")
        assert answer.json()["errors"][0]["parameter"] == "amounts"
    back = {"document": "苏环办〔2026〕8号", "reason": "项目取消"}
    other = [{"pollutant": Pollutant.COD, "amount": "1"}]
    answer = act("kunshan.head", number, "give-back", amounts=other, **back)
    assert code(answer) == (400, "invalid_parameters")


# ── Once ──
def test_a_hold_that_is_sent_again_is_set_aside_once(project: Project) -> None:
    number = desk.carry(desk.drafted(project, asks(("NOX", "320583", 2 * T))), "assessed").number
    caller = somebody("city.office2")
    before = Transfer.objects.count()
    first, again = (
        send(caller, f"{number}/hold/", {"version": 1}, key="hold-1") for _time in range(2)
    )
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert Transfer.objects.count() == before + 1
    # Under a new key it is a new question; another body under the old key is none.
    assert code(send(caller, f"{number}/hold/", {"version": 1}, key="hold-2")) == (409, "not_now")
    assert code(send(caller, f"{number}/hold/", {"version": 2}, key="hold-1")) == (
        422,
        "key_used_otherwise",
    )


def test_a_return_in_parts_says_after_which_it_comes(project: Project) -> None:
    number = desk.vouchered(project, asks(("NOX", "320583", 2 * T))).application.number
    said = {
        "document": "苏环办〔2026〕8号",
        "reason": "规模缩小",
        "amounts": [{"pollutant": "NOX", "amount": "0.5"}],
        "base": "0",
    }
    part = act("kunshan.head", number, "give-back", **said)
    assert (part.status_code, part.json()["status"]) == (200, "vouchered")
    assert act("kunshan.head", number, "give-back", **said).status_code == 412
    del said["amounts"], said["base"]
    whole = act("kunshan.head", number, "give-back", **said)
    assert whole.json()["status"] == "given_back"
    assert desk.balance("320583") == (10 * T, 0)


def test_a_reserve_signs_for_itself(project: Project) -> None:
    desk.stocked("320500", 10 * T)
    draft = desk.drafted(project, asks(("NOX", "320500", 2 * T)), reason="本级储备不足")
    number = desk.carry(draft, "held").number
    wrong = act("city.director", number, "sign-city", place="320583")
    assert (code(wrong)[0], wrong.json()["errors"][0]["parameter"]) == (400, "place")
    signed = act("city.director", number, "sign-city", place="320500", text="同意")
    assert signed.status_code == 200
    assert [(one.place_id, one.by.username) for one in Signature.objects.all()] == [
        ("320500", "city.director")
    ]
