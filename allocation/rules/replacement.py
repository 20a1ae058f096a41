"""§7: how much a project gives up for what it adds, and by which clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from allocation.rules.facts import ProjectFacts
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.mass import NOTHING, Grams, scale_up
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of §7: whom it governs, and how many times the increment is to be replaced."""

    key: str
    ratio: Decimal
    kinds: frozenset[str] | None = None
    pollutants: frozenset[Pollutant] | None = None
    strategic: bool = False

    def governs(self, project: ProjectFacts, pollutant: Pollutant) -> bool:
        """Say whether the line is the one for this project and pollutant."""
        return (
            (not self.strategic or project.strategic)
            and (self.kinds is None or project.kind in self.kinds)
            and (self.pollutants is None or pollutant in self.pollutants)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What must be replaced of one pollutant."""

    pollutant: Pollutant
    increment: Grams
    ratio: Decimal
    required: Grams
    clause: Clause


def table(book: RuleBook) -> tuple[Line, ...]:
    """Lay out §7 as the book has it: read from the top, the first line that fits rules."""
    return (
        Line(
            key="7.1",
            ratio=book.strategic_ratio,
            kinds=frozenset(book.strategic_kinds),
            pollutants=frozenset(book.nutrient_pollutants),
            strategic=True,
        ),
        Line(key="7.2", ratio=book.other_ratio),
    )


def duty_for(
    increment: Grams, *, project: ProjectFacts, pollutant: Pollutant, book: RuleBook
) -> Duty:
    """Say how much a project must give up for what it adds of a pollutant, and by which clause."""
    line = next(line for line in table(book) if line.governs(project, pollutant))
    return Duty(
        pollutant=pollutant,
        increment=increment,
        ratio=line.ratio,
        # 不低于: a duty is never rounded down.
        required=scale_up(increment, line.ratio),
        clause=clause(line.key),
    )


def is_exempt(project: ProjectFacts, *, book: RuleBook) -> bool:
    """Say whether the project is of a kind that replaces nothing (环发〔2014〕197号)."""
    return bool(project.exempt_kind) and project.exempt_kind in book.exempt_kinds


def duties(project: ProjectFacts, *, book: RuleBook) -> Mapping[Pollutant, Duty]:
    """
    Say what a project must replace, in the notice's order of pollutants.

    What does not grow needs no replacement, and an exempt kind needs none at all.
    """
    if is_exempt(project, book=book):
        return {}
    return {
        pollutant: duty_for(increment, project=project, pollutant=pollutant, book=book)
        for pollutant in Pollutant
        if (increment := project.increments.get(pollutant, NOTHING)) > 0
    }
