"""Readings over REST: taken in once, versions told apart, every refused value named."""

from __future__ import annotations

from typing import Any

import pytest

from monitoring.models import Reading, ReadingBatch, ReplacedReading
from quota_registry.kernel.vocabulary import Role
from tests import callers, city, stations

pytestmark = pytest.mark.django_db

ONE = {
    "station": "320583A1",
    "item": "a34004",
    "span": "h",
    "at": "2026-09-01T13:00:00+08:00",
    "value": 35,
}


@pytest.fixture
def city_with_stations() -> None:
    city.all_places()
    stations.station()
    stations.section()
    stations.station("320581A1", place="320581")


@pytest.fixture
def program(city_with_stations: None) -> callers.Caller:
    return callers.program("320583", ["readings:write"])


def post(caller: callers.Caller, body: Any, **headers: str) -> Any:
    return caller.browser.post(
        "/api/v1/readings/",
        body,
        content_type="application/json",
        headers=caller.headers | headers,
    )


def test_what_is_sent_goes_in_and_again_changes_nothing(program: callers.Caller) -> None:
    first, again = post(program, [ONE]).json(), post(program, [ONE]).json()

    assert first | {"batch": 0} == {
        "batch": 0,
        "received": 1,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": [],
    }
    assert (again["new"], again["unchanged"]) == (0, 1)
    assert Reading.objects.get().version == 1
    batch = ReadingBatch.objects.get(pk=first["batch"])
    assert (batch.layout, batch.client.name, batch.place_id) == ("rest", "test", "320583")


def test_another_value_is_the_next_version(program: callers.Caller) -> None:
    post(program, [ONE])
    answer = post(program, [ONE | {"value": 35.5}]).json()

    assert (answer["new"], answer["changed"]) == (0, 1)
    assert (str(Reading.objects.get().value), Reading.objects.get().version) == ("35.50000", 2)
    assert ReplacedReading.objects.get().value == 35


def test_an_item_goes_by_its_code_or_its_name_and_a_mark_is_kept(program: callers.Caller) -> None:
    monthly = {"station": "320583W1", "span": "m", "at": "2026-08-01T00:00:00+08:00"}
    answer = post(
        program,
        [
            ONE | {"item": "PM2.5"},
            monthly | {"item": "氨氮", "value": 0.025, "mark": "L"},
            monthly | {"item": "TP", "value": None},
        ],
    ).json()

    assert (answer["new"], answer["refused"]) == (3, [])
    assert Reading.objects.get(item="w21003").mark == "L"
    assert Reading.objects.get(item="w21011").value is None


def test_each_value_that_stays_out_is_named_and_the_others_go_in(program: callers.Caller) -> None:
    answer = post(
        program,
        [
            ONE,
            ONE | {"station": "320583A9"},
            ONE | {"station": "320581A1"},
            ONE | {"item": "PM3"},
            ONE | {"item": "w21003"},
            ONE | {"value": 99999},
            ONE | {"value": 1e300},
            ONE | {"value": 35.000001},
            ONE | {"at": "2026-09-01T13:30:00+08:00"},
            ONE | {"at": "2100-01-01T00:00:00+08:00"},
            ONE | {"at": "2090-01-01T00:00:00+08:00"},
            ONE | {"value": 36},
        ],
    ).json()

    assert [(row["index"], row["code"]) for row in answer["refused"]] == [
        (1, "unknown_station"),
        (2, "outside_your_places"),
        (3, "unknown_item"),
        (4, "not_measured_there"),
        (5, "impossible"),
        (6, "impossible"),
        (7, "too_fine"),
        (8, "not_whole"),
        (9, "out_of_time"),
        (10, "in_the_future"),
        (11, "twice_in_file"),
    ]
    assert "320583A9" in answer["refused"][0]["detail"]
    assert (answer["received"], answer["new"]) == (12, 1)
    assert Reading.objects.get().value == 35


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"station": "320583A1"}, "non_field_errors"),
        ([], "non_field_errors"),
        ([ONE] * 5_001, "non_field_errors"),
        ([ONE, {}], "1.station"),
        ([ONE | {"value": "35"}], "0.value"),
        ([ONE | {"value": True}], "0.value"),
        ([ONE | {"item": 34004}], "0.item"),
        ([ONE | {"at": "2026-09-01 13:00"}], "0.at"),
        ([ONE | {"span": "year"}], "0.span"),
        ([ONE | {"station": "'; DROP"}], "0.station"),
        ([1], "0"),
        ([None], "0"),
        (None, "non_field_errors"),
    ],
)
def test_what_is_malformed_is_a_problem_and_nothing_goes_in(
    program: callers.Caller, body: Any, parameter: str
) -> None:
    answer = post(program, body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "invalid_parameters"
    assert parameter in {error["parameter"] for error in problem["errors"]}
    assert not ReadingBatch.objects.exists()


def test_no_json_is_a_problem_too(program: callers.Caller) -> None:
    answer = program.browser.post(
        "/api/v1/readings/", "[{", content_type="application/json", headers=program.headers
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_token_for_reading_may_not_write(city_with_stations: None) -> None:
    answer = post(callers.program("320583", ["balances:read"]), [ONE])

    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert not Reading.objects.exists()


def test_a_person_may_send_what_they_may_import(city_with_stations: None) -> None:
    watcher = city.appointed("city.air", Role.DIVISION_REVIEWER_AIR, "320500")
    screener = city.person("kunshan.screener")

    assert post(callers.Caller(person=watcher), [ONE]).json()["new"] == 1
    assert post(callers.Caller(person=screener), [ONE]).status_code == 403
    assert post(callers.Caller(), [ONE]).status_code == 401
