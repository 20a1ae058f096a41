"""The parks' jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from parks.models import TotalsList
from parks.services import reminders
from parks.services.totals_list_work import WORK
from quota_registry.kernel.models import Person
from quota_registry.kernel.refusals import Refusal


@shared_task(name=WORK.reading)
def read_totals_list(*, brought: int, by: int, on: str) -> None:
    """Read a workbook of annual totals that came in."""
    # A lawful no is the job's to say, and no fault of the worker.
    with suppress(Refusal):
        WORK.read(**_said(brought, by, on))


@shared_task(name=WORK.taking)
def take_totals_list(*, brought: int, by: int, on: str) -> None:
    """Put a workbook of annual totals into the parks' drafts, which somebody agreed to."""
    with suppress(Refusal):
        WORK.take(**_said(brought, by, on))


@shared_task(name="parks.remind")
def remind() -> None:
    """Remind the parks and the office of the steps that are due soon or overdue (§15–18)."""
    reminders.remind(on=timezone.localdate())


def _said(brought: int, by: int, on: str) -> dict[str, Any]:
    return {
        "brought": TotalsList.objects.select_related("file", "place").get(pk=brought),
        "by": Person.objects.get(pk=by),
        "on": date.fromisoformat(on),
    }
