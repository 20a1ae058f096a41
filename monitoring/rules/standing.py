"""§10: which yearly result governs a place on a day, and what it opens and closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from monitoring.rules.gate_codes import GateCode
from monitoring.rules.reasons import Fact, Reason
from monitoring.vocabulary import Way
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.parameters import GateRow, GateScope, GateState
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium

STRICTNESS: Final = (GateState.OPEN, GateState.ON_APPLICATION, GateState.CLOSED)

_CASES: Final = {
    (True, True): (GateCode.MET_AND_DONE, "10.1"),
    (True, False): (GateCode.MET_NOT_DONE, "10.2"),
    (False, True): (GateCode.DONE_NOT_MET, "10.2"),
    (False, False): (GateCode.NEITHER, "10.3"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementFacts:
    """A confirmed judgement of a year and medium; a correction is one more, a higher version."""

    year: int
    medium: Medium
    quality_met: bool
    task_done: bool
    improvement: Decimal | None
    confirmed_on: date
    version: int = 1

    @property
    def since(self) -> date:
        """Give the first day on which it can govern: never before its year is over."""
        return max(self.confirmed_on, date(self.year + 1, 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a place's results open and close on a day, and why."""

    states: Mapping[Way, GateState]
    reasons: tuple[Reason, ...]
    improvement: Decimal | None
    since: date | None
    until: date | None


def standing_on(
    judgements: Sequence[JudgementFacts], *, medium: Medium, on: date, book: RuleBook
) -> Standing:
    """
    Find what governs on a day: for the medium, or if the book says so for the place as a whole.

    Last year's judgement counts from its confirmation; until then the one before continues to
    30 June, and after that, or with none on record, the place is a case between. What is closed
    all year is closed to 31 December: from then on the place is a case between, until its next
    judgement is confirmed. For a whole place quality is met, and the task done, where both media
    say so; one medium without a judgement holds the place to a case between at best.
    """
    media = list(Medium) if book.gate_scope is GateScope.PLACE else [medium]
    found = [_governing(judgements, medium=each, on=on, book=book) for each in media]
    govern = [judgement for judgement in found if judgement is not None]
    if not govern:
        return _case_between(judgements, media, on=on, book=book)
    standing = _by_results(govern, on=on, book=book)
    if len(govern) == len(found):
        return standing
    missing = [each for each, judgement in zip(media, found, strict=True) if judgement is None]
    between = _case_between(judgements, missing, on=on, book=book)
    return Standing(
        states=_strictest(standing.states, between.states),
        reasons=(*standing.reasons, *between.reasons),
        improvement=None,
        since=standing.since,
        until=standing.until,
    )


def _governing(
    judgements: Sequence[JudgementFacts], *, medium: Medium, on: date, book: RuleBook
) -> JudgementFacts | None:
    last = on.year - 1
    years = {last}
    if on <= book.old_judgement_until.in_year(on.year):
        years.add(last - 1)
    return _latest(judgements, medium=medium, years=years, on=on)


def _latest(
    judgements: Sequence[JudgementFacts], *, medium: Medium, years: set[int], on: date
) -> JudgementFacts | None:
    standing = [
        judgement
        for judgement in judgements
        if judgement.medium is medium and judgement.year in years and judgement.since <= on
    ]
    return max(
        standing,
        key=lambda judgement: (judgement.year, judgement.confirmed_on, judgement.version),
        default=None,
    )


def _by_results(govern: Sequence[JudgementFacts], *, on: date, book: RuleBook) -> Standing:
    row = book.gate_row(
        quality_met=all(judgement.quality_met for judgement in govern),
        task_done=all(judgement.task_done for judgement in govern),
    )
    states = _states(row)
    since = max(judgement.since for judgement in govern)
    until = min(_continues_until(judgement, book) for judgement in govern)
    reasons = [_result(judgement) for judgement in govern]
    if any(judgement.year < on.year - 1 for judgement in govern):
        reasons.append(_reason(GateCode.CONTINUES, "10.1", until=until))
    if GateState.CLOSED in states.values():
        closed_until = min(book.closed_until.in_year(judgement.year + 1) for judgement in govern)
        if on <= closed_until:
            until = closed_until
        else:
            states, since = _between(book), closed_until + timedelta(days=1)
            reasons.append(_reason(GateCode.CLOSURE_ENDED, "10.3", until=closed_until))
    improvements = [judgement.improvement for judgement in govern]
    known = [improvement for improvement in improvements if improvement is not None]
    return Standing(
        states=states,
        reasons=tuple(reasons),
        improvement=min(known) if len(known) == len(improvements) else None,
        since=since,
        until=until,
    )


def _case_between(
    judgements: Sequence[JudgementFacts], media: Sequence[Medium], *, on: date, book: RuleBook
) -> Standing:
    reasons, began = [], []
    for medium in media:
        years = {judgement.year for judgement in judgements}
        last = _latest(judgements, medium=medium, years=years, on=on)
        if last is None:
            reasons.append(_reason(GateCode.NONE_ON_RECORD, "10.2", medium=medium))
            continue
        until = _continues_until(last, book)
        reasons.append(_reason(GateCode.LAPSED, "10.2", medium=medium, until=until))
        began.append(until + timedelta(days=1))
    return Standing(
        states=_between(book),
        reasons=tuple(reasons),
        improvement=None,
        since=max(began, default=None),
        until=None,
    )


def _continues_until(judgement: JudgementFacts, book: RuleBook) -> date:
    return book.old_judgement_until.in_year(judgement.year + 2)


def _states(row: GateRow) -> Mapping[Way, GateState]:
    return {Way.OWN: row.own, Way.UPPER: row.upper, Way.PURCHASE: row.purchase}


def _between(book: RuleBook) -> Mapping[Way, GateState]:
    """Give what the two cases between open; should the book tell them apart, the stricter."""
    return _strictest(
        _states(book.gate_row(quality_met=True, task_done=False)),
        _states(book.gate_row(quality_met=False, task_done=True)),
    )


def _strictest(
    one: Mapping[Way, GateState], other: Mapping[Way, GateState]
) -> Mapping[Way, GateState]:
    return {way: max(one[way], other[way], key=STRICTNESS.index) for way in Way}


def _result(judgement: JudgementFacts) -> Reason:
    code, key = _CASES[judgement.quality_met, judgement.task_done]
    return _reason(
        code,
        key,
        year=judgement.year,
        medium=judgement.medium,
        confirmed_on=judgement.confirmed_on,
    )


def _reason(code: GateCode, key: str, **facts: Fact) -> Reason:
    return Reason(code=code, clause=clause(key), facts=facts)
