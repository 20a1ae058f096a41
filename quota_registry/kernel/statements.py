"""Statements that are asked again and again, which the database plans once a connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def kept() -> Iterator[CursorWrapper]:
    """
    Give a cursor whose statements the database keeps parsed and planned while it is connected.

    Use it for a fixed text with parameters, which go to the database apart from the text: write a
    cast where nothing else says their type. Behind a pooler nothing is kept (``QUOTA_PGBOUNCER``).
    """
    with connection.cursor() as plain, psycopg.Cursor(plain.connection) as cursor:
        wrap: Any = (
            connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
        )
        yield wrap(cursor)
