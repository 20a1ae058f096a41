"""
Long and dated pieces of work: one row per kind and key, so that none runs twice.

What a job changes it changes in its own transactions; how far it is lies in the cache, where
everybody sees it at once, and the row says how it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Job, Person, Place
from quota_registry.kernel.refusals import Refusal, kept

Tell = Callable[[int, int], None]
"""How a service says how much it did, and of how much."""

KEPT: Final = timedelta(hours=24)
LOST: Final = timedelta(hours=1)
"""A job that runs for longer lost its worker: twice the time that a worker may take."""
UNHEARD: Final = timedelta(minutes=2)
"""A job that waits for longer may never have reached a worker; to send it twice does no harm."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: ``done`` of ``total`` (0 while nobody knows how much it is)."""

    state: str
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Return 0 to 100; a job that is not done never shows 100."""
        if self.state == Job.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


@transaction.atomic
def begin(*, kind: str, key: str, by: Person, place: Place | None = None) -> tuple[Job, bool]:
    """
    Return the job of this kind and key, and whether the caller is to run it now.

    One that waits or failed is handed out, and one that runs for longer than any may; one that
    runs or is done is not.
    """
    Job.objects.bulk_create([Job(kind=kind, key=key, by=by, place=place)], ignore_conflicts=True)
    job = Job.objects.select_for_update().get(kind=kind, key=key)
    if job.state == Job.State.DONE or (job.state == Job.State.RUNNING and not is_lost(job=job)):
        return job, False
    job.state, job.started_at, job.ended_at = Job.State.RUNNING, timezone.now(), None
    job.save(update_fields=["state", "started_at", "ended_at"])
    return job, True


@transaction.atomic
def order(
    *, kind: str, key: str, by: Person, said: Mapping[str, Any], place: Place | None = None
) -> Job:
    """Have a worker do this job, told what is *said*; one that failed waits to be begun again."""
    job, _new = Job.objects.get_or_create(kind=kind, key=key, defaults={"by": by, "place": place})
    if job.state == Job.State.FAILED:
        job.state, job.created_at = Job.State.WAITING, timezone.now()
        job.save(update_fields=["state", "created_at"])
    send(task=kind, **said)
    return job


def send(*, task: str, **said: Any) -> None:
    """
    Ask a worker to run *task* with these words, once this transaction has committed.

    A broker that is away loses the message, not what was committed: the job waits to be sent anew.
    """

    def now() -> None:
        # Workers stand on the top floor; down here a task is known by its name alone.
        app = import_module(settings.QUOTA_WORKERS).app
        if task not in app.tasks:
            app.loader.import_default_modules()
        app.tasks[task].apply_async(kwargs=said)

    transaction.on_commit(now, robust=True)


def report(*, job: Job, done: int, total: int) -> None:
    """Say how far *job* is."""
    cache.set(_name(job), (done, total), timeout=int(KEPT.total_seconds()))


def telling(job: Job) -> Tell:
    """Return what a service calls to say how far it is with *job*."""

    def tell(done: int, total: int) -> None:
        report(job=job, done=done, total=total)

    return tell


def note(*, job: Job, result: Mapping[str, Any], done: int, total: int) -> None:
    """Write down what *job* has so far, so that whoever begins it again goes on from there."""
    job.result, job.done, job.total = dict(result), done, total
    job.save(update_fields=["result", "done", "total"])
    report(job=job, done=done, total=total)


@transaction.atomic
def hand_on(*, job: Job, **said: Any) -> None:
    """
    Let another worker go on with *job* from what it noted, so that none works without end.

    It is sent as the task of its kind, with these words.
    """
    job.state, job.created_at = Job.State.WAITING, timezone.now()
    job.save(update_fields=["state", "created_at"])
    send(task=job.kind, **said)


def finish(*, job: Job, result: Mapping[str, Any]) -> None:
    """Write down what came out of *job*."""
    _end(job, Job.State.DONE, result)


def fail(*, job: Job, reason: Refusal | Promise | str) -> None:
    """
    Write down why *job* failed, beside what it noted; it may be begun again.

    It is kept so that each reader is told in their language (`refusals.said`).
    """
    _end(job, Job.State.FAILED, {**job.result, "reason": kept(reason)})


@contextmanager
def told_why(*, job: Job) -> Iterator[None]:
    """Write down why *job* failed, where what is done inside is refused or breaks."""
    try:
        yield
    except Refusal as refusal:
        fail(job=job, reason=refusal)
        raise
    except Exception:
        fail(job=job, reason=_("办理时发生内部错误，请重试"))
        raise


def runs(*, job: Job) -> bool:
    """Say whether a worker has *job*, or is about to."""
    return job.state in {Job.State.WAITING, Job.State.RUNNING}


def progress(*, job: Job) -> Progress:
    """Return how far *job* is."""
    done, total = cache.get(_name(job), (job.done, job.total or 0))
    return Progress(state=job.state, done=done, total=total)


def is_lost(*, job: Job) -> bool:
    """Say whether *job* failed, or waits or runs for longer than any may: it is to be sent anew."""
    if job.state == Job.State.WAITING:
        return timezone.now() - job.created_at > UNHEARD
    since = job.started_at or job.created_at
    runs_on = job.state == Job.State.RUNNING and timezone.now() - since > LOST
    return runs_on or job.state == Job.State.FAILED


def _end(job: Job, state: str, result: Mapping[str, Any]) -> None:
    done, total = cache.get(_name(job), (job.done, job.total or 0))
    job.state, job.result, job.ended_at = state, dict(result), timezone.now()
    job.done, job.total = done, total
    job.save(update_fields=["state", "result", "ended_at", "done", "total"])


def _name(job: Job) -> str:
    return f"job/{job.pk}"
