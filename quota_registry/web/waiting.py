"""Everybody's desk over all floors: what each floor lists, in one order."""

from __future__ import annotations

from datetime import date

from allocation.selectors import dispatch_waiting as of_the_dispatch
from allocation.selectors import waiting as of_the_desk
from monitoring.selectors import waiting as of_the_watch
from parks.selectors import waiting as of_the_parks
from quota_registry.kernel.models import Person
from reserve.selectors import waiting as of_the_stock
from reserve.selectors.waiting import ToDo


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """List what waits for *person* on every floor: overdue first, at most *limit* of each act."""
    found = [
        *of_the_stock.waiting_for(person, on=on, limit=limit),
        *of_the_watch.waiting_for(person, on=on, limit=limit),
        *of_the_parks.waiting_for(person, on=on, limit=limit),
        *of_the_desk.waiting_for(person, on=on, limit=limit),
        *of_the_dispatch.waiting_for(person, on=on, limit=limit),
    ]
    return sorted(found, key=lambda line: line.rank)
