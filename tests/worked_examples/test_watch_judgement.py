"""Yearly results by hand (§10, §15): the targets of 2025, improvement and binding tasks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitoring.rules import judgement
from monitoring.rules.judgement import IndicatorResult, TaskFacts
from monitoring.vocabulary import Indicator
from quota_registry.kernel.vocabulary import Medium, Pollutant

AIR, WATER = Medium.AIR, Medium.WATER


def result(
    indicator: Indicator, value: str | None, target: str | None, *, enough: bool = True
) -> IndicatorResult:
    return IndicatorResult(
        indicator=indicator,
        value=None if value is None else Decimal(value),
        target=None if target is None else Decimal(target),
        enough=enough,
    )


@pytest.mark.parametrize(
    ("pm25", "good_days", "met"),
    [
        (("28.0", "28"), ("86.0", "86"), True),
        (("28.1", "28"), ("86.0", "86"), False),
        (("28.0", "28"), ("85.9", "86"), False),
        ((None, "28"), ("86.0", "86"), None),
        (("28.0", None), ("86.0", "86"), None),
        # What is known to be missed is missed.
        ((None, "28"), ("85.9", "86"), False),
    ],
)
def test_the_airs_targets(
    pm25: tuple[str | None, str | None], good_days: tuple[str, str], met: bool | None
) -> None:
    results = [
        result(Indicator.PM25, *pm25),
        result(Indicator.GOOD_DAYS, *good_days),
        result(Indicator.GOOD_SECTIONS, "0", "100"),
    ]

    assert judgement.quality_met(results, medium=AIR) is met


@pytest.mark.parametrize(
    ("value", "enough", "met"),
    [("100", True, True), ("99.9", True, False), ("100", False, None), ("99.9", False, False)],
)
def test_the_waters_target_and_thin_data(value: str, enough: bool, met: bool | None) -> None:
    results = [result(Indicator.GOOD_SECTIONS, value, "100", enough=enough)]

    assert judgement.quality_met(results, medium=WATER) is met
    assert judgement.quality_met(results, medium=AIR) is None


@pytest.mark.parametrize(
    ("indicator", "value", "target", "gap"),
    [
        (Indicator.PM25, "28.5", "28", "0.5"),
        (Indicator.PM25, "27", "28", "-1"),
        (Indicator.GOOD_DAYS, "84.4", "86", "1.6"),
        (Indicator.GOOD_SECTIONS, "100", "100", "0"),
    ],
)
def test_the_gap_to_a_target(indicator: Indicator, value: str, target: str, gap: str) -> None:
    assert result(indicator, value, target).gap == Decimal(gap)


@pytest.mark.parametrize(
    ("medium", "this", "before", "improvement"),
    [
        (AIR, "28", "35", "0.2000"),
        (AIR, "35", "28", "-0.2500"),
        (AIR, "33", "33", "0"),
        (AIR, "29", "30", "0.0333"),
        (AIR, "30.001", "30", "-0.0001"),  # never rounded up to nothing
        (WATER, "95", "90", "0.05"),
        (WATER, "90", "95", "-0.05"),
        (WATER, "100", "0", "1"),
        (AIR, None, "35", None),
        (AIR, "28", None, None),
        (AIR, "28", "0", None),
        (WATER, "95", None, None),
    ],
)
def test_improvement(
    medium: Medium, this: str | None, before: str | None, improvement: str | None
) -> None:
    found = judgement.improvement(
        medium,
        this=None if this is None else Decimal(this),
        before=None if before is None else Decimal(before),
    )

    assert found == (None if improvement is None else Decimal(improvement))


@pytest.mark.parametrize(
    ("tasks", "air", "water"),
    [
        ([], True, True),
        ([(Pollutant.NOX, True), (Pollutant.VOCS, True)], True, True),
        ([(Pollutant.NOX, True), (Pollutant.VOCS, False)], False, True),
        ([(Pollutant.NOX, True), (Pollutant.COD, False)], True, False),
    ],
)
def test_binding_tasks(tasks: list[tuple[Pollutant, bool]], air: bool, water: bool) -> None:
    facts = [TaskFacts(pollutant=pollutant, recorded_done=done) for pollutant, done in tasks]

    assert judgement.task_done(facts, medium=AIR) is air
    assert judgement.task_done(facts, medium=WATER) is water
