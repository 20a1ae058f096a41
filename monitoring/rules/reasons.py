"""Why: a sentence with its figures and its clause, that can be stored and said again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Choices

from monitoring.vocabulary import Indicator, SectionLevel, WaterClass, Way
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.vocabulary import Medium, Pollutant

Fact = Decimal | int | str | date | Choices

# Facts that are terms are written as codes; the others read the same stored and fresh.
_TERMS: Final[Mapping[str, Callable[[Any], Choices]]] = MappingProxyType(
    {
        "indicator": Indicator,
        "level": SectionLevel,
        "way": Way,
        "medium": Medium,
        "pollutant": Pollutant,
        "class_month": WaterClass,
        "class_month_before": WaterClass,
        "class_so_far": WaterClass,
        "class_so_far_before": WaterClass,
        "class_target": WaterClass,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """
    One reason of a verdict: a code (stable, for programs), its clause and the figures.

    The code is a term whose label is the sentence, with a place for each fact it names.
    """

    code: Choices
    clause: Clause
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def sentence(self) -> str:
        """Say the reason, with its figures, in the language active now."""
        said = {
            name: fact.label if isinstance(fact, Choices) else fact
            for name, fact in self.facts.items()
        }
        return str(self.code.label) % said

    def __str__(self) -> str:
        return f"{self.sentence}（{self.clause.reference}）"

    def to_document(self) -> dict[str, Any]:
        """Write the reason as JSON takes it; `read` gives the same sentence again."""
        return {
            "code": self.code.value,
            "clause": self.clause.key,
            "facts": {
                name: fact.value
                if isinstance(fact, Choices)
                else fact
                if isinstance(fact, int)
                else str(fact)
                for name, fact in self.facts.items()
            },
        }


def read(document: Mapping[str, Any], codes: Callable[[Any], Choices]) -> Reason:
    """
    Read a stored reason, whose code is one of the given terms.

    :raises ValueError: if its code, or a term among its facts, is none.
    """
    return Reason(
        code=codes(document["code"]),
        clause=clause(document["clause"]),
        facts={
            name: _TERMS[name](fact) if name in _TERMS else fact
            for name, fact in document["facts"].items()
        },
    )
