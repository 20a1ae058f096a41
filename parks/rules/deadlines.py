"""§15, §16, §18: by when each step of a park's year is due, and whether it is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from parks.vocabulary import Punctuality, YearStep
from quota_registry.kernel.calendar import WorkingCalendar, filed_in_time
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The day by which a step of the year is due; it never moves."""

    step: YearStep
    due: date
    clause: Clause


def deadlines(year: int, *, book: RuleBook) -> Mapping[YearStep, Deadline]:
    """List by when each step of the year *year* is due, in the order of the year."""
    table = (
        (YearStep.JUDGEMENT, book.park_judgement_due, "15.1"),
        (YearStep.TARGETS, book.park_targets_due, "15.2"),
        (YearStep.TOTALS, book.park_totals_due, "16.1"),
        # The law names no day of its own: the reward needs both totals, so they share its day.
        (YearStep.ALLOWED_TOTAL, book.reward_due, "16.1"),
        (YearStep.REWARD, book.reward_due, "18.1"),
    )
    return {
        step: Deadline(step=step, due=day.in_year(year), clause=clause(key))
        for step, day, key in table
    }


def punctuality(
    deadline: Deadline,
    *,
    done_on: date | None,
    on: date,
    calendar: WorkingCalendar,
    book: RuleBook,
) -> Punctuality:
    """
    Say how a step stands on the day *on*: done in time or late, ahead, due soon or overdue.

    What is done on the first working day after a day without office hours is in time.
    """
    if done_on is not None:
        in_time = filed_in_time(due=deadline.due, filed_on=done_on, calendar=calendar)
        return Punctuality.IN_TIME if in_time else Punctuality.LATE
    if not filed_in_time(due=deadline.due, filed_on=on, calendar=calendar):
        return Punctuality.OVERDUE
    if on >= deadline.due - timedelta(days=book.park_notice_days):
        return Punctuality.DUE_SOON
    return Punctuality.AHEAD
