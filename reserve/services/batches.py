"""
Lists of claims: taken in as a file, read, shown, and on consent made drafts, all under one batch.

Reading and accepting are jobs: the worker does them, the page shows how far they are, and each is
safe to begin again. Nothing of a list is in the register before somebody agreed to it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import identifiers
from quota_registry.kernel.imports import hostile
from quota_registry.kernel.models import Job, Person, Place, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit, files, jobs, rulebooks
from quota_registry.kernel.vocabulary import Tier
from reserve.imports.claims import read_claims
from reserve.models import Claim, ImportBatch
from reserve.services import drafting, staging
from reserve.vocabulary import ClaimStatus

CLAIMS: Final = "claims"
READ: Final = "reserve.read_batch"
ACCEPT: Final = "reserve.accept_batch"
FILE: Final = "reserve.file_batch"

Tell = Callable[[int, int], None]


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


def read(*, batch: ImportBatch, on: date) -> ImportBatch:
    """
    Read the list, judge its rows and hold them against the record: the job of a worker.

    A list that cannot be read leaves the batch failed, with the reason.
    """
    job, mine = jobs.begin(kind=READ, key=str(batch.pk), by=batch.by, place=batch.place)
    if not mine:
        return batch
    try:
        counts = _stage(batch, on=on, tell=_telling(job))
    except Refusal as refusal:
        _give_up(batch, refusal)
        jobs.fail(job=job, reason=str(refusal))
        raise
    except Exception:
        jobs.fail(job=job, reason=str(_("读取时发生内部错误，请重试")))
        raise
    jobs.finish(job=job, result=counts)
    batch.refresh_from_db()
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

    batch = _locked(batch)
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


def accept(*, batch: ImportBatch, by: Person, on: date) -> ImportBatch:
    """
    Make drafts of the good rows of a batch that somebody agreed to: the job of a worker.

    The record may have changed since it was shown, so the rows are held against it once more.
    """
    job, mine = jobs.begin(kind=ACCEPT, key=str(batch.pk), by=by, place=batch.place)
    if not mine:
        return batch
    try:
        made = _accept(batch, by=by, on=on, tell=_telling(job))
    except Refusal as refusal:
        jobs.fail(job=job, reason=str(refusal))
        raise
    except Exception:
        jobs.fail(job=job, reason=str(_("导入时发生内部错误，请重试")))
        raise
    jobs.finish(job=job, result=made)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def discard(*, batch: ImportBatch, by: Person, on: date) -> ImportBatch:
    """
    Put a batch away that nobody agreed to; its rows go, the file and what was counted stay.

    :raises NotNow: if it became drafts, or is about to.
    """
    access.require(by, Permission.IMPORT_CLAIMS, batch.place, on=on)

    batch = _locked(batch)
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

    batch = _locked(batch)
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
        state=Job.State.WAITING
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

    batch = _locked(batch)
    if batch.job is None or not jobs.is_lost(job=batch.job):
        raise NotNow(batch=batch.pk, status=batch.get_state_display())
    if batch.state == ImportBatch.State.FAILED:
        batch.state = ImportBatch.State.READING
        batch.save(update_fields=["state"])
    _set_to_work(batch, batch.job.kind, by=by, on=on)
    return batch


def place_names() -> dict[str, str]:
    """Give the table by which lists name the places that declare: counties and parks."""
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    pairs = [
        (name, place.code) for place in places for name in (place.name, *place.short_names) if name
    ]
    return dict(identifiers.place_table(pairs))


def content_of(file: StoredFile) -> bytes:
    """Return the bytes of a stored list."""
    with files.open_bytes(file) as stream:
        return stream.read()


def _set_to_work(batch: ImportBatch, kind: str, *, by: Person, on: date) -> None:
    job, _new = Job.objects.get_or_create(
        kind=kind, key=str(batch.pk), defaults={"by": by, "place": batch.place}
    )
    if job.state == Job.State.FAILED:
        job.state = Job.State.WAITING
        job.save(update_fields=["state"])
    batch.job = job
    batch.save(update_fields=["job"])
    jobs.send(task=kind, batch=batch.pk, by=by.pk, on=on.isoformat())


def _telling(job: Job) -> Tell:
    def tell(done: int, total: int) -> None:
        jobs.report(job=job, done=done, total=total)

    return tell


def _stage(batch: ImportBatch, *, on: date, tell: Tell) -> dict[str, int]:
    file = read_claims(
        content_of(batch.file),
        file=Path(batch.file.name).name,
        places=place_names(),
        book=rulebooks.in_force(on),
        on=on,
        report=lambda done, total: tell(done, 2 * total),
    )
    total = len(file.rows)
    with transaction.atomic():
        audit.sign(by=batch.by)
        batch = _locked(batch)
        if batch.state not in {ImportBatch.State.READING, ImportBatch.State.FAILED}:
            raise NotNow(batch=batch.pk, status=batch.get_state_display())
        batch.rows.all().delete()
        batch.counts = {
            "columns": staging.columns_of(file),
            "other_sheets": list(file.other_sheets),
        }
        staging.put_down(batch, file, report=lambda done, _all: tell(total + done, 2 * total))
        counts = staging.compare(batch, paths=_paths(batch.by, on))
        batch.counts |= counts
        batch.state = ImportBatch.State.PREVIEW
        batch.save(update_fields=["counts", "state"])
    tell(2 * total, 2 * total)
    return counts


@transaction.atomic
def _accept(batch: ImportBatch, *, by: Person, on: date, tell: Tell) -> dict[str, int]:
    access.require(by, Permission.KEEP_POLLUTERS, batch.place, on=on)
    access.require(by, Permission.IMPORT_CLAIMS, batch.place, on=on)

    batch = _locked(batch)
    if batch.state != ImportBatch.State.PREVIEW:
        raise NotNow(batch=batch.pk, status=batch.get_state_display())
    # Two lists with the same project take turns, so that the second one meets the first (§21).
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reserve.accept_batch'))")

    counts = staging.compare(batch, paths=_paths(by, on))
    made = drafting.make(batch, by=by, on=on, report=tell)
    batch.counts |= counts | {"made": made}
    batch.state = ImportBatch.State.ACCEPTED
    batch.save(update_fields=["counts", "state"])

    audit.record(verb="reserve.batch.accepted", by=by, subject=str(batch.pk), **made)
    return made


@transaction.atomic
def _give_up(batch: ImportBatch, refusal: Refusal) -> None:
    audit.sign(by=batch.by)
    batch = _locked(batch)
    batch.state = ImportBatch.State.FAILED
    batch.counts = {"reason": str(refusal), "code": refusal.code}
    batch.save(update_fields=["state", "counts"])


def _locked(batch: ImportBatch) -> ImportBatch:
    return (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("file", "place", "by")
        .get(pk=batch.pk)
    )


def _paths(by: Person, on: date) -> list[str]:
    return access.paths(by, Permission.IMPORT_CLAIMS, on=on)
