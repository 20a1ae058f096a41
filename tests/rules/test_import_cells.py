"""Cells are read for what they say; what is not certain is an error, never a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quota_registry.kernel import identifiers, mass
from quota_registry.kernel.imports import cells
from quota_registry.kernel.imports.findings import MESSAGES, Unreadable

PLACES = identifiers.place_table([("昆山市", "320583"), ("太仓市", "320585")])
place = cells.place(PLACES)
colour = cells.choice({"重点管理": "key", "简化管理": "simplified"})


@pytest.mark.parametrize(
    ("raw", "tonnes"),
    [
        (21.551, "21.551"),
        (0.000001, "0.000001"),
        (0.0, "0"),
        (3, "3"),
        ("12.5", "12.5"),
        (" 12.5\n", "12.5"),
        ("\uff11\uff12．\uff15", "12.5"),
        ("1,234.5", "1234.5"),
        ("１，２２９", "1229"),
        ("12,345,678.123456", "12345678.123456"),
        ("3.1000000", "3.1"),
    ],
)
def test_an_amount_may_be_written_in_many_ways(raw: Any, tonnes: str) -> None:
    assert cells.amount(raw).value == mass.grams_of(tonnes)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2.09kg", "unit_in_cell"),
        ("3 吨", "unit_in_cell"),
        ("3t/a", "unit_in_cell"),
        ("1.2万吨", "unit_in_cell"),
        ("5%", "unit_in_cell"),
        ("=1+1", "formula"),
        ("＝1+1", "formula"),
        ("12.5²", "not_a_number"),
        ("12.5①", "not_a_number"),
        ("10³", "not_a_number"),
        ("２㎏", "unit_in_cell"),
        ("约5", "not_a_number"),
        ("5左右", "not_a_number"),
        ("<5", "not_a_number"),
        ("3-5", "not_a_number"),
        ("—", "not_a_number"),
        ("-", "not_a_number"),
        ("1,23", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1 234", "not_a_number"),
        ("1e3", "not_a_number"),
        ("五", "not_a_number"),
        ("NaN", "not_a_number"),
        (True, "not_a_number"),
        (date(2026, 1, 2), "not_a_number"),
        (time(1, 2), "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        ("3.1234567", "finer_than_a_gram"),
        (3.1234567, "finer_than_a_gram"),
        (22.302000000000003, "finer_than_a_gram"),
        (1e-7, "finer_than_a_gram"),
        (-4.34926, "negative"),
        ("-0.5", "negative"),
        ("\u22120.5", "negative"),
        (1e12, "too_large"),
        ("999999999999", "too_large"),
    ],
)
def test_what_is_not_certainly_an_amount_is_an_error(raw: Any, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        cells.amount(raw)
    assert refused.value.code == code
    assert code in MESSAGES


@given(st.integers(0, 10**14))
def test_a_spreadsheets_float_gives_back_the_grams_it_was_typed_as(grams: int) -> None:
    assert cells.amount(float(mass.tonnes(grams))).value == grams


@given(st.floats(0, 1e7))
def test_the_quick_way_of_reading_a_float_agrees_with_the_exact_one(number: float) -> None:
    try:
        exact: int | str = mass.grams_of(Decimal(repr(number)))
    except mass.NotAMass as refusal:
        exact = refusal.code

    try:
        quick: int | str = cells.amount(number).value
    except Unreadable as refusal:
        quick = refusal.code

    assert quick == exact


@pytest.mark.parametrize(
    "raw",
    [
        date(2026, 3, 5),
        datetime(2026, 3, 5, 8, 30, tzinfo=UTC),
        "2026-03-05",
        "2026.3.5",
        "2026/3/5",
        "2026年3月5日",
        "2026年 3月 5日 ",
        "\uff12\uff10\uff12\uff16年3月5日",
        "2026．3．5",
    ],
)
def test_a_day_may_be_written_in_many_ways(raw: Any) -> None:
    assert cells.day(raw).value == date(2026, 3, 5)


@pytest.mark.parametrize(
    "raw", ["2026.3", "2026年3月", "3月5日", "2026-02-30", "26.3.5", "5.3.2026", 46086.0, "", True]
)
def test_what_is_not_certainly_a_day_is_an_error(raw: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        cells.day(raw)
    assert refused.value.code == "not_a_date"


def test_a_code_is_never_a_number() -> None:
    for read in (cells.uscc, cells.permit_number, cells.industry):
        with pytest.raises(Unreadable) as refused:
            read(9.1320583e21)
        assert refused.value.code == "code_as_number"


def test_a_code_is_cleaned_and_its_check_character_only_warns() -> None:
    assert cells.uscc(" 91130200699229617x ").value == "91130200699229617X"
    assert cells.uscc("91130200699229617X").warning == ""
    assert cells.uscc("91350100M0001TGQXM").warning == "check_digit"
    with pytest.raises(Unreadable):
        cells.uscc("9113020069922961")


@pytest.mark.parametrize(
    ("raw", "value"),
    [("√", True), ("✓", True), ("是", True), ("y", True), (1.0, True), ("×", False), ("否", False)],
)
def test_a_flag_is_a_tick(raw: Any, value: bool) -> None:
    assert cells.flag(raw).value is value


@pytest.mark.parametrize("raw", ["也许", 2.0, "√√"])
def test_what_is_no_tick_is_an_error(raw: Any) -> None:
    with pytest.raises(Unreadable, match="not_a_flag"):
        cells.flag(raw)


def test_a_place_is_found_or_an_error() -> None:
    assert place("昆山").value == "320583"
    assert place("昆山").read_as == "昆山市"
    assert place("昆山市").read_as == ""
    for raw, code in (("昆山县", "unknown_place"), (320583.0, "not_text"), ("=A1", "formula")):
        with pytest.raises(Unreadable) as refused:
            place(raw)
        assert refused.value.code == code


def test_a_choice_is_one_of_its_labels() -> None:
    assert colour(" 重点管理 ").value == "key"
    with pytest.raises(Unreadable, match="unknown_choice"):
        colour("一般管理")


def test_names_and_remarks_have_a_length() -> None:
    assert cells.name("示范涂料").value == "示范涂料"
    assert cells.remark(3.5).value == "3.5"
    with pytest.raises(Unreadable, match="too_long"):
        cells.name("长" * 201)
    with pytest.raises(Unreadable, match="missing"):
        cells.name("　")
