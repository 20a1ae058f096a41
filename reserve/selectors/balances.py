"""What reserves hold, to whom, on which day, as known when: every answer is one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import statements
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.refusals import BeyondHorizon, TierDoesNotFit
from reserve.vocabulary import AccountKind

# From the widest to the narrowest: a place has reserves of its own tier, and below it of others.
_TIERS: Final = list(Tier.values)

# What is summed: what accounts hold now, or what entries brought as far as a position of the
# ledger. An account that nothing known has touched was not there, so that an old answer stays as
# it was.
_NOW: Final = """
    SELECT b.account_id, b.grams, b.last_effective_on FROM reserve_balance AS b
"""
_AS_KNOWN: Final = """
    SELECT e.account_id,
           CASE WHEN e.effective_on <= coalesce(%(effective_on)s::date, 'infinity')
                THEN e.grams ELSE 0 END AS grams,
           '-infinity'::date AS last_effective_on
      FROM reserve_entry AS e JOIN reserve_position AS p ON p.transfer_id = e.transfer_id
     WHERE p.position <= (SELECT head FROM known)
"""

# What came after the day is taken off the sum and not off what is summed: history is read once a
# row of the answer, and only where something moved after that day.
_LATER: Final = """
    CASE WHEN s.last_effective_on <= coalesce(%(effective_on)s::date, 'infinity') THEN 0 ELSE (
        SELECT coalesce(sum(e.grams), 0)
          FROM reserve_account AS a JOIN reserve_entry AS e ON e.account_id = a.id
         WHERE a.place_id = s.place AND a.kind = '{kind}' AND a.pollutant = s.pollutant
           AND e.effective_on > %(effective_on)s::date) END
"""
_ROWS: Final = f"""
    known AS (
        SELECT coalesce(max(s.last_position) FILTER (
                   WHERE s.sealed_at <= coalesce(%(known_at)s::timestamptz, 'infinity')), 0)
                   AS head,
               max(s.sealed_at) AS horizon
          FROM reserve_seal AS s
    ), sums AS (
        SELECT p.code AS place, p.name AS place_name, p.path, p.tier, a.pollutant,
               coalesce(sum(m.grams) FILTER (WHERE a.kind = 'RESERVE'), 0) AS available,
               coalesce(sum(m.grams) FILTER (WHERE a.kind = 'HELD'), 0) AS held,
               max(m.last_effective_on) AS last_effective_on
          FROM reserve_account AS a
          JOIN kernel_place AS p ON p.code = a.place_id
          JOIN ({{amounts}}) AS m ON m.account_id = a.id
         WHERE a.kind IN ('RESERVE', 'HELD')
           {{conditions}}
         GROUP BY p.code, a.pollutant
    ), stock AS (
        SELECT s.place, s.place_name, s.path, s.tier, s.pollutant,
               s.available - {_LATER.format(kind=AccountKind.RESERVE)} AS available,
               s.held - {_LATER.format(kind=AccountKind.HELD)} AS held
          FROM sums AS s
    )
"""
# What is not asked for is not in the statement: the planner is quicker with less to look at.
_BY_PLACE: Final = "AND p.code = %(place)s"
_BY_PLACE_AND_BELOW: Final = """
    AND starts_with(p.path, (SELECT above.path FROM kernel_place AS above
                              WHERE above.code = %(place)s))
"""
_ORDER: Final = "stock.path, array_position(%(order)s::text[], stock.pollutant::text)"

_JSON: Final = f"""
    SELECT json_build_object(
               'effective_on', %(effective_on)s::date, 'known_at', %(known_at)s::timestamptz,
               'ledger_head', (SELECT head FROM known), 'unit', 't/a',
               'balances', (SELECT coalesce(json_agg(line), '[]'::json) FROM (
                   SELECT place, place_name, tier, pollutant,
                          (available * 0.000001)::text AS available,
                          (held * 0.000001)::text AS held
                     FROM stock ORDER BY {_ORDER}) AS line))::text,
           (SELECT horizon FROM known),
           (SELECT p.tier || ' ' || p.path FROM kernel_place AS p WHERE p.code = %(place)s)
"""


@dataclass(frozen=True, slots=True)
class Stock:
    """What one place has of one pollutant: free to use, and set aside by holds."""

    place: str
    place_name: str
    tier: str
    pollutant: str
    available: Grams
    held: Grams


def as_json(
    *,
    place: str | None = None,
    tier: str | None = None,
    pollutant: str | None = None,
    descendants: bool = False,
    effective_on: date | None = None,
    known_at: datetime | None = None,
    visible_places: Sequence[str] | None = None,
) -> bytes:
    """
    Write the balances of reserves as the API answers them, in one statement of the database.

    ``visible_places`` are paths: what lies in none of them is not there. ``known_at`` resolves
    to the last seal up to then, whose position is the answer's ``ledger_head``; the positions
    at and below it never change any more.

    :raises OutOfReach: if the place asked for lies outside, or there is none of that code.
    :raises TierDoesNotFit: if the place, or what lies below it, has no reserve of the tier.
    :raises BeyondHorizon: if ``known_at`` lies after the last seal.
    """
    asked = _asked(place, tier, pollutant, descendants, effective_on, known_at, visible_places)
    with statements.kept() as cursor:
        cursor.execute("WITH" + _rows(asked) + _JSON, asked)
        body, horizon, found = cursor.fetchone()
    if place is not None:
        _refuse_elsewhere(place, tier, found, descendants, visible_places)
    _refuse_beyond(known_at, horizon)
    return str(body).encode()


def stock(
    *,
    place: str | None = None,
    tier: str | None = None,
    pollutant: str | None = None,
    descendants: bool = False,
    effective_on: date | None = None,
    known_at: datetime | None = None,
    visible_places: Sequence[str] | None = None,
) -> list[Stock]:
    """
    Give the rows that `as_json` writes, for pages; places in their order, then pollutants.

    :raises BeyondHorizon: if ``known_at`` lies after the last seal.
    """
    asked = _asked(place, tier, pollutant, descendants, effective_on, known_at, visible_places)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH"
            + _rows(asked)
            + "SELECT place, place_name, tier, pollutant, available::bigint, held::bigint,"
            f" (SELECT horizon FROM known) FROM stock ORDER BY {_ORDER}",
            asked,
        )
        rows = cursor.fetchall()
    if rows:
        _refuse_beyond(known_at, rows[0][-1])
    return [Stock(*row[:-1]) for row in rows]


def head() -> int:
    """Give the last position of the ledger that a seal has fixed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(last_position), 0) FROM reserve_seal")
        return int(cursor.fetchone()[0])


def open_debts(*, place: str | None = None) -> dict[tuple[str, str], Grams]:
    """Give what places still owe, by (place, pollutant): debts less what repaid them (§21)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.place_id, d.pollutant, guard.open_debt(d.place_id, d.pollutant)
              FROM (SELECT DISTINCT place_id, pollutant FROM reserve_debt
                     WHERE %(place)s::text IS NULL OR place_id = %(place)s) AS d
             ORDER BY 1, 2
            """,
            {"place": place},
        )
        return {(row[0], row[1]): Grams(row[2]) for row in cursor.fetchall() if row[2] > 0}


def binding_progress(*, place: str, year: int) -> dict[str, Grams]:
    """Give, by pollutant, what admitted claims gave to a place's binding task in a year."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.pollutant, sum(e.grams)::bigint
              FROM reserve_account AS a JOIN reserve_entry AS e ON e.account_id = a.id
             WHERE a.kind = 'BINDING' AND a.place_id = %s
               AND e.effective_on >= make_date(%s, 1, 1) AND e.effective_on < make_date(%s, 1, 1)
             GROUP BY a.pollutant
            """,
            [place, year, year + 1],
        )
        return {pollutant: Grams(grams) for pollutant, grams in cursor.fetchall()}


def _rows(asked: Mapping[str, Any]) -> str:
    conditions = []
    if asked["place"]:
        conditions.append(_BY_PLACE_AND_BELOW if asked["descendants"] else _BY_PLACE)
    if asked["tier"]:
        conditions.append("AND p.tier = %(tier)s")
    if asked["pollutant"]:
        conditions.append("AND a.pollutant = %(pollutant)s")
    if asked["visible"] is not None:
        inside = (f"starts_with(p.path, %(path{i})s)" for i in range(len(asked["visible"])))
        conditions.append(f"AND ({' OR '.join(inside) or 'false'})")
    return _ROWS.format(
        amounts=_AS_KNOWN if asked["known_at"] else _NOW,
        conditions=" ".join(conditions),
    )


def _asked(
    place: str | None,
    tier: str | None,
    pollutant: str | None,
    descendants: bool,
    effective_on: date | None,
    known_at: datetime | None,
    visible_places: Sequence[str] | None,
) -> dict[str, Any]:
    visible = None if visible_places is None else list(visible_places)
    return {f"path{i}": path for i, path in enumerate(visible or ())} | {
        "place": place,
        "tier": tier,
        "pollutant": pollutant,
        "descendants": descendants,
        "effective_on": effective_on,
        "known_at": known_at,
        "visible": visible,
        "order": Pollutant.values,
    }


def _refuse_elsewhere(
    place: str,
    tier: str | None,
    found: str | None,
    descendants: bool,
    visible_places: Sequence[str] | None,
) -> None:
    own_tier, _space, path = (found or "").partition(" ")
    if not found or (visible_places is not None and not path.startswith(tuple(visible_places))):
        raise OutOfReach(_("没有代码为“%(place)s”的地区"), place=place)
    if tier is not None:
        fitting = _TIERS[_TIERS.index(own_tier) :] if descendants else [own_tier]
        if tier not in fitting:
            raise TierDoesNotFit(place=place, tier=tier)


def _refuse_beyond(known_at: datetime | None, horizon: datetime | None) -> None:
    if known_at is not None and (horizon is None or known_at > horizon):
        raise BeyondHorizon(until=horizon.isoformat() if horizon else "—", known_at=known_at)
