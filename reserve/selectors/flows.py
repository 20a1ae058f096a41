"""What flowed through the reserves in a period: from where, into which tier, and out to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from quota_registry.kernel.mass import Grams

# What came in, by its source's kind (for a claim the kind of its works) and by where it went.
_IN = """
    SELECT coalesce(c.source_kind, s.kind) AS origin,
           CASE a.kind WHEN 'RESERVE' THEN p.tier ELSE a.kind END AS station,
           sum(e.grams)::bigint AS grams
      FROM reserve_entry AS e
      JOIN reserve_transfer AS t ON t.id = e.transfer_id
      JOIN reserve_account AS a ON a.id = e.account_id
      LEFT JOIN kernel_place AS p ON p.code = a.place_id
      LEFT JOIN kernel_polluter AS f ON f.id = a.polluter_id
      LEFT JOIN kernel_place AS fp ON fp.code = f.place_id
      JOIN reserve_lot AS l ON l.id = e.lot_id
      JOIN reserve_source AS s ON s.id = l.source_id
      LEFT JOIN reserve_claim AS c ON s.kind = 'CLAIM' AND c.number = s.number
     WHERE e.grams > 0 AND a.pollutant = %(pollutant)s
       AND t.kind IN ('OPENING', 'ADMISSION', 'REWARD', 'TRADE_IN')
       AND e.effective_on >= %(since)s AND e.effective_on < %(until)s
       AND EXISTS (SELECT FROM unnest(%(visible)s::text[]) AS v (path)
                    WHERE starts_with(coalesce(p.path, fp.path), v.path))
     GROUP BY 1, 2
"""
# What left a reserve or a holding, by the kind of the transfer.
_OUT = """
    SELECT CASE a.kind WHEN 'RESERVE' THEN p.tier ELSE a.kind END AS station, t.kind AS way,
           -sum(e.grams)::bigint AS grams
      FROM reserve_entry AS e
      JOIN reserve_transfer AS t ON t.id = e.transfer_id
      JOIN reserve_account AS a ON a.id = e.account_id
      LEFT JOIN kernel_place AS p ON p.code = a.place_id
      LEFT JOIN kernel_polluter AS f ON f.id = a.polluter_id
      LEFT JOIN kernel_place AS fp ON fp.code = f.place_id
     WHERE e.grams < 0 AND a.kind IN ('RESERVE', 'HOLDING') AND a.pollutant = %(pollutant)s
       AND e.effective_on >= %(since)s AND e.effective_on < %(until)s
       AND EXISTS (SELECT FROM unnest(%(visible)s::text[]) AS v (path)
                    WHERE starts_with(coalesce(p.path, fp.path), v.path))
     GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Flow:
    """Grams that flowed from one station to the next in the period."""

    source: str
    target: str
    grams: Grams


@dataclass(frozen=True, slots=True)
class Flows:
    """What came in (origin → tier or fate) and what went out (tier → kind of transfer)."""

    received: list[Flow]
    given: list[Flow]


def of_period(*, pollutant: str, since: date, until: date, visible_places: Sequence[str]) -> Flows:
    """Sum the flows of one pollutant from *since* up to, not including, *until*."""
    facts: dict[str, Any] = {
        "pollutant": pollutant,
        "since": since,
        "until": until,
        "visible": list(visible_places),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{_IN} ORDER BY 3 DESC", facts)
        received = [Flow(row[0], row[1], Grams(row[2])) for row in cursor.fetchall()]
        cursor.execute(f"{_OUT} ORDER BY 3 DESC", facts)
        given = [Flow(row[0], row[1], Grams(row[2])) for row in cursor.fetchall()]
    return Flows(received, given)


def month_ends(
    *, place: str, pollutant: str, days: Sequence[date]
) -> list[tuple[date, Grams, Grams]]:
    """Give what a place had available and held at the end of each of *days*, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.day,
                   coalesce(sum(e.grams) FILTER (WHERE a.kind = 'RESERVE'), 0)::bigint,
                   coalesce(sum(e.grams) FILTER (WHERE a.kind = 'HELD'), 0)::bigint
              FROM unnest(%(days)s::date[]) AS d (day)
              LEFT JOIN (reserve_account AS a
                         JOIN reserve_entry AS e ON e.account_id = a.id)
                ON a.place_id = %(place)s AND a.pollutant = %(pollutant)s
               AND a.kind IN ('RESERVE', 'HELD') AND e.effective_on <= d.day
             GROUP BY d.day ORDER BY d.day
            """,
            {"days": list(days), "place": place, "pollutant": pollutant},
        )
        return [(row[0], Grams(row[1]), Grams(row[2])) for row in cursor.fetchall()]
