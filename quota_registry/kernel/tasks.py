"""The kernel's jobs, each one call of a service and safe to run twice."""

from __future__ import annotations

from celery import shared_task

from quota_registry.kernel.services import outbox


@shared_task(name="kernel.send_outbox")
def send_outbox() -> None:
    """Send what waits in the outbox."""
    while outbox.send_next():
        pass
