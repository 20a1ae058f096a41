"""
First answers to writes that may be sent again: one act for one key of one caller.

The truth is the row, and the row is written with the act: a process that dies in between leaves
neither. Keys are a caller's own; two callers may use the same one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Client, FirstAnswer, Person
from quota_registry.kernel.refusals import Refusal

KEPT: Final = timedelta(days=7)
"""For so long, at least, a request may be sent again and is answered as it was."""


class StillRunning(Refusal):
    """The first request of this key has not been answered yet."""

    code = "still_running"
    message = _("此Idempotency-Key的首次请求仍在办理，请稍后再试")


class KeyUsedOtherwise(Refusal):
    """The key came with another request before."""

    code = "key_used_otherwise"
    status = 422
    message = _("此Idempotency-Key已用于另一请求，内容不同的请求须用新的键")


def find(*, key: str, digest: str, caller: Client | Person) -> FirstAnswer | None:
    """
    Return what *caller* was answered under *key*; none where the act is to be done now.

    The key is the caller's alone until the end of this transaction.

    :raises StillRunning: if another request has it.
    :raises KeyUsedOtherwise: if it was answered another request, which *digest* tells.
    """
    with connection.cursor() as cursor:
        # Whoever commits lets go of the lock when the row can be seen, not before.
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"first answer/{type(caller).__name__}/{caller.pk}/{key}"],
        )
        (mine,) = cursor.fetchone()
    if not mine:
        raise StillRunning(key=key)
    found = FirstAnswer.objects.filter(key=key, **_whose(caller)).first()
    if found is not None and found.digest != digest:
        raise KeyUsedOtherwise(key=key)
    return found


def keep(
    *,
    key: str,
    digest: str,
    caller: Client | Person,
    status: int,
    media_type: str,
    content: str,
    location: str = "",
) -> FirstAnswer:
    """
    Write down what *caller* is answered, in the transaction of what was done.

    What was made is at *location*; nothing was made without.
    """
    return FirstAnswer.objects.create(
        key=key,
        digest=digest,
        status=status,
        media_type=media_type,
        content=content,
        location=location,
        **_whose(caller),
    )


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Forget the answers that were kept for their days by the moment *at*; say how many."""
    gone, _by_model = FirstAnswer.objects.filter(at__lt=at - KEPT).delete()
    return gone


def _whose(caller: Client | Person) -> dict[str, Client | Person | None]:
    """Name the caller by the column that holds its kind."""
    program = isinstance(caller, Client)
    return {"client": caller if program else None, "person": None if program else caller}
