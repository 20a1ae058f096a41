"""
What workers do with lists of polluters: hold them against the record, and take them in on consent.

Each is a job of its own per list that may be begun again; what a page shows of a list is what its
job wrote down.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.imports.polluters import PolluterFile
from quota_registry.kernel.models import Job, Person, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, jobs, polluter_lists
from quota_registry.kernel.services.polluter_lists import Taken
from quota_registry.kernel.workflow import NotNow

READ: Final = "kernel.read_polluter_list"
TAKE: Final = "kernel.take_polluter_list"
LISTED: Final = 10
"""So many lists that somebody sent in are found again where the next one is sent in."""
SHOWN: Final = 200
"""So many doubtful rows are kept with the job; the marked copy has them all."""


def job_of(file: StoredFile, kind: str = "") -> Job | None:
    """Return the job of this kind for *file*, or the last one that was ordered; or None."""
    jobs_of = Job.objects.filter(kind__in=[kind] if kind else [READ, TAKE], key=str(file.pk))
    return jobs_of.order_by("pk").last()


def lists_of(person: Person) -> list[tuple[StoredFile, Job]]:
    """List what *person* sent in of late, newest first, each with the last job that it was."""
    jobs_of = Job.objects.filter(kind__in=[READ, TAKE], by=person).order_by("-pk")
    last: dict[int, Job] = {}
    for job in jobs_of[: 2 * LISTED]:
        last.setdefault(int(job.key), job)
    files = StoredFile.objects.filter(pk__in=last, uploaded_by=person).order_by("-pk")
    return [(file, last[file.pk]) for file in files[:LISTED]]


@transaction.atomic
def look_at(*, file: StoredFile, by: Person, on: date) -> Job:
    """Have a worker hold a list against the record; nothing of it is registered yet."""
    access.require(by, Permission.KEEP_POLLUTERS, file.place, on=on)
    return _order(READ, file, by=by, on=on)


@transaction.atomic
def agree(*, file: StoredFile, by: Person, on: date) -> Job:
    """
    Have a worker register the good rows of a list that was looked at.

    :raises NotNow: if it was not, or a worker has it.
    """
    access.require(by, Permission.KEEP_POLLUTERS, file.place, on=on)
    job = job_of(file)
    if job is None or job.state != Job.State.DONE:
        raise NotNow(label=_("登记"), status=job.get_state_display() if job else "", verb="take")
    audit.record(verb="polluter_list.agreed", by=by, subject=file.name)
    return _order(TAKE, file, by=by, on=on)


@transaction.atomic
def resume(*, file: StoredFile, by: Person, on: date) -> Job:
    """
    Send the list's work to a worker anew, if it failed or was lost, or was never ordered.

    :raises NotNow: if nothing of it failed or was lost.
    """
    access.require(by, Permission.KEEP_POLLUTERS, file.place, on=on)
    job = job_of(file)
    if job is not None and not jobs.is_lost(job=job):
        raise NotNow(label=_("重新办理"), status=job.get_state_display(), verb="resume")
    return _order(job.kind if job else READ, file, by=by, on=on)


def read(*, file: StoredFile, by: Person, on: date) -> None:
    """Say what taking *file* in would do and what is wrong in it: the job of a worker."""
    job, mine = jobs.begin(kind=READ, key=str(file.pk), by=by, place=file.place)
    if not mine:
        return
    with jobs.told_why(job=job):
        found = polluter_lists.read(file=file, by=by, on=on)
        taken = polluter_lists.try_out(rows=found.rows, by=by, on=on, report=jobs.telling(job))
    jobs.finish(job=job, result=_counts(found, taken) | _doubtful(found, taken))


def take(*, file: StoredFile, by: Person, on: date) -> None:
    """
    Register the good rows of *file*: the job of a worker.

    What it registered and that it did so are written together, so that it is told once and true.
    """
    job, mine = jobs.begin(kind=TAKE, key=str(file.pk), by=by, place=file.place)
    if not mine:
        return
    with jobs.told_why(job=job), transaction.atomic():
        found = polluter_lists.read(file=file, by=by, on=on)
        taken = polluter_lists.take_in(rows=found.rows, by=by, on=on, report=jobs.telling(job))
        jobs.finish(job=job, result=_counts(found, taken) | _doubtful(found, taken))


def _order(kind: str, file: StoredFile, *, by: Person, on: date) -> Job:
    return jobs.order(
        kind=kind,
        key=str(file.pk),
        by=by,
        place=file.place,
        said={"file": file.pk, "by": by.pk, "on": on.isoformat()},
    )


def _counts(found: PolluterFile, taken: Taken) -> dict[str, Any]:
    return {
        "rows": len(found.rows),
        "wrong": len(found.rows) - len(found.good),
        "registered": taken.registered,
        "permits": taken.permits,
        "unchanged": taken.unchanged,
        "differing": len(taken.differing),
    }


def _doubtful(found: PolluterFile, taken: Taken) -> dict[str, Any]:
    differing = set(taken.differing)
    rows = [row for row in found.rows if row.findings or row.number in differing]
    return {
        "doubtful": [
            {
                "sheet": row.sheet,
                "number": row.number,
                "name": row.name,
                "uscc": row.uscc,
                "differs": row.number in differing and row.is_good,
                "findings": [finding.put_away() for finding in row.findings],
            }
            for row in rows[:SHOWN]
        ],
        "left_out": max(0, len(rows) - SHOWN),
    }
