"""The quarterly dispatch over REST: rows in by number, findings of the newest version out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from allocation.models import DispatchList, EiaApproval, Finding, PermitCancellation
from allocation.services import dispatch_tasks
from quota_registry.kernel.periods import Quarter
from tests import callers, factories
from tests.dispatched import DAY, approval, cancellation, listed, run

pytestmark = pytest.mark.django_db

Q4: Final = Quarter(2026, 4)
LATER: Final = date(2027, 1, 10)
APPROVAL: dict[str, Any] = {
    "number": "苏环建[2026]83第1006号",
    "approved_on": "2026-08-08",
    "name": "昆山示范泰瑞污水处理1246有限公司",
    "uscc": "91320583MAX0124621",
    "project": "泰瑞污水建设项目6",
    "kind": "技改",
    "place": "320583",
    "amounts": [{"pollutant": "COD", "amount": "-0.106000"}],
}
CANCELLED = {
    "number": "91320583MAX013705C001V",
    "name": "昆山示范茂源造纸1370有限公司",
    "uscc": "91320583MAX013705C",
    "place": "320583",
    "cancelled_on": "2026-08-16",
    "reason": "破产",
    "amounts": [{"pollutant": "TN", "amount": "0.525000"}],
}


@pytest.fixture
def program() -> callers.Caller:
    factories.all_places()
    factories.rule_book()
    return callers.program("320583", ["dispatch:read", "dispatch:write"])


def post(caller: callers.Caller, path: str, *rows: Any, quarter: str = "2026Q3") -> Any:
    return caller.browser.post(
        f"/api/v1/{path}/",
        {"quarter": quarter, "rows": rows},
        content_type="application/json",
        headers=caller.headers,
    )


def test_rows_go_in_once_and_are_corrected_by_number(program: callers.Caller) -> None:
    first = post(program, "eia-approvals", APPROVAL).json()
    assert (first["received"], first["new"], first["refused"]) == (1, 1, [])
    row = EiaApproval.objects.get()
    assert (row.number, row.kind, row.amounts) == (
        "苏环建〔2026〕83第1006号",
        "REBUILT",
        {"COD": -106_000},
    )
    brought = DispatchList.objects.get(pk=first["list"])
    assert (brought.client.name, brought.place_id) == ("test", "320583")

    again = post(program, "eia-approvals", APPROVAL).json()
    assert (again["new"], again["unchanged"]) == (0, 1)
    corrected = post(program, "eia-approvals", APPROVAL | {"amounts": []}).json()
    assert corrected["corrected"] == 1
    assert EiaApproval.objects.get().amounts == {}


def test_cancelled_permits_go_in(program: callers.Caller) -> None:
    assert post(program, "permit-cancellations", CANCELLED).json()["new"] == 1
    row = PermitCancellation.objects.get()
    assert (row.reason, row.reason_word, row.amounts) == ("bankrupt", "破产", {"TN": 525_000})


def test_what_stays_out_is_named_and_the_rest_goes_in(program: callers.Caller) -> None:
    answer = post(
        program,
        "eia-approvals",
        APPROVAL,
        APPROVAL,
        APPROVAL | {"number": "a", "place": "320581"},
        APPROVAL | {"number": "b", "approved_on": "2199-01-01"},
        APPROVAL | {"number": "c", "amounts": APPROVAL["amounts"] * 2},
    ).json()
    assert [(one["index"], one["code"]) for one in answer["refused"]] == [
        (1, "twice"),
        (2, "unknown_place"),
        (3, "day_in_the_future"),
        (4, "pollutant_twice"),
    ]
    assert "COD" in answer["refused"][3]["detail"]
    assert EiaApproval.objects.count() == 1


def test_a_row_on_record_elsewhere_is_not_corrected_from_here(program: callers.Caller) -> None:
    theirs = approval(2, code="320581")
    listed(theirs)
    before = EiaApproval.objects.values().get()
    answer = post(program, "eia-approvals", APPROVAL | {"number": theirs.number}, APPROVAL).json()
    assert [(one["index"], one["code"]) for one in answer["refused"]] == [(0, "stands_elsewhere")]
    assert theirs.number in answer["refused"][0]["detail"]
    assert (answer["received"], answer["new"], answer["corrected"]) == (2, 1, 0)
    assert EiaApproval.objects.filter(number=theirs.number).values().get() == before

    gone = cancellation(3, code="320581")
    listed(gone)
    stood = PermitCancellation.objects.values().get()
    answer = post(program, "permit-cancellations", CANCELLED | {"number": gone.number}).json()
    assert [one["code"] for one in answer["refused"]] == ["stands_elsewhere"]
    assert PermitCancellation.objects.values().get() == stood


@pytest.mark.parametrize("quarter", ["0Q1", "10000Q1", "9999Q4", "2026Q5", "2026q3", "第三季度"])
def test_what_is_no_quarter_of_this_century_is_400(program: callers.Caller, quarter: str) -> None:
    assert post(program, "eia-approvals", APPROVAL, quarter=quarter).status_code == 400
    for path in ("dispatch-rounds/", "dispatch-findings/"):
        assert program.get(path, {"quarter": quarter}).status_code == 400


def test_a_trading_certificate_may_stand_where_the_voucher_does(program: callers.Caller) -> None:
    row = APPROVAL | {"voucher_number": "苏排交〔2026〕7号"}
    assert post(program, "eia-approvals", row).json()["new"] == 1
    assert EiaApproval.objects.get().voucher_number == "苏排交〔2026〕7号"
    long = APPROVAL | {"voucher_number": "苏" * 41}
    assert post(program, "eia-approvals", long).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"uscc": "1"},
        {"kind": "迁建"},
        {"approved_on": "8.8"},
        {"amounts": [{"pollutant": "COD", "amount": "1.1234567"}]},
        {"amounts": [{"pollutant": "CO2", "amount": "1"}]},
        {"name": " "},
        {"industry": "x"},
        {"strategic": 1},
    ],
)
def test_a_malformed_list_is_refused_whole(program: callers.Caller, wrong: Any) -> None:
    answer = post(program, "eia-approvals", APPROVAL, APPROVAL | {"number": "b"} | wrong)
    assert answer.status_code == 400
    place = next(iter(wrong))
    assert any(one["parameter"].startswith(f"rows.1.{place}") for one in answer.json()["errors"])
    assert not EiaApproval.objects.exists()
    assert post(program, "eia-approvals", APPROVAL, quarter="2026Q5").status_code == 400


def test_a_quarter_may_have_none(program: callers.Caller) -> None:
    answer = post(program, "permit-cancellations")
    assert (answer.status_code, answer.json()["received"]) == (200, 0)


def test_a_permit_states_nothing_below_zero(program: callers.Caller) -> None:
    below = CANCELLED | {"amounts": [{"pollutant": "TN", "amount": "-1"}]}
    assert post(program, "permit-cancellations", below).status_code == 400


def test_a_token_does_what_it_was_given_for(program: callers.Caller) -> None:
    reader = callers.program("320583", ["dispatch:read"])
    answer = post(reader, "eia-approvals", APPROVAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert callers.program("320583", ["dispatch:write"]).get("dispatch-rounds/").status_code == 403


def test_rounds_and_findings_of_the_newest_version_are_told(program: callers.Caller) -> None:
    listed(approval(), approval(2, code="320581"))
    run()
    listed(cancellation(3))
    run()
    [second, first] = program.get("dispatch-rounds/", {"quarter": "2026Q3"}).json()["results"]
    assert (second["version"], second["status"], first["status"]) == (2, "proposed", "replaced")

    found = program.get("dispatch-findings/").json()["results"]
    assert [(one["kind"], one["number"], one["version"]) for one in found] == [
        ("eia_unvouchered", approval().number, 2),
        ("closed_unclaimed", cancellation(3).number, 2),
    ]
    assert found[0]["text"] == "2026-08-08批复，没有总量凭证"
    assert found[1]["amounts"] == [{"pollutant": "COD", "amount": "1.982000"}]
    assert (found[1]["due_on"], found[1]["done"]) == ("2026-09-16", False)
    only = program.get("dispatch-findings/", {"kind": "closed_unclaimed", "place": "320583"})
    assert [one["number"] for one in only.json()["results"]] == [cancellation(3).number]
    assert program.get("dispatch-findings/", {"done": "1"}).json()["results"] == []
    abroad = callers.program("320581", ["dispatch:read"])
    assert len(abroad.get("dispatch-findings/").json()["results"]) == 1


def test_findings_are_asked_for_by_place_quarter_kind_and_state(program: callers.Caller) -> None:
    listed(approval(), approval(2, place="320583P01"), approval(4, code="320581"))
    run()
    first = Finding.objects.get(number=approval().number).task
    dispatch_tasks.settle(task=first, note="补办", by=factories.person("kunshan.officer"), on=DAY)
    listed(cancellation(3), quarter=Q4, on=LATER)
    run(Q4, on=LATER)

    def asked(**query: str) -> list[tuple[str, str]]:
        rows = program.get("dispatch-findings/", query).json()["results"]
        return [(one["quarter"], one["number"]) for one in rows]

    third = [("2026Q3", approval().number), ("2026Q3", approval(2).number)]
    fourth = [("2026Q4", number) for _quarter, number in third]
    fourth.insert(1, ("2026Q4", cancellation(3).number))
    assert asked(quarter="2026Q3") == third
    assert sorted(asked()) == sorted(third + fourth)
    assert asked(quarter="2026Q3", place="320583", descendants="1") == third
    assert asked(quarter="2026Q3", place="320583", descendants="0") == third[:1]
    assert asked(quarter="2026Q3", place="320583P01") == third[1:]
    assert asked(quarter="2026Q3", done="1") == third[:1]
    assert asked(quarter="2026Q3", done="0") == third[1:]
    assert asked(kind="closed_unclaimed") == [("2026Q4", cancellation(3).number)]
    pages = program.all("dispatch-findings/", {"page_size": "2"})
    assert [one["number"] for page in pages for one in page] == [number for _q, number in asked()]
    assert len(pages) == 3


@pytest.mark.parametrize(
    "query", [{"kind": "other"}, {"done": "yes"}, {"place": "昆山"}, {"state": "done"}]
)
def test_what_no_findings_are_asked_for_by_is_400(
    program: callers.Caller, query: dict[str, str]
) -> None:
    answer = program.get("dispatch-findings/", query)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, *query)


def test_a_place_out_of_reach_is_not_there(program: callers.Caller) -> None:
    assert program.get("dispatch-findings/", {"place": "320581"}).status_code == 404
    assert program.get("dispatch-findings/", {"place": "320583P01"}).status_code == 200


def test_rounds_are_asked_for_by_status(program: callers.Caller) -> None:
    listed(approval())
    run()
    listed(approval(2))
    run()

    def asked(status: str) -> list[int]:
        rows = program.get("dispatch-rounds/", {"status": status}).json()["results"]
        return [one["version"] for one in rows]

    assert (asked("replaced"), asked("proposed"), asked("confirmed")) == ([1], [2], [])
    assert program.get("dispatch-rounds/", {"status": "open"}).status_code == 400


def test_a_finding_names_whose_its_task_is_until_it_is_done(program: callers.Caller) -> None:
    officer = factories.person("kunshan.officer")
    listed(approval(1))
    found = run().findings.get()
    (row,) = program.get("dispatch-findings/").json()["results"]
    assert row["owners"] == [officer.name]

    dispatch_tasks.settle(task=found.task, note="已补办", by=officer, on=DAY)
    (row,) = program.get("dispatch-findings/").json()["results"]
    assert (row["done"], row["owners"]) == (True, [])
