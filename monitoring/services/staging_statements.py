"""What the database is told to do with staged readings, each statement for a whole batch."""

from __future__ import annotations

from typing import Final

SET_WISE: Final = "SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off"
BY_INDEX: Final = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
AS_EVER: Final = (
    "SET LOCAL enable_nestloop = on; SET LOCAL enable_hashjoin = on;"
    " SET LOCAL enable_mergejoin = on"
)
ROOM: Final = "SET LOCAL work_mem = '128MB'"
"""Enough to sort and group the values of the longest list that is taken without going to disk."""

COPY: Final = """
    COPY monitoring_stagedreading
         (batch_id, number, "row", code, station_id, item, span, at, value, mark)
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

# What was put down first stands. A row of a wide list has all items of a moment, so moments that
# lie in one row each are few to count, and need not be looked into.
REFUSE_REPEATED: Final = """
    WITH shared AS (
        SELECT station_id, span, at FROM monitoring_stagedreading
         WHERE batch_id = %(batch)s
         GROUP BY station_id, span, at HAVING min("row") < max("row")
    ), repeated AS (
        SELECT station_id, span, at, item
          FROM monitoring_stagedreading JOIN shared USING (station_id, span, at)
         WHERE batch_id = %(batch)s
         GROUP BY station_id, span, at, item HAVING count(*) > 1
    ), numbered AS (
        SELECT v.row, first_value(v.row) OVER one AS first, row_number() OVER one AS number
          FROM monitoring_stagedreading AS v
          JOIN repeated USING (station_id, span, at, item)
         WHERE v.batch_id = %(batch)s
        WINDOW one AS (PARTITION BY station_id, span, at, item ORDER BY v.number)
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
    SELECT min(at), max(at),
           array_agg(DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date)
      FROM (SELECT at FROM monitoring_stagedreading
             WHERE batch_id = %(batch)s GROUP BY at) AS moments
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
    SELECT guard.make_reading_months(month, month) FROM unnest(%(months)s::date[]) AS asked (month)
"""

TAKE_TURNS: Final = "SELECT pg_advisory_xact_lock(hashtext('monitoring.roll'))"
"""Whoever changes the record or rolls it up waits for whoever does so already."""

_DAYS: Final = """
    SELECT span, station_id, day, sum(n)::bigint
      FROM (SELECT span, station_id, count(*) AS n,
                   ((at - CASE span WHEN 'h' THEN interval '1 hour' ELSE interval '0' END)
                    AT TIME ZONE 'Asia/Shanghai')::date AS day
              FROM taken GROUP BY span, station_id, at) AS moments
     GROUP BY span, station_id, day
"""

CHANGE: Final = f"""
    WITH taken AS (
        UPDATE monitoring_reading AS r
           SET value = v.value, mark = v.mark, batch_id = v.batch_id
          FROM monitoring_stagedreading AS v
         WHERE v.batch_id = %(batch)s AND r.at BETWEEN %(first)s AND %(last)s
           AND (r.station_id, r.span, r.at, r.item) = (v.station_id, v.span, v.at, v.item)
           AND (r.value, r.mark) IS DISTINCT FROM (v.value, v.mark)
        RETURNING r.span, r.station_id, r.at
    ) {_DAYS}
"""

# Since all take turns, what is not there stays away: no row need ask the index for a conflict,
# which would take three times as long.
ADD: Final = f"""
    WITH taken AS (
        INSERT INTO monitoring_reading (station_id, item, span, at, value, mark, batch_id)
        SELECT v.station_id, v.item, v.span, v.at, v.value, v.mark, v.batch_id
          FROM monitoring_stagedreading AS v
         WHERE v.batch_id = %(batch)s
           AND NOT EXISTS (
               SELECT FROM monitoring_reading AS r
                WHERE r.at BETWEEN %(first)s AND %(last)s
                  AND (r.station_id, r.span, r.at, r.item)
                      = (v.station_id, v.span, v.at, v.item))
        RETURNING span, station_id, at
    ) {_DAYS}
"""

CLEAR: Final = "DELETE FROM monitoring_stagedreading WHERE batch_id = %(batch)s"
COUNT: Final = "SELECT count(*) FROM monitoring_stagedreading WHERE batch_id = %(batch)s"
