"""P4 and RULES §5: on which days of the year a quarter is dispatched, and when it is closed."""

from __future__ import annotations

from datetime import date

from quota_registry.kernel.periods import Month, Quarter
from quota_registry.kernel.rulebook import RuleBook


def newest_day(on: date, *, book: RuleBook) -> date:
    """Give the last dispatch day that has come by the day *on*."""
    return max(day for day in _days(on, book) if day <= on)


def next_day(on: date, *, book: RuleBook) -> date:
    """Give the first dispatch day after the day *on*."""
    return min(day for day in _days(on, book) if day > on)


def dispatched_on(day: date) -> Quarter:
    """Say which quarter is dispatched on a day: the one before."""
    return Quarter.of(day).plus(-1)


def closes_by(day: date) -> date:
    """Give the first day on which the quarter dispatched on *day* is closed, confirmed or not."""
    end = Month.of(day).period.end
    assert end is not None
    return end


def _days(on: date, book: RuleBook) -> list[date]:
    return [
        day.in_year(year)
        for year in (on.year - 1, on.year, on.year + 1)
        for day in book.dispatch_days
    ]
