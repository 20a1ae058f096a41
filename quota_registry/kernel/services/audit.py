"""Who acts in this transaction, and what is worth remembering that is no row."""

from __future__ import annotations

from typing import Any

from django.db import connection

from quota_registry.kernel.models import AuditEvent, Client, Person
from quota_registry.kernel.request import current


def sign(*, by: Person) -> None:
    """
    Put *by* and the request's number into the transaction, for the triggers to read.

    Outside a transaction it would be forgotten at once, so that is an error of the program.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("sign inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('quota.person', %s, true), set_config('quota.request', %s, true)",
            [str(by.pk), current().id],
        )


def record(
    *,
    verb: str,
    by: Person | Client | None,
    subject: str = "",
    outcome: str = "done",
    **facts: Any,
) -> AuditEvent:
    """Write down an act that leaves no row behind: a sign-in, an export, a refusal, a look."""
    request = current()
    return AuditEvent.objects.create(
        verb=verb,
        person=by if isinstance(by, Person) else None,
        client=by if isinstance(by, Client) else None,
        subject=subject,
        outcome=outcome,
        facts=facts,
        address=request.address,
        request=request.id,
    )
