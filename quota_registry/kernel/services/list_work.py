"""
What workers do with lists that come in: look at one, and take it in once somebody agrees.

Looking and taking are each a job of its own per list that may be begun again; what a page shows
of a list is what its job wrote down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Job, Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, jobs
from quota_registry.kernel.workflow import NotNow

SHOWN: Final = 200
"""So many doubtful rows are kept with the job; the marked copy has them all."""


def doubtful(rows: Sequence[Any], about: Callable[[Any], Mapping[str, Any]]) -> dict[str, Any]:
    """Tell of rows what is wrong with each and where, beside what is said *about* it."""
    return {
        "doubtful": [
            {
                "number": row.number,
                "findings": [finding.put_away() for finding in row.findings],
                **about(row),
            }
            for row in rows[:SHOWN]
        ],
        "left_out": max(0, len(rows) - SHOWN),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWork:
    """
    How lists of one kind are looked at and taken in.

    A list (``brought``) has a place, at which ``right`` is asked for. ``find`` reads it,
    ``try_out`` and ``take_in`` are given what was found, ``tell`` says what came of both.
    """

    reading: str
    """The task that looks at a list; it is named with ``brought``, ``by`` and ``on``."""
    taking: str
    right: Permission
    consent: str | Promise
    """What agreeing is called."""
    agreed: str
    """The verb by which the audit log knows that somebody agreed."""
    find: Callable[..., Any]
    try_out: Callable[..., Any]
    take_in: Callable[..., Any]
    tell: Callable[[Any, Any], Mapping[str, Any]]

    def job_of(self, brought: Any, kind: str = "") -> Job | None:
        """Return the job of this kind for a list, or the last one that was ordered; or None."""
        kinds = [kind] if kind else [self.reading, self.taking]
        return Job.objects.filter(kind__in=kinds, key=str(brought.pk)).order_by("pk").last()

    @transaction.atomic
    def look_at(self, *, brought: Any, by: Person, on: date) -> Job:
        """Have a worker look at a list; nothing of it is taken in yet."""
        access.require(by, self.right, brought.place, on=on)
        return self._order(self.reading, brought, by=by, on=on)

    @transaction.atomic
    def agree(self, *, brought: Any, by: Person, on: date) -> Job:
        """
        Have a worker take in a list that was looked at.

        :raises NotNow: if it was not, or a worker has it or had it.
        """
        access.require(by, self.right, brought.place, on=on)
        job = self.job_of(brought)
        if job is None or job.kind != self.reading or not job.is_done:
            status = job.get_state_display() if job else ""
            raise NotNow(label=self.consent, status=status, verb="take")
        audit.record(verb=self.agreed, by=by, subject=str(brought))
        return self._order(self.taking, brought, by=by, on=on)

    @transaction.atomic
    def resume(self, *, brought: Any, by: Person, on: date) -> Job:
        """
        Send a list's work to a worker anew, if it failed or was lost, or was never ordered.

        :raises NotNow: if nothing of it failed or was lost.
        """
        access.require(by, self.right, brought.place, on=on)
        job = self.job_of(brought)
        if job is not None and not jobs.is_lost(job=job):
            raise NotNow(label=_("重新办理"), status=job.get_state_display(), verb="resume")
        return self._order(job.kind if job else self.reading, brought, by=by, on=on)

    def read(self, *, brought: Any, by: Person, on: date) -> None:
        """Say what taking a list in would do and what is wrong in it: the job of a worker."""
        job, mine = jobs.begin(kind=self.reading, key=str(brought.pk), by=by, place=brought.place)
        if not mine:
            return
        with jobs.told_why(job=job):
            found = self.find(brought=brought, by=by, on=on)
            taken = self.try_out(
                brought=brought, found=found, by=by, on=on, report=jobs.telling(job)
            )
        jobs.finish(job=job, result=self.tell(found, taken))

    def take(self, *, brought: Any, by: Person, on: date) -> None:
        """
        Take a list in: the job of a worker.

        What it took in and that it did so are written together, so that it is told once and true.
        """
        job, mine = jobs.begin(kind=self.taking, key=str(brought.pk), by=by, place=brought.place)
        if not mine:
            return
        with jobs.told_why(job=job), transaction.atomic():
            found = self.find(brought=brought, by=by, on=on)
            taken = self.take_in(
                brought=brought, found=found, by=by, on=on, report=jobs.telling(job)
            )
            jobs.finish(job=job, result=self.tell(found, taken))

    def _order(self, kind: str, brought: Any, *, by: Person, on: date) -> Job:
        return jobs.order(
            kind=kind,
            key=str(brought.pk),
            by=by,
            place=brought.place,
            said={"brought": brought.pk, "by": by.pk, "on": on.isoformat()},
        )
