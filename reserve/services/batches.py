"""
Lists of claims: taken in as a file, read, shown, and on consent made drafts, all under one batch.

Reading and accepting are jobs: the worker does them, the page shows how far they are, and each is
safe to begin again. Nothing of a list is in the register before somebody agreed to it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.imports import hostile
from quota_registry.kernel.models import Job, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit, files, jobs
from reserve.models import Claim, ImportBatch
from reserve.vocabulary import ClaimStatus

CLAIMS: Final = "claims"
READ: Final = "reserve.read_batch"
ACCEPT: Final = "reserve.accept_batch"
FILE: Final = "reserve.file_batch"


class NotNow(Refusal):
    """The batch is not where this could be done with it."""

    code = "not_now"
    message = _("批次%(batch)s当前状态为“%(status)s”，不能办理此事")


class SupportStands(Refusal):
    """Claims of the batch were filed on its scan and its reason, so these stay what they were."""

    code = "support_stands"
    message = _("本批次已有申报提交，盖章汇总表和逾期理由不得更换")


class NothingToTake(Refusal):
    """No row of the list would become a draft."""

    code = "nothing_to_take"
    message = _("没有可以导入的行：请按标注修改后重新上传")


@transaction.atomic
def upload(*, upload: UploadedFile[Any], place: Place, by: Person, on: date) -> ImportBatch:
    """
    Take in a list of claims; a worker reads it once this has committed.

    :raises HostileFile: if the file may not be opened.
    :raises FileRefused: if it is empty, too large, or neither XLSX nor CSV.
    """
    access.require(by, Permission.IMPORT_CLAIMS, place, on=on)

    hostile.examine(upload.read())
    upload.seek(0)
    file = files.store(upload=upload, place=place, by=by, is_list=True)

    batch = ImportBatch.objects.create(kind=CLAIMS, file=file, place=place, by=by)
    _set_to_work(batch, READ, by=by, on=on)
    audit.record(verb="reserve.batch.uploaded", by=by, subject=str(batch.pk), file=file.name)
    return batch


@transaction.atomic
def consent(
    *,
    batch: ImportBatch,
    by: Person,
    on: date,
    late_reason: str = "",
    scan: UploadedFile[Any] | None = None,
) -> ImportBatch:
    """
    Agree to what was shown: the good rows become drafts, the others stay out.

    One sealed scan may prove all claims of the batch, one reason serve all that are late.

    :raises NotNow: if the batch was accepted or discarded.
    :raises NothingToTake: if every row stays out or is in the register already.
    """
    access.require(by, Permission.IMPORT_CLAIMS, batch.place, on=on)

    batch = locked(batch)
    if batch.state != ImportBatch.State.PREVIEW:
        raise NotNow(batch=batch.pk, status=batch.get_state_display())
    if not batch.counts.get("drafts"):
        raise NothingToTake

    batch.late_reason = late_reason.strip()
    if scan is not None:
        batch.scan = files.store(upload=scan, place=batch.place, by=by)
    batch.save(update_fields=["late_reason", "scan"])
    _set_to_work(batch, ACCEPT, by=by, on=on)
    audit.record(verb="reserve.batch.agreed", by=by, subject=str(batch.pk))
    return batch


@transaction.atomic
def discard(*, batch: ImportBatch, by: Person, on: date) -> ImportBatch:
    """
    Put a batch away that nobody agreed to; its rows go, the file and what was counted stay.

    :raises NotNow: if it became drafts, or is about to.
    """
    access.require(by, Permission.IMPORT_CLAIMS, batch.place, on=on)

    batch = locked(batch)
    agreed = Job.objects.filter(kind=ACCEPT, key=str(batch.pk)).exclude(state=Job.State.FAILED)
    if batch.state not in {ImportBatch.State.PREVIEW, ImportBatch.State.FAILED} or agreed.exists():
        raise NotNow(batch=batch.pk, status=batch.get_state_display())

    batch.rows.all().delete()
    batch.state = ImportBatch.State.DISCARDED
    batch.save(update_fields=["state"])
    audit.record(verb="reserve.batch.discarded", by=by, subject=str(batch.pk))
    return batch


@transaction.atomic
def support(
    *,
    batch: ImportBatch,
    by: Person,
    on: date,
    late_reason: str = "",
    scan: UploadedFile[Any] | None = None,
) -> ImportBatch:
    """
    File the drafts of a batch, with its sealed scan and its reason for lateness as they are given.

    A worker files them one by one; what stays empty here stays as it was.

    :raises NotNow: if the batch has not become drafts.
    :raises SupportStands: if claims were filed on what would be replaced.
    """
    access.require(by, Permission.IMPORT_CLAIMS, batch.place, on=on)

    batch = locked(batch)
    if batch.state != ImportBatch.State.ACCEPTED:
        raise NotNow(batch=batch.pk, status=batch.get_state_display())
    reason = late_reason.strip() or batch.late_reason
    replaced = (scan and batch.scan_id) or (batch.late_reason and reason != batch.late_reason)
    filed = Claim.objects.filter(batch=batch).exclude(status=ClaimStatus.DRAFT)
    if replaced and filed.exists():
        raise SupportStands

    batch.late_reason = reason
    if scan is not None:
        batch.scan = files.store(upload=scan, place=batch.place, by=by)
    batch.save(update_fields=["late_reason", "scan"])
    # What could not be filed may be mended and filed again, so this job has no last time.
    Job.objects.filter(kind=FILE, key=str(batch.pk), state=Job.State.DONE).update(
        state=Job.State.WAITING, result={}, created_at=timezone.now()
    )
    _set_to_work(batch, FILE, by=by, on=on)
    audit.record(verb="reserve.batch.filing", by=by, subject=str(batch.pk))
    return batch


@transaction.atomic
def resume(*, batch: ImportBatch, by: Person, on: date) -> ImportBatch:
    """
    Send the batch's work to a worker anew, if it failed or was lost.

    :raises NotNow: if nothing of it failed or was lost.
    """
    access.require(by, Permission.IMPORT_CLAIMS, batch.place, on=on)

    batch = locked(batch)
    if batch.job is None or not jobs.is_lost(job=batch.job):
        raise NotNow(batch=batch.pk, status=batch.get_state_display())
    if batch.state == ImportBatch.State.FAILED:
        batch.state = ImportBatch.State.READING
        batch.save(update_fields=["state"])
    _set_to_work(batch, batch.job.kind, by=by, on=on)
    return batch


def _set_to_work(batch: ImportBatch, kind: str, *, by: Person, on: date) -> None:
    batch.job = jobs.order(
        kind=kind,
        key=str(batch.pk),
        by=by,
        place=batch.place,
        said={"batch": batch.pk, "by": by.pk, "on": on.isoformat()},
    )
    batch.save(update_fields=["job"])


def locked(batch: ImportBatch) -> ImportBatch:
    """Lock *batch* and return it as it stands now."""
    return (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("file", "place", "by")
        .get(pk=batch.pk)
    )
