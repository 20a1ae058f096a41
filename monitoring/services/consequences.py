"""What follows from a month's verdicts (§9, §19): tasks, notices, proposals; a person orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from monitoring.models import Measure, PlaceWarning, Suspension, WarningTask
from monitoring.querysets import CLOSING
from monitoring.rules.reasons import read
from monitoring.rules.warning_codes import LEVELS, WarningCode
from monitoring.services import suspensions, tidings
from monitoring.vocabulary import Action, Level, SuspensionScope, SuspensionStatus
from quota_registry.kernel.models import Person
from quota_registry.kernel.services import audit

LONGEST_REASON = 500


def open_tasks(changed: Sequence[PlaceWarning], *, due: date, by: Person) -> None:
    """
    Give every warned place its task of the month, once, whatever version warns it.

    A task that nobody answered yet follows the newest version: it is taken back where the place
    is warned no more. One that has measures is history and stays.
    """
    if not changed:
        return
    month = changed[0].run.month
    warned = [one.place_id for one in changed if Level(one.level).warns]
    calm = [one.place_id for one in changed if not Level(one.level).warns]
    WarningTask.objects.bulk_create(
        [WarningTask(place_id=place, month=month, due_on=due) for place in warned],
        ignore_conflicts=True,
    )
    tasks = WarningTask.objects.filter(
        ~Q(pk__in=Measure.objects.order_by().values("task")), month=month
    )
    tasks.filter(place__in=calm, closed_at=None).update(closed_at=timezone.now(), closed_by=by)
    tasks.filter(place__in=warned).exclude(closed_at=None).update(closed_at=None, closed_by=None)


def tell(changed: Sequence[PlaceWarning], *, warned_before: Collection[str], on: date) -> None:
    """Tell the places' people of a warning, of its correction, or that it is withdrawn."""
    for warning in changed:
        was_warned = warning.place_id in warned_before
        if was_warned or Level(warning.level).warns:
            tidings.warn(warning, again=was_warned, on=on)


def propose(changed: Sequence[PlaceWarning], *, by: Person, on: date) -> None:
    """
    Propose, as the registry itself, to suspend or to lift where the verdicts say so.

    What is closed, proposed, or was proposed for the same month and decided, is left alone.
    """
    asked = [one for one in changed if one.action in {Action.SUSPEND, Action.LIFT}]
    if not asked:
        return
    system = Person.objects.get_system()
    standing: dict[str, list[Suspension]] = defaultdict(list)
    for order in Suspension.objects.filter(
        place__in=[one.place_id for one in asked]
    ).select_related("warning__run"):
        standing[order.place_id].append(order)
    with override(settings.LANGUAGE_CODE):
        for warning in asked:
            orders = standing[warning.place_id]
            if warning.action == Action.SUSPEND:
                _suspend(warning, orders, by=system, on=on)
            else:
                _lift(warning, orders, by=system, on=on)
    # The rest of the transaction is the work of whoever asked for the month.
    audit.sign(by=by)


def _suspend(warning: PlaceWarning, orders: Sequence[Suspension], *, by: Person, on: date) -> None:
    settled = {
        order.scope
        for order in orders
        if order.status == SuspensionStatus.PROPOSED
        or (order.warning is not None and order.warning.run.month == warning.run.month)
        or (order.status in CLOSING and not _is_over(order, on))
    }
    for scope in SuspensionScope:
        if scope.value not in settled:
            suspensions.propose(
                place=warning.place,
                scope=scope.value,
                reason=_said(warning, Level.RED),
                warning=warning,
                by=by,
                on=on,
            )


def _lift(warning: PlaceWarning, orders: Sequence[Suspension], *, by: Person, on: date) -> None:
    for order in orders:
        if order.status == SuspensionStatus.IN_FORCE and not _is_over(order, on):
            suspensions.propose_lift(
                suspension=order, reason=_said(warning, Level.NONE), by=by, on=on
            )


def _is_over(order: Suspension, on: date) -> bool:
    """Say whether an order's own last day has gone by, so that it closes nothing any more."""
    return order.during.upper is not None and order.during.upper <= on


def _said(warning: PlaceWarning, level: Level) -> str:
    """Say the reasons of one level, for the paper that the director signs."""
    reasons = [read(document, WarningCode) for document in warning.reasons]
    said = "；".join(str(one) for one in reasons if LEVELS[WarningCode(one.code.value)] is level)
    return f"{warning.run.month.year}年{warning.run.month.month}月：{said}"[:LONGEST_REASON]
