"""Statements: what an account held, what came, what went, what it holds: opening to closing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection

from quota_registry.kernel.mass import NOTHING, Grams
from reserve.models import Account

Cursor = tuple[date, int, int]
"""Where a page of a statement ended: effective date, transfer, line."""

_ENTRIES: Final = """
    WITH span AS (
        SELECT e.effective_on, e.transfer_id, e.line, e.lot_id, e.grams,
               sum(e.grams) OVER (ORDER BY e.effective_on, e.transfer_id, e.line) AS running
          FROM reserve_entry AS e
         WHERE e.account_id = %(account)s
           AND e.effective_on >= %(since)s AND e.effective_on < %(until)s
    )
    SELECT s.effective_on, s.transfer_id, s.line, s.lot_id, l.name, s.grams, s.running,
           t.kind, t.key, t.document, t.recorded_at, p.name
      FROM span AS s
      JOIN reserve_transfer AS t ON t.id = s.transfer_id
      JOIN reserve_lot AS l ON l.id = s.lot_id
      JOIN kernel_person AS p ON p.id = t.author_id
     WHERE (s.effective_on, s.transfer_id, s.line) > (%(day)s, %(transfer)s, %(line)s)
     ORDER BY s.effective_on, s.transfer_id, s.line
     LIMIT %(size)s
"""

_TOTALS: Final = """
    SELECT coalesce(sum(e.grams) FILTER (WHERE e.effective_on < %(since)s), 0)::bigint,
           coalesce(sum(e.grams) FILTER (WHERE e.effective_on >= %(since)s AND e.grams > 0),
                    0)::bigint,
           coalesce(-sum(e.grams) FILTER (WHERE e.effective_on >= %(since)s AND e.grams < 0),
                    0)::bigint
      FROM reserve_entry AS e
     WHERE e.account_id = %(account)s AND e.effective_on < %(until)s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a statement, with what the account held after it."""

    effective_on: date
    transfer: int
    line: int
    lot: int
    lot_name: str
    grams: Grams
    balance: Grams
    kind: str
    key: str
    document: str
    recorded_at: Any
    author: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Opening + received − given = closing, and one page of the lines between."""

    opening: Grams
    received: Grams
    given: Grams
    closing: Grams
    lines: list[Line]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Turnover:
    """A period of one pollutant: opening, what came and went by kind of transfer, closing."""

    opening: Grams
    received: dict[str, Grams] = field(default_factory=dict)
    given: dict[str, Grams] = field(default_factory=dict)

    @property
    def closing(self) -> Grams:
        """Give opening + in − out."""
        return Grams(self.opening + sum(self.received.values()) - sum(self.given.values()))


def of(
    account: Account, *, since: date, until: date, after: Cursor | None = None, size: int = 50
) -> Statement:
    """
    Write the statement of an account from *since* up to, not including, *until*.

    The lines are one page: those after the cursor, at most *size*; ``after`` of the answer is
    the cursor of the next page, or nothing at the end. Amounts are grams.
    """
    day, transfer, line = after or (date.min, 0, 0)
    facts: dict[str, date | int] = {
        "account": account.pk,
        "since": since,
        "until": until,
        "day": day,
        "transfer": transfer,
        "line": line,
        "size": size + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, facts)
        opening, received, given = cursor.fetchone()
        cursor.execute(_ENTRIES, facts)
        rows = cursor.fetchall()
    lines = [_line(row, opening) for row in rows[:size]]
    last = lines[-1] if len(rows) > size else None
    return Statement(
        opening=Grams(opening),
        received=Grams(received),
        given=Grams(given),
        closing=Grams(opening + received - given),
        lines=lines,
        after=(last.effective_on, last.transfer, last.line) if last else None,
    )


def _line(row: Sequence[Any], opening: int) -> Line:
    on, transfer, line, lot, name, grams, running, kind, key, document, recorded_at, author = row
    return Line(
        effective_on=on,
        transfer=transfer,
        line=line,
        lot=lot,
        lot_name=name,
        grams=Grams(grams),
        balance=Grams(opening + int(running)),
        kind=kind,
        key=key,
        document=document,
        recorded_at=recorded_at,
        author=author,
    )


def turnover(
    *, place: str, since: date, until: date, kinds: tuple[str, ...] = ("RESERVE", "HELD")
) -> dict[str, Turnover]:
    """
    Give, by pollutant, a place's period: opening + in by kind − out by kind = closing, grams.

    What only moves between the place's own accounts of *kinds* (a hold, say) cancels out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.pollutant,
                   CASE WHEN e.effective_on < %(since)s THEN '' ELSE t.kind END AS kind,
                   t.id, sum(e.grams)::bigint
              FROM reserve_account AS a
              JOIN reserve_entry AS e ON e.account_id = a.id
              JOIN reserve_transfer AS t ON t.id = e.transfer_id
             WHERE a.place_id = %(place)s AND a.kind = ANY(%(kinds)s)
               AND e.effective_on < %(until)s
             GROUP BY 1, 2, 3
            """,
            {"place": place, "since": since, "until": until, "kinds": list(kinds)},
        )
        rows = cursor.fetchall()
    openings: dict[str, int] = defaultdict(int)
    received: dict[str, dict[str, Grams]] = defaultdict(dict)
    given: dict[str, dict[str, Grams]] = defaultdict(dict)
    for pollutant, kind, _transfer, grams in rows:
        if not kind:
            openings[pollutant] += grams
        elif grams:
            side = received if grams > 0 else given
            before = side[pollutant].get(kind, NOTHING)
            side[pollutant][kind] = Grams(before + abs(grams))
    return {
        pollutant: Turnover(
            Grams(openings[pollutant]), dict(received[pollutant]), dict(given[pollutant])
        )
        for pollutant in sorted({*openings, *received, *given})
    }
