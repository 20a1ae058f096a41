"""§10 with §9 and §19: which reserves a place may use, and whether it may buy, on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from monitoring.rules.gate_codes import GateCode
from monitoring.rules.reasons import Fact, Reason
from monitoring.rules.rounding import half_even
from monitoring.rules.standing import JudgementFacts, Standing, standing_on
from monitoring.vocabulary import SuspensionScope, Way
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant

__all__ = [
    "Gate",
    "JudgementFacts",
    "OpeningFacts",
    "Passage",
    "SuspensionFacts",
    "gate",
]

CLOSES: Final[Mapping[SuspensionScope, frozenset[Way]]] = MappingProxyType(
    {
        SuspensionScope.RESERVES: frozenset({Way.OWN, Way.UPPER}),
        SuspensionScope.PURCHASE: frozenset({Way.PURCHASE}),
    }
)
"""What an order closes, whatever the table of §10 says."""

_OPENS: Final = frozenset({GateCode.OPEN, GateCode.NEEDS_OPENING})
"""The sentences that say how a way may be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionFacts:
    """
    An order of suspension; it holds from its first day to the day before it `ends`, if ever.

    `of_park` says whether it was ordered against a park (§19) or a county (§9); a park answers to
    both. Where it is not said, the order is of the kind of the place that is asked about.
    """

    scope: SuspensionScope
    starts: date
    ends: date | None
    place: str
    document: str
    of_park: bool | None = None

    def holds_on(self, on: date) -> bool:
        """Say whether the order is in force that day."""
        return self.starts <= on and (self.ends is None or on < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFacts:
    """
    What a named officer opened on application: one way, one pollutant, to the day before `ends`.

    Where the table neither opens nor closes; the place must still have improved.
    """

    way: Way
    pollutant: Pollutant
    starts: date
    ends: date
    document: str

    def holds_on(self, on: date) -> bool:
        """Say whether the opening is in force that day."""
        return self.starts <= on < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """
    Whether one way may be taken on a day, and every reason.

    `state` is what holds; on application it is `open` only under an opening in force, and
    `may_be_opened` says whether one can be given. `since` is the first day of what decides, and
    `until` the last on which it can hold as far as is known.
    """

    way: Way
    state: GateState
    open: bool
    may_be_opened: bool
    reasons: tuple[Reason, ...]
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The three ways of a place on a day, for one medium."""

    medium: Medium
    on: date
    passages: tuple[Passage, ...]

    def __getitem__(self, way: Way) -> Passage:
        return next(passage for passage in self.passages if passage.way is way)


def gate(
    *,
    medium: Medium,
    judgements: Sequence[JudgementFacts],
    suspensions: Sequence[SuspensionFacts] = (),
    openings: Sequence[OpeningFacts] = (),
    pollutant: Pollutant | None = None,
    on: date,
    book: RuleBook,
    is_park: bool = False,
) -> Gate:
    """
    Say which ways to quota of a medium are open to a place on a day.

    Takes all confirmed judgements of the place, of both media and with their corrections: which
    of them governs is part of the rule. Suspensions are those that bind it, for a park its
    county's too. An opening serves one pollutant, so without one none counts.

    :raises ValueError: if the pollutant is not of the medium.
    """
    if pollutant is not None and pollutant.medium is not medium:
        raise ValueError(f"{pollutant} does not enter {medium}")
    standing = standing_on(judgements, medium=medium, on=on, book=book)
    passages = []
    for way in Way:
        passage = _by_table(way, standing, book=book)
        if passage.state is GateState.ON_APPLICATION:
            passage = _on_application(passage, standing, openings, pollutant, on=on, book=book)
        passages.append(_under_orders(passage, suspensions, on=on, is_park=is_park))
    return Gate(medium=medium, on=on, passages=tuple(passages))


def _by_table(way: Way, standing: Standing, *, book: RuleBook) -> Passage:
    state = standing.states[way]
    reasons = list(standing.reasons)
    if state is GateState.OPEN:
        # §10 opens own and upper reserves; its text forbids the own one in no case.
        reasons.append(_reason(GateCode.OPEN, "10.1", way=way))
    elif state is GateState.CLOSED and standing.until is not None:
        reasons.append(_reason(GateCode.CLOSED, "10.3", way=way, until=standing.until))
    return Passage(
        way=way,
        state=state,
        open=state is GateState.OPEN,
        may_be_opened=False,
        reasons=tuple(reasons),
        since=standing.since,
        until=standing.until,
    )


def _on_application(
    passage: Passage,
    standing: Standing,
    openings: Sequence[OpeningFacts],
    pollutant: Pollutant | None,
    *,
    on: date,
    book: RuleBook,
) -> Passage:
    improvement = standing.improvement
    may_be_opened = improvement is not None and improvement >= book.least_improvement
    opening = next(
        (
            opening
            for opening in openings
            if opening.way is passage.way and opening.pollutant == pollutant
            if opening.holds_on(on)
        ),
        None,
    )
    since, until = passage.since, passage.until
    if improvement is None:
        reason = _reason(GateCode.IMPROVEMENT_UNKNOWN, "10.2")
    elif not may_be_opened:
        reason = _reason(
            GateCode.NOT_IMPROVED,
            "10.2",
            improvement=_percent(improvement),
            least=_percent(book.least_improvement),
        )
    elif opening is None:
        reason = _reason(GateCode.NEEDS_OPENING, "10.2", way=passage.way)
    else:
        since, until = opening.starts, _last_day(opening.ends)
        reason = _reason(
            GateCode.OPENED, "10.2", way=passage.way, document=opening.document, until=until
        )
    return Passage(
        way=passage.way,
        state=passage.state,
        open=may_be_opened and opening is not None,
        may_be_opened=may_be_opened,
        reasons=(*passage.reasons, reason),
        since=since,
        until=until,
    )


def _under_orders(
    passage: Passage, suspensions: Sequence[SuspensionFacts], *, on: date, is_park: bool
) -> Passage:
    orders = [
        order for order in suspensions if passage.way in CLOSES[order.scope] and order.holds_on(on)
    ]
    if not orders:
        return passage
    # What the table would open is no longer so, and is not said beside what closes it.
    table = [reason for reason in passage.reasons if reason.code not in _OPENS]
    ends = [order.ends for order in orders]
    known = [end for end in ends if end is not None]
    return Passage(
        way=passage.way,
        state=GateState.CLOSED,
        open=False,
        may_be_opened=False,
        reasons=(*(_order(order, is_park=is_park) for order in orders), *table),
        since=min(order.starts for order in orders),
        until=_last_day(max(known)) if len(known) == len(ends) else None,
    )


def _order(order: SuspensionFacts, *, is_park: bool) -> Reason:
    is_park = is_park if order.of_park is None else order.of_park
    code = GateCode.RESERVES_SUSPENDED
    if order.scope is SuspensionScope.PURCHASE:
        code = GateCode.PARK_PURCHASE_SUSPENDED if is_park else GateCode.PURCHASE_SUSPENDED
    return _reason(
        code,
        "19.3" if is_park else "9.3",
        place=order.place,
        document=order.document,
        since=order.starts,
    )


def _reason(code: GateCode, key: str, **facts: Fact) -> Reason:
    return Reason(code=code, clause=clause(key), facts=facts)


def _percent(share: Decimal) -> Decimal:
    return half_even(share * 100, 2)


def _last_day(end: date) -> date:
    return end - timedelta(days=1)
