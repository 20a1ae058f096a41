"""From rows to facts: a fixed number of queries, however many claims a paper lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from quota_registry.kernel.models import Person, Step
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, ClaimLine, Evidence, Inspection, Opinion
from reserve.papers.facts import (
    ClaimFacts,
    EvidenceFacts,
    InspectionFacts,
    LineFacts,
    OpinionFacts,
    StepFacts,
)
from reserve.vocabulary import ClaimStatus, LineStatus
from reserve.workflows import CLAIM


def facts_of(claims: Iterable[Claim]) -> list[ClaimFacts]:
    """Gather what papers say of these claims, in their order."""
    rows = list(claims)
    prefetch_related_objects(
        rows,
        "place",
        "beneficiary",
        "polluter",
        "permit",
        "letter",
        "drafted_by",
        Prefetch("lines", ClaimLine.objects.select_related("reviewed_by")),
        Prefetch("opinions", Opinion.objects.select_related("by")),
        Prefetch("inspections", Inspection.objects.select_related("ordered_by", "first_inspector")),
    )
    keys = [claim.pk for claim in rows]
    # Not by prefetching: a filtered relation would stay with the caller's row and mislead it.
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for proof in Evidence.objects.filter(claim__in=keys, removed_at=None).select_related("file"):
        evidence[proof.claim_id].append(proof)
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in (
        Step.objects.filter(workflow=CLAIM.name, subject__in=keys)
        .select_related("person")
        .order_by("id")
    ):
        steps[step.subject].append(step)
    return [_facts(claim, evidence[claim.pk], steps[claim.pk]) for claim in rows]


def inspection_facts(inspection: Inspection) -> InspectionFacts:
    """Tell what is on record of one visit."""
    return InspectionFacts(
        ordered_by=inspection.ordered_by.name,
        ordered_on=inspection.ordered_on,
        reason=inspection.reason,
        visited_on=inspection.visited_on,
        first_inspector=_name(inspection.first_inspector),
        second_inspector=inspection.second_inspector,
        finding=inspection.finding,
        remarks=inspection.remarks,
    )


def _facts(claim: Claim, evidence: list[Evidence], steps: list[Step]) -> ClaimFacts:
    return ClaimFacts(
        number=claim.number,
        version=claim.version,
        status=ClaimStatus(claim.status),
        place=claim.place.name,
        beneficiary=claim.beneficiary.name,
        polluter=claim.polluter.name,
        uscc=claim.polluter.uscc,
        project=claim.project,
        source_kind=claim.source_kind,
        destination=claim.destination,
        drafted_by=claim.drafted_by.name,
        permit=claim.permit.number if claim.permit else "",
        management_class=claim.polluter.management_class,
        industry=claim.polluter.industry,
        address=claim.polluter.address,
        lake_tai_band=claim.lake_tai_band,
        finished_on=claim.finished_on,
        permit_changed_on=claim.permit_changed_on,
        accepted_on=claim.accepted_on,
        due_on=claim.due_on,
        filed_on=claim.filed_on,
        admitted_on=claim.admitted_on,
        late_reason=claim.late_reason,
        monitorable=claim.monitorable,
        reportable=claim.reportable,
        verifiable=claim.verifiable,
        remarks=claim.remarks,
        letter_number=claim.letter.number if claim.letter else "",
        letter_dated=claim.letter.dated if claim.letter else None,
        lines=tuple(_line(line) for line in claim.lines.all()),
        steps=tuple(
            StepFacts(
                verb=step.verb,
                target=step.target,
                person=step.person.name,
                on=_local(step.at),
                version=step.version,
                note=step.note,
            )
            for step in steps
        ),
        opinions=tuple(
            OpinionFacts(given.seat, given.agrees, given.text, given.by.name, _local(given.at))
            for given in claim.opinions.all()
        ),
        inspections=tuple(inspection_facts(visit) for visit in claim.inspections.all()),
        evidence=tuple(
            EvidenceFacts(proof.kind, proof.file.name, proof.file.size, proof.file.sha256)
            for proof in evidence
        ),
    )


def _line(line: ClaimLine) -> LineFacts:
    return LineFacts(
        pollutant=Pollutant(line.pollutant),
        method=line.method,
        verified=line.verified,
        binding=line.binding,
        prior_use=line.prior_use,
        inputs=line.inputs,
        document=line.document,
        status=LineStatus(line.status),
        reason=line.reason,
        reviewer=_name(line.reviewed_by),
        reviewed_on=_local(line.reviewed_at) if line.reviewed_at else None,
        province=line.province_grams,
    )


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _local(moment: datetime) -> date:
    return timezone.localdate(moment)
