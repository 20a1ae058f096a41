"""Due dates, working days and half-open spans."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quota_registry.kernel.calendar import MonthDay, WorkingCalendar, a_month_after, filed_in_time
from quota_registry.kernel.periods import Month, Period, Quarter, year_period

CALENDAR = WorkingCalendar()
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 2, 28), date(2026, 3, 28)),
    ],
)
def test_a_month_after_is_the_same_day_or_the_months_end(changed: date, due: date) -> None:
    assert a_month_after(changed) == due


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # national day
        (date(2026, 10, 10), True),  # a Saturday worked in exchange
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 20), True),
        (date(2030, 10, 1), True),  # a Tuesday of a year whose holidays are not yet announced
        (date(2030, 10, 5), False),
    ],
)
def test_offices_are_open_on_working_days(day: date, works: bool) -> None:
    assert CALENDAR.is_working_day(day) is works


def test_a_table_beside_the_library_serves_other_years() -> None:
    calendar = WorkingCalendar({date(2030, 10, 1): False, date(2030, 10, 5): True})

    assert not calendar.is_working_day(date(2030, 10, 1))
    assert calendar.is_working_day(date(2030, 10, 5))
    assert calendar.knows(2030)
    assert not CALENDAR.knows(2030)


@pytest.mark.parametrize(
    ("due", "filed", "in_time"),
    [
        (date(2026, 2, 27), date(2026, 2, 27), True),
        (date(2026, 2, 27), date(2026, 2, 28), False),
        # 10 October 2026 is worked, so a due date in the holiday ends with 8 October.
        (date(2026, 10, 3), date(2026, 10, 8), True),
        (date(2026, 10, 3), date(2026, 10, 9), False),
        # A Saturday: the Monday after is in time, the Tuesday is late.
        (date(2026, 11, 21), date(2026, 11, 23), True),
        (date(2026, 11, 21), date(2026, 11, 24), False),
    ],
)
def test_a_paper_may_come_on_the_first_working_day(due: date, filed: date, in_time: bool) -> None:
    assert filed_in_time(due=due, filed_on=filed, calendar=CALENDAR) is in_time


@given(days)
def test_a_month_after_never_lies_in_a_later_month(day: date) -> None:
    due = a_month_after(day)

    assert Month.of(due) == Month.of(day).plus(1)
    assert due.day <= day.day


def test_a_day_of_the_year_past_the_months_end_is_its_last_day() -> None:
    assert MonthDay(2, 31).in_year(2026) == date(2026, 2, 28)
    assert MonthDay(2, 31).in_year(2028) == date(2028, 2, 29)
    assert MonthDay.named("01-31") == MonthDay(1, 31)
    assert str(MonthDay(4, 5)) == "04-05"


def test_a_period_holds_its_first_day_and_not_its_end() -> None:
    quarter = Quarter.of(date(2026, 9, 30))

    assert quarter == Quarter(2026, 3) == Quarter.named("2026Q3")
    assert quarter.period == Period(date(2026, 7, 1), date(2026, 10, 1))
    assert quarter.period.last == date(2026, 9, 30)
    assert date(2026, 7, 1) in quarter.period
    assert date(2026, 10, 1) not in quarter.period
    assert str(quarter.plus(2)) == "2027Q1"
    assert quarter.plus(-3) == Quarter(2025, 4)
    assert date(2030, 1, 1) in Period(date(2026, 1, 1))


def test_periods_that_only_touch_do_not_overlap() -> None:
    first, second = year_period(2025), year_period(2026)

    assert not first.overlaps(second)
    assert second.overlaps(Quarter(2026, 4).period)
    assert Period(date(2025, 6, 1)).overlaps(second)


def test_a_period_that_ends_before_it_starts_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(date(2026, 1, 2), date(2026, 1, 2))
    with pytest.raises(ValueError, match="no quarter 5"):
        Quarter(2026, 5)
