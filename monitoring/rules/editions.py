"""Standards change on a day: tables that are read by date, never a constant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from quota_registry.kernel.periods import Period

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Edition(Generic[Content]):
    """One edition of a standard: what it is called, when it is in force, and what it says."""

    name: str
    in_force: Period
    content: Content


def edition_on(editions: tuple[Edition[Content], ...], on: date) -> Edition[Content]:
    """
    Find the edition in force that day, read from the top.

    :raises LookupError: if none is, which is an error of the table.
    """
    for edition in editions:
        if on in edition.in_force:
            return edition
    raise LookupError(f"no edition is in force on {on}")


def until(end: date) -> Period:
    """Give the span of a first edition, which goes to the day before its successor's first."""
    return Period(date.min, end)


def from_day(start: date, end: date | None = None) -> Period:
    """Give the span of an edition from its first day on."""
    return Period(start, end)
