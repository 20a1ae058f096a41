"""How much data is enough for a mean to count (GB 3095, HJ 663); less is thin, never good."""

from __future__ import annotations

from functools import cache
from typing import Final

from quota_registry.kernel.periods import Month

HOURS_PER_DAY: Final = 20
"""Hourly values that a valid day has at least."""

O3_HOURS_PER_MEAN: Final = 6
"""Hourly values that a valid mean of eight hours has at least."""

O3_WINDOW: Final = 8
O3_FIRST_END: Final = 8
O3_LAST_END: Final = 24
"""Means of eight hours end at 08:00 to 24:00, so all their hours lie in the one day."""

O3_MEANS_PER_DAY: Final = 14
"""Valid means of eight hours, out of seventeen, that a valid day of ozone has at least."""

DAYS_PER_MONTH: Final = 27
DAYS_PER_FEBRUARY: Final = 25
DAYS_PER_YEAR: Final = 324
MONTHS_PER_YEAR: Final = 8
"""Months with a class that a section's year has at least; from general knowledge, not checked."""


def enough_hours(hours: int) -> bool:
    """Say whether so many hourly values make a valid day."""
    return hours >= HOURS_PER_DAY


def days_needed(month: Month) -> int:
    """Say how many valid days a month needs."""
    return DAYS_PER_FEBRUARY if month.number == 2 else DAYS_PER_MONTH


def enough_days(days: int, *, month: Month) -> bool:
    """Say whether so many valid days make a valid month."""
    return days >= days_needed(month)


def enough_days_of_year(days: int) -> bool:
    """Say whether so many valid days make a valid year."""
    return days >= DAYS_PER_YEAR


def enough_months_of_year(months: int) -> bool:
    """Say whether so many months with a class make a valid year of a section."""
    return months >= MONTHS_PER_YEAR


@cache
def days_needed_so_far(month: Month) -> int:
    """
    Say how many valid days the year to the end of a month needs.

    The standard knows months and years only: a part of the year needs what its months need
    together, the whole of it what a year needs. This reading is the registry's.
    """
    if month.number == 12:
        return DAYS_PER_YEAR
    return sum(days_needed(Month(month.year, n)) for n in range(1, month.number + 1))


def enough_days_so_far(days: int, *, month: Month) -> bool:
    """Say whether so many valid days make a valid value of the year to the end of a month."""
    return days >= days_needed_so_far(month)
