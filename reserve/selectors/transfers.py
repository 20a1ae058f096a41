"""Transfers in the order that the seals fixed, and the proof that one is among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from reserve.models import Account, Entry, Seal, Transfer
from reserve.refusals import BeyondHorizon


@dataclass(frozen=True, slots=True)
class Inclusion:
    """
    What a receipt carries, so that anybody can check it without the registry.

    ``path`` lists, from the leaf up, the side on which the neighbour stands and its hash.
    `reserve.verify` reads it and needs nothing else.
    """

    text: str
    leaf: str
    position: int
    path: list[tuple[str, str]]
    root: str
    previous: str
    chain: str
    seal: int
    first_position: int
    last_position: int
    sealed_at: str

    def to_json(self) -> str:
        """Write the receipt as the offline verifier reads it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def touching(paths: Sequence[str]) -> QuerySet[Transfer]:
    """List transfers with an entry in an account of a place, or of a polluter, under *paths*."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(place__path__startswith=path) | Q(polluter__place__path__startswith=path)
    entries = Entry.objects.filter(account__in=Account.objects.filter(within).values("pk"))
    return Transfer.objects.filter(pk__in=entries.values("transfer"))


def position_at(known_at: datetime) -> int:
    """
    Resolve a moment to the position that the ledger was sealed up to by then.

    :raises BeyondHorizon: if the moment lies after the last seal.
    """
    last = Seal.objects.order_by("-number").first()
    if last is None or known_at > last.sealed_at:
        raise BeyondHorizon(until=last.sealed_at.isoformat() if last else "—", known_at=known_at)
    seal = Seal.objects.filter(sealed_at__lte=known_at).order_by("-number").first()
    return seal.last_position if seal else 0


def inclusion(transfer: Transfer) -> Inclusion | None:
    """Give the proof that *transfer* is sealed, or nothing while it waits for its seal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.position, s.number, s.first_position, s.last_position,
                   encode(s.root, 'hex'), encode(s.chain, 'hex'),
                   coalesce(encode(before.chain, 'hex'), ''),
                   to_char(s.sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   ledger.leaf_text_of(p.transfer_id), encode(t.leaf, 'hex')
              FROM reserve_position AS p
              JOIN reserve_transfer AS t ON t.id = p.transfer_id
              JOIN reserve_seal AS s ON s.number = p.seal_id
              LEFT JOIN reserve_seal AS before ON before.number = s.number - 1
             WHERE p.transfer_id = %s
            """,
            [transfer.pk],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        position, seal, first, last, root, chain, previous, sealed_at, text, leaf = row
        path: list[tuple[str, str]] = []
        cursor.execute(
            "SELECT array_agg(encode(t.leaf, 'hex') ORDER BY p.position)"
            " FROM reserve_position AS p JOIN reserve_transfer AS t ON t.id = p.transfer_id"
            " WHERE p.seal_id = %s",
            [seal],
        )
        nodes: list[str] = cursor.fetchone()[0]
        at = position - first
        while len(nodes) > 1:
            neighbour = at ^ 1
            if neighbour < len(nodes):
                path.append(("left" if neighbour < at else "right", nodes[neighbour]))
            cursor.execute(
                "SELECT array_agg(encode(n, 'hex') ORDER BY o) FROM unnest(ledger.parents("
                " ARRAY(SELECT decode(x, 'hex') FROM unnest(%s::text[]) AS x)))"
                " WITH ORDINALITY AS u (n, o)",
                [nodes],
            )
            nodes, at = cursor.fetchone()[0], at // 2
    return Inclusion(
        text=text,
        leaf=leaf,
        position=position,
        path=path,
        root=root,
        previous=previous,
        chain=chain,
        seal=seal,
        first_position=first,
        last_position=last,
        sealed_at=sealed_at,
    )
