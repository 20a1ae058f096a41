"""Ranges of days as the database stores them: half-open, the end is the day after the last."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange


def last_day(during: DateRange) -> date | None:
    """Give the last day of a range; nothing where it goes on."""
    return during.upper - timedelta(days=1) if during.upper else None
