"""When a hold lapses: its days, and the days on which only a suspension stood in the way (§9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from allocation.models import Application, ApplicationSource
from allocation.rules import holding
from allocation.rules.holding import Clock, Stop
from allocation.selectors import assessments
from monitoring.models import Suspension
from monitoring.rules.gate import CLOSES
from monitoring.selectors import gates
from monitoring.vocabulary import SuspensionScope
from quota_registry.kernel.models import Place, Polluter, RuleBookVersion
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks


def clock_of(application: Application, *, on: date) -> Clock:
    """Say when the hold of *application* lapses, as far as is known on the day *on*."""
    return clocks_of([application], on=on)[application.pk]


def clocks_of(applications: Sequence[Application], *, on: date) -> dict[int, Clock]:
    """Say what `clock_of` does of several holds, by their keys, in as many questions as of one."""
    books = list(RuleBookVersion.objects.filter(approved_at__isnull=False))
    return {
        application.pk: holding.clock(
            application.held_on, stops, on=on, book=_book_of(application.held_on, books)
        )
        for application, stops in _stops_of(applications)
        if application.held_on is not None
    }


def _book_of(day: date, versions: Sequence[RuleBookVersion]) -> RuleBook:
    return rulebooks.read(next(one for one in versions if day in one.in_force))


def _stops_of(applications: Sequence[Application]) -> Iterator[tuple[Application, list[Stop]]]:
    """Give the spans in which an order closes a way that a hold takes, joined where they meet."""
    drawn: dict[int, list[Place | Polluter]] = defaultdict(list)
    for source in ApplicationSource.objects.filter(application__in=applications).select_related(
        "place", "polluter__place"
    ):
        drawn[source.application_id].append(source.owner)
    # One that was taken back before it began keeps its days on record, and closed none of them.
    orders = list(
        Suspension.objects.issued()
        .filter(place__in={code for one in applications for code in one.place.lineage})
        .select_related("place")
        .order_by("during")
    )
    for application in applications:
        ways = {
            assessments.draw_of(application.project, owner).way for owner in drawn[application.pk]
        }
        scopes = {scope for scope in SuspensionScope if CLOSES[scope] & ways}
        yield (
            application,
            _joined(
                order
                for order in orders
                if order.scope in scopes and gates.binds(order.place, application.place)
            ),
        )


def _joined(orders: Iterable[Suspension]) -> list[Stop]:
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
    """
    Say whether the notice before the lapse is due and was not given of that day yet.

    An order of suspension moves the lapse; then the notice that was given is of another day.
    """
    if clock.lapses_on is None or clock.stopped:
        return False
    assert application.held_on is not None
    days = rulebooks.in_force(application.held_on).hold_notice_days
    due = clock.lapses_on - timedelta(days=days)
    return on >= due and application.warned_of != clock.lapses_on
