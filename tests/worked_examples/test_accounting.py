"""The derived cases of the accounting table, and one by hand for every other method."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from quota_registry.kernel import mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.rules import accounting
from reserve.rules.methods import METHODS
from reserve.vocabulary import AccountingMethod as Code


def numbers(**given: str) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in given.items()}


def sewage(q1: str, in1: str, out1: str, q0: str, in0: str, out0: str) -> dict[str, Decimal]:
    return numbers(
        flow_after=q1,
        inlet_after=in1,
        outlet_after=out1,
        flow_before=q0,
        inlet_before=in0,
        outlet_before=out0,
    )


def upgrade(before: str, after: str) -> dict[str, Decimal]:
    return numbers(flow="1460", outlet_before=before, outlet_after=after)


CASES: list[tuple[Code, Pollutant, Any, str]] = [
    # 1 460 万m³, COD 280→35 and NH3-N 28→2.5, newly built.
    (Code.SEWAGE_WORKS, Pollutant.COD, sewage("1460", "280", "35", "0", "0", "0"), "3577"),
    (Code.SEWAGE_WORKS, Pollutant.NH3N, sewage("1460", "28", "2.5", "0", "0", "0"), "372.3"),
    # Expanded from 1 095 万m³ at 270→50.
    (Code.SEWAGE_WORKS, Pollutant.COD, sewage("1460", "280", "35", "1095", "270", "50"), "1168"),
    # Upgrade of the standard at 1 460 万m³.
    (Code.STANDARD_UPGRADE, Pollutant.COD, upgrade("50", "30"), "292"),
    (Code.STANDARD_UPGRADE, Pollutant.NH3N, upgrade("5", "1.5"), "51.1"),
    (Code.STANDARD_UPGRADE, Pollutant.TN, upgrade("15", "10"), "73"),
    (Code.STANDARD_UPGRADE, Pollutant.TP, upgrade("0.5", "0.3"), "2.92"),
    # 80 000 m³/h × 7 200 h × (150−50).
    (
        Code.FLUE_GAS,
        Pollutant.NOX,
        numbers(flow="80000", hours="7200", before="150", after="50"),
        "57.6",
    ),
    # 100 万m³ × 30 mg/L × 0.01.
    (Code.WATER_REUSE, Pollutant.COD, numbers(reused="100", outlet="30"), "30"),
    # 120 000 m³ × 80 mg/L − 100 000 m³ × 45 mg/L = 9.6 − 4.5.
    (
        Code.INDUSTRIAL_WASTEWATER,
        Pollutant.COD,
        numbers(
            volume_before="120000", volume_after="100000", outlet_before="80", outlet_after="45"
        ),
        "5.1",
    ),
    # (20×60 % − 18×5 %) + (5×50 % − 5×10 %) = 11.1 + 2; × (1 − 90 %×80 %) = 13.1 × 0.28.
    (
        Code.VOCS_SUBSTITUTION,
        Pollutant.VOCS,
        [
            numbers(
                used_before="20",
                content_before="60",
                used_after="18",
                content_after="5",
                capture="90",
                removal="80",
            ),
            numbers(
                used_before="5",
                content_before="50",
                used_after="5",
                content_after="10",
                capture="90",
                removal="80",
            ),
        ],
        "3.668",
    ),
    # 40 × (95 %×90 % − 80 %×60 %) = 40 × 0.375.
    (
        Code.VOCS_END_OF_PIPE,
        Pollutant.VOCS,
        numbers(
            generated="40",
            capture_after="95",
            removal_after="90",
            capture_before="80",
            removal_before="60",
        ),
        "15",
    ),
    (
        Code.CLOSURE,
        Pollutant.SO2,
        numbers(permitted="12.5", statistics="9.75", approved="14"),
        "9.75",
    ),
    # Not stated in the permit is not zero: the lowest of the stated amounts counts.
    (Code.CLOSURE, Pollutant.SO2, numbers(statistics="9.75", approved="8.125"), "8.125"),
    # 2 000 × 26.6 kg × (90 % − 65 %) = 13.3 t; 500 × 4 kg × (80 % − 30 %) = 1 t.
    (
        Code.LIVESTOCK,
        Pollutant.COD,
        [
            numbers(head="2000", factor="26.6", rate_after="90", rate_before="65"),
            numbers(head="500", factor="4", rate_after="80", rate_before="30"),
        ],
        "14.3",
    ),
    # 3 000 persons × 40 g/d × 365 d × 70 % = 30 660 000 g.
    (
        Code.RURAL_SEWAGE,
        Pollutant.COD,
        numbers(persons="3000", per_person="40", rate="70"),
        "30.66",
    ),
    (Code.STATED_WITH_PLAN, Pollutant.TN, numbers(amount="1.234567"), "1.234567"),
    (Code.APPROVAL_DOCUMENT, Pollutant.PM, numbers(amount="0.5"), "0.5"),
    (Code.STATED_BY_BUREAU, Pollutant.COD, numbers(amount="21.551"), "21.551"),
]


@pytest.mark.parametrize(
    ("code", "pollutant", "given", "tonnes"),
    CASES,
    ids=[f"{case[0].value}-{case[1].value}-{case[3]}" for case in CASES],
)
def test_the_formula_gives_what_the_hand_gives(
    code: Code, pollutant: Pollutant, given: Any, tonnes: str
) -> None:
    result = accounting.compute(METHODS[code], given, pollutant=pollutant)

    assert mass.tonnes(result.grams) == Decimal(tonnes)


def test_every_method_has_a_case_here() -> None:
    assert {case[0] for case in CASES} == set(Code) == set(METHODS)


def test_what_is_left_below_the_gram_is_rounded_down() -> None:
    # 1 m³ × 2.9999 mg/L − 0 = 2.9999 g
    given = numbers(volume_before="1", volume_after="0", outlet_before="2.9999", outlet_after="0")

    result = accounting.compute(METHODS[Code.INDUSTRIAL_WASTEWATER], given, pollutant=Pollutant.TP)

    assert result.grams == 2
