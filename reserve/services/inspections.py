"""Inspections on site: ordered or drawn, made by two people, with a finding (§21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.workflow import NotNow, advance
from reserve.models import Claim, Evidence, Inspection
from reserve.rules import inspections as rules
from reserve.selectors import waiting
from reserve.services import seen, tidings
from reserve.vocabulary import EvidenceKind
from reserve.workflows import CLAIM


class NoPhotos(Refusal):
    """An inspection on site is proved by photos."""

    code = "no_photos"
    message = _("现场核查须附照片")


class VisitInTheFuture(Refusal):
    """A visit is recorded after it was made, and made after it was ordered."""

    code = "visit_out_of_time"
    message = _("核查日期%(visited_on)s应在下达日期%(ordered_on)s与今日之间")


@transaction.atomic
def order(*, claim: Claim, version: int, reason: str, by: Person, on: date) -> Inspection:
    """Order a visit to the site of *claim*; until it is made there is no joint review."""
    access.require(by, Permission.ORDER_INSPECTION, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    if not reason.strip():
        raise Refusal(_("下达现场核查须说明事由"), clause=clause("21.1"))
    # Every visit that is ordered is a matter of its own, the reviews are not.
    before = waiting.verbs_asked_of(claim) - {"inspect"}

    advance(claim, workflow=CLAIM, verb="order_inspection", note=reason)
    inspection = Inspection.objects.create(
        claim=claim,
        version=claim.version,
        ordered_by=by,
        ordered_on=on,
        reason=reason.strip(),
    )
    tidings.tell_next(claim, by=by, on=on, before=before)
    return inspection


@transaction.atomic
def record(
    *,
    inspection: Inspection,
    version: int,
    visited_on: date,
    second_inspector: str,
    finding: str,
    remarks: str,
    photos: Sequence[StoredFile],
    by: Person,
    on: date,
) -> Inspection:
    """
    Record what was found on site; *by* is the first of the two inspectors.

    :raises TooFewInspectors: if the second one is missing or the same person.
    :raises NoPhotos: if nothing shows what was seen.
    :raises NotNow: if it was recorded before.
    """
    access.require(by, Permission.RECORD_INSPECTION, inspection.claim.place, on=on)

    claim = seen.lock_as_seen(inspection.claim, version=version)
    inspection = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if inspection.finding:
        raise NotNow(label=_("登记现场核查"), status=inspection.get_finding_display())
    rules.enough_inspectors([by.name, second_inspector], book=rulebooks.in_force(on)).require()
    if not inspection.ordered_on <= visited_on <= on:
        raise VisitInTheFuture(visited_on=visited_on, ordered_on=inspection.ordered_on)
    if not photos:
        raise NoPhotos(clause=clause("21.1"))

    before = waiting.verbs_asked_of(claim)
    # A visit proves what stands when it is made, whatever it was ordered on.
    inspection.version = claim.version
    inspection.visited_on = visited_on
    inspection.first_inspector = by
    inspection.second_inspector = second_inspector.strip()
    inspection.finding = Inspection.Finding(finding)
    inspection.remarks = remarks.strip()
    inspection.save()
    for photo in photos:
        Evidence.objects.create(claim=claim, kind=EvidenceKind.PHOTO, file=photo, added_by=by)
    advance(claim, workflow=CLAIM, verb="inspect", note=str(inspection.get_finding_display()))
    tidings.tell_next(claim, by=by, on=on, before=before)
    return inspection
