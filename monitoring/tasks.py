"""The watch's jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from celery import shared_task
from django.utils import timezone

from monitoring.models import MeasuredList, ReadingBatch
from monitoring.services import months, reading_work, readings
from monitoring.services.measured_list_work import WORK
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


@shared_task(name=WORK.reading)
def read_measured_list(*, brought: int, by: int, on: str) -> None:
    """Read a list of measured amounts that came in."""
    with suppress(Refusal):
        WORK.read(**_said(brought, by, on))


@shared_task(name=WORK.taking)
def take_measured_list(*, brought: int, by: int, on: str) -> None:
    """Record a list of measured amounts, which somebody agreed to."""
    with suppress(Refusal):
        WORK.take(**_said(brought, by, on))


@shared_task(name="monitoring.judge_month")
def judge_month() -> None:
    """Judge the month before once its day has come (§9)."""
    months.judge_due(on=timezone.localdate())


def _batch(pk: int) -> ReadingBatch:
    return ReadingBatch.objects.select_related("file", "place", "by").get(pk=pk)


def _said(brought: int, by: int, on: str) -> dict[str, Any]:
    return {
        "brought": MeasuredList.objects.select_related("file", "place").get(pk=brought),
        "by": Person.objects.get(pk=by),
        "on": date.fromisoformat(on),
    }
