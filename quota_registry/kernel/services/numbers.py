"""Serial numbers without gaps: whoever rolls back gives the number back."""

from __future__ import annotations

from django.db import connection


def take(*, series: str) -> int:
    """Return the next number of *series*, starting at 1; others wait until this commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_serial AS s (series, last) VALUES (%s, 1)
            ON CONFLICT (series) DO UPDATE SET last = s.last + 1
            RETURNING last
            """,
            [series],
        )
        return int(cursor.fetchone()[0])
