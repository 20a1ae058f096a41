"""A rule's verdict: what it looked at, by which clause, and how it refuses when it says no."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from quota_registry.kernel.clauses import Clause
from quota_registry.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What a rule found, with its clause and the facts it judged by.

    The refusal names the rule: its code is the verdict's code, its message says what is wrong.
    A verdict that only warns never refuses, whatever it found.
    """

    refusal: type[Refusal]
    clause: Clause
    passes: bool
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    only_warns: bool = False

    @property
    def code(self) -> str:
        """Give the stable code by which programs know this rule."""
        return self.refusal.code

    @property
    def message(self) -> str:
        """Say in the language active now what is wrong, with the article; empty if nothing is."""
        return "" if self.passes else str(self.as_refusal())

    @property
    def stands_in_the_way(self) -> bool:
        """Say whether the rule says no and means it."""
        return not self.passes and not self.only_warns

    def as_refusal(self) -> Refusal:
        """Give the exception that carries this verdict outward."""
        return self.refusal(clause=self.clause, **self.facts)

    def require(self) -> None:
        """Raise the refusal if the rule says no and means it."""
        if self.stands_in_the_way:
            raise self.as_refusal()


def require_all(verdicts: Iterable[Verdict]) -> None:
    """Raise the refusal of the first verdict that stands in the way, in the notice's order."""
    for verdict in verdicts:
        verdict.require()
