"""
What workers do with lists of readings: read them, and take them in once somebody agreed.

Each is a job of its own that may be begun again; how far it is everybody sees meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from monitoring.imports.readings import ReadingFile, read_readings
from monitoring.models import ReadingBatch
from monitoring.services import rollups, staging
from monitoring.services.readings import ACCEPT, READ, locked
from monitoring.vocabulary import BatchState
from quota_registry.kernel.models import Job, Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit, jobs
from reserve.services.batch_work import content_of
from reserve.services.batches import NotNow

Tell = Callable[[int, int], None]


def read(*, batch: ReadingBatch, at: datetime) -> ReadingBatch:
    """
    Read the list, put it beside the record and hold it against it: the job of a worker.

    A list that cannot be read leaves the batch failed, with the reason.
    """
    return _run(READ, batch, batch.by, lambda tell: _stage(batch, at=at, tell=tell))


def accept(*, batch: ReadingBatch, by: Person, at: datetime) -> ReadingBatch:
    """
    Take in what somebody agreed to and roll up what it touches: the job of a worker.

    The record may have changed since it was shown, so the rows are held against it once more.
    """
    return _run(ACCEPT, batch, by, lambda tell: _accept(batch, by=by, at=at, tell=tell))


def _run(
    kind: str, batch: ReadingBatch, by: Person, work: Callable[[Tell], dict[str, int]]
) -> ReadingBatch:
    job, mine = jobs.begin(kind=kind, key=str(batch.pk), by=by, place=batch.place)
    if not mine:
        return batch
    try:
        counts = work(_telling(job))
    except Refusal as refusal:
        if kind == READ:
            _give_up(batch, refusal)
        jobs.fail(job=job, reason=refusal)
        raise
    except Exception:
        jobs.fail(job=job, reason=_("办理时发生内部错误，请重试"))
        raise
    jobs.finish(job=job, result=counts)
    batch.refresh_from_db()
    return batch


def _telling(job: Job) -> Tell:
    def tell(done: int, total: int) -> None:
        jobs.report(job=job, done=done, total=total)

    return tell


def _stage(batch: ReadingBatch, *, at: datetime, tell: Tell) -> dict[str, int]:
    found = _read(batch, tell=lambda done, total: tell(done, 3 * total))
    total = len(found.values) or 1
    with transaction.atomic():
        audit.sign(by=batch.by)
        batch = locked(batch)
        if batch.state not in {BatchState.READING, BatchState.FAILED}:
            raise NotNow(batch=batch.pk, status=batch.get_state_display())
        batch.layout = found.layout
        batch.counts = {
            "rows": found.rows,
            "sheet": found.sheet,
            "headers": dict(found.headers),
            "columns": dict(found.columns),
            "other_sheets": list(found.other_sheets),
        }
        staging.clear(batch)
        staging.put_down(batch, found, report=lambda done, all_: tell(all_ + done, 3 * all_))
        counts = _hold_against(batch, by=batch.by, at=at, values=len(found.values))
        batch.state = BatchState.PREVIEW
        batch.save(update_fields=["layout", "counts", "state"])
    tell(3 * total, 3 * total)
    return counts


@transaction.atomic
def _accept(batch: ReadingBatch, *, by: Person, at: datetime, tell: Tell) -> dict[str, int]:
    access.require(by, Permission.IMPORT_READINGS, batch.place, on=timezone.localdate(at))

    batch = locked(batch)
    if batch.state != BatchState.PREVIEW:
        raise NotNow(batch=batch.pk, status=batch.get_state_display())

    values = staging.staged(batch)
    if not values and batch.counts.get("values"):
        # A crash emptied what was staged: it is read again from its file.
        found = _read(batch, tell=lambda done, total: tell(done, 2 * total))
        staging.put_down(batch, found)
        staging.leave_out_refused(batch)
        values = len(found.values)
    counts = _hold_against(batch, by=by, at=at, values=values)
    tell(1, 2)
    taken = staging.take(batch, values=counts["values"])
    rollups.roll(days=taken.days, months=taken.months)
    staging.clear(batch)
    batch.counts |= taken.counts
    batch.counts["unchanged"] = counts["values"] - taken.new - taken.changed
    batch.state = BatchState.ACCEPTED
    batch.save(update_fields=["counts", "state"])

    made = {name: batch.counts[name] for name in ("new", "changed", "unchanged", "refused")}
    audit.record(verb="monitoring.batch.accepted", by=by, subject=str(batch.pk), made=made)
    return made


def _hold_against(batch: ReadingBatch, *, by: Person, at: datetime, values: int) -> dict[str, int]:
    """Refuse what may not go in, and count what the rest would do to the record."""
    paths = access.paths(by, Permission.IMPORT_READINGS, on=timezone.localdate(at))
    counts = {"refused": staging.refuse(batch, paths=paths, at=at)}
    counts |= staging.foresee(batch, values=values)
    batch.counts |= counts
    return counts


def _read(batch: ReadingBatch, *, tell: Tell) -> ReadingFile:
    return read_readings(
        content_of(_file(batch)),
        file=Path(_file(batch).name).name,
        kinds=staging.station_kinds(),
        report=tell,
    )


def _file(batch: ReadingBatch) -> Any:
    assert batch.file is not None, "what a program sends is taken in at once and never read"
    return batch.file


@transaction.atomic
def _give_up(batch: ReadingBatch, refusal: Refusal) -> None:
    audit.sign(by=batch.by)
    batch = locked(batch)
    batch.state = BatchState.FAILED
    batch.problem = str(refusal)[:300]
    batch.save(update_fields=["state", "problem"])
