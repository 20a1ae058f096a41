"""
What workers do with lists of claims: read them, and make drafts of them once somebody agreed.

Each is a job of its own that may be begun again; how far it is everybody sees meanwhile.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import identifiers
from quota_registry.kernel.models import Person, Place, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit, files, jobs, rulebooks
from quota_registry.kernel.services.jobs import Tell
from quota_registry.kernel.vocabulary import Tier
from reserve.imports.claims import read_claims
from reserve.models import ImportBatch
from reserve.services import drafting, staging
from reserve.services.batches import ACCEPT, READ, NotNow, locked


def read(*, batch: ImportBatch, on: date) -> ImportBatch:
    """
    Read the list, judge its rows and hold them against the record: the job of a worker.

    A list that cannot be read leaves the batch failed, with the reason.
    """
    job, mine = jobs.begin(kind=READ, key=str(batch.pk), by=batch.by, place=batch.place)
    if not mine:
        return batch
    try:
        counts = _stage(batch, on=on, tell=jobs.telling(job))
    except Refusal as refusal:
        _give_up(batch, refusal)
        jobs.fail(job=job, reason=refusal)
        raise
    except Exception:
        jobs.fail(job=job, reason=_("读取时发生内部错误，请重试"))
        raise
    jobs.finish(job=job, result=counts)
    batch.refresh_from_db()
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
        made = _accept(batch, by=by, on=on, tell=jobs.telling(job))
    except Refusal as refusal:
        jobs.fail(job=job, reason=refusal)
        raise
    except Exception:
        jobs.fail(job=job, reason=_("导入时发生内部错误，请重试"))
        raise
    jobs.finish(job=job, result=made)
    batch.refresh_from_db()
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
        batch = locked(batch)
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

    batch = locked(batch)
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

    audit.record(verb="reserve.batch.accepted", by=by, subject=str(batch.pk), made=made)
    return made


@transaction.atomic
def _give_up(batch: ImportBatch, refusal: Refusal) -> None:
    audit.sign(by=batch.by)
    batch = locked(batch)
    batch.state = ImportBatch.State.FAILED
    batch.counts = {"reason": str(refusal), "code": refusal.code}
    batch.save(update_fields=["state", "counts"])


def _paths(by: Person, on: date) -> list[str]:
    return access.paths(by, Permission.IMPORT_CLAIMS, on=on)
