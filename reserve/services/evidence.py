"""Files that prove a claim, added and removed while it is written (§2, §12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, files
from quota_registry.kernel.workflow import NotNow
from reserve.models import Claim, Evidence
from reserve.services import seen
from reserve.services.claims import WRITABLE
from reserve.vocabulary import ClaimStatus, EvidenceKind


@transaction.atomic
def attach(*, claim: Claim, kind: str, upload: UploadedFile[Any], by: Person, on: date) -> Evidence:
    """
    Keep a file as evidence of *kind* for a claim that is being written.

    :raises FileRefused: if it is too large, empty, or of a kind that is not taken.
    :raises NotNow: if the claim is filed.
    """
    access.require(by, Permission.DECLARE_CLAIM, claim.place, on=on)

    claim = _writable(claim)
    file = files.store(upload=upload, place=claim.place, by=by)
    return Evidence.objects.create(claim=claim, kind=EvidenceKind(kind), file=file, added_by=by)


@transaction.atomic
def remove(*, evidence: Evidence, by: Person, on: date) -> Evidence:
    """
    Take a piece of evidence out of a claim that is being written; its file is kept.

    :raises NotNow: if the claim is filed.
    """
    access.require(by, Permission.DECLARE_CLAIM, evidence.claim.place, on=on)

    _writable(evidence.claim)
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.removed_at is None:
        evidence.removed_at = timezone.now()
        evidence.save(update_fields=["removed_at"])
    return evidence


def _writable(claim: Claim) -> Claim:
    claim = seen.lock(claim)
    if claim.status not in WRITABLE:
        raise NotNow(label=_("修改材料"), status=ClaimStatus(claim.status).label)
    return claim
