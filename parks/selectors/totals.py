"""Annual totals as they stand: rows with what lies beside them, sums, what differs (§16)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitoring.selectors.measured import measured_of
from parks.models import AnnualTotals, TotalsRemark, TotalsRow
from parks.rules import totals as rules
from parks.rules.totals import Beside, Stated
from parks.selectors import members
from parks.vocabulary import Doubt, TotalsSource, TotalsStatus
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant


def newest(place: str, year: int) -> AnnualTotals | None:
    """Return the newest version of a park's totals of a year."""
    return (
        AnnualTotals.objects.filter(place=place, year=year)
        .select_related("place", "filled_by", "checked_by", "decided_by")
        .order_by("-version")
        .first()
    )


def accepted(place: str, year: int) -> AnnualTotals | None:
    """Return the totals of a year that were accepted and stand."""
    return AnnualTotals.objects.filter(place=place, year=year, status=TotalsStatus.ACCEPTED).first()


def stated(rows: Iterable[TotalsRow]) -> list[Stated]:
    """Give the rows that count, as the rules take them; a row with a wrong cell counts nothing."""
    return [
        _stated(row.polluter_id, row.source, row.amounts)
        for row in rows
        if not row.faults and row.polluter_id is not None
    ]


def _stated(polluter: int, source: str, amounts: Mapping[str, int]) -> Stated:
    return Stated(
        polluter=polluter,
        source=TotalsSource(source),
        amounts={Pollutant(code): Grams(grams) for code, grams in amounts.items()},
    )


def counted(totals: AnnualTotals | None) -> Mapping[Pollutant, Grams]:
    """Add up what counts of totals, in grams by pollutant; nothing where there are none."""
    return {} if totals is None else sums_of([totals.pk]).get(totals.pk, {})


def sums_of(totals: Collection[int]) -> Mapping[int, Mapping[Pollutant, Grams]]:
    """
    Add up what counts of several totals, in grams by pollutant: one question for all of them.

    Only what is added up is fetched: a year of all parks is a hundred thousand rows.
    """
    rows: dict[int, list[Stated]] = defaultdict(list)
    counting = TotalsRow.objects.filter(totals__in=totals, faults={}).order_by()
    for key, polluter, source, amounts in counting.values_list(
        "totals_id", "polluter_id", "source", "amounts"
    ).iterator(chunk_size=5000):
        rows[key].append(_stated(polluter, source, amounts))
    return {key: rules.counted(found) for key, found in rows.items()}


def wrong_cells_of(totals: Collection[int]) -> Mapping[int, int]:
    """Count the wrong cells of several totals."""
    found: Counter[int] = Counter()
    wrong = TotalsRow.objects.filter(totals__in=totals).exclude(faults={}).order_by()
    for key, faults in wrong.values_list("totals_id", "faults"):
        found[key] += len(faults)
    return found


def added_up(rows: Iterable[TotalsRow]) -> Mapping[Pollutant, Grams]:
    """Add up what counts of some rows, in grams by pollutant."""
    return rules.counted(stated(rows))


def remarks(totals: AnnualTotals) -> list[TotalsRemark]:
    """List the bureau's remarks on cells: of this version, and of the one that it mends."""
    return list(
        TotalsRemark.objects.filter(
            totals__place=totals.place_id,
            totals__year=totals.year,
            totals__version__in=(totals.version, totals.version - 1),
        )
        .select_related("by")
        .order_by("totals__version", "number", "id")
    )


def missing_members(totals: AnnualTotals) -> list[Polluter]:
    """List the members of the year of which nothing that counts is stated."""
    there = totals.rows.filter(faults={}).exclude(polluter=None).values("polluter")
    return list(
        Polluter.objects.filter(pk__in=members.of_year(totals.place_id, totals.year))
        .exclude(pk__in=there)
        .order_by("sort_key", "id")
    )


@dataclass(frozen=True, slots=True)
class Context:
    """What stands beside the rows of a park's totals: permits, monitors, and the year before."""

    permitted: Mapping[int, Mapping[Pollutant, Grams]]
    measured: Mapping[int, Mapping[Pollutant, Grams]]
    last: Mapping[int, Mapping[Pollutant, Grams]]

    def beside(self, polluter: int | None, pollutant: Pollutant) -> Beside:
        """Give what stands beside one amount."""
        if polluter is None:
            return Beside()
        return Beside(
            permitted=self.permitted.get(polluter, {}).get(pollutant),
            measured=self.measured.get(polluter, {}).get(pollutant),
            last=self.last.get(polluter, {}).get(pollutant),
        )


def context(place: str, year: int) -> Context:
    """Gather what stands beside a park's totals: four questions, however many rows there are."""
    permitted = members.permitted(members.of_year(place, year), date(year, 12, 31))
    before = accepted(place, year - 1)
    last = rules.by_polluter(stated(before.rows.all())) if before else {}
    measured = measured_of(members.of_year(place, year), year)
    return Context(permitted=permitted, measured=measured, last=last)


def doubts(row: TotalsRow, beside: Context, *, book: RuleBook) -> dict[Pollutant, list[Doubt]]:
    """Say what in a row deserves a second look, by pollutant."""
    amounts = {Pollutant(code): Grams(grams) for code, grams in row.amounts.items()}
    return doubts_of(row.polluter_id, amounts, beside, book=book)


def doubts_of(
    polluter: int | None,
    amounts: Mapping[Pollutant, Grams],
    beside: Context,
    *,
    book: RuleBook,
) -> dict[Pollutant, list[Doubt]]:
    """Say what in the amounts of a polluter deserves a second look, by pollutant."""
    found = {
        pollutant: list(rules.doubts(grams, beside.beside(polluter, pollutant), book=book))
        for pollutant, grams in amounts.items()
    }
    return {pollutant: said for pollutant, said in found.items() if said}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One cell that a version says otherwise than the one before; None: not stated."""

    name: str
    source: str
    pollutant: Pollutant
    before: Grams | None
    after: Grams | None


def differences(now: AnnualTotals, was: AnnualTotals) -> list[Difference]:
    """List the cells in which two versions of totals differ, polluter by polluter."""
    before, after = _cells(was), _cells(now)
    names = {key[:2]: row.name for totals in (was, now) for key, row in _rows(totals)}
    return [
        Difference(
            name=names[key[:2]],
            source=str(TotalsSource(key[1]).label) if key[1] else "",
            pollutant=Pollutant(key[2]),
            before=before.get(key),
            after=after.get(key),
        )
        for key in sorted(before.keys() | after.keys(), key=str)
        if before.get(key) != after.get(key)
    ]


def _rows(totals: AnnualTotals) -> Iterable[tuple[tuple[Any, str], TotalsRow]]:
    return (((row.polluter_id or row.uscc, row.source), row) for row in totals.rows.all())


def _cells(totals: AnnualTotals) -> dict[tuple[Any, str, str], Grams]:
    return {
        (*key, code): Grams(grams)
        for key, row in _rows(totals)
        for code, grams in row.amounts.items()
    }
