"""What a place does about a warned month (有力措施, §9, §19): measures, and the end of the task."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from monitoring.models import Measure, WarningTask
from monitoring.refusals import NoMeasure, NothingDoneYet, TaskClosed
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, files
from quota_registry.kernel.vocabulary import Tier


def clause_of(place: Place) -> Clause:
    """Return the sentence by which a place of this tier acts on a warning: §9 or §19."""
    return clause("19.2" if place.tier == Tier.PARK else "9.2")


@transaction.atomic
def record(
    *,
    task: WarningTask,
    text: str,
    person: str,
    date: date,
    file: UploadedFile[Any] | None = None,
    by: Person,
    on: date,
) -> Measure:
    """
    Record a measure of a warned place: what, who answers for it, by when, with a file if any.

    :raises NoMeasure: without words or without a person.
    :raises TaskClosed: if the task is closed.
    :raises FileRefused: if the file is of a kind that is not taken.
    """
    access.require(by, Permission.RECORD_MEASURES, task.place, on=on)

    task = _locked(task)
    if not text.strip() or not person.strip():
        raise NoMeasure(clause=clause_of(task.place))
    _refuse_if_closed(task)

    return Measure.objects.create(
        task=task,
        text=text.strip(),
        person=person.strip(),
        date=date,
        file=files.store(upload=file, place=task.place, by=by) if file else None,
        by=by,
    )


@transaction.atomic
def close(*, task: WarningTask, by: Person, on: date) -> WarningTask:
    """
    Close a task whose measures are taken.

    :raises NothingDoneYet: if it has no measure.
    :raises TaskClosed: if it is closed already.
    """
    access.require(by, Permission.RECORD_MEASURES, task.place, on=on)

    task = _locked(task)
    _refuse_if_closed(task)
    if not task.measures.exists():
        raise NothingDoneYet(clause=clause_of(task.place))

    task.closed_at, task.closed_by = timezone.now(), by
    task.save(update_fields=["closed_at", "closed_by"])
    return task


def _locked(task: WarningTask) -> WarningTask:
    found: WarningTask = (
        WarningTask.objects.select_for_update(of=("self",)).select_related("place").get(pk=task.pk)
    )
    return found


def _refuse_if_closed(task: WarningTask) -> None:
    if task.closed_at is not None:
        raise TaskClosed(clause=clause_of(task.place))
