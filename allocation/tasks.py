"""The desk's jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from allocation.models import DispatchList
from allocation.services import dispatch_rounds, holds
from allocation.services.dispatch_list_work import WORK
from quota_registry.kernel.models import Person
from quota_registry.kernel.refusals import Refusal


@shared_task(name=WORK.reading)
def read_dispatch_list(*, brought: int, by: int, on: str) -> None:
    """Read one of the quarter's lists that came in."""
    # A lawful no is the job's to say, and no fault of the worker.
    with suppress(Refusal):
        WORK.read(**_said(brought, by, on))


@shared_task(name=WORK.taking)
def take_dispatch_list(*, brought: int, by: int, on: str) -> None:
    """Take in one of the quarter's lists that somebody agreed to."""
    with suppress(Refusal):
        WORK.take(**_said(brought, by, on))


@shared_task(name="allocation.dispatch_quarter")
def dispatch_quarter() -> None:
    """Dispatch the quarter before once its day has come, and close it when its month is over."""
    dispatch_rounds.run_due(on=timezone.localdate())


@shared_task(name="allocation.watch_holds")
def watch_holds() -> None:
    """Let holds lapse whose time has run out, and warn of those that soon will (§8)."""
    holds.watch_over(on=timezone.localdate())


def _said(brought: int, by: int, on: str) -> dict[str, Any]:
    return {
        "brought": DispatchList.objects.select_related("file", "place").get(pk=brought),
        "by": Person.objects.get(pk=by),
        "on": date.fromisoformat(on),
    }
