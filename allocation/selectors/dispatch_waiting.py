"""What of the dispatch waits for whom: tasks for a place's officers, rounds to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from allocation.models import DispatchRound, DispatchTask, Finding
from allocation.vocabulary import FindingKind, RoundStatus
from allocation.workflows import DISPATCH
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import acted
from reserve.selectors.waiting import ToDo

PAGE = "allocation:dispatch"


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """List the tasks of *person*'s places, those due first, and the rounds to be confirmed."""
    found = [*_tasks(person, on=on, limit=limit), *_rounds(person, on=on)]
    return sorted(found, key=lambda line: line.rank)


def _tasks(person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """List open tasks by the newest version that names them; those who own them are officers."""
    if not access.holds(person, Permission.RECORD_EIA, on=on):
        return
    tasks = list(
        DispatchTask.objects.filter(
            access.within(person, Permission.RECORD_EIA, on=on), done=False
        ).order_by("due_on", "id")[:limit]
    )
    named = {}
    rows = (
        Finding.objects.filter(task__in=tasks)
        .exclude(round__status=RoundStatus.REPLACED)
        .select_related("round", "task")
    )
    for row in rows.order_by("round__quarter", "round__version"):
        named[row.task_id] = row
    for task in tasks:
        if task.pk not in named:
            continue
        found = named[task.pk]
        yield ToDo(
            verb="settle_dispatch",
            what=_("办理调度事项"),
            number=found.number,
            object=f"{FindingKind(found.kind).label} · {found.name}",
            since=found.round.at,
            due=task.due_on,
            overdue_days=max(0, (on - task.due_on).days),
            url_name=PAGE,
            url_args=(str(found.round.of), found.round.version),
            url_query=f"place={found.place_id}&kind={found.kind}#task-{task.pk}",
        )


def _rounds(person: Person, *, on: date) -> Iterator[ToDo]:
    """List the rounds that wait to be confirmed by somebody who did not run them."""
    if not access.holds(person, Permission.CONFIRM_DISPATCH, on=on):
        return
    rows = DispatchRound.objects.filter(
        access.within(person, Permission.CONFIRM_DISPATCH, on=on), status=RoundStatus.PROPOSED
    ).select_related("place")
    for row in rows.order_by("quarter"):
        if person.pk in acted(DISPATCH, row, ("run",)):
            continue
        yield ToDo(
            verb="confirm",
            what=_("确认调度"),
            number=str(row.of),
            object=row.place.spoken,
            since=row.at,
            due=None,
            overdue_days=0,
            url_name=PAGE,
            url_args=(str(row.of), row.version),
        )
