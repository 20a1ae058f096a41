"""The stock's jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import structlog
from celery import shared_task

from quota_registry.kernel.models import Person
from quota_registry.kernel.refusals import Refusal
from reserve.models import ImportBatch
from reserve.services import batch_filing, batch_work, batches, ledger, proofs

logger = structlog.get_logger(__name__)


@shared_task(name=batches.READ)
def read_batch(*, batch: int, by: int, on: str) -> None:
    """Read a list of claims that came in."""
    # A lawful no is the batch's to say, and no fault of the worker.
    with suppress(Refusal):
        batch_work.read(batch=_batch(batch), on=date.fromisoformat(on))


@shared_task(name=batches.ACCEPT)
def accept_batch(*, batch: int, by: int, on: str) -> None:
    """Make drafts of a batch that somebody agreed to."""
    with suppress(Refusal):
        batch_work.accept(
            batch=_batch(batch), by=Person.objects.get(pk=by), on=date.fromisoformat(on)
        )


@shared_task(name=batches.FILE)
def file_batch(*, batch: int, by: int, on: str) -> None:
    """File the drafts of a batch."""
    batch_filing.file(batch=_batch(batch), by=Person.objects.get(pk=by), on=date.fromisoformat(on))


@shared_task(name="reserve.seal")
def seal(*, even_if_empty: bool = False) -> None:
    """Seal what can no longer be preceded."""
    ledger.seal(even_if_empty=even_if_empty)


@shared_task(name="reserve.prove")
def prove() -> None:
    """Prove the ledger a second time, and put on record what came of it."""
    if found := proofs.put_on_record():
        logger.critical(
            "the ledger differs from its entries", first=found[0], differences=len(found)
        )


def _batch(pk: int) -> ImportBatch:
    return ImportBatch.objects.select_related("file", "place", "by").get(pk=pk)
