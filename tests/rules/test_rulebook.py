"""The rule book: the shipped values, read back exactly, in the notice's words."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from quota_registry.kernel import clauses, rulebook
from quota_registry.kernel.calendar import MonthDay
from quota_registry.kernel.parameters import GateState, MalformedBook, PilotPair
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant

SHIPPED = Path(__file__).parents[2] / "fixtures" / "rulebook-default.json"
BOOK = RuleBook.default()
LATER = {"measures_days", "totals_change_warning", "park_notice_days"}
"""What the first books did not know."""


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(BOOK.to_json())
    return found


def put(name: str, value: Any) -> dict[str, Any]:
    written = document()
    for row in written["parameters"]:
        if row["name"] == name:
            row["value"] = value
    return written


def test_the_shipped_fixture_is_the_default_book() -> None:
    assert RuleBook.from_json(SHIPPED.read_bytes()) == BOOK
    assert SHIPPED.read_text(encoding="utf-8") == BOOK.to_json()


def test_the_shipped_values_are_those_of_the_rules() -> None:
    assert BOOK.first_finish_date == date(2021, 1, 1)
    assert (BOOK.province_share, BOOK.city_part, BOOK.local_part) == (Decimal("0"), 3, 7)
    assert (BOOK.strategic_ratio, BOOK.other_ratio) == (Decimal("1.1"), Decimal("2"))
    assert set(BOOK.nutrient_pollutants) == {Pollutant.NH3N, Pollutant.TN, Pollutant.TP}
    assert (BOOK.hold_days, BOOK.hold_notice_days, BOOK.warning_day) == (180, 15, 10)
    assert [str(day) for day in BOOK.dispatch_days] == ["01-10", "04-10", "07-10", "10-10"]
    assert BOOK.park_totals_due == MonthDay(2, 15)
    assert BOOK.park_targets_due.in_year(2028) == date(2028, 2, 29)
    assert (BOOK.park_reduction_rate, BOOK.reward_factor) == (Decimal("0.05"), Decimal("0.2"))


@pytest.mark.parametrize(
    ("quality", "task", "states"),
    [
        (True, True, ("open", "open", "on_application")),
        (True, False, ("open", "on_application", "on_application")),
        (False, True, ("open", "on_application", "on_application")),
        (False, False, ("open", "closed", "closed")),
    ],
)
def test_the_gate_opens_by_last_years_results(
    quality: bool, task: bool, states: tuple[str, str, str]
) -> None:
    row = BOOK.gate_row(quality_met=quality, task_done=task)

    assert (row.own, row.upper, row.purchase) == tuple(GateState(state) for state in states)


def test_every_parameter_names_a_clause_of_the_notice() -> None:
    for row in document()["parameters"]:
        assert row["sentence"] == clauses.clause(row["clause"]).zh
        assert row["label"]


def test_a_changed_book_survives_the_document() -> None:
    changed = BOOK.with_changes(
        province_share=Decimal("0.10"),
        reward_cap=Decimal("12.5"),
        pilot_list=(PilotPair("320583", Pollutant.NOX),),
    )

    assert RuleBook.from_json(changed.to_json()) == changed
    assert BOOK.province_share == Decimal("0")


def test_a_book_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        BOOK.hold_days = 1  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("province_share", "1.5"),
        ("province_share", 0.1),
        ("first_finish_date", "2021-13-01"),
        ("hold_days", -1),
        ("hold_days", True),
        ("nutrient_pollutants", ["GOLD"]),
        ("dispatch_days", ["13-01"]),
        ("strategic_ratio", "0.9"),
        ("gate_table", []),
        ("reward_is_split", "no"),
    ],
)
def test_a_book_with_impossible_values_is_refused(name: str, value: Any) -> None:
    with pytest.raises(MalformedBook):
        RuleBook.from_document(put(name, value))


def test_an_unknown_or_missing_parameter_is_refused() -> None:
    short = document()
    short["parameters"].pop()
    with pytest.raises(MalformedBook, match="unknown or missing"):
        RuleBook.from_document(short)


def test_an_old_document_is_led_on_step_by_step() -> None:
    steps = {
        1: lambda old: {**old, "parameters": old["parameters"] + ["b"]},
        2: lambda old: {**old, "parameters": old["parameters"] + ["c"]},
    }

    led = rulebook.upgrade({"schema": 1, "parameters": ["a"]}, steps, to=3)

    assert led == {"schema": 3, "parameters": ["a", "b", "c"]}


def test_a_book_of_the_first_schema_gives_thirty_days_for_measures() -> None:
    old = document() | {"schema": 1}
    old["parameters"] = [row for row in old["parameters"] if row["name"] not in LATER]

    assert RuleBook.from_document(old) == BOOK.with_changes(measures_days=30)


@pytest.mark.parametrize("written", [{}, {"schema": 99}, {"schema": 0}])
def test_a_document_of_no_known_schema_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(MalformedBook):
        RuleBook.from_document(written)
