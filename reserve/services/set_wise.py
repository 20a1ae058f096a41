"""Statements that each take all rows of a list at once, and what the database needs for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

SET_WISE: Final = """
    SET LOCAL enable_nestloop = off;
    SET LOCAL work_mem = '128MB';
    SET LOCAL statement_timeout = '25min';
"""
"""
How a list is worked on: of rows that came in a moment ago the planner knows nothing, and would
walk over them in turn; what is sorted and noted of them stays in memory; and it is the worker's
limit that ends it, not that of a page.
"""

AS_BEFORE: Final = """
    SET LOCAL enable_nestloop TO DEFAULT;
    SET LOCAL work_mem TO DEFAULT;
    SET LOCAL statement_timeout TO DEFAULT;
"""


@contextmanager
def cursor() -> Iterator[Any]:
    """Give a cursor for statements that each take all rows of a list at once."""
    with connection.cursor() as own:
        own.execute(SET_WISE)
        yield own
        own.execute(AS_BEFORE)
