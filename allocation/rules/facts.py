"""What the rules of the desk are asked with: plain facts, gathered by the selectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from allocation.vocabulary import Draw, Priority, ProjectKind
from monitoring.rules.gate import Passage
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.vocabulary import Pollutant, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """A construction project as the rules see it; strategic only where a second person agreed."""

    kind: ProjectKind
    strategic: bool = False
    strategic_waits: bool = False
    priority: Priority = Priority.NONE
    outstanding_park: bool = False
    exempt_kind: str = ""
    increments: Mapping[Pollutant, Grams] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """
    One account that an application draws on, with what it has.

    ``plain`` is what it has of lots that are not of the Lake Tai band; ``bound`` is what lies
    there too, bought for other projects; ``passage`` is what the gate says of this way, where
    one stands in it. A holding that was bought may name its
    ``trade`` with the agency's certificate; ``traded`` says that the trade covers it.
    """

    pollutant: Pollutant
    name: str
    draw: Draw
    grams: Grams
    available: Grams
    plain: Grams
    bound: Grams = NOTHING
    tier: Tier | None = None
    passage: Passage | None = None
    trade: str = ""
    certificate: str = ""
    traded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Another application of the same project that has its quota already."""

    number: str
    pollutants: frozenset[Pollutant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that an assessment sheet judges by, on one day."""

    project: ProjectFacts
    sources: Sequence[SourceFacts]
    earlier: Sequence[Earlier] = ()
    supplements: str = ""
    strategic_waiting: Mapping[Pollutant, Sequence[str]] = field(default_factory=dict)
    exception_reason: str = ""
    countersigned: bool = False
    on: date

    def offered(self, pollutant: Pollutant) -> Grams:
        """Sum what is offered of a pollutant."""
        return Grams(sum((s.grams for s in self.sources if s.pollutant is pollutant), NOTHING))
