"""Binding reduction tasks of places (§5, §10); their progress is `selectors.tasks`."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import ReductionTask


class TaskIncomplete(Refusal):
    """A task is more than nothing and comes with its document."""

    code = "task_incomplete"
    message = _("减排任务须大于零并注明下达文件")


@transaction.atomic
def set_(
    *, place: Place, pollutant: str, year: int, grams: int, document: str, by: Person, on: date
) -> ReductionTask:
    """
    Set what *place* must cut of a pollutant in a year, or change it under a new document.

    :raises TaskIncomplete: without an amount or a document.
    """
    access.require(by, Permission.SET_TASKS, place, on=on)

    number = clean_document_number(document)
    if grams <= 0 or not number:
        raise TaskIncomplete(clause=clause("5.1"))

    task, _made = ReductionTask.objects.select_for_update().update_or_create(
        place=place,
        pollutant=Pollutant(pollutant),
        year=year,
        defaults={"grams": grams, "document": number, "set_by": by},
    )
    return task
