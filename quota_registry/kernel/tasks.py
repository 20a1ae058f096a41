"""The kernel's jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from quota_registry.kernel.models import Person, StoredFile
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import first_answers, outbox
from quota_registry.kernel.services.polluter_list_work import WORK


@shared_task(name="kernel.send_outbox")
def send_outbox() -> None:
    """Send what waits in the outbox."""
    while outbox.send_next():
        pass


@shared_task(name="kernel.forget_answers")
def forget_answers() -> None:
    """Forget the first answers to writes whose days are over."""
    first_answers.forget(at=timezone.now())


@shared_task(name=WORK.reading)
def read_polluter_list(*, brought: int, by: int, on: str) -> None:
    """Hold a list of polluters that came in against the record."""
    # A lawful no is the job's to say, and no fault of the worker.
    with suppress(Refusal):
        WORK.read(**_said(brought, by, on))


@shared_task(name=WORK.taking)
def take_polluter_list(*, brought: int, by: int, on: str) -> None:
    """Register the good rows of a list of polluters that somebody agreed to."""
    with suppress(Refusal):
        WORK.take(**_said(brought, by, on))


def _said(brought: int, by: int, on: str) -> dict[str, Any]:
    return {
        "brought": StoredFile.objects.select_related("place").get(pk=brought),
        "by": Person.objects.get(pk=by),
        "on": date.fromisoformat(on),
    }
