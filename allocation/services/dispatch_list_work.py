"""
What workers do with the quarter's lists: read them, and take them in on consent.

Each is a job of its own per list that may be begun again; what a page shows of a list is what its
job wrote down.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allocation.imports.stated import ListFile
from allocation.models import DispatchList
from allocation.services import dispatch_lists
from allocation.services.dispatch_list_rows import Taken
from quota_registry.kernel.models import Job, Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, jobs
from quota_registry.kernel.workflow import NotNow

READ: Final = "allocation.read_dispatch_list"
TAKE: Final = "allocation.take_dispatch_list"
SHOWN: Final = 200
"""So many doubtful rows are kept with the job; the marked copy has them all."""


def job_of(brought: DispatchList, kind: str = "") -> Job | None:
    """Return the job of this kind for a list, or the last one that was ordered; or None."""
    kinds = [kind] if kind else [READ, TAKE]
    return Job.objects.filter(kind__in=kinds, key=str(brought.pk)).order_by("pk").last()


@transaction.atomic
def look_at(*, brought: DispatchList, by: Person, on: date) -> Job:
    """Have a worker read a list; nothing of it is taken in yet."""
    access.require(by, Permission.IMPORT_DISPATCH, brought.place, on=on)
    return _order(READ, brought, by=by, on=on)


@transaction.atomic
def agree(*, brought: DispatchList, by: Person, on: date) -> Job:
    """
    Have a worker take in the good rows of a list that was read.

    :raises NotNow: if it was not, or a worker has it.
    """
    access.require(by, Permission.IMPORT_DISPATCH, brought.place, on=on)
    job = job_of(brought)
    if job is None or job.kind != READ or job.state != Job.State.DONE:
        raise NotNow(label=_("入账"), status=job.get_state_display() if job else "", verb="take")
    audit.record(verb="allocation.dispatch_list.agreed", by=by, subject=str(brought))
    return _order(TAKE, brought, by=by, on=on)


@transaction.atomic
def resume(*, brought: DispatchList, by: Person, on: date) -> Job:
    """
    Send the list's work to a worker anew, if it failed or was lost, or was never ordered.

    :raises NotNow: if nothing of it failed or was lost.
    """
    access.require(by, Permission.IMPORT_DISPATCH, brought.place, on=on)
    job = job_of(brought)
    if job is not None and not jobs.is_lost(job=job):
        raise NotNow(label=_("重新办理"), status=job.get_state_display(), verb="resume")
    return _order(job.kind if job else READ, brought, by=by, on=on)


def read(*, brought: DispatchList, by: Person, on: date) -> None:
    """Say what taking a list in would do and what is wrong in it: the job of a worker."""
    job, mine = jobs.begin(kind=READ, key=str(brought.pk), by=by, place=brought.place)
    if not mine:
        return
    with jobs.told_why(job=job):
        found = dispatch_lists.read(brought=brought, by=by, on=on)
        taken = dispatch_lists.try_out(
            brought=brought, found=found, by=by, on=on, report=jobs.telling(job)
        )
    jobs.finish(job=job, result=_told(found, taken))


def take(*, brought: DispatchList, by: Person, on: date) -> None:
    """Take in the good rows of a list: the job of a worker."""
    job, mine = jobs.begin(kind=TAKE, key=str(brought.pk), by=by, place=brought.place)
    if not mine:
        return
    with jobs.told_why(job=job), transaction.atomic():
        found = dispatch_lists.read(brought=brought, by=by, on=on)
        taken = dispatch_lists.take_in(
            brought=brought, found=found, by=by, on=on, report=jobs.telling(job)
        )
        jobs.finish(job=job, result=_told(found, taken))


def _order(kind: str, brought: DispatchList, *, by: Person, on: date) -> Job:
    return jobs.order(
        kind=kind,
        key=str(brought.pk),
        by=by,
        place=brought.place,
        said={"brought": brought.pk, "by": by.pk, "on": on.isoformat()},
    )


def _told(found: ListFile, taken: Taken) -> dict[str, Any]:
    corrected = set(taken.corrected)
    rows = [row for row in found.rows if row.findings or (row.is_good and row.key in corrected)]
    return {
        "rows": len(found.rows),
        "wrong": len(found.rows) - len(found.good),
        **taken.counts,
        "doubtful": [
            {
                "sheet": row.sheet,
                "number": row.number,
                "key": row.key,
                "name": row.name,
                "corrects": row.is_good and row.key in corrected,
                "findings": [finding.put_away() for finding in row.findings],
            }
            for row in rows[:SHOWN]
        ],
        "left_out": max(0, len(rows) - SHOWN),
        "other_sheets": list(found.other_sheets),
    }
