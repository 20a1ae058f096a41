"""What trades wait for: the act that comes next, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from allocation.selectors import trades
from allocation.workflows import TRADE
from quota_registry.kernel.models import Person, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import acted
from reserve.selectors.waiting import ToDo


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """List the trades that wait for an act of *person*, longest first."""
    acts = (Permission.RECORD_TRADE, Permission.RELEASE_LOCAL, Permission.CHECK_TRADE)
    if not any(access.holds(person, permission, on=on) for permission in acts):
        return []
    last = (
        Step.objects.filter(workflow=TRADE.name, subject=OuterRef("pk"))
        .values("subject")
        .annotate(last=Max("at"))
        .values("last")
    )
    rows = (
        trades.with_sides(trades.seen_by(person, Permission.SEE_PROJECTS, on=on).under_way())
        .annotate(since=Subquery(last))
        .order_by("pk")[:limit]
    )
    return sorted(_lines(rows, person, on=on), key=lambda line: line.rank)


def _lines(rows: Any, person: Person, *, on: date) -> Iterator[ToDo]:
    for row in rows:
        act = trades.awaited(row)
        if act is None or not trades.may(row, act, person, on=on):
            continue
        if act.apart and person.pk in acted(TRADE, row, act.apart):
            continue
        yield ToDo(
            verb=act.verb,
            what=act.label,
            number=row.number,
            object=f"{row.seller_name} → {row.buyer_name}",
            since=row.since,
            due=None,
            overdue_days=0,
            url_name="allocation:trade",
            url_args=(row.number,),
        )
