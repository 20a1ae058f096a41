"""What a declarer writes into a claim, as forms, imports and the demo hand it to the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from quota_registry.kernel.identifiers import normalise_project
from quota_registry.kernel.models import Permit, Polluter
from quota_registry.kernel.refusals import Refusal
from reserve.models import Claim, ClaimLine
from reserve.selectors import accounting
from reserve.vocabulary import AccountingMethod, Destination, LineStatus, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContent:
    """
    One pollutant as the declarer writes it: a method, its inputs, and what was used before.

    ``inputs`` holds numbers as text (see `reserve.selectors.accounting.compute`). Grams
    throughout. Without ``verified`` the amount is computed; one that is stated must be what
    the method gives, which filing checks.
    """

    pollutant: str
    method: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    document: str = ""
    verified: int | None = None
    binding: int = 0
    prior_use: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that a declarer writes into a claim; a draft may leave almost all of it out."""

    polluter: Polluter
    project: str
    source_kind: str
    permit: Permit | None = None
    destination: str = Destination.RESERVE
    lake_tai_band: bool = False
    finished_on: date | None = None
    permit_changed_on: date | None = None
    accepted_on: date | None = None
    late_reason: str = ""
    monitorable: bool = False
    reportable: bool = False
    verifiable: bool = False
    remarks: str = ""
    lines: tuple[LineContent, ...] = ()


def write(claim: Claim, content: Content) -> list[ClaimLine]:
    """
    Copy *content* onto *claim*, unsaved, and return its lines, unsaved, in the given order.

    A line that has no amount yet, or whose uses exceed it, cannot stand as a line: it is kept in
    ``Claim.unfinished``, and stands in the way of filing with what it lacks.
    """
    for name in (
        "polluter",
        "permit",
        "destination",
        "lake_tai_band",
        "finished_on",
        "permit_changed_on",
        "accepted_on",
        "late_reason",
        "monitorable",
        "reportable",
        "verifiable",
        "remarks",
    ):
        setattr(claim, name, getattr(content, name))
    claim.source_kind = SourceKind(content.source_kind)
    claim.project = content.project.strip()
    claim.project_key = normalise_project(content.project)
    claim.beneficiary = content.polluter.place
    claim.unfinished = []
    lines = []
    for given in content.lines:
        line = _line(claim, given)
        if line is None:
            claim.unfinished.append(asdict(given) | {"inputs": dict(given.inputs)})
        else:
            lines.append(line)
    return lines


def read(claim: Claim) -> Content:
    """Return what *claim* says now, as its form would hand it in again."""
    return Content(
        polluter=claim.polluter,
        project=claim.project,
        source_kind=claim.source_kind,
        permit=claim.permit,
        destination=claim.destination,
        lake_tai_band=claim.lake_tai_band,
        finished_on=claim.finished_on,
        permit_changed_on=claim.permit_changed_on,
        accepted_on=claim.accepted_on,
        late_reason=claim.late_reason,
        monitorable=claim.monitorable,
        reportable=claim.reportable,
        verifiable=claim.verifiable,
        remarks=claim.remarks,
        lines=tuple(
            LineContent(
                pollutant=line.pollutant,
                method=line.method,
                inputs=line.inputs,
                document=line.document,
                verified=line.verified,
                binding=line.binding,
                prior_use=line.prior_use,
            )
            for line in claim.lines.all()
        )
        + tuple(LineContent(**given) for given in claim.unfinished),
    )


def _line(claim: Claim, given: LineContent) -> ClaimLine | None:
    verified = given.verified
    if verified is None:
        try:
            verified = accounting.compute(
                method=given.method, pollutant=given.pollutant, inputs=given.inputs
            ).grams
        except Refusal:
            return None
    if verified <= 0 or min(given.binding, given.prior_use) < 0:
        return None
    if given.binding + given.prior_use > verified:
        return None
    return ClaimLine(
        claim=claim,
        pollutant=given.pollutant,
        method=AccountingMethod(given.method),
        inputs=dict(given.inputs),
        document=given.document.strip(),
        verified=verified,
        binding=given.binding,
        prior_use=given.prior_use,
        status=LineStatus.PENDING,
    )
