"""An assessment sheet on screen: what stands in the way first, and the sums by pollutant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from allocation.rules.sheet import Row, Sheet
from allocation.selectors.assessments import Asked
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True)
class Sum:
    """What must be replaced of a pollutant, and what is offered."""

    pollutant: Pollutant
    required: Grams
    offered: Grams

    @property
    def missing(self) -> Grams:
        """Say how much is missing; below zero it is more than needed."""
        return Grams(self.required - self.offered)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Put what stands in the way first, then what only warns, then what passes."""
    return sorted(rows, key=lambda row: (not row.blocks, row.passes))


def sums(sheet: Sheet, asked: Sequence[Asked]) -> list[Sum]:
    """Sum up, by pollutant, what is required and what is offered."""
    found = []
    for pollutant in Pollutant:
        duty = sheet.duties.get(pollutant)
        parts = [one.grams for one in asked if one.pollutant is pollutant]
        if duty or parts:
            required = duty.required if duty else NOTHING
            found.append(Sum(pollutant, required, Grams(sum(parts))))
    return found


def sheet_context(sheet: Sheet, asked: Sequence[Asked]) -> dict[str, Any]:
    """Return what the part of a page with a live sheet shows."""
    return {
        "sheet_rows": in_order(sheet.rows),
        "blocks": len(sheet.blocking),
        "sums": sums(sheet, asked),
        "owes": bool(sheet.duties),
    }
