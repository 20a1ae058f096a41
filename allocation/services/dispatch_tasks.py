"""What is to be settled of a dispatch: opened by the run, settled by the people of the place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from allocation.models import DispatchTask
from allocation.rules import dispatch
from allocation.rules.dispatch_facts import Found
from quota_registry.kernel.models import Person
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import NotNow


def open_for(
    quarter: Quarter, found: Sequence[Found], *, by: Person, on: date
) -> dict[str, DispatchTask]:
    """
    Open a task for every matter that has none in this quarter, and settle those that are gone.

    A matter that an earlier version named keeps its task, its deadline and what was said of it.
    """
    first = quarter.period.start
    standing = {task.key: task for task in DispatchTask.objects.filter(quarter=first)}
    new = DispatchTask.objects.bulk_create(
        DispatchTask(
            quarter=first,
            key=one.key,
            kind=one.kind,
            place_id=one.subject.place,
            opened_on=on,
            due_on=dispatch.deadline(one, on=on),
        )
        for one in found
        if one.key not in standing
    )
    named = {one.key for one in found}
    with override(None):
        note = _("重新汇总时已不存在")
    for task in standing.values():
        if task.key not in named and not task.done:
            _say(task, done=True, note=note, vanished=True, by=by, on=on)
        elif task.key in named and task.vanished:
            # It is there again: nobody has said that it is done.
            _say(task, done=False, note="", by=by, on=on)
    return standing | {task.key: task for task in new}


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
        raise NotNow(gettext_lazy("“办结”须说明办理情况"))
    return _say(task, done=True, note=note.strip(), by=by, on=on)


@transaction.atomic
def reopen(*, task: DispatchTask, by: Person, on: date) -> DispatchTask:
    """
    Take back that a task is done; what was said of it stays in the history.

    :raises NotNow: if it is not done.
    """
    access.require(by, Permission.IMPORT_DISPATCH, task.place, on=on)
    task = _locked(task)
    if not task.done:
        raise NotNow(label=gettext_lazy("撤销办结"), status=gettext_lazy("办理中"), verb="reopen")
    return _say(task, done=False, note=task.note, by=by, on=on)


def _locked(task: DispatchTask) -> DispatchTask:
    return DispatchTask.objects.select_for_update().get(pk=task.pk)


def _say(
    task: DispatchTask, *, done: bool, note: str, by: Person, on: date, vanished: bool = False
) -> DispatchTask:
    task.done, task.note, task.said_by, task.said_on = done, note, by, on
    task.vanished = vanished
    task.save(update_fields=["done", "note", "said_by", "said_on", "vanished"])
    return task
