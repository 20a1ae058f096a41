"""
The two official ledgers of a county and a period (§23): opening + in − out = closing.

主要污染物削减台账 tells what reductions brought and where every gram lies now;
建设项目总量平衡台账 tells what construction projects live on. Each is one statement over the
entries of the accounts concerned, so that both halves of a movement are seen at one instant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Period
from quota_registry.kernel.vocabulary import Pollutant
from reserve.vocabulary import AccountKind


class Which(models.TextChoices):
    """The two books that §23 asks of the resident bureau."""

    REDUCTIONS = "reductions", _("主要污染物削减台账")
    BALANCES = "balances", _("建设项目总量平衡台账")


class Part(models.TextChoices):
    """A column of the books: accounts of one meaning, holds counted with whom they lie with."""

    RESERVE = "reserve", _("储备库（含预留）")
    HOLDING = "holding", _("排污单位自持（含预留）")
    BINDING = "binding", pgettext_lazy("official ledger", "用于约束性减排")
    PRIOR_USE = "prior_use", pgettext_lazy("official ledger", "申报前已用于建设项目")
    COVER = "cover", pgettext_lazy("official ledger", "抵扣亏欠")
    VOID = "void", pgettext_lazy("official ledger", "作废")
    USED = "used", _("建设项目使用")


KINDS: Final = {
    Which.REDUCTIONS: [
        AccountKind.RESERVE,
        AccountKind.HELD,
        AccountKind.HOLDING,
        AccountKind.BINDING,
        AccountKind.PRIOR_USE,
        AccountKind.COVER,
        AccountKind.VOID,
    ],
    Which.BALANCES: [AccountKind.USED],
}


@dataclass(frozen=True, slots=True)
class Movement:
    """
    What one transfer changed in one hand: grams, above zero when they came in.

    ``subject`` is the works (of a reduction, or the construction project) and ``against`` whom
    it came from or went to.
    """

    transfer: int
    on: date
    kind: str
    document: str
    holder: str
    subject: str
    against: str
    grams: int

    @property
    def lost(self) -> int:
        """Give what went out, as a mass above zero."""
        return max(-self.grams, 0)


@dataclass(frozen=True, slots=True)
class Account:
    """One part and pollutant of a book, as it moved in the period."""

    part: Part
    pollutant: Pollutant
    opening: int
    movements: tuple[Movement, ...] = ()

    @property
    def came_in(self) -> int:
        """Add what came in."""
        return sum(move.grams for move in self.movements if move.grams > 0)

    @property
    def went_out(self) -> int:
        """Add what went out, as a mass above zero."""
        return -sum(move.grams for move in self.movements if move.grams < 0)

    @property
    def closing(self) -> int:
        """Give what was left at the period's end."""
        return self.opening + self.came_in - self.went_out


@dataclass(frozen=True, slots=True)
class Book:
    """An official ledger of a place, with those below it, over a closed period."""

    which: Which
    place: Place
    period: Period
    accounts: tuple[Account, ...]

    def parts(self) -> list[Part]:
        """List the parts that the book shows, in order."""
        return list(dict.fromkeys(account.part for account in self.accounts))


STATEMENT: Final = """
WITH named AS (
    SELECT a.id, a.kind, a.pollutant, a.case_number, u.name AS polluter, p.name AS place, a.city,
           home.path
      FROM reserve_account AS a
      LEFT JOIN kernel_polluter AS u ON u.id = a.polluter_id
      LEFT JOIN kernel_place AS p ON p.code = a.place_id
      LEFT JOIN kernel_place AS home ON home.code = coalesce(a.place_id, u.place_id)
),
ours AS (
    SELECT id, pollutant, case_number, coalesce(polluter, place) AS holder,
           CASE WHEN kind = 'HELD' AND place IS NULL THEN 'HOLDING'
                WHEN kind = 'HELD' THEN 'RESERVE'
                ELSE kind END AS part
      FROM named
     WHERE kind = ANY(%(kinds)s) AND starts_with(path, %(path)s)
),
moves AS MATERIALIZED (
    SELECT row_number() OVER () AS n, e.transfer_id, o.part, o.pollutant, o.holder,
           CASE WHEN o.part = 'USED' THEN o.case_number ELSE '' END AS project,
           e.effective_on, sum(e.grams)::bigint AS grams,
           array_agg(DISTINCT e.lot_id) AS lots
      FROM reserve_entry AS e
      JOIN ours AS o ON o.id = e.account_id
     WHERE e.effective_on < %(end)s
     GROUP BY e.transfer_id, o.part, o.pollutant, o.holder, project, e.effective_on
    HAVING sum(e.grams) <> 0
),
told AS (
    SELECT * FROM moves WHERE effective_on >= %(start)s
)
SELECT 'before', NULL::bigint, part, pollutant, NULL::bigint, NULL::date, '', '', '', '',
       sum(grams)::bigint
  FROM moves
 WHERE effective_on < %(start)s
 GROUP BY part, pollutant
UNION ALL
SELECT 'move', m.n, m.part, m.pollutant, m.transfer_id, m.effective_on, t.kind,
       coalesce(nullif(t.document, ''), t.key), m.holder, m.project, m.grams
  FROM told AS m
  JOIN reserve_transfer AS t ON t.id = m.transfer_id
UNION ALL
SELECT 'works', m.n, '', '', NULL, NULL, '', '', '', coalesce(c.project, s.number), 0
  FROM told AS m
 CROSS JOIN LATERAL unnest(m.lots) AS drawn (lot)
  JOIN reserve_lot AS l ON l.id = drawn.lot
  JOIN reserve_source AS s ON s.id = l.source_id
  LEFT JOIN reserve_claim AS c ON s.kind = 'CLAIM' AND c.number = s.number
UNION ALL
SELECT 'others', m.n, '', '', NULL, NULL, '', '', '', coalesce(a.polluter, a.place, a.city), 0
  FROM told AS m
  JOIN reserve_entry AS e ON e.transfer_id = m.transfer_id AND e.pollutant = m.pollutant
  JOIN named AS a ON a.id = e.account_id
 WHERE sign(e.grams) = -sign(m.grams)
   AND coalesce(a.polluter, a.place, a.city) NOT IN (m.holder, '')
"""
# The names are put together here and not by joins: how many rows a movement has cannot be
# guessed by the planner, and a wrong guess would compare every movement with every other.


def book(which: Which, *, place: Place, period: Period) -> Book:
    """
    Read one official ledger of *place* and the places below it over a closed *period*.

    Every account with an opening or a movement is there; the reserve (or the projects' account)
    is there for all eight pollutants, also where it is empty.
    """
    if period.end is None:
        raise ValueError("an official ledger covers a period that ends")
    openings: dict[tuple[Part, Pollutant], int] = {}
    told: dict[int, tuple[tuple[Part, Pollutant], list[Any]]] = {}
    names: dict[tuple[str, int], set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT,
            {
                "kinds": [str(kind) for kind in KINDS[which]],
                "path": place.path,
                "start": period.start,
                "end": period.end,
            },
        )
        for what, number, part, pollutant, *facts in cursor.fetchall():
            if what == "before":
                openings[Part(part.lower()), Pollutant(pollutant)] = facts[-1]
            elif what == "move":
                told[number] = (Part(part.lower()), Pollutant(pollutant)), facts
            else:
                names[what, number].add(facts[-2])
    moves: dict[tuple[Part, Pollutant], list[Movement]] = defaultdict(list)
    for number, (key, (transfer, day, kind, document, holder, project, grams)) in told.items():
        subject = project or "；".join(sorted(names["works", number]))
        against = "；".join(sorted(names["others", number]))
        moves[key].append(Movement(transfer, day, kind, document, holder, subject, against, grams))

    always = Part.USED if which is Which.BALANCES else Part.RESERVE
    wanted = set(openings) | set(moves) | {(always, pollutant) for pollutant in Pollutant}
    return Book(
        which=which,
        place=place,
        period=period,
        accounts=tuple(
            Account(
                part,
                pollutant,
                openings.get((part, pollutant), 0),
                tuple(sorted(moves[part, pollutant], key=lambda move: (move.on, move.transfer))),
            )
            for part in Part
            for pollutant in Pollutant
            if (part, pollutant) in wanted
        ),
    )
