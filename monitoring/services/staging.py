"""
Readings beside the record: put down by COPY, compared set by set, then taken in by one statement.

A row that may not go in moves to the refused ones as soon as that is known, so what is staged is
always what consent would take in. Looking again, or putting down again what a crash emptied,
adds no refusal twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from monitoring.imports.readings import ReadingFile
from monitoring.models import ReadingBatch, Station
from monitoring.vocabulary import Span

COPIED: Final = 5_000
"""After so many values it is said how far the putting down is."""

FEW: Final = 5_000
"""Up to so many values are looked up one by one, more of them are held against whole tables."""

SET_WISE: Final = "SET LOCAL enable_nestloop = off"
ONE_BY_ONE: Final = "SET LOCAL enable_nestloop = on"
ROOM: Final = "SET LOCAL work_mem = '128MB'"
"""Enough to sort and group the values of the longest list that is taken without going to disk."""

COPY: Final = """
    COPY monitoring_stagedreading
         (batch_id, "row", "column", code, station_id, item, span, at, value, mark, problem)
    FROM STDIN
"""

REFUSE_READ: Final = """
    INSERT INTO monitoring_refusedreading (batch_id, "row", "column", code, facts)
    SELECT %(batch)s, f.row, f.column, f.code, f.facts
      FROM jsonb_to_recordset(%(refused)s::jsonb)
           AS f ("row" integer, "column" text, code text, facts jsonb)
     WHERE NOT EXISTS (SELECT FROM monitoring_refusedreading AS r WHERE r.batch_id = %(batch)s)
"""

# A day is over when its last hour is; a sample of a month may be in before the month is.
REFUSE_STRANGE: Final = """
    WITH allowed AS (
        SELECT s.id FROM monitoring_station AS s JOIN kernel_place AS p ON p.code = s.place_id
         WHERE p.path ^@ ANY (%(paths)s::text[])
    ), strange AS (
        SELECT DISTINCT ON (v.row) v.row, v.code AS station, v.station_id, v.at,
               CASE WHEN v.station_id IS NULL THEN 'unknown_station'
                    WHEN a.id IS NULL THEN 'outside_your_places'
                    ELSE 'in_the_future' END AS code
          FROM monitoring_stagedreading AS v LEFT JOIN allowed AS a ON a.id = v.station_id
         WHERE v.batch_id = %(batch)s
           AND (a.id IS NULL OR v.at > %(now)s
                OR (v.span = 'd' AND v.at > %(now)s - interval '1 day'))
    )
    INSERT INTO monitoring_refusedreading (batch_id, "row", "column", code, facts)
    SELECT %(batch)s, f.row,
           CASE f.code WHEN 'in_the_future' THEN %(at)s ELSE %(station)s END, f.code,
           CASE f.code
               WHEN 'unknown_station' THEN jsonb_build_object('text', f.station)
               WHEN 'outside_your_places' THEN jsonb_build_object('place', p.name)
               ELSE jsonb_build_object(
                   'text', to_char(f.at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'))
           END
      FROM strange AS f
      LEFT JOIN monitoring_station AS s ON s.id = f.station_id
      LEFT JOIN kernel_place AS p ON p.code = s.place_id
"""

# What was put down first stands.
REFUSE_REPEATED: Final = """
    WITH repeated AS (
        SELECT station_id, span, at, item FROM monitoring_stagedreading
         WHERE batch_id = %(batch)s
         GROUP BY station_id, span, at, item HAVING count(*) > 1
    ), numbered AS (
        SELECT v.row, first_value(v.row) OVER one AS first, row_number() OVER one AS number
          FROM monitoring_stagedreading AS v
          JOIN repeated USING (station_id, span, at, item)
         WHERE v.batch_id = %(batch)s
        WINDOW one AS (PARTITION BY station_id, span, at, item ORDER BY v.id)
    )
    INSERT INTO monitoring_refusedreading (batch_id, "row", "column", code, facts)
    SELECT %(batch)s, "row", %(at)s, 'twice_in_file', jsonb_build_object('row', min(first))
      FROM numbered WHERE number > 1 GROUP BY "row"
"""

LET_GO: Final = """
    DELETE FROM monitoring_stagedreading AS v USING monitoring_refusedreading AS r
     WHERE v.batch_id = %(batch)s AND r.batch_id = %(batch)s AND r.row = v.row
"""

REACH: Final = """
    SELECT min(at), max(at) FROM monitoring_stagedreading WHERE batch_id = %(batch)s
"""

FORESEE: Final = """
    SELECT count(*), count(*) FILTER (WHERE v.value IS NULL),
           count(*) FILTER (WHERE r.station_id IS NULL),
           count(*) FILTER (WHERE r.station_id IS NOT NULL
                              AND (r.value, r.mark) IS DISTINCT FROM (v.value, v.mark))
      FROM monitoring_stagedreading AS v
      LEFT JOIN (SELECT * FROM monitoring_reading WHERE at BETWEEN %(first)s AND %(last)s) AS r
             ON (r.station_id, r.span, r.at, r.item) = (v.station_id, v.span, v.at, v.item)
     WHERE v.batch_id = %(batch)s
"""

COUNT_ROWS: Final = """
    SELECT count(DISTINCT "row") FROM monitoring_refusedreading WHERE batch_id = %(batch)s
"""

MAKE_ROOM: Final = """
    SELECT guard.make_reading_months(month, month)
      FROM (SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date AS month
              FROM monitoring_stagedreading WHERE batch_id = %(batch)s) AS asked
"""

# In the order of the primary key, so that two batches never wait for each other in a circle.
TAKE: Final = """
    WITH taken AS (
        INSERT INTO monitoring_reading AS r
               (station_id, item, span, at, value, mark, batch_id)
        SELECT station_id, item, span, at, value, mark, batch_id
          FROM monitoring_stagedreading WHERE batch_id = %(batch)s
         ORDER BY station_id, span, at, item
        ON CONFLICT (station_id, span, at, item) DO UPDATE
           SET value = EXCLUDED.value, mark = EXCLUDED.mark, batch_id = EXCLUDED.batch_id
         WHERE (r.value, r.mark) IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.mark)
        RETURNING station_id, span, at, version
    )
    SELECT span, station_id, day, sum(new)::bigint, sum(changed)::bigint
      FROM (SELECT span, station_id, count(*) FILTER (WHERE version = 1) AS new,
                   count(*) FILTER (WHERE version > 1) AS changed,
                   ((at - CASE span WHEN 'h' THEN interval '1 hour' ELSE interval '0' END)
                    AT TIME ZONE 'Asia/Shanghai')::date AS day
              FROM taken GROUP BY span, station_id, at) AS moments
     GROUP BY span, station_id, day
"""

CLEAR: Final = "DELETE FROM monitoring_stagedreading WHERE batch_id = %(batch)s"
COUNT: Final = "SELECT count(*) FROM monitoring_stagedreading WHERE batch_id = %(batch)s"


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
            for done, v in enumerate(read.values):
                copy.write_row(
                    (
                        batch.pk,
                        v.row,
                        v.column,
                        v.code,
                        known.get(v.code),
                        v.item,
                        v.span,
                        v.at,
                        v.value,
                        v.mark,
                        "",
                    )
                )
                if report is not None and not done % COPIED:
                    report(done, total)
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


def refuse(batch: ReadingBatch, *, paths: Sequence[str], at: datetime, values: int) -> int:
    """
    Take out of what is staged the rows that may not go in, and say why; returns how many rows.

    *paths* are the places that the sender may send for, *at* is now, *values* how many are staged.
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
        _plan_for(cursor, values)
        for query in (REFUSE_STRANGE, REFUSE_REPEATED):
            cursor.execute(query, facts)
            if cursor.rowcount:
                cursor.execute(LET_GO, facts)
        cursor.execute(COUNT_ROWS, facts)
        (rows,) = cursor.fetchone() or (0,)
        cursor.execute(ONE_BY_ONE)
    return int(rows)


def foresee(batch: ReadingBatch, *, values: int) -> dict[str, int]:
    """Count what consent would do to the record: new values, changed ones, unchanged ones."""
    facts: dict[str, Any] = {"batch": batch.pk}
    with connection.cursor() as cursor:
        cursor.execute(REACH, facts)
        first, last = cursor.fetchone() or (None, None)
        _plan_for(cursor, values)
        cursor.execute(FORESEE, facts | {"first": first, "last": last})
        count, missing, new, changed = cursor.fetchone() or (0, 0, 0, 0)
        cursor.execute(ONE_BY_ONE)
    return {
        "values": count,
        "missing": missing,
        "new": new,
        "changed": changed,
        "unchanged": count - new - changed,
    }


def take(batch: ReadingBatch) -> Taken:
    """
    Take what is staged into the record; a value that differs becomes the next version.

    The database counts the versions and keeps the ones before.
    """
    facts = {"batch": batch.pk}
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(MAKE_ROOM, facts)
        cursor.execute(TAKE, facts)
        found = cursor.fetchall()
    return Taken(
        new=sum(new for *_key, new, _changed in found),
        changed=sum(changed for *_key, changed in found),
        days=frozenset(
            (station, day) for span, station, day, *_n in found if span != Span.MONTH.value
        ),
        months=frozenset((station, day.replace(day=1)) for _span, station, day, *_n in found),
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


def _plan_for(cursor: Any, values: int) -> None:
    """Tell the planner how it is, which knows nothing of what came in a moment ago."""
    cursor.execute(ROOM)
    if values > FEW:
        cursor.execute(SET_WISE)


def station_kinds(codes: Iterable[str] | None = None) -> dict[str, Any]:
    """Give what stations are by their codes, of all or of those named."""
    stations = Station.objects.all() if codes is None else Station.objects.filter(code__in=codes)
    return dict(stations.values_list("code", "kind"))
