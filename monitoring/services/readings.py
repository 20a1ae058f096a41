"""
Lists of readings: taken in as a file, read, shown, and on consent in the record, as one batch.

Reading and taking in are jobs: the worker does them, the page shows how far they are, and each is
safe to begin again. Nothing of a list is in the record before somebody agreed to it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from monitoring.models import ReadingBatch
from monitoring.services import staging
from monitoring.vocabulary import BatchState
from quota_registry.kernel.imports import hostile
from quota_registry.kernel.models import Job, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit, files, jobs
from reserve.services.batches import NotNow

READ: Final = "monitoring.read_batch"
ACCEPT: Final = "monitoring.accept_batch"


class NothingNew(Refusal):
    """No row of the list would change the record."""

    code = "nothing_new"
    message = _("没有需要入库的数据：各行均已在库或不予导入")


@transaction.atomic
def upload(*, upload: UploadedFile[Any], place: Place, by: Person, at: datetime) -> ReadingBatch:
    """
    Take in a list of readings; a worker reads it once this has committed.

    :raises HostileFile: if the file may not be opened.
    :raises FileRefused: if it is empty, too large, or neither XLSX nor CSV.
    """
    access.require(by, Permission.IMPORT_READINGS, place, on=timezone.localdate(at))

    hostile.examine(upload.read())
    upload.seek(0)
    file = files.store(upload=upload, place=place, by=by, is_list=True)

    batch = ReadingBatch.objects.create(file=file, place=place, by=by)
    _set_to_work(batch, READ, by=by, at=at)
    audit.record(verb="monitoring.batch.uploaded", by=by, subject=str(batch.pk), file=file.name)
    return batch


@transaction.atomic
def consent(*, batch: ReadingBatch, by: Person, at: datetime) -> ReadingBatch:
    """
    Agree to what was shown: a worker takes the good rows in, the others stay out.

    :raises NotNow: if the batch was taken in or discarded.
    :raises NothingNew: if nothing in it would change the record.
    """
    access.require(by, Permission.IMPORT_READINGS, batch.place, on=timezone.localdate(at))

    batch = locked(batch)
    if batch.state != BatchState.PREVIEW:
        raise NotNow(batch=batch.pk, status=batch.get_state_display())
    if not batch.counts.get("new") and not batch.counts.get("changed"):
        raise NothingNew

    _set_to_work(batch, ACCEPT, by=by, at=at)
    audit.record(verb="monitoring.batch.agreed", by=by, subject=str(batch.pk))
    return batch


@transaction.atomic
def discard(*, batch: ReadingBatch, by: Person, at: datetime) -> ReadingBatch:
    """
    Put a batch away that nobody agreed to; what was staged goes, its file and its report stay.

    :raises NotNow: if it is in the record, or about to be.
    """
    access.require(by, Permission.IMPORT_READINGS, batch.place, on=timezone.localdate(at))

    batch = locked(batch)
    agreed = Job.objects.filter(kind=ACCEPT, key=str(batch.pk)).exclude(state=Job.State.FAILED)
    if batch.state not in {BatchState.PREVIEW, BatchState.FAILED} or agreed.exists():
        raise NotNow(batch=batch.pk, status=batch.get_state_display())

    staging.clear(batch)
    batch.state = BatchState.DISCARDED
    batch.save(update_fields=["state"])
    audit.record(verb="monitoring.batch.discarded", by=by, subject=str(batch.pk))
    return batch


@transaction.atomic
def resume(*, batch: ReadingBatch, by: Person, at: datetime) -> ReadingBatch:
    """
    Send the batch's work to a worker anew, if it failed or was lost.

    :raises NotNow: if nothing of it failed or was lost.
    """
    access.require(by, Permission.IMPORT_READINGS, batch.place, on=timezone.localdate(at))

    batch = locked(batch)
    if batch.job is None or not jobs.is_lost(job=batch.job):
        raise NotNow(batch=batch.pk, status=batch.get_state_display())
    if batch.state == BatchState.FAILED:
        batch.state, batch.problem = BatchState.READING, ""
        batch.save(update_fields=["state", "problem"])
    _set_to_work(batch, batch.job.kind, by=by, at=at)
    return batch


def _set_to_work(batch: ReadingBatch, kind: str, *, by: Person, at: datetime) -> None:
    job, _new = Job.objects.get_or_create(
        kind=kind, key=str(batch.pk), defaults={"by": by, "place": batch.place}
    )
    if job.state == Job.State.FAILED:
        job.state, job.created_at = Job.State.WAITING, at
        job.save(update_fields=["state", "created_at"])
    batch.job = job
    batch.save(update_fields=["job"])
    jobs.send(task=kind, batch=batch.pk, by=by.pk, at=at.isoformat())


def locked(batch: ReadingBatch) -> ReadingBatch:
    """Lock *batch* and return it as it stands now."""
    return (
        ReadingBatch.objects.select_for_update(of=("self",))
        .select_related("file", "place", "by", "job")
        .get(pk=batch.pk)
    )
