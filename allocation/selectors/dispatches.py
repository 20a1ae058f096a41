"""What rounds of the dispatch found: one beside another, by county and kind, open and settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from allocation.models import DispatchRound, Finding
from allocation.rules import dispatch
from allocation.vocabulary import FindingKind, RoundStatus
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Pollutant, Tier


@dataclass(frozen=True, slots=True)
class Beside:
    """A round beside another: keys of what is new, what says something else, what is gone."""

    new: frozenset[str]
    other: frozenset[str]
    gone: tuple[Finding, ...]

    @property
    def is_same(self) -> bool:
        """Say whether nothing differs."""
        return not (self.new or self.other or self.gone)

    def to_document(self) -> dict[str, list[str]]:
        """Write the keys down, as a version keeps them."""
        return {
            "new": sorted(self.new),
            "other": sorted(self.other),
            "gone": sorted(one.key for one in self.gone),
        }


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many were found, by county and kind; parks count with their county where it is seen."""

    kinds: tuple[FindingKind, ...]
    rows: tuple[tuple[Place, tuple[int, ...], int], ...]
    totals: tuple[int, ...]
    total: int


def newest(quarter: Quarter) -> DispatchRound | None:
    """Return the newest version of a quarter's dispatch."""
    return DispatchRound.objects.filter(quarter=quarter.period.start).order_by("version").last()


def before(found: DispatchRound) -> DispatchRound | None:
    """Return the version before this one."""
    return DispatchRound.objects.filter(quarter=found.quarter, version=found.version - 1).first()


def last_quarter(found: DispatchRound) -> DispatchRound | None:
    """Return the dispatch of the quarter before: the confirmed version, else the newest."""
    rounds = DispatchRound.objects.filter(quarter=found.of.plus(-1).period.start)
    return rounds.filter(status=RoundStatus.CONFIRMED).first() or rounds.order_by("version").last()


def findings(found: DispatchRound, place: Place | None = None) -> list[Finding]:
    """List what a round found, at a place and below it if one is named, with what pages show."""
    rows = Finding.objects.filter(round=found)
    if place is not None:
        rows = rows.below(place)
    return list(
        rows.select_related(
            "place", "task__said_by", "voucher", "application", "polluter"
        ).order_by("id")
    )


def owners(places: Iterable[Place], *, on: date) -> dict[str, list[Person]]:
    """Give whose the tasks of each place are, by its code: the officers of its county bureau."""
    return access.holders_among(Permission.RECORD_EIA, list(places), on=on)


def named(owners: Mapping[str, list[Person]], found: Finding) -> list[str]:
    """Name whose a finding's task is, of those *owners* of its place; a task done is nobody's."""
    return [] if found.task.done else [person.name for person in owners[found.place_id]]


def beside(now: Iterable[Finding], was: Iterable[Finding]) -> Beside:
    """Hold what one round found against what another did."""
    here, there = {one.key: one for one in now}, {one.key: one for one in was}
    return Beside(
        new=frozenset(here.keys() - there.keys()),
        other=frozenset(
            key for key in here.keys() & there.keys() if not says_same(there[key], here[key])
        ),
        gone=tuple(one for key, one in there.items() if key not in here),
    )


def says_same(was: Any, now: Any) -> bool:
    """Say whether two findings of a matter tell the same, however many days have passed."""
    return (was.place_id, was.due_on) == (now.place_id, now.due_on) and dispatch.same(
        was.facts, now.facts
    )


def county_of(place: Place, counties: Mapping[str, Place]) -> Place | None:
    """Return which of these a place is, or lies in."""
    return next((counties[code] for code in place.path.split("/") if code in counties), None)


def counties(within: Sequence[Place]) -> list[Place]:
    """List the places by which a round is counted: counties, and parks of whose county none is."""
    codes = {place.code for place in within if place.tier == Tier.COUNTY}
    return [
        place
        for place in within
        if place.code in codes
        or (place.tier == Tier.PARK and codes.isdisjoint(place.path.split("/")))
    ]


def matrix(rows: Iterable[Finding], places: Sequence[Place]) -> Matrix:
    """Count what was found by county and kind; a county without any has its row of zeros."""
    by_code = {place.code: place for place in counties(places)}
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        county = county_of(row.place, by_code)
        if county is not None:
            counted[county.code, row.kind] += 1
    kinds = tuple(FindingKind)
    lines = tuple(
        (
            place,
            cells := tuple(counted[place.code, kind] for kind in kinds),
            sum(cells),
        )
        for place in by_code.values()
    )
    totals = tuple(sum(counted[code, kind] for code in by_code) for kind in kinds)
    return Matrix(kinds, lines, totals, sum(totals))


def storable(rows: Iterable[Finding]) -> dict[str, int]:
    """Sum what could be stored of closed permits and of amounts that fell, grams by pollutant."""
    kinds = {FindingKind.CLOSED_UNCLAIMED, FindingKind.AMOUNTS_FELL}
    total: Counter[str] = Counter()
    for row in rows:
        if row.kind in kinds:
            total.update(row.facts["amounts"])
    return {code: total[code] for code in Pollutant if total[code]}


def is_due(quarter: Quarter, *, on: date) -> bool:
    """Say whether a quarter is over by the day *on*."""
    end = quarter.period.end
    return end is not None and end <= on
