"""Whether a binding task is done (§10): recorded by a named officer with the province's paper."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from monitoring.models import TaskResult
from monitoring.refusals import NoSuchTask
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import ReductionTask


@transaction.atomic
def record(
    *, place: Place, pollutant: str, year: int, done: bool, document: str, by: Person, on: date
) -> TaskResult:
    """
    Record whether *place* did its task of a pollutant in *year*; a later record replaces it.

    :raises NoSuchTask: if it was set none.
    :raises DocumentMissing: without the province's document.
    """
    access.require(by, Permission.RECORD_TASK_RESULT, place, on=on)

    what, number = Pollutant(pollutant), clean_document_number(document)
    Place.objects.select_for_update().get(pk=place.pk)
    if not ReductionTask.objects.filter(place=place, pollutant=what, year=year).exists():
        raise NoSuchTask(place=place.name, year=year, pollutant=what.label, clause=clause("10.1"))
    if not number:
        raise DocumentMissing(clause=clause("10.1"))

    known = TaskResult.objects.filter(place=place, pollutant=what, year=year)
    newest = known.aggregate(newest=Max("version"))["newest"] or 0
    return TaskResult.objects.create(
        place=place,
        pollutant=what,
        year=year,
        version=newest + 1,
        done=done,
        document=number,
        by=by,
        on=on,
    )
