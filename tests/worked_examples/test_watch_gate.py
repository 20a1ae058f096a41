"""Every cell of RULES §3, by hand, and the days on both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from monitoring.rules import gate
from monitoring.rules.gate import JudgementFacts, OpeningFacts, SuspensionFacts
from monitoring.vocabulary import SuspensionScope, Way
from quota_registry.kernel.parameters import GateScope, GateState
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant

BOOK = RuleBook.default()
WHOLE_PLACE = BOOK.with_changes(gate_scope=GateScope.PLACE)
AIR, WATER = Medium.AIR, Medium.WATER
OPEN, ON_APPLICATION, CLOSED = GateState
RESERVES, PURCHASE = SuspensionScope
MAY = date(2026, 5, 4)
MET, MISSED = True, False
DONE, NOT_DONE = True, False


def judged(
    quality_met: bool,
    task_done: bool,
    *,
    year: int = 2025,
    medium: Medium = AIR,
    improvement: str | None = "0.02",
    confirmed_on: date | None = None,
) -> JudgementFacts:
    """Give a judgement, confirmed on 20 January after its year unless said otherwise."""
    return JudgementFacts(
        year=year,
        medium=medium,
        quality_met=quality_met,
        task_done=task_done,
        improvement=None if improvement is None else Decimal(improvement),
        confirmed_on=confirmed_on or date(year + 1, 1, 20),
    )


def states(
    *judgements: JudgementFacts, on: date = MAY, medium: Medium = AIR, book: RuleBook = BOOK
) -> tuple[GateState, ...]:
    found = gate.gate(medium=medium, judgements=judgements, on=on, book=book)
    return tuple(found[way].state for way in Way)


BEST = (OPEN, OPEN, ON_APPLICATION)
BETWEEN = (OPEN, ON_APPLICATION, ON_APPLICATION)
WORST = (OPEN, CLOSED, CLOSED)


@pytest.mark.parametrize("medium", Medium)
@pytest.mark.parametrize(
    ("quality_met", "task_done", "found", "clause"),
    [
        (MET, DONE, BEST, "10.1"),
        (MET, NOT_DONE, BETWEEN, "10.2"),
        (MISSED, DONE, BETWEEN, "10.2"),
        (MISSED, NOT_DONE, WORST, "10.3"),
    ],
)
def test_every_cell_of_the_table(
    medium: Medium,
    quality_met: bool,
    task_done: bool,
    found: tuple[GateState, ...],
    clause: str,
) -> None:
    judgement = judged(quality_met, task_done, medium=medium)

    passages = gate.gate(medium=medium, judgements=[judgement], on=MAY, book=BOOK)

    assert tuple(passages[way].state for way in Way) == found
    # On application is closed until it is opened.
    assert tuple(passages[way].open for way in Way) == tuple(state is OPEN for state in found)
    assert {passages[way].reasons[0].clause.key for way in Way} == {clause}


def test_a_medium_answers_to_its_own_result() -> None:
    results = judged(MET, DONE, medium=AIR), judged(MISSED, NOT_DONE, medium=WATER)

    assert states(*results, medium=AIR) == BEST
    assert states(*results, medium=WATER) == WORST


@pytest.mark.parametrize(
    ("on", "found"),
    [
        # 2024 met all, 2025 missed all and was confirmed on 20 January 2026.
        (date(2025, 12, 31), BEST),
        (date(2026, 1, 19), BEST),
        (date(2026, 1, 20), WORST),
        (date(2026, 12, 31), WORST),
        # The closure was for 2026; nothing of 2026 is confirmed.
        (date(2027, 1, 1), BETWEEN),
        (date(2027, 7, 1), BETWEEN),
    ],
)
def test_closed_all_year_runs_from_confirmation_to_31_december(
    on: date, found: tuple[GateState, ...]
) -> None:
    assert states(judged(MET, DONE, year=2024), judged(MISSED, NOT_DONE), on=on) == found


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2025, 1, 19), BETWEEN),  # none on record yet
        (date(2025, 1, 20), BEST),
        (date(2026, 1, 1), BEST),  # continues
        (date(2026, 6, 30), BEST),
        (date(2026, 7, 1), BETWEEN),
        (date(2026, 12, 31), BETWEEN),
    ],
)
def test_the_judgement_before_continues_to_30_june(on: date, found: tuple[GateState, ...]) -> None:
    assert states(judged(MET, DONE, year=2024), on=on) == found


@pytest.mark.parametrize(("on", "found"), [(date(2026, 9, 9), BETWEEN), (date(2026, 9, 10), WORST)])
def test_a_late_confirmation_closes_from_its_day(on: date, found: tuple[GateState, ...]) -> None:
    late = judged(MISSED, NOT_DONE, confirmed_on=date(2026, 9, 10))

    assert states(judged(MET, DONE, year=2024), late, on=on) == found


@pytest.mark.parametrize(("on", "found"), [(date(2026, 3, 9), WORST), (date(2026, 3, 10), BEST)])
def test_a_correction_governs_from_its_own_confirmation(
    on: date, found: tuple[GateState, ...]
) -> None:
    first = judged(MISSED, NOT_DONE)
    corrected = judged(MET, DONE, confirmed_on=date(2026, 3, 10))

    assert states(first, corrected, on=on) == found
    assert states(corrected, first, on=on) == found


def test_of_two_versions_confirmed_on_one_day_the_later_stands() -> None:
    first = judged(MISSED, NOT_DONE)
    second = replace(judged(MET, DONE), version=2)

    assert states(first, second) == states(second, first) == BEST


def test_a_park_answers_to_its_countys_order_by_the_countys_article() -> None:
    orders = [
        replace(suspended(PURCHASE), of_park=False),
        replace(suspended(PURCHASE), of_park=True),
    ]

    found = gate.gate(
        medium=AIR,
        judgements=[judged(MET, DONE)],
        suspensions=orders,
        on=MAY,
        book=BOOK,
        is_park=True,
    )[Way.PURCHASE]

    assert [(r.code.value, r.clause.key) for r in found.reasons[:2]] == [
        ("purchase_suspended", "9.3"),
        ("park_purchase_suspended", "19.3"),
    ]


def test_a_year_confirmed_before_its_end_governs_only_the_next() -> None:
    early = judged(MISSED, NOT_DONE, confirmed_on=date(2025, 12, 20))
    before = judged(MET, DONE, year=2024)

    assert states(before, early, on=date(2025, 12, 31)) == BEST
    assert states(before, early, on=date(2026, 1, 1)) == WORST


def test_with_none_on_record_a_place_is_a_case_between_and_cannot_apply() -> None:
    found = gate.gate(medium=AIR, judgements=[], on=MAY, book=BOOK)

    assert tuple(found[way].state for way in Way) == BETWEEN
    assert not any(found[way].may_be_opened for way in Way)


@pytest.mark.parametrize(
    ("air", "water", "found"),
    [
        ((MET, DONE), (MET, DONE), BEST),
        ((MET, DONE), (MET, NOT_DONE), BETWEEN),
        ((MET, DONE), (MISSED, DONE), BETWEEN),
        # The place as a whole neither met its targets nor did its tasks.
        ((MET, NOT_DONE), (MISSED, DONE), WORST),
        ((MET, DONE), (MISSED, NOT_DONE), WORST),
        # A medium without a judgement is a case between.
        ((MET, DONE), None, BETWEEN),
        ((MISSED, NOT_DONE), None, WORST),
        (None, None, BETWEEN),
    ],
)
def test_for_the_place_as_a_whole_the_worst_of_both_media_governs(
    air: tuple[bool, bool] | None,
    water: tuple[bool, bool] | None,
    found: tuple[GateState, ...],
) -> None:
    results = [
        judged(*result, medium=medium)
        for medium, result in ((AIR, air), (WATER, water))
        if result is not None
    ]

    assert states(*results, medium=AIR, book=WHOLE_PLACE) == found
    assert states(*results, medium=WATER, book=WHOLE_PLACE) == found


def suspended(
    scope: SuspensionScope, starts: date = date(2026, 5, 1), ends: date | None = None
) -> SuspensionFacts:
    return SuspensionFacts(
        scope=scope, starts=starts, ends=ends, place="示范市", document="示环〔2026〕5号"
    )


def opened(
    way: Way = Way.UPPER,
    *,
    pollutant: Pollutant = Pollutant.NOX,
    starts: date = date(2026, 5, 1),
    ends: date = date(2026, 6, 1),
) -> OpeningFacts:
    return OpeningFacts(
        way=way, pollutant=pollutant, starts=starts, ends=ends, document="示环〔2026〕6号"
    )


@pytest.mark.parametrize(
    ("scopes", "found"),
    [
        ([RESERVES], (False, False, True)),
        ([PURCHASE], (True, True, False)),
        ([RESERVES, PURCHASE], (False, False, False)),
        ([], (True, True, True)),
    ],
)
@pytest.mark.parametrize(("quality_met", "task_done"), [(MET, DONE), (MISSED, DONE)])
def test_a_suspension_closes_what_it_names_whatever_the_table_says(
    scopes: list[SuspensionScope],
    found: tuple[bool, ...],
    quality_met: bool,
    task_done: bool,
) -> None:
    passages = gate.gate(
        medium=AIR,
        judgements=[judged(quality_met, task_done)],
        suspensions=[suspended(scope) for scope in scopes],
        openings=[opened(Way.UPPER), opened(Way.PURCHASE)],
        pollutant=Pollutant.NOX,
        on=MAY,
        book=BOOK,
    )

    assert tuple(passages[way].open for way in Way) == found
    for way, is_open in zip(Way, found, strict=True):
        if not is_open:
            assert passages[way].state is CLOSED
            assert not passages[way].may_be_opened


@pytest.mark.parametrize(
    ("way", "scope", "code"),
    [
        (Way.OWN, RESERVES, "reserves_suspended"),
        (Way.PURCHASE, PURCHASE, "purchase_suspended"),
    ],
)
def test_what_an_order_closes_is_not_said_to_be_open(
    way: Way, scope: SuspensionScope, code: str
) -> None:
    found = gate.gate(
        medium=AIR,
        judgements=[judged(MET, DONE)],
        suspensions=[suspended(scope)],
        on=MAY,
        book=BOOK,
    )[way]

    assert [reason.code.value for reason in found.reasons] == [code, "met_and_done"]


@pytest.mark.parametrize(
    ("on", "is_open"),
    [
        (date(2026, 4, 30), True),
        (date(2026, 5, 1), False),
        (date(2026, 5, 31), False),
        (date(2026, 6, 1), True),
    ],
)
def test_a_suspension_holds_from_its_start_to_the_day_before_its_end(
    on: date, is_open: bool
) -> None:
    order = suspended(RESERVES, date(2026, 5, 1), date(2026, 6, 1))

    found = gate.gate(
        medium=AIR, judgements=[judged(MET, DONE)], suspensions=[order], on=on, book=BOOK
    )

    assert found[Way.OWN].open is is_open
    if not is_open:
        assert (found[Way.OWN].since, found[Way.OWN].until) == (
            date(2026, 5, 1),
            date(2026, 5, 31),
        )


def test_of_two_orders_the_one_without_an_end_keeps_it_closed() -> None:
    orders = [suspended(RESERVES, ends=date(2026, 6, 1)), suspended(RESERVES, date(2026, 4, 1))]

    found = gate.gate(
        medium=AIR, judgements=[judged(MET, DONE)], suspensions=orders, on=MAY, book=BOOK
    )

    assert (found[Way.OWN].since, found[Way.OWN].until) == (date(2026, 4, 1), None)
    assert len([r for r in found[Way.OWN].reasons if r.code.value == "reserves_suspended"]) == 2


@pytest.mark.parametrize(
    ("opening", "on", "is_open"),
    [
        (opened(), date(2026, 4, 30), False),
        (opened(), date(2026, 5, 1), True),
        (opened(), date(2026, 5, 31), True),
        (opened(), date(2026, 6, 1), False),
        (opened(pollutant=Pollutant.SO2), MAY, False),
        (opened(Way.PURCHASE), MAY, False),
    ],
)
def test_on_application_is_open_only_under_an_opening_in_force(
    opening: OpeningFacts, on: date, is_open: bool
) -> None:
    found = gate.gate(
        medium=AIR,
        judgements=[judged(MET, NOT_DONE)],
        openings=[opening],
        pollutant=Pollutant.NOX,
        on=on,
        book=BOOK,
    )[Way.UPPER]

    assert found.state is ON_APPLICATION
    assert found.open is is_open
    assert found.may_be_opened
    if is_open:
        assert (found.since, found.until) == (date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("improvement", "least", "may_be_opened"),
    [
        ("0", "0", True),
        ("-0.0001", "0", False),
        ("0.0499", "0.05", False),
        ("0.05", "0.05", True),
        (None, "0", False),
    ],
)
def test_it_may_be_opened_only_where_the_place_improved(
    improvement: str | None, least: str, may_be_opened: bool
) -> None:
    found = gate.gate(
        medium=AIR,
        judgements=[judged(MET, NOT_DONE, improvement=improvement)],
        openings=[opened()],
        pollutant=Pollutant.NOX,
        on=MAY,
        book=BOOK.with_changes(least_improvement=Decimal(least)),
    )[Way.UPPER]

    assert found.may_be_opened is may_be_opened
    assert found.open is may_be_opened


def test_no_opening_opens_what_is_closed_all_year() -> None:
    found = gate.gate(
        medium=AIR,
        judgements=[judged(MISSED, NOT_DONE)],
        openings=[opened()],
        pollutant=Pollutant.NOX,
        on=MAY,
        book=BOOK,
    )[Way.UPPER]

    assert (found.state, found.open, found.may_be_opened) == (CLOSED, False, False)
    assert (found.since, found.until) == (date(2026, 1, 20), date(2026, 12, 31))
