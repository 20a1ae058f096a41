"""§8, §9: how long mass stays set aside, and when the clock of a hold stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quota_registry.kernel.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class Stop:
    """Days on which only a suspension stood in the way: from the first, before the last."""

    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when a hold lasts, as far as is known on a day; ``stopped`` while it stands still."""

    lapses_on: date | None
    stopped: bool
    days_stopped: int

    def has_lapsed(self, on: date) -> bool:
        """Say whether the hold has lapsed by the day *on*."""
        return self.lapses_on is not None and on >= self.lapses_on


def clock(held_on: date, stops: Sequence[Stop], *, on: date, book: RuleBook) -> Clock:
    """
    Say when a hold lapses: after the book's days, not counting those it was stopped.

    While it is stopped without a known end no day can be named. Days that lie ahead count as
    stopped only where an order says already when it ends.
    """
    lapses = held_on + timedelta(days=book.hold_days)
    if not book.hold_clock_stops:
        return Clock(lapses_on=lapses, stopped=False, days_stopped=0)
    stopped = 0
    reached = held_on
    for stop in sorted(stops, key=lambda one: one.starts):
        starts = max(stop.starts, reached)
        if starts >= lapses:
            break
        if stop.ends is None:
            return Clock(lapses_on=None, stopped=starts <= on, days_stopped=stopped)
        if stop.ends > starts:
            days = (stop.ends - starts).days
            stopped += days
            lapses += timedelta(days=days)
            reached = stop.ends
    now = any(one.starts <= on and (one.ends is None or on < one.ends) for one in stops)
    return Clock(lapses_on=lapses, stopped=now, days_stopped=stopped)
