"""The family of a lot, both ways: from its paper to where it lies, and from there to the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from quota_registry.kernel.mass import Grams
from reserve.models import Account, Balance, Entry, Lot


@dataclass(frozen=True, slots=True)
class Resting:
    """Where some of a lot lies now."""

    account: int
    name: str
    kind: str
    place: str | None
    polluter: int | None
    case: str
    grams: Grams


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer of a lot: what each account gave and what each took, in grams."""

    transfer: int
    key: str
    kind: str
    document: str
    effective_on: date
    author: str
    gave: dict[str, Grams]
    took: dict[str, Grams]


@dataclass(frozen=True, slots=True)
class Family:
    """A lot with its paper, every move it made in order, and where it lies now."""

    lot: Lot
    moves: list[Move]
    resting: list[Resting]


def family(lot: Lot) -> Family:
    """Tell the whole life of *lot*, from its paper down to every account that has some of it."""
    return Family(lot=lot, moves=_moves(lot), resting=resting(lot))


def resting(lot: Lot) -> list[Resting]:
    """List where *lot* lies now; what it came from is not listed."""
    rows = (
        Balance.objects.filter(lot=lot, grams__gt=0)
        .order_by("account__kind", "account_id")
        .values_list(
            "account_id",
            "account__name",
            "account__kind",
            "account__place_id",
            "account__polluter_id",
            "account__case",
            "grams",
        )
    )
    return [Resting(*row[:6], Grams(row[6])) for row in rows]


def ancestry(account: Account) -> list[tuple[Lot, Grams]]:
    """List the lots that lie in *account* now, oldest first, with their papers and grams."""
    balances = (
        Balance.objects.filter(account=account)
        .exclude(grams=0)
        .select_related("lot__source", "lot__place")
        .order_by("lot__vintage", "lot_id")
    )
    return [(balance.lot, Grams(balance.grams)) for balance in balances]


def papers_of_transfer(transfer: int) -> list[tuple[Lot, Grams]]:
    """List the lots that a transfer moved, with the grams that changed hands: for a voucher."""
    lots = {
        row["lot"]: row["total"]
        for row in Entry.objects.filter(transfer=transfer, grams__gt=0)
        .values("lot")
        .annotate(total=Sum("grams"))
    }
    found: QuerySet[Lot] = Lot.objects.filter(pk__in=lots).select_related("source", "place")
    return [(lot, Grams(lots[lot.pk])) for lot in found.order_by("vintage", "pk")]


def _moves(lot: Lot) -> list[Move]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.id, t.key, t.kind, t.document, t.effective_on, p.name, a.name, e.grams
              FROM reserve_entry AS e
              JOIN reserve_transfer AS t ON t.id = e.transfer_id
              JOIN reserve_account AS a ON a.id = e.account_id
              JOIN kernel_person AS p ON p.id = t.author_id
             WHERE e.lot_id = %s ORDER BY t.effective_on, t.id, a.name
            """,
            [lot.pk],
        )
        rows = cursor.fetchall()
    moves: dict[int, Move] = {}
    for row in rows:
        transfer, key, kind, document, effective_on, author = row[:6]
        move = moves.setdefault(
            transfer, Move(transfer, key, kind, document, effective_on, author, {}, {})
        )
        account: str = row[6]
        grams: Any = row[7]
        (move.took if grams > 0 else move.gave)[account] = Grams(abs(grams))
    return list(moves.values())
