"""Working days and due dates: a month after an act, and whether a paper was filed in time."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import chinese_calendar

KNOWN_YEARS: Final = range(2004, 2027)
"""The years whose official holidays and shifted working days the library knows."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """
    The working days of the State Council's holiday notices.

    Years outside the library's reach come from `extra`, a table of days that differ from the
    plain week (True works, False rests); a day that neither knows follows the plain week.
    """

    extra: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_working_day(self, day: date) -> bool:
        """Say whether the offices are open that day."""
        if day in self.extra:
            return self.extra[day]
        if day.year in KNOWN_YEARS:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def knows(self, year: int) -> bool:
        """Say whether holidays of a year are on record at all, so that a page can warn."""
        return year in KNOWN_YEARS or any(day.year == year for day in self.extra)

    def first_working_day_from(self, day: date) -> date:
        """Find the first working day that is not before the given one."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later; the month's end where there is no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def a_month_after(day: date) -> date:
    """Give the day by which something is due within one month (§4: 一个月内)."""
    return months_after(day, 1)


def filed_in_time(*, due: date, filed_on: date, calendar: WorkingCalendar) -> bool:
    """
    Say whether a paper filed that day is in time.

    The due date itself never moves; filing on the first working day after a due date without
    office hours is not late.
    """
    return filed_on <= calendar.first_working_day_from(due)


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of every year, such as 31 January; one past the month's end means its last day."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Give that day of one year."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))

    @classmethod
    def named(cls, text: str) -> MonthDay:
        """Read a day of the year from its name, such as 01-31."""
        month, _, day = text.partition("-")
        found = cls(int(month), int(day))
        if not (1 <= found.month <= 12 and 1 <= found.day <= 31):
            raise ValueError(f"{text} is no day of the year")
        return found

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"
