"""What workers do with workbooks of annual totals: read them, and put them into drafts."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parks.imports.workbook import Workbook
from parks.models import TotalsList
from parks.services import totals_lists
from parks.services.totals_lists import RIGHT, Taken
from quota_registry.kernel.models import Job, Person
from quota_registry.kernel.services import access, audit, jobs
from quota_registry.kernel.workflow import NotNow

READ: Final = "parks.read_totals_list"
TAKE: Final = "parks.take_totals_list"
SHOWN: Final = 200
"""So many doubtful rows are kept with the job; the marked copy has them all."""


def job_of(brought: TotalsList, kind: str = "") -> Job | None:
    """Return the job of this kind for a workbook, or the last one that was ordered; or None."""
    kinds = [kind] if kind else [READ, TAKE]
    return Job.objects.filter(kind__in=kinds, key=str(brought.pk)).order_by("pk").last()


@transaction.atomic
def look_at(*, brought: TotalsList, by: Person, on: date) -> Job:
    """Have a worker read a workbook; nothing of it is taken in yet."""
    access.require(by, RIGHT, brought.place, on=on)
    return _order(READ, brought, by=by, on=on)


@transaction.atomic
def agree(*, brought: TotalsList, by: Person, on: date) -> Job:
    """
    Have a worker put a workbook that was read into the parks' drafts.

    :raises NotNow: if it was not read, or a worker has it.
    """
    access.require(by, RIGHT, brought.place, on=on)
    job = job_of(brought)
    if job is None or job.kind != READ or job.state != Job.State.DONE:
        raise NotNow(label=_("导入"), status=job.get_state_display() if job else "", verb="take")
    audit.record(verb="parks.totals_list.agreed", by=by, subject=str(brought))
    return _order(TAKE, brought, by=by, on=on)


@transaction.atomic
def resume(*, brought: TotalsList, by: Person, on: date) -> Job:
    """
    Send a workbook's work to a worker anew, if it failed or was lost, or was never ordered.

    :raises NotNow: if nothing of it failed or was lost.
    """
    access.require(by, RIGHT, brought.place, on=on)
    job = job_of(brought)
    if job is not None and not jobs.is_lost(job=job):
        raise NotNow(label=_("重新办理"), status=job.get_state_display(), verb="resume")
    return _order(job.kind if job else READ, brought, by=by, on=on)


def read(*, brought: TotalsList, by: Person, on: date) -> None:
    """Say what taking a workbook in would do and what is wrong in it: the job of a worker."""
    job, mine = jobs.begin(kind=READ, key=str(brought.pk), by=by, place=brought.place)
    if not mine:
        return
    with jobs.told_why(job=job):
        found = totals_lists.read(brought=brought, by=by, on=on)
        taken = totals_lists.try_out(
            brought=brought, found=found, by=by, on=on, report=jobs.telling(job)
        )
    jobs.finish(job=job, result=_told(found, taken))


def take(*, brought: TotalsList, by: Person, on: date) -> None:
    """Put a workbook into the parks' drafts: the job of a worker."""
    job, mine = jobs.begin(kind=TAKE, key=str(brought.pk), by=by, place=brought.place)
    if not mine:
        return
    with jobs.told_why(job=job), transaction.atomic():
        found = totals_lists.read(brought=brought, by=by, on=on)
        taken = totals_lists.take_in(
            brought=brought, found=found, by=by, on=on, report=jobs.telling(job)
        )
        jobs.finish(job=job, result=_told(found, taken))


def _order(kind: str, brought: TotalsList, *, by: Person, on: date) -> Job:
    return jobs.order(
        kind=kind,
        key=str(brought.pk),
        by=by,
        place=brought.place,
        said={"brought": brought.pk, "by": by.pk, "on": on.isoformat()},
    )


def _told(found: Workbook, taken: Taken) -> dict[str, Any]:
    doubtful = [(sheet, row) for sheet in found.sheets for row in sheet.rows if row.findings]
    # What is wrong comes before what is only remarked.
    doubtful.sort(key=lambda pair: not pair[1].faults)
    return {
        **taken.counts,
        "doubtful": [
            {
                "sheet": sheet.name,
                "number": row.number,
                "name": row.values.get("name", ""),
                "findings": [finding.put_away() for finding in row.findings],
            }
            for sheet, row in doubtful[:SHOWN]
        ],
        "left_out": max(0, len(doubtful) - SHOWN),
        "others": found.others,
    }
