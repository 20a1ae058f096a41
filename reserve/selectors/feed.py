"""
Transfers in the ledger's order, as lists and as a feed of changes.

The order is the one that seals give: by transaction, then by number, and only below the oldest
transaction that is still open. What may still be preceded by something is not shown yet, so a
reader who goes on behind the last row seen misses nothing, whatever commits when.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands in the feed: behind the transfer of this transaction and number."""

    xid: int = 0
    number: int = 0


START: Final = Place()

ROW: Final = """
SELECT t.xid::text::bigint AS xid, t.id, p.position, p.seal_id AS seal, t.kind, t.key, t.document,
       t.effective_on, t.recorded_at, t.clause, t.reason, t.reverses_id AS reverses,
       encode(t.leaf, 'hex') AS leaf, lines.entries
  FROM reserve_transfer AS t
  LEFT JOIN reserve_position AS p ON p.transfer_id = t.id
 CROSS JOIN LATERAL (
       SELECT coalesce(json_agg(json_build_object(
                  'account', a.id, 'kind', a.kind, 'place', a.place_id, 'polluter', u.uscc,
                  'city', a.city, 'case', a.case_number, 'pollutant', e.pollutant,
                  'lot', e.lot_id, 'amount', e.grams) ORDER BY e.line), '[]')::text AS entries
         FROM reserve_entry AS e
         JOIN reserve_account AS a ON a.id = e.account_id
         LEFT JOIN kernel_polluter AS u ON u.id = a.polluter_id
        WHERE e.transfer_id = t.id) AS lines
"""

# A transfer lies within reach if one of its accounts does, as a place's or as a polluter's there.
TOUCHES: Final = """
EXISTS (SELECT FROM reserve_entry AS e
          JOIN reserve_account AS a ON a.id = e.account_id
          LEFT JOIN kernel_polluter AS u ON u.id = a.polluter_id
          JOIN kernel_place AS w ON w.code = coalesce(a.place_id, u.place_id)
         WHERE e.transfer_id = t.id AND {conditions})
"""

BY: Final[Mapping[str, str]] = {
    "kind": "t.kind = %(kind)s",
    "document": "t.document = %(document)s",
    "effective_from": "t.effective_on >= %(effective_from)s",
    "effective_until": "t.effective_on <= %(effective_until)s",
}
BY_ENTRY: Final[Mapping[str, str]] = {
    "pollutant": "e.pollutant = %(pollutant)s",
    "place": "w.code = %(place)s",
    "below": "starts_with(w.path, %(below)s)",
    "polluter": "u.uscc = %(polluter)s",
}


def after(
    place: Place, *, paths: Sequence[str], size: int, by: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """
    Return up to *size* transfers behind *place* that touch one of *paths*, oldest first.

    *by* may hold kind, document, effective_from, effective_until, pollutant, place, below (a
    path) and polluter (a code).
    """
    conditions = [
        "(t.xid, t.id) > (%(xid)s::text::xid8, %(number)s)",
        "t.xid < pg_snapshot_xmin(pg_current_snapshot())",
        *(sql for name, sql in BY.items() if name in by),
        TOUCHES.format(conditions=" AND ".join([_reach(paths), *_of_entries(by)])),
    ]
    return _read(
        f"{ROW} WHERE {' AND '.join(conditions)} ORDER BY t.xid, t.id LIMIT %(size)s",
        {**by, **_paths(paths), "xid": str(place.xid), "number": place.number, "size": size},
    )


def one(number: int, *, paths: Sequence[str]) -> dict[str, Any] | None:
    """Return the transfer of this number if it touches one of *paths*, else nothing."""
    found = _read(
        f"{ROW} WHERE t.id = %(number)s AND {TOUCHES.format(conditions=_reach(paths))}",
        {**_paths(paths), "number": number},
    )
    return found[0] if found else None


def _of_entries(by: Mapping[str, Any]) -> list[str]:
    return [sql for name, sql in BY_ENTRY.items() if name in by]


def _reach(paths: Sequence[str]) -> str:
    tests = [f"starts_with(w.path, %(path{i})s)" for i in range(len(paths))]
    return f"({' OR '.join(tests) or 'false'})"


def _paths(paths: Sequence[str]) -> dict[str, str]:
    return {f"path{i}": path for i, path in enumerate(paths)}


def _read(sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(values))
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["entries"] = json.loads(row["entries"])
    return rows
