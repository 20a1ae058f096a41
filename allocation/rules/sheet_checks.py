"""
What an assessment sheet checks, clause by clause: facts in, rows out.

At filing and at the hold a second signature may still be missing; at the release it may not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allocation.rules import priority as priorities
from allocation.rules.facts import Facts, SourceFacts
from allocation.rules.replacement import Duty, is_exempt
from allocation.rules.sheet_codes import Check, SheetCode
from allocation.rules.sheet_rows import Row
from allocation.vocabulary import Draw, Moment
from monitoring.rules.gate_codes import GateCode
from monitoring.rules.reasons import Reason
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import NOTHING, Grams, text
from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant, Tier

SUSPENDED = frozenset(
    {
        GateCode.RESERVES_SUSPENDED,
        GateCode.PURCHASE_SUSPENDED,
        GateCode.PARK_PURCHASE_SUSPENDED,
    }
)


# ── §7 ──
def replacement(facts: Facts, owed: Mapping[Pollutant, Duty], book: RuleBook) -> Iterator[Row]:
    """Say what §7 demands of each pollutant, or that it demands nothing."""
    if is_exempt(facts.project, book=book):
        yield Row(check=Check.REPLACEMENT, passes=True, reasons=[_of(SheetCode.EXEMPT, "7.0")])
        return
    if not owed:
        yield Row(
            check=Check.REPLACEMENT, passes=True, reasons=[_of(SheetCode.NO_INCREMENT, "7.0")]
        )
    for pollutant, duty in owed.items():
        found = Reason(
            code=SheetCode.DUTY,
            clause=duty.clause,
            facts={
                "pollutant": pollutant,
                "increment": text(duty.increment),
                "ratio": duty.ratio,
                "required": text(duty.required),
            },
        )
        yield Row(check=Check.REPLACEMENT, passes=True, reasons=[found], pollutant=pollutant)
        waits = facts.project.strategic_waits and pollutant in book.nutrient_pollutants
        if waits and facts.project.kind in book.strategic_kinds:
            yield Row(
                check=Check.REPLACEMENT,
                passes=False,
                only_warns=True,
                reasons=[
                    _of(SheetCode.STRATEGIC_WAITS, "7.1", pollutant=pollutant, ratio=duty.ratio)
                ],
                pollutant=pollutant,
                remedy=_of(SheetCode.CAN_APPROVE, "7.1", ratio=book.strategic_ratio),
            )


# ── §21: nothing is used twice ──
def once(facts: Facts, owed: Mapping[Pollutant, Duty]) -> Iterator[Row]:
    """Say whether the project has a voucher already (§21)."""
    if facts.supplements:
        yield Row(
            check=Check.ONCE,
            passes=True,
            reasons=[_of(SheetCode.SUPPLEMENTS, "21.2", number=facts.supplements)],
        )
        return
    twice = [
        (pollutant, earlier.number)
        for pollutant in owed
        for earlier in facts.earlier
        if pollutant in earlier.pollutants
    ]
    for pollutant, number in twice:
        yield Row(
            check=Check.ONCE,
            passes=False,
            reasons=[_of(SheetCode.VOUCHERED, "21.2", pollutant=pollutant, number=number)],
            pollutant=pollutant,
            remedy=_of(SheetCode.CAN_SUPPLEMENT, "21.2"),
        )
    if not twice:
        yield Row(check=Check.ONCE, passes=True, reasons=[_of(SheetCode.FIRST_TIME, "21.2")])


# ── Each account that is drawn on ──
def of_source(source: SourceFacts, facts: Facts, book: RuleBook, moment: Moment) -> Iterator[Row]:
    """Hold one account against every clause that it stands under."""
    yield _lawful(source)
    if source.draw in {Draw.OTHER_RESERVE, Draw.TRADE_INSIDE, Draw.TRADE_ACROSS}:
        yield _traded(source)
    if source.passage is not None:
        yield _suspension(source)
        yield _gate(source)
    if source.tier is Tier.CITY and source.draw is Draw.UPPER_RESERVE:
        yield _priority(source, facts, book, moment)
    if source.tier is not None:
        yield _earmark(source, facts, moment)
    yield _stock(source)


def _lawful(source: SourceFacts) -> Row:
    """§6, §10: which reserves a project may name at all."""
    key = "8.1" if source.draw.value.startswith("trade") else "10.1"
    forbidden = source.draw is Draw.FORBIDDEN
    return _row(
        Check.SOURCE,
        source,
        _of(SheetCode(source.draw.value), "6.2" if forbidden else key),
        passes=not forbidden,
        remedy=_of(SheetCode.CAN_CHOOSE, "6.2") if forbidden else None,
    )


def _traded(source: SourceFacts) -> Row:
    """§8, §13: what is bought comes by a trade that was checked."""
    code = SheetCode.TRADED if source.traded else SheetCode.NOT_TRADED
    remedy = None if source.traded else _of(SheetCode.CAN_TRADE, "8.1")
    return _row(Check.TRADE, source, _of(code, "8.1"), passes=source.traded, remedy=remedy)


def _suspension(source: SourceFacts) -> Row:
    """§9, §19: an order in force closes what it names."""
    assert source.passage is not None
    orders = [reason for reason in source.passage.reasons if reason.code in SUSPENDED]
    return Row(
        check=Check.SUSPENSION,
        passes=not orders,
        reasons=orders or [_of(SheetCode.NOT_SUSPENDED, "9.3")],
        pollutant=source.pollutant,
        source=source.name,
        remedy=_of(SheetCode.CAN_BE_LIFTED, "9.3") if orders else None,
    )


def _gate(source: SourceFacts) -> Row:
    """§10: the table by last year's results, orders of suspension left aside."""
    passage = source.passage
    assert passage is not None
    found = [reason for reason in passage.reasons if reason.code not in SUSPENDED]
    # An order hides what the table says; what it would say then shows once the order is gone.
    hidden = len(found) < len(passage.reasons)
    remedy = None
    if not passage.open and not hidden:
        if passage.may_be_opened:
            remedy = _of(SheetCode.CAN_APPLY, "10.2")
        elif passage.state is GateState.CLOSED and passage.until is not None:
            remedy = _of(SheetCode.CAN_WAIT, "10.3", until=passage.until)
        else:
            remedy = _of(SheetCode.CAN_CHOOSE, "10.2")
    return Row(
        check=Check.GATE,
        passes=passage.open,
        only_warns=hidden,
        reasons=found,
        pollutant=source.pollutant,
        source=source.name,
        remedy=remedy,
    )


def _priority(source: SourceFacts, facts: Facts, book: RuleBook, moment: Moment) -> Row:
    """§6: whom the city's reserve serves; others by reason and a second signature."""
    project = facts.project
    served = priorities.class_of(
        project.priority,
        strategic=project.strategic,
        outstanding_park=project.outstanding_park,
        tier=Tier.CITY,
    )
    if served is not priorities.OTHERS:
        return _row(Check.PRIORITY, source, _of(SheetCode.LISTED, "6.1"))
    if not book.second_signature_outside_list or (facts.exception_reason and facts.countersigned):
        return _row(Check.PRIORITY, source, _of(SheetCode.UNLISTED_SIGNED, "6.1"))
    if facts.exception_reason:
        return _row(
            Check.PRIORITY,
            source,
            _of(SheetCode.UNLISTED_REASON, "6.1"),
            passes=moment is not Moment.RELEASED,
        )
    return _row(
        Check.PRIORITY,
        source,
        _of(SheetCode.UNLISTED, "6.1"),
        passes=False,
        remedy=_of(SheetCode.CAN_REASON, "6.1"),
    )


def _earmark(source: SourceFacts, facts: Facts, moment: Moment) -> Row:
    """YRD: what was freed within five kilometres of Lake Tai goes first to strategic industry."""
    if facts.project.strategic:
        return _row(Check.EARMARK, source, _of(SheetCode.TAI_TO_STRATEGIC, "YRD4.1"))
    drawn = Grams(min(source.grams, source.available) - source.plain)
    if drawn <= 0:
        return _row(Check.EARMARK, source, _of(SheetCode.PLAIN_LOTS, "YRD4.1"))
    amount = text(drawn)
    if waiting := facts.strategic_waiting.get(source.pollutant):
        return _row(
            Check.EARMARK,
            source,
            _of(SheetCode.TAI_AWAITED, "YRD4.1", grams=amount, numbers="、".join(waiting)),
            passes=False,
            remedy=_of(SheetCode.CAN_LEAVE, "YRD4.1"),
        )
    if facts.exception_reason and facts.countersigned:
        return _row(Check.EARMARK, source, _of(SheetCode.TAI_SIGNED, "YRD4.1", grams=amount))
    if facts.exception_reason:
        return _row(
            Check.EARMARK,
            source,
            _of(SheetCode.TAI_REASON, "YRD4.1", grams=amount),
            passes=moment is not Moment.RELEASED,
        )
    return _row(
        Check.EARMARK,
        source,
        _of(SheetCode.TAI_UNSIGNED, "YRD4.1", grams=amount),
        passes=False,
        remedy=_of(SheetCode.CAN_REASON, "YRD4.1"),
    )


def _stock(source: SourceFacts) -> Row:
    """§8: an account gives what it has."""
    enough = source.grams <= source.available
    code = SheetCode.IN_STOCK if enough else SheetCode.NOT_IN_STOCK
    return _row(
        Check.STOCK,
        source,
        _of(code, "8.2", available=text(source.available), grams=text(source.grams)),
        passes=enough,
        remedy=None
        if enough
        else _of(SheetCode.CAN_LESSEN, "8.2", missing=text(Grams(source.grams - source.available))),
    )


# ── §7 again: the offered is no less than the required ──
def cover(facts: Facts, owed: Mapping[Pollutant, Duty]) -> Iterator[Row]:
    """Say whether the offered is no less than the required (§7)."""
    for pollutant in Pollutant:
        duty = owed.get(pollutant)
        offered = facts.offered(pollutant)
        required = duty.required if duty else NOTHING
        if not required and not offered:
            continue
        missing = Grams(required - offered)
        code = (
            SheetCode.NOT_COVERED
            if missing > 0
            else SheetCode.OVERCOVERED
            if missing < 0
            else SheetCode.COVERED
        )
        yield Row(
            check=Check.COVER,
            passes=missing == 0,
            # More than needed is lawful (不低于), and still worth a look.
            only_warns=missing < 0 and duty is not None,
            reasons=[
                _of(
                    code,
                    "7.0",
                    pollutant=pollutant,
                    offered=text(offered),
                    required=text(required),
                )
            ],
            pollutant=pollutant,
            remedy=_of(
                SheetCode.CAN_ADD if missing > 0 else SheetCode.CAN_LESSEN,
                "7.0",
                missing=text(Grams(abs(missing))),
            )
            if missing
            else None,
        )


def _row(
    check: Check,
    source: SourceFacts,
    reason: Reason,
    *,
    passes: bool = True,
    remedy: Reason | None = None,
) -> Row:
    return Row(
        check=check,
        passes=passes,
        reasons=[reason],
        pollutant=source.pollutant,
        source=source.name,
        remedy=remedy,
    )


def _of(code: SheetCode, key: str, **facts: Any) -> Reason:
    return Reason(code=code, clause=clause(key), facts=facts)
