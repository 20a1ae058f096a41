"""
Readings beside the record: put down by COPY, compared set by set, then taken in by two statements.

A row that may not go in moves to the refused ones as soon as that is known, so what is staged is
always what consent would take in. Looking again, or putting down again what a crash emptied,
adds no refusal twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from monitoring.imports.readings import ReadingFile
from monitoring.models import ReadingBatch, Station
from monitoring.services.staging_statements import (
    ADD,
    AS_EVER,
    BY_INDEX,
    CHANGE,
    CLEAR,
    COPY,
    COUNT,
    COUNT_ROWS,
    FORESEE,
    LET_GO,
    MAKE_ROOM,
    REACH,
    REFUSE_READ,
    REFUSE_REPEATED,
    REFUSE_STRANGE,
    ROOM,
    SET_WISE,
    TAKE_TURNS,
)
from monitoring.vocabulary import Span

COPIED: Final = 5_000
"""After so many values it is said how far the putting down is."""

FEW: Final = 5_000
"""Up to so many values are looked up one by one, more of them are held against whole tables."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What went into the record, and whose days and months it touches."""

    new: int
    changed: int
    days: frozenset[tuple[int, date]]
    """Stations with the days of their changed hours and daily values."""
    months: frozenset[tuple[int, date]]
    """Stations with the months, by their first day, of their changed values."""

    @property
    def counts(self) -> dict[str, Any]:
        """Say how many values went in, and from which month on they are."""
        first = min((month for _station, month in self.months), default=None)
        since = {"since": first.isoformat()} if first else {}
        return {"new": self.new, "changed": self.changed, **since}


def put_down(
    batch: ReadingBatch,
    read: ReadingFile,
    *,
    report: Callable[[int, int], None] | None = None,
) -> None:
    """Write what was read beside *batch*, in its order, by COPY."""
    known = dict(Station.objects.values_list("code", "id"))
    total = len(read.values)
    with connection.cursor() as cursor:
        with cursor.copy(COPY) as copy:
            for number, v in enumerate(read.values):
                station = known.get(v.code)
                copy.write_row(
                    (
                        batch.pk,
                        number,
                        v.row,
                        v.code if station is None else "",
                        station,
                        v.item,
                        v.span,
                        v.at,
                        v.value,
                        v.mark,
                    )
                )
                if report is not None and not number % COPIED:
                    report(number, total)
        refused = [
            {"row": r.row, "column": r.column, "code": r.code, "facts": dict(r.facts)}
            for r in read.refused
        ]
        if refused:
            written = json.dumps(refused, ensure_ascii=False, default=str)
            cursor.execute(REFUSE_READ, {"batch": batch.pk, "refused": written})


def leave_out_refused(batch: ReadingBatch) -> None:
    """Take the rows that were refused before out of what was put down again."""
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, {"batch": batch.pk})


def refuse(batch: ReadingBatch, *, paths: Sequence[str], at: datetime) -> int:
    """
    Take out of what is staged the rows that may not go in, and say why; returns how many rows.

    *paths* are the places that the sender may send for, *at* is now.
    """
    columns = batch.counts.get("columns", {})
    facts: dict[str, Any] = {
        "batch": batch.pk,
        "paths": list(paths),
        "now": at,
        "station": columns.get("station", ""),
        "at": columns.get("at", ""),
    }
    with connection.cursor() as cursor:
        with planned(cursor, few=False):
            for query in (REFUSE_STRANGE, REFUSE_REPEATED):
                cursor.execute(query, facts)
                if cursor.rowcount:
                    cursor.execute(LET_GO, facts)
        cursor.execute(COUNT_ROWS, facts)
        (rows,) = cursor.fetchone() or (0,)
    return int(rows)


def foresee(batch: ReadingBatch, *, values: int) -> dict[str, int]:
    """Count what consent would do to the record: new values, changed ones, unchanged ones."""
    with connection.cursor() as cursor:
        facts = _reach(cursor, batch)
        with planned(cursor, few=values <= FEW):
            cursor.execute(FORESEE, facts)
            count, missing, new, changed = cursor.fetchone() or (0, 0, 0, 0)
    return {
        "values": count,
        "missing": missing,
        "new": new,
        "changed": changed,
        "unchanged": count - new - changed,
    }


def take(batch: ReadingBatch, *, values: int) -> Taken:
    """
    Take what is staged, so many *values*, into the record; one that differs is the next version.

    The database counts the versions and keeps the ones before.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS)
        facts = _reach(cursor, batch)
        cursor.execute(MAKE_ROOM, facts)
        with planned(cursor, few=values <= FEW):
            cursor.execute(CHANGE, facts)
            changed = cursor.fetchall()
            cursor.execute(ADD, facts)
            added = cursor.fetchall()
    touched = [*changed, *added]
    return Taken(
        new=sum(n for *_key, n in added),
        changed=sum(n for *_key, n in changed),
        days=frozenset((station, day) for span, station, day, _n in touched if span != Span.MONTH),
        months=frozenset((station, day.replace(day=1)) for _span, station, day, _n in touched),
    )


def clear(batch: ReadingBatch) -> None:
    """Drop what is staged of a batch that has ended."""
    with connection.cursor() as cursor:
        cursor.execute(CLEAR, {"batch": batch.pk})


def staged(batch: ReadingBatch) -> int:
    """Count what is staged of a batch: nothing, if a crash emptied it."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"batch": batch.pk})
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _reach(cursor: Any, batch: ReadingBatch) -> dict[str, Any]:
    """Say between which moments and in which months what is staged lies; no other is looked at."""
    facts: dict[str, Any] = {"batch": batch.pk}
    cursor.execute(REACH, facts)
    first, last, months = cursor.fetchone() or (None, None, None)
    return facts | {"first": first, "last": last, "months": months}


@contextmanager
def planned(cursor: Any, *, few: bool) -> Iterator[None]:
    """Tell the planner how to join, which knows nothing of what came in a moment ago."""
    cursor.execute(ROOM)
    cursor.execute(BY_INDEX if few else SET_WISE)
    yield
    cursor.execute(AS_EVER)


def station_kinds(codes: Iterable[str] | None = None) -> dict[str, Any]:
    """Give what stations are by their codes, of all or of those named."""
    stations = Station.objects.all() if codes is None else Station.objects.filter(code__in=codes)
    return dict(stations.values_list("code", "kind"))
