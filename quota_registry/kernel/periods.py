"""Half-open spans of days: months, quarters, years; the first day is in, the end day is out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from quota_registry.kernel.calendar import months_after

QUARTER: Final = "^20[0-9]{2}Q[1-4]$"
"""How a quarter is named."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of days from its start to the day before its end; without an end it goes on."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a period ends after it starts: {self.start} – {self.end}")

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Say whether the two share at least one day."""
        return (other.end is None or self.start < other.end) and (
            self.end is None or other.start < self.end
        )

    @property
    def last(self) -> date | None:
        """Give the last day that is in the period, as papers print it."""
        return None if self.end is None else self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Find the month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def named(cls, text: str) -> Self:
        """
        Read a month from its name, such as 2026-09.

        :raises ValueError: if it names none.
        """
        year, _, number = text.partition("-")
        return cls.of(date(int(year), int(number), 1))

    @property
    def period(self) -> Period:
        """Give the month as a half-open span."""
        start = date(self.year, self.number, 1)
        return Period(start, months_after(start, 1))

    def plus(self, months: int) -> Month:
        """Give the month so many months later, or earlier if negative."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year, the step of the dispatch and of closing the ledger (P4)."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"there is no quarter {self.number}")

    @classmethod
    def of(cls, day: date) -> Self:
        """Find the quarter that a day lies in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def named(cls, text: str) -> Self:
        """
        Read a quarter of this century from its name, such as 2026Q3, and from no other writing.

        :raises ValueError: if it names none.
        """
        if not re.fullmatch(QUARTER, text):
            raise ValueError(f"no quarter is named {text!r}")
        return cls(int(text[:4]), int(text[-1]))

    @property
    def period(self) -> Period:
        """Give the quarter as a half-open span."""
        start = date(self.year, self.number * 3 - 2, 1)
        return Period(start, months_after(start, 3))

    def plus(self, quarters: int) -> Quarter:
        """Give the quarter so many quarters later, or earlier if negative."""
        count = self.year * 4 + self.number - 1 + quarters
        return Quarter(count // 4, count % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def year_period(year: int) -> Period:
    """Give a calendar year as a half-open span."""
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def period_named(name: str) -> Period:
    """
    Read a period as addresses carry it: 2026 is a year, 2026Q3 a quarter, 2026-03 a month.

    :raises ValueError: if it is none of them.
    """
    year, mark, number = name.replace("Q", "-Q").partition("-")
    if not mark:
        return year_period(int(year))
    if number.startswith("Q"):
        return Quarter(int(year), int(number[1:])).period
    return Month(int(year), int(number)).period
