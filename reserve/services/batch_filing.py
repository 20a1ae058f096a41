"""
The drafts of one batch, filed one by one: each wholly or not at all, and what came of each.

However long the list, no worker is long at it: after a stretch the job is handed on, and goes on
behind the last draft that was tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from quota_registry.kernel.models import Job, Person
from quota_registry.kernel.services import jobs
from reserve.models import Claim, ImportBatch
from reserve.services import claims, tidings
from reserve.services.batches import FILE
from reserve.services.outcomes import Outcome
from reserve.vocabulary import ClaimStatus

TOGETHER: Final = 50
"""After so many drafts it is written down how far the job is."""
STRETCH: Final = 1_000
"""So many drafts a worker tries before the job is handed on: at one a second half its time."""
KEPT: Final = 500
"""Of so many claims that could not be filed the reasons are kept with the job."""


def drafts_of(batch: ImportBatch) -> QuerySet[Claim]:
    """Return the claims of *batch* that nobody filed yet, in the order in which they are filed."""
    return (
        Claim.objects.filter(batch=batch, status=ClaimStatus.DRAFT)
        .select_related("place", "polluter", "batch")
        .order_by("pk")
    )


def file(*, batch: ImportBatch, by: Person, on: date) -> list[Outcome]:
    """
    File the next drafts of *batch*: the job of a worker, which may be begun again at any time.

    A draft that cannot be filed stays one; the job keeps its number and what stands in its way.
    While drafts are left that were not tried, the job is handed on.
    """
    job, mine = jobs.begin(kind=FILE, key=str(batch.pk), by=by, place=batch.place)
    if not mine:
        return []
    with jobs.told_why(job=job):
        outcomes, left = _stretch(job, batch, by=by, on=on)
    if left:
        jobs.hand_on(job=job, batch=batch.pk, by=by.pk, on=on.isoformat())
        return outcomes
    refused = job.result["refused"]
    jobs.finish(
        job=job,
        result={
            "filed": job.done - refused,
            "refused": refused,
            "reasons": job.result["reasons"],
        },
    )
    return outcomes


def _stretch(job: Job, batch: ImportBatch, *, by: Person, on: date) -> tuple[list[Outcome], int]:
    """Try the drafts behind the last one that was tried; returns what came of them and is left."""
    so_far = {"after": 0, "refused": 0, "reasons": [], **job.result}
    so_far.pop("reason", None)
    ahead = drafts_of(batch).filter(pk__gt=so_far["after"])
    left = ahead.count()
    # What was filed before a worker was lost is no draft any more, noted or not.
    total = so_far.setdefault("total", left)
    jobs.note(job=job, result=so_far, done=total - left, total=total)

    outcomes: list[Outcome] = []
    drafts = list(ahead[:STRETCH])
    with tidings.together():
        for first in range(0, len(drafts), TOGETHER):
            some = drafts[first : first + TOGETHER]
            tried = claims.file_many(claims=some, by=by, on=on)
            so_far |= _counted(so_far, tried)
            left -= len(tried)
            outcomes += tried
            jobs.note(job=job, result=so_far, done=total - left, total=total)
    return outcomes, left


def _counted(so_far: dict[str, Any], tried: Sequence[Outcome]) -> dict[str, Any]:
    refused = [outcome for outcome in tried if outcome.refusal is not None]
    reasons = [[one.claim.number, str(one.refusal)] for one in refused]
    return {
        "after": tried[-1].claim.pk,
        "refused": so_far["refused"] + len(refused),
        "reasons": [*so_far["reasons"], *reasons][:KEPT],
    }
