"""§16: how much a park may emit in a year, from the year before and from how its targets went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.mass import Grams, scale_down
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedTotal:
    """What a park may emit of one pollutant in a year, and what it was derived from, in grams."""

    pollutant: Pollutant
    before: Grams
    target_met: bool
    rate: Decimal
    """The part of last year's total that was taken away: 0 where the target was met."""
    grams: Grams
    clause: Clause


def allowed_totals(
    before: Mapping[Pollutant, Grams], *, targets_met: Mapping[Medium, bool], book: RuleBook
) -> Mapping[Pollutant, AllowedTotal]:
    """
    Carry last year's allowed totals on: unchanged where the target was met, else cut (§16).

    The air result governs air pollutants, the water result water ones. A pollutant without an
    allowed total before has none now: the first one is fixed by `first_totals` or a document.
    """
    return {
        pollutant: _carried(pollutant, before[pollutant], targets_met[pollutant.medium], book)
        for pollutant in Pollutant
        if pollutant in before
    }


def _carried(pollutant: Pollutant, before: Grams, met: bool, book: RuleBook) -> AllowedTotal:
    rate = Decimal(0) if met else book.park_reduction_rate
    return AllowedTotal(
        pollutant=pollutant,
        before=before,
        target_met=met,
        rate=rate,
        # What allows mass is never rounded up.
        grams=scale_down(before, 1 - rate),
        clause=clause("16.1"),
    )


def first_totals(permitted: Iterable[Mapping[Pollutant, Grams]]) -> Mapping[Pollutant, Grams]:
    """
    Add up the members' permitted amounts: a park's first allowed totals (§16).

    A pollutant that no permit states has no total, which is not a total of nothing.
    """
    totals: Counter[Pollutant] = Counter()
    stated: set[Pollutant] = set()
    for amounts in permitted:
        totals.update(amounts)
        stated |= amounts.keys()
    return {pollutant: Grams(totals[pollutant]) for pollutant in Pollutant if pollutant in stated}
