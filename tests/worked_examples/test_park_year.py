"""§15–18 by hand: allowed totals, rewards that never pay a cut twice, and the year's days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from parks.rules.allowed_total import allowed_totals, first_totals
from parks.rules.deadlines import deadlines, punctuality
from parks.rules.reward import RewardFacts, reward_for
from parks.vocabulary import Punctuality, RewardReason, YearStep
from quota_registry.kernel.calendar import WorkingCalendar
from quota_registry.kernel.mass import Grams, grams_of, text
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant

BOOK = RuleBook.default()
NOX, COD = Pollutant.NOX, Pollutant.COD
BEFORE = {COD: grams_of("100"), NOX: grams_of("33.333333")}


@pytest.mark.parametrize(
    ("air", "water", "cod", "nox"),
    [
        (True, True, "100.000000", "33.333333"),
        # 33.333333 × 0.95 = 31.66666635: what allows mass is rounded down.
        (False, True, "100.000000", "31.666666"),
        (True, False, "95.000000", "33.333333"),
        (False, False, "95.000000", "31.666666"),
    ],
)
def test_each_medium_governs_its_own_pollutants(air: bool, water: bool, cod: str, nox: str) -> None:
    totals = allowed_totals(BEFORE, targets_met={Medium.AIR: air, Medium.WATER: water}, book=BOOK)
    assert {p: text(total.grams) for p, total in totals.items()} == {COD: cod, NOX: nox}


def test_the_part_taken_away_is_the_rule_books() -> None:
    book = BOOK.with_changes(park_reduction_rate=Decimal("0.1"))
    missed = {Medium.AIR: False, Medium.WATER: False}
    total = allowed_totals(BEFORE, targets_met=missed, book=book)[COD]
    assert (text(total.grams), total.rate) == ("90.000000", Decimal("0.1"))


def test_the_first_total_is_the_sum_of_the_permits() -> None:
    permits = ({COD: grams_of("1.5"), NOX: grams_of("2")}, {COD: grams_of("0.25")}, {})
    # What no permit states has no total; that is not a total of nothing.
    assert first_totals(permits) == {COD: grams_of("1.75"), NOX: grams_of("2")}


def facts(**changed: object) -> RewardFacts:
    good = {
        "target_met": True,
        "task_done": True,
        "allowed": grams_of("100"),
        "actual": grams_of("60"),
        "verified": Grams(0),
    }
    return RewardFacts(**(good | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "grams", "reasons"),
    [
        # 0.2 × (100 − 60) = 8
        ({}, "8.000000", ()),
        # 0.2 × (100 − 99.999999) is less than a gram.
        ({"actual": grams_of("99.999999")}, "0.000000", ()),
        ({"verified": grams_of("3")}, "5.000000", (RewardReason.PAID_BY_CLAIMS,)),
        ({"verified": grams_of("8")}, "0.000000", (RewardReason.PAID_BY_CLAIMS,)),
        ({"verified": grams_of("50")}, "0.000000", (RewardReason.PAID_BY_CLAIMS,)),
        ({"actual": grams_of("100")}, "0.000000", ()),
        ({"actual": grams_of("100.000001")}, "0.000000", (RewardReason.TOTAL_EXCEEDED,)),
        ({"target_met": False}, "0.000000", (RewardReason.TARGET_MISSED,)),
        (
            {"target_met": False, "task_done": False, "actual": grams_of("101")},
            "0.000000",
            (
                RewardReason.TARGET_MISSED,
                RewardReason.TASK_NOT_DONE,
                RewardReason.TOTAL_EXCEEDED,
            ),
        ),
        ({"allowed": None}, "0.000000", (RewardReason.NO_ALLOWED_TOTAL,)),
        ({"actual": None}, "0.000000", (RewardReason.NO_ACTUAL_TOTAL,)),
    ],
)
def test_a_reward_pays_a_part_of_what_was_saved_and_nothing_twice(
    changed: dict[str, object], grams: str, reasons: tuple[RewardReason, ...]
) -> None:
    reward = reward_for(facts(**changed), pollutant=NOX, book=BOOK)
    assert (text(reward.grams), reward.reasons) == (grams, reasons)


def test_a_cap_bounds_what_is_left_after_the_claims() -> None:
    book = BOOK.with_changes(reward_cap=Decimal("4"))
    capped = reward_for(facts(verified=grams_of("3")), pollutant=NOX, book=book)
    assert text(capped.grams) == "4.000000"
    assert capped.reasons == (RewardReason.PAID_BY_CLAIMS, RewardReason.CAPPED)
    below = reward_for(facts(verified=grams_of("5")), pollutant=NOX, book=book)
    assert (text(below.grams), below.reasons) == ("3.000000", (RewardReason.PAID_BY_CLAIMS,))


def test_the_days_of_the_year_are_the_laws() -> None:
    due = {step: deadline.due for step, deadline in deadlines(2028, book=BOOK).items()}
    assert due == {
        YearStep.JUDGEMENT: date(2028, 1, 31),
        # A leap year's February ends later.
        YearStep.TARGETS: date(2028, 2, 29),
        YearStep.TOTALS: date(2028, 2, 15),
        YearStep.ALLOWED_TOTAL: date(2028, 3, 31),
        YearStep.REWARD: date(2028, 3, 31),
    }


@pytest.mark.parametrize(
    ("done_on", "on", "stands"),
    [
        # 31 January 2026 is a Saturday: Monday 2 February is still in time.
        (date(2026, 2, 2), date(2026, 6, 1), Punctuality.IN_TIME),
        (date(2026, 2, 3), date(2026, 6, 1), Punctuality.LATE),
        (None, date(2026, 2, 2), Punctuality.DUE_SOON),
        (None, date(2026, 2, 3), Punctuality.OVERDUE),
        (None, date(2026, 1, 16), Punctuality.DUE_SOON),
        (None, date(2026, 1, 15), Punctuality.AHEAD),
    ],
)
def test_a_step_is_late_only_after_the_next_working_day(
    done_on: date | None, on: date, stands: Punctuality
) -> None:
    deadline = deadlines(2026, book=BOOK)[YearStep.JUDGEMENT]
    calendar = WorkingCalendar()
    assert punctuality(deadline, done_on=done_on, on=on, calendar=calendar, book=BOOK) == stands
