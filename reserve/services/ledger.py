"""
Post to the ledger. The promises stand in the database; this is the one way to it from Python.

Whoever calls has judged whether the act is lawful and who may do it; the ledger judges whether
the mass is there. Voids, reversals and closings, which touch what others did, ask for themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from quota_registry.kernel import statements
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.request import current
from quota_registry.kernel.services import access, audit
from quota_registry.kernel.vocabulary import Tier
from reserve.models import Lot, Transfer
from reserve.refusals import by_name
from reserve.rules.postings import Effect, Leg, Posted, Request
from reserve.vocabulary import TransferKind


@dataclass(frozen=True, slots=True)
class Voided:
    """What became of one lot that proved false, in grams."""

    lot: int
    voided: Grams
    owed: Grams


def post(
    *,
    kind: TransferKind,
    key: str,
    legs: Sequence[Leg],
    on: date,
    by: Person,
    document: str = "",
    clause: str = "",
    reason: str = "",
    prepared_by: Person | None = None,
) -> Posted:
    """
    Post one transfer, effective *on*, in the name of *by*.

    The same key with the same content gives the first answer again, marked ``repeated``.

    :raises Overdrawn: if an account has less than a leg draws on.
    :raises KeyReused: if the key names another act already.
    :raises QuarterClosed: if the quarter of *on* is closed.
    :raises EnteredBefore: if a paper, or its project for a pollutant, is in the ledger.
    :raises DebtOpen: if the declaring place owes and the mass would pass by the debt.
    """
    request = Request(
        kind=kind,
        key=key,
        legs=legs,
        on=on,
        document=document,
        clause=clause,
        reason=reason,
        prepared_by=prepared_by.pk if prepared_by else None,
    )
    return Posted(**_signed_call("post", request.to_document(), by=by))


def post_many(*, requests: Sequence[Request], by: Person) -> list[Posted]:
    """Post many transfers at once, all or none, in the order given; refuses as `post` does."""
    answers = _signed_call("post_many", [request.to_document() for request in requests], by=by)
    return [Posted(**answer) for answer in answers]


@transaction.atomic
def dry_run(*, request: Request, by: Person) -> list[Effect]:
    """Say what *request* would do to each account it touches, and do nothing."""
    audit.sign(by=by)
    answer = _call("check", request.to_document())
    return [
        Effect(row["account"], row["pollutant"], Grams(row["before"]), Grams(row["after"]))
        for row in answer["balances"] or ()
    ]


@transaction.atomic
def reverse(
    *,
    transfer: Transfer,
    key: str,
    on: date,
    by: Person,
    prepared_by: Person,
    document: str = "",
    reason: str = "",
) -> Posted:
    """
    Undo *transfer* by a transfer that is its exact opposite, once, by four eyes.

    :raises AlreadyReversed: if that was done before.
    :raises NotReversible: if it is itself a reversal, a void or a correction.
    :raises Overdrawn: if what it moved has been moved on.
    """
    audit.sign(by=by)
    answer = _call(
        "reverse",
        {
            "key": key,
            "reverses": transfer.pk,
            "effective_on": on.isoformat(),
            "document": document,
            "reason": reason,
            "prepared_by": prepared_by.pk,
        },
        settle=("a_reversal_undoes_exactly",),
    )
    return Posted(**answer)


@transaction.atomic
def void(
    *,
    lots: Sequence[Lot],
    key: str,
    on: date,
    by: Person,
    prepared_by: Person,
    document: str = "",
    reason: str = "",
) -> list[Voided]:
    """
    Void *lots* that were got by deceit: what is unspent goes, what is spent the declarer owes.

    Mass on hold goes first: that hold is short from now on (§21).

    :raises AlreadyVoided: if one of them was voided before.
    """
    for place in Place.objects.filter(pk__in={lot.source.place_id for lot in lots}):
        access.require(by, Permission.VOID_CLAIM, place, on=on)
    answer = _call(
        "void",
        {
            "key": key,
            "lots": sorted(lot.pk for lot in lots),
            "effective_on": on.isoformat(),
            "clause": "21.1",
            "document": document,
            "reason": reason,
            "prepared_by": prepared_by.pk,
        },
        settle=("a_void_leaves_nothing_unspent",),
    )
    voided = [
        Voided(row["lot"], Grams(row["voided"]), Grams(row["owed"]))
        for row in answer.get("lots") or ()
    ]
    audit.record(verb="reserve.lots.voided", by=by, subject=key, transfer=answer["transfer"])
    return voided


@transaction.atomic
def close_quarter(*, first_day: date, by: Person, on: date, document: str = "") -> None:
    """
    Close the quarter that begins on *first_day*: nothing is dated in it from now on.

    The dated job closes as the system does, people where they may (RULES §5).

    :raises QuarterClosed: if it is closed already.
    """
    city = Place.objects.filter(tier=Tier.CITY).order_by("path").first()
    if by.username == Person.SYSTEM:
        audit.sign(by=by)
    elif city is not None:
        access.require(by, Permission.CLOSE_QUARTER, city, on=on)
    else:
        access.require_anywhere(by, Permission.CLOSE_QUARTER, on=on)
    with by_name(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger.close_quarter(%s, %s)", [first_day, document])
    audit.record(verb="reserve.quarter.closed", by=by, subject=first_day.isoformat())


@transaction.atomic
def seal(*, even_if_empty: bool = False) -> dict[str, Any] | None:
    """
    Give positions to all transfers that nothing can precede any more, under one root.

    Returns the seal, or nothing where there was nothing to seal. An empty seal says "up to now
    nothing came", which lets questions of what was known be answered up to now.
    """
    with by_name(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger.seal(%s)", [even_if_empty])
        (answer,) = cursor.fetchone()
    sealed: dict[str, Any] | None = json.loads(answer) if isinstance(answer, str) else answer
    return sealed


def _signed_call(function: str, request: Any, *, by: Person) -> Any:
    """
    Sign and post in one statement, which by itself is a transaction: one way there and back.

    Inside somebody's transaction it stands behind a savepoint, so that a refusal can be caught.
    """
    savepoint = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with by_name(), savepoint, statements.kept() as cursor:
        cursor.execute(
            f"SELECT ledger.{function}(%s::jsonb) FROM (SELECT"
            " set_config('quota.person', %s, true) AS person,"
            " set_config('quota.request', %s, true) AS request OFFSET 0) AS signed"
            " WHERE person <> '' AND request IS NOT NULL",
            [json.dumps(request), str(by.pk), current().id],
        )
        (answer,) = cursor.fetchone()
    return json.loads(answer) if isinstance(answer, str) else answer


def _call(function: str, request: Any, *, settle: Sequence[str] = ()) -> Any:
    """Call a posting function, and check at once what would only be checked at commit."""
    with by_name(), connection.cursor() as cursor:
        cursor.execute(f"SELECT ledger.{function}(%s::jsonb)", [json.dumps(request)])
        (answer,) = cursor.fetchone()
        for constraint in settle:
            cursor.execute(f"SET CONSTRAINTS {constraint} IMMEDIATE")
            cursor.execute(f"SET CONSTRAINTS {constraint} DEFERRED")
    return json.loads(answer) if isinstance(answer, str) else answer
