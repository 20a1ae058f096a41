"""The watch's jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from monitoring.models import ReadingBatch
from monitoring.services import months, reading_work, readings
from quota_registry.kernel.models import Person
from quota_registry.kernel.refusals import Refusal


@shared_task(name=readings.READ)
def read_batch(*, batch: int, by: int, at: str) -> None:
    """Read a list of readings that came in."""
    # A lawful no is the batch's to say, and no fault of the worker.
    with suppress(Refusal):
        reading_work.read(batch=_batch(batch), at=datetime.fromisoformat(at))


@shared_task(name=readings.ACCEPT)
def accept_batch(*, batch: int, by: int, at: str) -> None:
    """Take in a batch that somebody agreed to."""
    with suppress(Refusal):
        reading_work.accept(
            batch=_batch(batch),
            by=Person.objects.get(pk=by),
            at=datetime.fromisoformat(at),
        )


@shared_task(name="monitoring.judge_month")
def judge_month() -> None:
    """Judge the month before once its day has come (§9)."""
    months.judge_due(on=timezone.localdate())


def _batch(pk: int) -> ReadingBatch:
    return ReadingBatch.objects.select_related("file", "place", "by").get(pk=pk)
