"""What is to be settled of a dispatch: opened by the run, settled by the people of the place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from allocation.models import DispatchTask, Finding
from allocation.rules import dispatch
from allocation.rules.dispatch_facts import Found
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import NotNow


def open_for(
    quarter: Quarter, found: Sequence[Found], *, by: Person, on: date
) -> dict[str, DispatchTask]:
    """
    Give every matter its one task by its key, and settle the open ones whose matter is gone.

    A matter keeps the task that an earlier version or quarter opened, with its deadline and what
    was said of it; what a person settled stays settled as long as the facts are the same.
    """
    first = quarter.period.start
    rows = list(
        DispatchTask.objects.filter(
            Q(done=False) | Q(quarter__lte=first, key__in=[one.key for one in found])
        ).order_by("-done", "quarter", "id")
    )
    # The last of a key wins: an open one before those that are done, else the newest.
    standing = {task.key: task for task in rows}
    here = {task.key: task for task in rows if task.quarter == first}
    settled = _as_settled(standing.values())
    tasks, again, new = {}, [], []
    for one in found:
        task = standing.get(one.key)
        if task is not None and _is_still(task, one, settled.get(task.pk), first):
            tasks[one.key] = task
        elif one.key in here:
            # It is there again, or says something else: nobody has said that this is done.
            tasks[one.key] = here[one.key]
            again.append(here[one.key])
        else:
            new.append(
                DispatchTask(
                    quarter=first,
                    key=one.key,
                    kind=one.kind,
                    place_id=one.subject.place,
                    opened_on=on,
                    due_on=dispatch.deadline(one, on=on),
                )
            )
    with override(None):
        gone, elsewhere = _("重新汇总时已不存在"), _("已由另一事项承接")
    # A matter has one open task at a time: what ends comes before what begins.
    there = {one.key for one in found}
    for task in rows:
        if task.done or task.quarter > first or tasks.get(task.key) == task:
            continue
        note = elsewhere if task.key in there else gone
        _say(task, done=True, note=note, vanished=True, by=by, on=on)
    for task in again:
        if task.done:
            _say(task, done=False, note="", by=by, on=on)
    return tasks | {task.key: task for task in DispatchTask.objects.bulk_create(new)}


def _is_still(task: DispatchTask, found: Found, was: Finding | None, first: date) -> bool:
    """
    Say whether a task is that of what was found now: open at its place, or settled as it is.

    Where a later quarter than the one that begins on *first* has it open, that one knows better.
    """
    if not task.done:
        return task.quarter > first or task.place_id == found.subject.place
    if task.vanished or was is None:
        return False
    return was.place_id == found.subject.place and dispatch.same(was.facts, found.facts)


def _as_settled(tasks: Iterable[DispatchTask]) -> dict[int, Finding]:
    """Give what was last found of each task that is done, by its key."""
    done = [task.pk for task in tasks if task.done]
    return {one.task_id: one for one in Finding.objects.filter(task__in=done).order_by("id")}


@transaction.atomic
def settle(*, task: DispatchTask, note: str, by: Person, on: date) -> DispatchTask:
    """
    Say that a task is done, and how.

    :raises NotNow: if somebody said so already, or nothing is said of how.
    """
    access.require(by, Permission.IMPORT_DISPATCH, task.place, on=on)
    task = _locked(task)
    if task.done:
        raise NotNow(label=gettext_lazy("办结"), status=gettext_lazy("已办结"), verb="settle")
    if not note.strip():
        raise NotNow(gettext_lazy("“办结”须说明办理情况"), clause=clause("P4.1"))
    return _say(task, done=True, note=note.strip(), by=by, on=on)


@transaction.atomic
def reopen(*, task: DispatchTask, by: Person, on: date) -> DispatchTask:
    """
    Take back that a task is done; what was said of it stays in the history.

    :raises NotNow: if it is not done, or another task of the matter is open.
    """
    access.require(by, Permission.IMPORT_DISPATCH, task.place, on=on)
    task = _locked(task)
    if not task.done:
        raise NotNow(label=gettext_lazy("撤销办结"), status=gettext_lazy("办理中"), verb="reopen")
    if DispatchTask.objects.filter(key=task.key, done=False).exists():
        raise NotNow(gettext_lazy("同一事项已有办理中的任务，请在该任务中办理"))
    return _say(task, done=False, note=task.note, by=by, on=on)


def _locked(task: DispatchTask) -> DispatchTask:
    """Lock every task of the matter, so that two of them are not opened at once."""
    of_matter = DispatchTask.objects.select_for_update().filter(key=task.key).order_by("pk")
    return next(one for one in of_matter if one.pk == task.pk)


def _say(
    task: DispatchTask, *, done: bool, note: str, by: Person, on: date, vanished: bool = False
) -> DispatchTask:
    task.done, task.note, task.said_by, task.said_on = done, note, by, on
    task.vanished = vanished
    task.save(update_fields=["done", "note", "said_by", "said_on", "vanished"])
    return task
