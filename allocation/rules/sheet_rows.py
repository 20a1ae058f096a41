"""One row of an assessment sheet: a clause as it applies, stored and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocation.rules.facts import SourceFacts
from allocation.rules.sheet_codes import Check, SheetCode, code_of
from monitoring.rules import reasons
from monitoring.rules.reasons import Reason
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One clause as it applies: what was found and why, and what would make it pass.

    A row that only warns stands in nobody's way.
    """

    check: Check
    passes: bool
    reasons: Sequence[Reason]
    pollutant: Pollutant | None = None
    source: str = ""
    only_warns: bool = False
    remedy: Reason | None = None

    @property
    def clause(self) -> Clause:
        """Name the clause that the row stands under."""
        return self.reasons[0].clause

    @property
    def blocks(self) -> bool:
        """Say whether it stands in the way."""
        return not self.passes and not self.only_warns

    @property
    def sentence(self) -> str:
        """Say what was found, in the language active now."""
        return "；".join(reason.sentence for reason in self.reasons)

    def to_document(self) -> dict[str, Any]:
        """Write the row as JSON takes it; `read` gives the same row again."""
        return {
            "check": self.check.value,
            "passes": self.passes,
            "only_warns": self.only_warns,
            "pollutant": self.pollutant.value if self.pollutant else None,
            "source": self.source,
            "reasons": [reason.to_document() for reason in self.reasons],
            "remedy": self.remedy.to_document() if self.remedy else None,
        }


def read(document: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Read the rows of a stored sheet."""
    return [
        Row(
            check=Check(row["check"]),
            passes=row["passes"],
            only_warns=row["only_warns"],
            pollutant=Pollutant(row["pollutant"]) if row["pollutant"] else None,
            source=row["source"],
            reasons=[reasons.read(one, code_of) for one in row["reasons"]],
            remedy=reasons.read(row["remedy"], code_of) if row["remedy"] else None,
        )
        for row in document
    ]


def row_of(
    check: Check,
    source: SourceFacts,
    reason: Reason,
    *,
    passes: bool = True,
    remedy: Reason | None = None,
) -> Row:
    """Write a row of one reason about a source."""
    return Row(
        check=check,
        passes=passes,
        reasons=[reason],
        pollutant=source.pollutant,
        source=source.name,
        remedy=remedy,
    )


def says(code: SheetCode, key: str, **facts: Any) -> Reason:
    """Give the reason that *code* says under the clause of *key*, with its figures."""
    return Reason(code=code, clause=clause(key), facts=facts)
