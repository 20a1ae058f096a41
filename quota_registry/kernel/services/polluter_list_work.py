"""What workers do with lists of polluters: look them over, and take them in on consent."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.imports.polluters import PolluterFile
from quota_registry.kernel.models import Job, Person, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import polluter_lists
from quota_registry.kernel.services.list_work import ListWork, doubtful
from quota_registry.kernel.services.polluter_lists import Taken

LISTED: Final = 10
"""So many lists that somebody sent in are found again where the next one is sent in."""


def lists_of(person: Person) -> list[tuple[StoredFile, Job]]:
    """List what *person* sent in of late, newest first, each with the last job that it was."""
    jobs_of = Job.objects.filter(kind__in=[WORK.reading, WORK.taking], by=person).order_by("-pk")
    last: dict[int, Job] = {}
    for job in jobs_of[: 2 * LISTED]:
        last.setdefault(int(job.key), job)
    files = StoredFile.objects.filter(pk__in=last, uploaded_by=person).order_by("-pk")
    return [(file, last[file.pk]) for file in files[:LISTED]]


def _told(found: PolluterFile, taken: Taken) -> dict[str, Any]:
    differing = set(taken.differing)
    rows = [row for row in found.rows if row.findings or row.number in differing]
    return {
        "rows": len(found.rows),
        "wrong": len(found.rows) - len(found.good),
        "registered": taken.registered,
        "permits": taken.permits,
        "unchanged": taken.unchanged,
        "differing": len(taken.differing),
        **doubtful(
            rows,
            lambda row: {
                "sheet": row.sheet,
                "name": row.name,
                "uscc": row.uscc,
                "differs": row.number in differing and row.is_good,
            },
        ),
    }


WORK: Final = ListWork(
    reading="kernel.read_polluter_list",
    taking="kernel.take_polluter_list",
    right=Permission.KEEP_POLLUTERS,
    consent=_("登记"),
    agreed="polluter_list.agreed",
    find=polluter_lists.read,
    try_out=lambda *, brought, found, **who: polluter_lists.try_out(rows=found.rows, **who),
    take_in=lambda *, brought, found, **who: polluter_lists.take_in(rows=found.rows, **who),
    tell=_told,
)
