"""Claims as people may see them: which, where each stands, and its whole story in time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import mass
from quota_registry.kernel.models import Person, Step, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import Transition, acted, steps_of
from reserve.models import Claim, Correction, Evidence
from reserve.querysets import ClaimQuerySet
from reserve.selectors import revisions
from reserve.selectors.revisions import Change, difference
from reserve.vocabulary import ClaimStatus
from reserve.workflows import CLAIM

__all__ = [
    "Moment",
    "acts_open_to",
    "difference",
    "evidence_file",
    "get",
    "timeline",
    "visible",
]

LABELS: Final = {row.verb: row.label for _source, row in CLAIM.rows()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    One thing that happened to a claim: who did what when, and what it said.

    ``changes`` are what differs from the version filed before, on the moments of filing anew.
    """

    verb: str
    label: str | Promise
    person: Person
    at: datetime
    version: int
    status: str | Promise
    note: str = ""
    changes: list[Change] = field(default_factory=list)


def visible(person: Person, *, on: date) -> ClaimQuerySet:
    """Return the claims that *person* may see on the day *on*."""
    claims: ClaimQuerySet = Claim.objects.filter(
        access.within(person, Permission.SEE_CLAIMS, on=on)
    )
    return claims


def get(number: str, person: Person, *, on: date) -> Claim:
    """
    Return the claim of this number with everything that its page shows.

    :raises OutOfReach: if *person* may not see it, or there is none.
    """
    claim: Claim | None = visible(person, on=on).with_all().filter(number=number).first()
    if claim is None:
        raise OutOfReach(_("没有这个对象"))
    return claim


def acts_open_to(claim: Claim, person: Person, *, on: date) -> list[Transition]:
    """
    List the acts that *person* may do on *claim* as it stands, for the buttons of its page.

    Whoever did an act that must be another's is not offered the next one.
    """
    return [
        step
        for step in CLAIM.from_status(claim.status)
        if access.may(person, step.permission, claim.place, on=on)
        and not (step.apart and person.pk in acted(CLAIM, claim, step.apart))
    ]


def timeline(claim: Claim) -> list[Moment]:
    """Tell the story of *claim* from its draft to now, oldest first."""
    changed = _changes_by_version(claim)
    begun = Moment(
        verb="draft",
        label=_("起草"),
        person=claim.drafted_by,
        at=claim.created_at,
        version=1,
        status=ClaimStatus.DRAFT.label,
    )
    steps = [
        _moment(step, changed.get(step.version, []) if step.verb == "file" else [])
        for step in steps_of(CLAIM, claim)
    ]
    corrections = [
        moment
        for correction in claim.corrections.select_related(
            "proposed_by", "approved_by", "rejected_by"
        )
        for moment in _of_a_correction(claim, correction)
    ]
    return sorted([begun, *steps, *corrections], key=lambda moment: moment.at)


def evidence_file(evidence: Evidence, person: Person, *, on: date) -> StoredFile:
    """
    Return the file behind a piece of evidence: whoever may see a claim may see its proof.

    :raises OutOfReach: if *person* may not see the claim.
    """
    get(evidence.claim.number, person, on=on)
    return evidence.file


def _moment(step: Step, changes: list[Change]) -> Moment:
    return Moment(
        verb=step.verb,
        label=LABELS.get(step.verb, step.verb),
        person=step.person,
        at=step.at,
        version=step.version,
        status=ClaimStatus(step.target).label,
        note=step.note,
        changes=changes,
    )


def _changes_by_version(claim: Claim) -> dict[int, list[Change]]:
    return {
        new.version: revisions.changes(old.content, new.content)
        for old, new in pairwise(claim.revisions.order_by("version"))
    }


def _of_a_correction(claim: Claim, correction: Correction) -> list[Moment]:
    words = f"{correction.pollutant} {mass.text(correction.verified)} · {correction.reason}"
    status = ClaimStatus(claim.status).label
    found = [
        Moment(
            verb="propose_correction",
            label=_("提出更正"),
            person=correction.proposed_by,
            at=correction.proposed_at,
            version=claim.version,
            status=status,
            note=words,
        )
    ]
    if correction.approved_by and correction.approved_at:
        found.append(
            Moment(
                verb="approve_correction",
                label=_("批准更正"),
                person=correction.approved_by,
                at=correction.approved_at,
                version=claim.version,
                status=status,
                note=correction.document,
            )
        )
    if correction.rejected_by and correction.rejected_at:
        own = correction.rejected_by == correction.proposed_by
        found.append(
            Moment(
                verb="reject_correction",
                label=_("撤回更正") if own else _("否决更正"),
                person=correction.rejected_by,
                at=correction.rejected_at,
                version=claim.version,
                status=status,
                note=f"{correction.pollutant} · {correction.rejection_reason}",
            )
        )
    return found
