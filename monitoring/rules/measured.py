"""§16, §17: which months a measured amount may be of."""

from __future__ import annotations

from datetime import date, timedelta


def month_after(month: date) -> date:
    """Give the first day of the month after."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def is_over(month: date, *, on: date) -> bool:
    """Say whether a month lies behind: what it comes to cannot be known before."""
    return month_after(month) <= on
