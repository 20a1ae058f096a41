"""The watch's jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from monitoring.services import months


@shared_task(name="monitoring.judge_month")
def judge_month() -> None:
    """Judge the month before once its day has come (§9)."""
    months.judge_due(on=timezone.localdate())
