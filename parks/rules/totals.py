"""§16: what a park's annual totals add up to, and what in them deserves a second look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from parks.vocabulary import Doubt, TotalsSource
from quota_registry.kernel.mass import Grams, scale_down, scale_up
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant

RANK = {source: rank for rank, source in enumerate(TotalsSource)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What one source states of one polluter, in grams a year; what is absent is not zero."""

    polluter: int
    source: TotalsSource
    amounts: Mapping[Pollutant, Grams]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a polluter's amount: its permit, the monitors, the year before."""

    permitted: Grams | None = None
    measured: Grams | None = None
    last: Grams | None = None


def by_polluter(rows: Iterable[Stated]) -> Mapping[int, Mapping[Pollutant, Grams]]:
    """
    Give what counts of each polluter: of each pollutant what the best source states.

    Automatic monitoring comes before manual, manual before a balance of materials.
    """
    found: dict[int, dict[Pollutant, Grams]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: RANK[row.source], reverse=True):
        found[row.polluter].update(row.amounts)
    return found


def counted(rows: Iterable[Stated]) -> Mapping[Pollutant, Grams]:
    """Add up what counts, by pollutant; what nobody stated has no total."""
    totals: dict[Pollutant, int] = {}
    for amounts in by_polluter(rows).values():
        for pollutant, grams in amounts.items():
            totals[pollutant] = totals.get(pollutant, 0) + grams
    return {pollutant: Grams(totals[pollutant]) for pollutant in Pollutant if pollutant in totals}


def likely(last: Grams, *, book: RuleBook) -> tuple[Grams, Grams]:
    """Give the range in which an amount is no surprise beside last year's."""
    change = book.totals_change_warning
    return scale_down(last, max(Decimal(0), 1 - change)), scale_up(last, 1 + change)


def doubts(amount: Grams, beside: Beside, *, book: RuleBook) -> Iterator[Doubt]:
    """Say what about an amount deserves a second look; none of it keeps the amount out."""
    if beside.permitted is not None and amount > beside.permitted:
        yield Doubt.OVER_PERMIT
    if beside.measured is not None and amount < beside.measured:
        yield Doubt.BELOW_MEASURED
    if beside.last is not None:
        low, high = likely(beside.last, book=book)
        if not low <= amount <= high:
            yield Doubt.FAR_FROM_LAST
