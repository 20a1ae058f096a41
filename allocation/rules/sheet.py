"""
The assessment sheet: every clause that applies to an application, with facts and verdict.

`assess` reads the checks of `sheet_checks` in the notice's order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from allocation.rules import sheet_checks as checks
from allocation.rules import sheet_sources as sources
from allocation.rules.facts import Facts
from allocation.rules.replacement import Duty, duties
from allocation.rules.sheet_rows import Row, read
from allocation.vocabulary import Moment
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant

__all__ = ["Row", "Sheet", "assess", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole sheet: the duties by pollutant, and the rows in the notice's order."""

    duties: Mapping[Pollutant, Duty]
    rows: Sequence[Row] = field(default=())

    @property
    def blocking(self) -> list[Row]:
        """List the rows that stand in the way."""
        return [row for row in self.rows if row.blocks]

    @property
    def is_clear(self) -> bool:
        """Say whether nothing stands in the way."""
        return not self.blocking

    def to_document(self) -> list[dict[str, Any]]:
        """Write the rows as JSON takes them."""
        return [row.to_document() for row in self.rows]


def assess(facts: Facts, *, book: RuleBook, moment: Moment) -> Sheet:
    """
    Judge an application by every clause that applies to it, on the day of the facts.

    At filing and at the hold a second signature may still be missing; at the release it may not.
    """
    owed = duties(facts.project, book=book)
    rows = [
        *checks.replacement(facts, owed, book),
        *checks.once(facts, owed),
        *(
            row
            for source in facts.sources
            for row in sources.of_source(source, facts, book, moment)
        ),
        *checks.cover(facts, owed),
    ]
    return Sheet(duties=owed, rows=rows)
