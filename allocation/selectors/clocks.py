"""When a hold lapses: its days, and the days on which only a suspension stood in the way (§9)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import prefetch_related_objects

from allocation.models import Application
from allocation.rules import holding
from allocation.rules.holding import Clock, Stop
from allocation.selectors import assessments
from monitoring.models import Suspension
from monitoring.rules.gate import CLOSES
from monitoring.selectors import gates
from monitoring.vocabulary import SuspensionScope
from quota_registry.kernel.services import rulebooks


def clock_of(application: Application, *, on: date) -> Clock:
    """Say when the hold of *application* lapses, as far as is known on the day *on*."""
    assert application.held_on is not None
    return holding.clock(
        application.held_on,
        stops_of(application),
        on=on,
        book=rulebooks.in_force(application.held_on),
    )


def stops_of(application: Application) -> list[Stop]:
    """List the spans in which an order closes a way that the hold takes, joined where they meet."""
    prefetch_related_objects([application], "sources__place", "sources__polluter__place")
    ways = {
        assessments.draw_of(application.project, source.owner).way
        for source in application.sources.all()
    }
    scopes = [scope for scope in SuspensionScope if CLOSES[scope] & ways]
    # One that was taken back before it began keeps its days on record, and closed none of them.
    orders = (
        Suspension.objects.issued()
        .filter(place__in=gates.bound_by(application.place), scope__in=scopes)
        .order_by("during")
    )
    joined: list[Stop] = []
    for order in orders:
        stop = Stop(order.during.lower, order.during.upper)
        last = joined[-1] if joined else None
        if last and (last.ends is None or stop.starts <= last.ends):
            open_ended = last.ends is None or stop.ends is None
            ends = None if open_ended else max(last.ends, stop.ends)  # type: ignore[type-var]
            joined[-1] = Stop(last.starts, ends)
        else:
            joined.append(stop)
    return joined


def is_about_to_lapse(application: Application, clock: Clock, *, on: date) -> bool:
    """Say whether the notice before the lapse is due and was not given yet."""
    if clock.lapses_on is None or clock.stopped or application.warned_on is not None:
        return False
    assert application.held_on is not None
    days = rulebooks.in_force(application.held_on).hold_notice_days
    return on >= clock.lapses_on - timedelta(days=days)
