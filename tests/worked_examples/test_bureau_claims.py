"""The bureau's own list of claims, as it stands: every planted defect, and every other row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quota_registry.kernel import identifiers, mass
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
from reserve.imports.claims import read_claims
from reserve.imports.rows import ClaimFile, ClaimRow
from reserve.vocabulary import SourceKind

BUREAU = Path(__file__).parents[2] / "fixtures" / "bureau"
ON = date(2026, 10, 9)
PLACES = identifiers.place_table(
    [
        ("虎丘区", "320505"),
        ("吴中区", "320506"),
        ("相城区", "320507"),
        ("姑苏区", "320508"),
        ("吴江区", "320509"),
        ("常熟市", "320581"),
        ("张家港市", "320582"),
        ("昆山市", "320583"),
        ("太仓市", "320585"),
        ("苏州工业园区", "320500P01"),
        ("吴江经济技术开发区", "320509P01"),
        ("常熟经济技术开发区", "320581P01"),
        ("张家港保税区", "320582P01"),
        ("昆山经济技术开发区", "320583P01"),
        ("太仓港经济技术开发区", "320585P01"),
    ]
)
PLANTED: list[dict[str, Any]] = [
    case
    for case in json.loads((BUREAU / "expected.json").read_text(encoding="utf-8"))
    if case["file"] == "claims.xlsx"
]
FIRST, LAST = 5, 244


def read() -> ClaimFile:
    content = (BUREAU / "claims.xlsx").read_bytes()
    return read_claims(content, file="claims.xlsx", places=PLACES, book=RuleBook.default(), on=ON)


FILE = read()
ROWS: dict[int, ClaimRow] = {row.number: row for row in FILE.rows}

# How each planted defect is known to the registry: its severity and its code.
MEANING: dict[str, tuple[Severity, str]] = {
    "unknown_place": (Severity.ERROR, "unknown_place"),
    "old_project": (Severity.REFUSAL, "finished_too_early"),
    "text_date_dots": (Severity.NOTE, "read_as"),
    "text_date_zh": (Severity.NOTE, "read_as"),
    "not_adding_up": (Severity.ERROR, "uses_exceed_verified"),
    "negative": (Severity.ERROR, "negative"),
    "unit_in_cell": (Severity.ERROR, "unit_in_cell"),
    "fullwidth": (Severity.NOTE, "read_as"),
    "thousands": (Severity.NOTE, "read_as"),
    "seven_decimals": (Severity.ERROR, "finer_than_a_gram"),
    "duplicate": (Severity.ERROR, "duplicate_in_file"),
    "formula": (Severity.ERROR, "formula"),
    "no_flags": (Severity.HINDRANCE, "evidence_flags_missing"),
    "bad_uscc": (Severity.WARNING, "check_digit"),
    "permit_number_float": (Severity.ERROR, "code_as_number"),
    "spaces_newline": (Severity.NOTE, "read_as"),
    "alias_place": (Severity.NOTE, "read_as"),
    "blank_name": (Severity.ERROR, "missing"),
    "future_date": (Severity.ERROR, "in_the_future"),
    "permit_before_finish": (Severity.WARNING, "permit_before_finish"),
    "not_a_number": (Severity.ERROR, "not_a_number"),
}
VERBS = {
    "error": {Severity.ERROR, Severity.HINDRANCE},
    "refuse": {Severity.REFUSAL},
    "accept": {Severity.NOTE},
    "warn": {Severity.WARNING},
}
# One more thing is found where the wrong check character also parts the code from its permit.
MORE = {(159, "E"): "permit_of_another"}


def finding_at(row: int, column: str) -> Finding:
    found = [f for f in ROWS[row].findings if f.column == column]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("case", PLANTED, ids=[case["planted"] for case in PLANTED])
def test_each_planted_defect_is_treated_as_expected(case: dict[str, Any]) -> None:
    found = finding_at(case["row"], case["column"])

    assert (found.severity, found.code) == MEANING[case["planted"]]
    assert found.severity in VERBS[case["must"].partition(":")[0]]
    assert (found.file, found.sheet, found.row) == (case["file"], case["sheet"], case["row"])
    assert found.message


@pytest.mark.parametrize("case", PLANTED, ids=[case["planted"] for case in PLANTED])
def test_a_row_stays_out_exactly_if_its_defect_says_so(case: dict[str, Any]) -> None:
    stays_out = case["must"].startswith(("error", "refuse")) and case["planted"] != "no_flags"

    assert ROWS[case["row"]].is_good is not stays_out


@pytest.mark.parametrize("number", range(FIRST, LAST + 1))
def test_every_row_is_read_and_only_the_planted_ones_are_marked(number: int) -> None:
    planted = {(case["row"], case["column"]) for case in PLANTED} | MORE.keys()

    marked = {(found.row, found.column) for found in ROWS[number].findings}

    assert marked == {cell for cell in planted if cell[0] == number}
    if not marked:
        row = ROWS[number]
        assert row.may_be_filed
        assert row.lines
        assert all(line.admissible >= 0 < line.verified for line in row.lines.values())
        assert row.permit_number.startswith(row.uscc)


def test_240_rows_of_which_228_become_drafts_and_227_could_be_filed() -> None:
    assert len(FILE.rows) == 240
    assert len(FILE.good) == 228
    assert sum(row.may_be_filed for row in FILE.rows) == 227
    assert ROWS.keys() == set(range(FIRST, LAST + 1))


@pytest.mark.parametrize(
    ("row", "key", "value"),
    [
        (38, "finished_on", date(2026, 4, 19)),
        (44, "finished_on", date(2026, 1, 23)),
        (208, "polluter", "吴中示范达安涂料1204有限公司"),
        (209, "declarer", "320581"),
    ],
)
def test_untidy_cells_are_read_for_what_they_say(row: int, key: str, value: object) -> None:
    assert getattr(ROWS[row], key) == value


@pytest.mark.parametrize(("row", "tonnes"), [(111, "12.5"), (113, "1234.5")])
def test_untidy_amounts_are_read_exactly(row: int, tonnes: str) -> None:
    assert ROWS[row].lines[Pollutant.COD].verified == mass.grams_of(tonnes)


def test_the_first_row_is_read_whole() -> None:
    row = ROWS[5]

    assert row.declarer == "320582P01"
    assert row.polluter == "张家示范安泰污水处理1001有限公司"
    assert row.permit_number == "91320582MAX0100102001U"
    assert row.management_class is ManagementClass.SIMPLIFIED
    assert (row.industry, row.project) == ("D4620", "示范安泰污水减排工程1")
    assert row.kind is SourceKind.RURAL_SEWAGE
    assert (row.finished_on, row.permit_changed_on) == (date(2025, 8, 23), date(2025, 9, 3))
    assert {
        pollutant: tuple(
            mass.text(part) for part in (line.verified, line.binding, line.earlier, line.admissible)
        )
        for pollutant, line in row.lines.items()
    } == {
        Pollutant.COD: ("21.551000", "0.000000", "0.000000", "21.551000"),
        Pollutant.NH3N: ("0.477100", "0.000000", "0.047710", "0.429390"),
        Pollutant.TN: ("1.181000", "0.236200", "0.000000", "0.944800"),
        Pollutant.TP: ("0.449931", "0.000000", "0.000000", "0.449931"),
    }


def test_the_total_and_the_signature_are_no_claims() -> None:
    assert LAST + 1 not in ROWS
    assert LAST + 2 not in ROWS


def test_the_duplicate_names_the_row_that_stands() -> None:
    assert finding_at(134, "H").facts == {"row": 133}
    assert ROWS[133].is_good


def test_a_formula_is_named_by_its_cell_and_header() -> None:
    found = finding_at(138, "P")

    assert (found.cell, found.header) == ("P138", "核定减排量-SO2")
    assert finding_at(48, "X").header == "其中：已用于约束性减排-SO2"


def test_every_kind_of_reduction_in_the_list_has_a_name() -> None:
    assert {row.kind for row in FILE.rows} == {
        SourceKind.WATER_REUSE,
        SourceKind.TOWN_SEWAGE,
        SourceKind.CLOSURE,
        SourceKind.OWN_TREATMENT,
        SourceKind.LIVESTOCK,
        SourceKind.RURAL_SEWAGE,
        SourceKind.AQUACULTURE,
        SourceKind.BUFFER_ZONE,
        SourceKind.DEEP_TREATMENT,
        SourceKind.GREEN_ISLAND,
        SourceKind.TECHNICAL_PROGRESS,
    }


def test_reading_twice_gives_the_same() -> None:
    assert [f.to_document() for f in read().findings] == [f.to_document() for f in FILE.findings]


@pytest.mark.parametrize("row", FILE.good, ids=lambda row: str(row.number))
def test_a_row_that_is_put_away_is_the_same_when_taken_out(row: ClaimRow) -> None:
    written = json.loads(json.dumps(row.to_document()))

    again = ClaimRow.from_document(written, file=row.file, sheet=row.sheet, number=row.number)

    assert again == replace(row, findings=[])
    assert again.digest == row.digest


def test_every_row_of_the_list_states_something_else() -> None:
    assert len({row.digest for row in FILE.rows}) == 240
