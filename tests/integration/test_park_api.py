"""Parks over REST: totals in by polluter and source, versions, years and rewards out."""

from __future__ import annotations

from typing import Any

import pytest

from parks.models import AnnualTotals, TotalsRow
from parks.services import totals
from quota_registry.kernel.vocabulary import Role
from tests import callers, factories, parks
from tests.parks import ON, PARK, YEAR

pytestmark = pytest.mark.django_db

LAST = YEAR - 1
URL = "/api/v1/annual-totals/reports/"


@pytest.fixture
def program() -> callers.Caller:
    parks.park()
    # The person who answers for the program fills in the park's totals.
    return callers.program(
        PARK, ["totals:write", "parks:read"], responsible=factories.person("kunshan.park")
    )


def said(uscc: str, amount: str = "1.500000", **more: Any) -> dict[str, Any]:
    return {
        "uscc": uscc,
        "data_source": "automatic",
        "amounts": [{"pollutant": "NOX", "amount": amount}],
        **more,
    }


def post(caller: callers.Caller, *rows: Any, place: str = PARK, key: str = "") -> Any:
    return caller.browser.post(
        URL,
        {"place": place, "year": LAST, "rows": rows},
        content_type="application/json",
        headers={**caller.headers, **({"Idempotency-Key": key} if key else {})},
    )


def test_rows_go_into_the_draft_and_the_same_again_change_nothing(program: callers.Caller) -> None:
    of, other = parks.member(1), parks.member(2)
    first = post(program, said(of.uscc), said(other.uscc), said("91320583MAX0149277")).json()
    assert (first["version"], first["status"], first["new"]) == (1, "draft", 2)
    assert first["refused"] == [
        {
            "index": 2,
            "code": "not_a_member",
            "detail": f"91320583MAX0149277在{LAST}年不是园区成员单位",
        }
    ]
    again = post(program, said(of.uscc), said(other.uscc, "2")).json()
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 1, 1)
    assert sorted(row.amounts["NOX"] for row in TotalsRow.objects.all()) == [1_500_000, 2_000_000]


def test_no_row_of_a_report_overwrites_another(program: callers.Caller) -> None:
    of = parks.member(1)
    draft = totals.begin_with_members(
        place=factories.place(PARK), year=LAST, by=factories.person("kunshan.park"), on=ON
    )
    draft.rows.update(permit_number="91320583MA0000001X001P")
    answer = post(program, said(of.uscc, "1"), said(of.uscc, "2", data_source="manual")).json()
    assert (answer["new"], answer["changed"]) == (1, 1)
    assert {(row.source, row.amounts["NOX"], row.permit_number) for row in draft.rows.all()} == {
        ("automatic", 1_000_000, "91320583MA0000001X001P"),
        ("manual", 2_000_000, ""),
    }


def test_a_report_that_says_the_same_thing_twice_is_refused_where_it_does(
    program: callers.Caller,
) -> None:
    of, other = parks.member(1), parks.member(2)
    answer = post(program, said(of.uscc, "1"), said(other.uscc), said(of.uscc, "2"))
    assert answer.status_code == 400
    (wrong,) = answer.json()["errors"]
    assert wrong == {"parameter": "rows.2.uscc", "detail": "与第0项的单位和数据来源相同"}
    assert not AnnualTotals.objects.exists()


def test_a_resent_report_is_answered_as_the_first(program: callers.Caller) -> None:
    of = parks.member(1)
    first = post(program, said(of.uscc), key="a")
    second = post(program, said(of.uscc), key="a")
    assert second.json() == first.json()
    assert second["Idempotency-Replayed"] == "true"


def test_what_is_malformed_is_named_by_its_place(program: callers.Caller) -> None:
    answer = post(program, said("x"), said(parks.member(1).uscc, "1.1234567"))
    assert answer.status_code == 400
    assert {one["parameter"] for one in answer.json()["errors"]} == {
        "rows.0.uscc",
        "rows.1.amounts.0.amount",
    }
    assert not AnnualTotals.objects.exists()


def test_another_park_is_not_there_and_filed_totals_are_not_touched(
    program: callers.Caller,
) -> None:
    of = parks.member(1)
    assert post(program, said(of.uscc), place="320500P01").status_code == 404
    parks.filed(parks.begun(parks.row(1, of)))
    answer = post(program, said(of.uscc))
    assert (answer.status_code, answer.json()["code"]) == (409, "totals_under_way")


def test_a_program_whose_person_may_not_fill_in_is_refused() -> None:
    parks.park()
    factories.appointed("kunshan.officer", Role.COUNTY_OFFICER, "320583")
    other = callers.program(PARK, ["totals:write"], responsible=factories.person("kunshan.officer"))
    assert post(other, said(parks.member(1).uscc)).status_code == 403


def test_versions_years_and_the_reward_are_read(program: callers.Caller) -> None:
    of = parks.member(1, {"NOX": "100"})
    parks.judged()
    parks.targeted()
    post(program, said(of.uscc, "60"))
    draft = AnnualTotals.objects.select_related("place").get()
    totals.accept(totals=parks.filed(draft), by=factories.person("city.office"), on=ON)
    parks.carried(parks.opened(), "confirm_reward")

    (version,) = program.get("annual-totals/", {"place": PARK}).json()["results"]
    assert (version["status"], version["wrong"]) == ("accepted", 0)
    assert version["totals"] == [{"pollutant": "NOX", "amount": "60.000000"}]
    (year,) = program.get("park-years/", {"year": YEAR}).json()["results"]
    assert year["status"] == "rewarded"
    (line,) = [one for one in year["lines"] if one["pollutant"] == "NOX"]
    assert (line["before"], line["actual"], line["reward"]) == (
        "100.000000",
        "60.000000",
        "8.000000",
    )
    assert program.get("park-years/", {"status": "open"}).json()["results"] == []
