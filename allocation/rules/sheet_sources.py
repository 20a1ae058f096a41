"""
What each account drawn on is asked (§6, §8–10, §13; YRD4.1): facts in, rows out.

At filing and at the hold a second signature may still be missing; at the release it may not.
"""

from __future__ import annotations

from collections.abc import Iterator

from allocation.rules import priority as priorities
from allocation.rules.facts import Facts, SourceFacts
from allocation.rules.priority import Class
from allocation.rules.sheet_codes import Check, SheetCode
from allocation.rules.sheet_rows import Row, row_of, says
from allocation.vocabulary import Draw, Moment
from monitoring.rules.gate_codes import GateCode
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Tier

SUSPENDED = frozenset(
    {
        GateCode.RESERVES_SUSPENDED,
        GateCode.PURCHASE_SUSPENDED,
        GateCode.PARK_PURCHASE_SUSPENDED,
    }
)


def of_source(source: SourceFacts, facts: Facts, book: RuleBook, moment: Moment) -> Iterator[Row]:
    """Hold one account against every clause that it stands under."""
    yield lawful(source)
    if source.draw in {Draw.OTHER_RESERVE, Draw.TRADE_INSIDE, Draw.TRADE_ACROSS}:
        yield _traded(source)
    if source.trade:
        yield _bought(source)
    if source.passage is not None:
        yield suspension(source)
        yield gate(source)
    if source.draw in {Draw.OWN_RESERVE, Draw.UPPER_RESERVE}:
        yield from _priority(source, facts, book, moment)
    yield _earmark(source, facts, moment)
    yield stock(source)


def lawful(source: SourceFacts) -> Row:
    """§6, §10: which reserves a project may name at all."""
    key = "8.1" if source.draw.value.startswith("trade") else "10.1"
    forbidden = source.draw is Draw.FORBIDDEN
    return row_of(
        Check.SOURCE,
        source,
        says(SheetCode(source.draw.value), "6.2" if forbidden else key),
        passes=not forbidden,
        remedy=says(SheetCode.CAN_CHOOSE, "6.2") if forbidden else None,
    )


def _traded(source: SourceFacts) -> Row:
    """§8, §13: what others have comes by a trade, which makes it the buyer's own first."""
    return row_of(
        Check.TRADE,
        source,
        says(SheetCode.NOT_TRADED, "8.1"),
        passes=False,
        remedy=says(SheetCode.CAN_TRADE, "8.1"),
    )


def _bought(source: SourceFacts) -> Row:
    """§8, §13: a holding that was bought names its trade and the agency's certificate."""
    code = SheetCode.BOUGHT if source.traded else SheetCode.NOT_BOUGHT
    return row_of(
        Check.TRADE,
        source,
        says(code, "8.1", number=source.trade, certificate=source.certificate),
        passes=source.traded,
        remedy=None if source.traded else says(SheetCode.CAN_TRADE, "8.1"),
    )


def suspension(source: SourceFacts) -> Row:
    """§9, §19: an order in force closes what it names."""
    assert source.passage is not None
    orders = [reason for reason in source.passage.reasons if reason.code in SUSPENDED]
    return Row(
        check=Check.SUSPENSION,
        passes=not orders,
        reasons=orders or [says(SheetCode.NOT_SUSPENDED, "9.3")],
        pollutant=source.pollutant,
        source=source.name,
        remedy=says(SheetCode.CAN_BE_LIFTED, "9.3") if orders else None,
    )


def gate(source: SourceFacts) -> Row:
    """§10: the table by last year's results, orders of suspension left aside."""
    passage = source.passage
    assert passage is not None
    found = [reason for reason in passage.reasons if reason.code not in SUSPENDED]
    # An order hides what the table says; what it would say then shows once the order is gone.
    hidden = len(found) < len(passage.reasons)
    remedy = None
    if not passage.open and not hidden:
        if passage.may_be_opened:
            remedy = says(SheetCode.CAN_APPLY, "10.2")
        elif passage.state is GateState.CLOSED and passage.until is not None:
            remedy = says(SheetCode.CAN_WAIT, "10.3", until=passage.until)
        else:
            remedy = says(SheetCode.CAN_CHOOSE, "10.2")
    return Row(
        check=Check.GATE,
        passes=passage.open,
        only_warns=hidden,
        reasons=found,
        pollutant=source.pollutant,
        source=source.name,
        remedy=remedy,
    )


def _priority(source: SourceFacts, facts: Facts, book: RuleBook, moment: Moment) -> Iterator[Row]:
    """§6: whom a reserve serves first; of the province's the notice does not speak."""
    if source.tier not in {Tier.CITY, Tier.COUNTY, Tier.PARK}:
        return
    project = facts.project
    served = priorities.class_of(
        project.priority,
        strategic=project.strategic,
        outstanding_park=project.outstanding_park,
        tier=source.tier,
    )
    if source.tier is Tier.CITY:
        yield _city(source, served, facts, book, moment)
    else:
        first = served is priorities.LOCAL
        code = SheetCode.LOCAL_FIRST if first else SheetCode.LOCAL_OTHERS
        yield row_of(Check.PRIORITY, source, says(code, "6.2"))


def _city(source: SourceFacts, served: Class, facts: Facts, book: RuleBook, moment: Moment) -> Row:
    """§6: the city's reserve serves others than its classes by reason and a second signature."""
    if served is not priorities.OTHERS:
        return row_of(Check.PRIORITY, source, says(SheetCode.LISTED, "6.1"))
    if not book.second_signature_outside_list or (facts.exception_reason and facts.countersigned):
        return row_of(Check.PRIORITY, source, says(SheetCode.UNLISTED_SIGNED, "6.1"))
    if facts.exception_reason:
        return row_of(
            Check.PRIORITY,
            source,
            says(SheetCode.UNLISTED_REASON, "6.1"),
            passes=moment is not Moment.RELEASED,
        )
    return row_of(
        Check.PRIORITY,
        source,
        says(SheetCode.UNLISTED, "6.1"),
        passes=False,
        remedy=says(SheetCode.CAN_REASON, "6.1"),
    )


def _earmark(source: SourceFacts, facts: Facts, moment: Moment) -> Row:
    """
    YRD: what was freed within five kilometres of Lake Tai goes first to strategic industry.

    The clause asks of lots and not of who has them: a holding is asked as a reserve is.
    """
    if facts.project.strategic:
        return row_of(Check.EARMARK, source, says(SheetCode.TAI_TO_STRATEGIC, "YRD4.1"))
    drawn = Grams(min(source.grams, source.available) - source.plain)
    if drawn <= 0:
        return row_of(Check.EARMARK, source, says(SheetCode.PLAIN_LOTS, "YRD4.1"))
    amount = text(drawn)
    if waiting := facts.strategic_waiting.get(source.pollutant):
        return row_of(
            Check.EARMARK,
            source,
            says(SheetCode.TAI_AWAITED, "YRD4.1", grams=amount, numbers="、".join(waiting)),
            passes=False,
            remedy=says(SheetCode.CAN_LEAVE, "YRD4.1"),
        )
    if facts.exception_reason and facts.countersigned:
        return row_of(Check.EARMARK, source, says(SheetCode.TAI_SIGNED, "YRD4.1", grams=amount))
    if facts.exception_reason:
        return row_of(
            Check.EARMARK,
            source,
            says(SheetCode.TAI_REASON, "YRD4.1", grams=amount),
            passes=moment is not Moment.RELEASED,
        )
    return row_of(
        Check.EARMARK,
        source,
        says(SheetCode.TAI_UNSIGNED, "YRD4.1", grams=amount),
        passes=False,
        remedy=says(SheetCode.CAN_REASON, "YRD4.1"),
    )


def stock(source: SourceFacts) -> Row:
    """§8: an account gives what it has."""
    enough = source.grams <= source.available
    facts = {"available": text(source.available), "grams": text(source.grams)}
    if enough:
        said = says(SheetCode.IN_STOCK, "8.2", **facts)
    elif source.bound:
        said = says(SheetCode.BOUND, "8.2", bound=text(source.bound), **facts)
    else:
        said = says(SheetCode.NOT_IN_STOCK, "8.2", **facts)
    return row_of(
        Check.STOCK,
        source,
        said,
        passes=enough,
        remedy=None
        if enough
        else says(
            SheetCode.CAN_LESSEN, "8.2", missing=text(Grams(source.grams - source.available))
        ),
    )
