"""A construction project over the API: put on record once, by whoever may keep it there."""

from __future__ import annotations

from typing import Any

import pytest

from allocation.models import Project
from tests import callers, factories

pytestmark = pytest.mark.django_db

NEW: dict[str, Any] = {
    "name": "年产3万吨示范材料项目",
    "kind": "EXPANDED",
    "site": "高新区玉山镇",
    "amounts": [
        {
            "pollutant": "COD",
            "existing": "3",
            "generation": "5",
            "reduction": "1.5",
            "piped": "3.5",
            "emission": "2",
            "offset": "0.4",
        }
    ],
}


@pytest.fixture
def writer() -> callers.Caller:
    factories.all_places()
    factories.rule_book()
    return callers.program("320583", ["projects:write"])


def put(caller: callers.Caller, key: str = "k1", **said: Any) -> Any:
    return caller.browser.post(
        "/api/v1/projects/",
        NEW | {"uscc": factories.polluter(1).uscc} | said,
        content_type="application/json",
        headers=caller.headers | {"idempotency-key": key},
    )


def test_a_project_is_put_on_record_once(writer: callers.Caller) -> None:
    first = put(writer)
    assert first.status_code == 201
    project = Project.objects.get()
    assert first.json() | {"amounts": [], "coverage": []} == {
        "number": project.number,
        "name": "年产3万吨示范材料项目",
        "polluter": project.polluter.name,
        "uscc": project.polluter.uscc,
        "place": "320583",
        "place_name": "昆山市",
        "site": "高新区玉山镇",
        "lake_tai_zone": "third",
        "kind": "EXPANDED",
        "industry": project.polluter.industry,
        "strategic_class": "",
        "strategic": False,
        "priority": "none",
        "eia_number": "",
        "eia_on": None,
        "exempt_kind": "",
        "recorded_on": str(project.recorded_on),
        "amounts": [],
        "coverage": [],
        "applications": [],
    }
    assert first.json()["amounts"][0]["increment"] == "1.600000"
    assert first.json()["coverage"][0] | {"ratio": ""} == {
        "pollutant": "COD",
        "ratio": "",
        "clause": "7.2",
        "required": "3.200000",
        "used": "0.000000",
    }
    assert project.recorded_by.username == "kunshan.officer"

    again = put(writer)
    assert (again.status_code, again.content) == (201, first.content)
    # Where the project is now, the first answer and the repeat say alike.
    where = f"/api/v1/projects/{project.number}/"
    assert (first["Location"], again["Location"]) == (where, where)
    assert Project.objects.count() == 1
    # Under a new key it is a new question, and the law says no.
    twice = put(writer, key="k2")
    assert (twice.status_code, twice.json()["code"]) == (409, "project_on_record")
    assert put(writer, name="另一示范项目").status_code == 422


def test_what_is_malformed_is_named_by_its_place(writer: callers.Caller) -> None:
    row = NEW["amounts"][0]
    answer = put(writer, amounts=[row | {"generation": 5}, row | {"emission": "x"}])
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameters")
    assert answer.json()["errors"] == [
        {"parameter": "amounts.0.generation", "detail": "输入值不匹配要求的模式。"},
        {"parameter": "amounts.1.emission", "detail": "输入值不匹配要求的模式。"},
    ]
    assert put(writer, amounts=[1]).json()["errors"][0]["parameter"] == "amounts.0"
    assert put(writer, amounts="x").json()["errors"][0]["parameter"] == "amounts"


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"uscc": "91320583MA1X100217"}, 404, "not_found"),
        ({"name": ""}, 400, "invalid_parameters"),
        ({"kind": "OTHER"}, 400, "invalid_parameters"),
        ({"amounts": NEW["amounts"] * 2}, 400, "invalid_parameters"),
        (
            {"amounts": [{"pollutant": "NOX", "generation": 1, "emission": "1"}]},
            400,
            "invalid_parameters",
        ),
        (
            {"amounts": [{"pollutant": "NOX", "generation": "2", "emission": "1"}]},
            409,
            "books_do_not_add_up",
        ),
        ({"strategic_class": "3"}, 409, "strategic_incomplete"),
        ({"exempt_kind": "WASTE_PLANT"}, 409, "exemption_without_reason"),
    ],
)
def test_what_may_not_be_on_record_is_refused(
    writer: callers.Caller, said: dict[str, Any], status: int, code: str
) -> None:
    answer = put(writer, **said)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Project.objects.exists()


def test_a_token_writes_only_what_it_was_given_for_and_its_person_may(
    writer: callers.Caller,
) -> None:
    reader = callers.program("320583", ["projects:read"])
    assert (put(reader).status_code, writer.get("projects/").status_code) == (403, 403)
    auditor = factories.person("city.auditor")
    idle = callers.program("320583", ["projects:write"], responsible=auditor)
    answer = put(idle)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    # A no of the act itself, unlike one at the door, is the answer of its key.
    again = put(idle)
    assert (again.content, again["Idempotency-Replayed"]) == (answer.content, "true")
    abroad = callers.program("320581", ["projects:write"])
    assert put(abroad).status_code == 404
    assert not Project.objects.exists()
