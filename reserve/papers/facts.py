"""What the papers say of a claim, as plain frozen facts: no row, no query, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.vocabulary import ClaimStatus, LineStatus


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One pollutant of a claim, in grams; ``province`` is what the province's letter keeps."""

    pollutant: Pollutant
    method: str
    verified: int
    binding: int = 0
    prior_use: int = 0
    inputs: Mapping[str, Any] = field(default_factory=dict)
    document: str = ""
    status: LineStatus = LineStatus.PENDING
    reason: str = ""
    reviewer: str = ""
    reviewed_on: date | None = None
    province: int | None = None

    @property
    def admissible(self) -> int:
        """Give what is left for the reserve after the binding task and earlier projects (§3)."""
        return self.verified - self.binding - self.prior_use


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One act in the claim's life."""

    verb: str
    target: str
    person: str
    on: date
    version: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpinionFacts:
    """A seat's signed opinion in the joint review."""

    seat: str
    agrees: bool
    text: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """A visit to the site, made or only ordered."""

    ordered_by: str
    ordered_on: date
    reason: str
    visited_on: date | None = None
    first_inspector: str = ""
    second_inspector: str = ""
    finding: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """A file that proves something."""

    kind: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim with everything that hangs on it."""

    number: str
    version: int
    status: ClaimStatus
    place: str
    beneficiary: str
    polluter: str
    uscc: str
    project: str
    source_kind: str
    destination: str
    drafted_by: str
    permit: str = ""
    management_class: str = ""
    industry: str = ""
    address: str = ""
    lake_tai_band: bool = False
    finished_on: date | None = None
    permit_changed_on: date | None = None
    accepted_on: date | None = None
    due_on: date | None = None
    filed_on: date | None = None
    admitted_on: date | None = None
    late_reason: str = ""
    monitorable: bool = False
    reportable: bool = False
    verifiable: bool = False
    remarks: str = ""
    letter_number: str = ""
    letter_dated: date | None = None
    lines: tuple[LineFacts, ...] = ()
    steps: tuple[StepFacts, ...] = ()
    opinions: tuple[OpinionFacts, ...] = ()
    inspections: tuple[InspectionFacts, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()

    def line(self, pollutant: Pollutant) -> LineFacts | None:
        """Find the line of a pollutant, if the claim has one."""
        return next((line for line in self.lines if line.pollutant is pollutant), None)

    def lines_of(self, medium: Medium) -> tuple[LineFacts, ...]:
        """List the lines of a medium in the notice's order."""
        return tuple(
            line
            for pollutant in Pollutant.of_medium(medium)
            if (line := self.line(pollutant)) is not None
        )

    def last_step(self, *verbs: str) -> StepFacts | None:
        """Find the last act of any of these verbs."""
        return next((step for step in reversed(self.steps) if step.verb in verbs), None)

    def opinion(self, seat: str) -> OpinionFacts | None:
        """Find the newest opinion of a seat."""
        return next((given for given in reversed(self.opinions) if given.seat == seat), None)

    def counts(self, line: LineFacts) -> bool:
        """Say whether a line is still on its way into the reserve, or arrived there."""
        return line.status is not LineStatus.REFUSED and self.status not in (
            ClaimStatus.REFUSED,
            ClaimStatus.WITHDRAWN,
        )
