"""The drafts of one batch, filed one by one: each wholly or not at all, and what came of each."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from quota_registry.kernel.models import Person
from quota_registry.kernel.services import jobs
from reserve.models import Claim, ImportBatch
from reserve.services import claims
from reserve.services.batches import FILE
from reserve.services.outcomes import Outcome
from reserve.vocabulary import ClaimStatus

TOGETHER: Final = 50
KEPT: Final = 500
"""Of so many claims that could not be filed the reasons are kept with the job."""


def drafts_of(batch: ImportBatch) -> list[Claim]:
    """Return the claims of *batch* that nobody filed yet."""
    return list(
        Claim.objects.filter(batch=batch, status=ClaimStatus.DRAFT)
        .select_related("place", "polluter", "batch")
        .order_by("pk")
    )


def file(*, batch: ImportBatch, by: Person, on: date) -> list[Outcome]:
    """
    File every draft of *batch*: the job of a worker, which may be begun again at any time.

    A draft that cannot be filed stays one; the job keeps its number and what stands in its way.
    """
    job, mine = jobs.begin(kind=FILE, key=str(batch.pk), by=by, place=batch.place)
    if not mine:
        return []
    try:
        outcomes: list[Outcome] = []
        drafts = drafts_of(batch)
        for first in range(0, len(drafts), TOGETHER):
            some = drafts[first : first + TOGETHER]
            outcomes += claims.file_many(claims=some, by=by, on=on)
            jobs.report(job=job, done=len(outcomes), total=len(drafts))
    except Exception:
        jobs.fail(job=job, reason=_("办理时发生内部错误，请重试"))
        raise
    refused = [outcome for outcome in outcomes if outcome.refusal is not None]
    jobs.finish(
        job=job,
        result={
            "filed": len(outcomes) - len(refused),
            "refused": len(refused),
            "reasons": [[one.claim.number, str(one.refusal)] for one in refused[:KEPT]],
        },
    )
    return outcomes
