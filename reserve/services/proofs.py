"""Prove the ledger by its second implementation, and put on record what came of it."""

from __future__ import annotations

from django.db import connection, transaction

from quota_registry.kernel.models import Person
from quota_registry.kernel.services import audit
from reserve import proof
from reserve.selectors import promises

SHOWN = 20
"""How many differences the record keeps; one is too many."""


def prove(*, stop_at_first: bool = False) -> tuple[list[str], int]:
    """
    Compare the ledger with what its entries say, guards included; changes nothing.

    Returns the differences, in a fixed order, and how many transfers were proved.
    """
    found = [f"guard: {fault}" for fault in promises.unkept()]
    with transaction.atomic(), connection.cursor() as cursor:
        # One snapshot, so that postings that go on meanwhile are seen whole or not at all.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for difference in proof.differences(cursor):
            found.append(difference)
            if stop_at_first:
                break
        cursor.execute("SELECT count(*) FROM reserve_transfer")
        (count,) = cursor.fetchone()
    return found, int(count)


def put_on_record() -> list[str]:
    """Prove the ledger as the nightly job does, and leave an audit event either way."""
    found, count = prove()
    with transaction.atomic():
        system = Person.objects.get_system()
        audit.sign(by=system)
        audit.record(
            verb="reserve.ledger.proved",
            by=system,
            outcome="differs" if found else "done",
            transfers=count,
            differences=found[:SHOWN],
        )
    return found
