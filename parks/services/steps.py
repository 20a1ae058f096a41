"""How a step of a park's year is taken: asked for, locked, and under its paper where it has one."""

from __future__ import annotations

from datetime import date
from typing import Any

from parks.models import ParkYear
from parks.refusals import StepInTheFuture
from parks.selectors.grounds import MAY_BE_TAKEN_AGAIN
from parks.services import grounds
from parks.workflows import YEAR
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import advance, foresee


def lock(year: ParkYear, verb: str, needs: Permission, *, by: Person, on: date) -> ParkYear:
    """
    Ask for the right, hold the year, and refuse now what its table would refuse later.

    :raises GroundCorrected: if what the year rests on was corrected, and is not taken again.
    """
    access.require(by, needs, year.place, on=on)
    year = ParkYear.objects.select_for_update(of=("self",)).select_related("place").get(pk=year.pk)
    foresee(year, workflow=YEAR, verb=verb)
    if year.status in MAY_BE_TAKEN_AGAIN and verb != "take_again":
        grounds.refuse_corrected(year)
    return year


def take(year: ParkYear, verb: str, *, note: str = "", **writes: Any) -> ParkYear:
    """Move the year on, with what the step fills in."""
    advance(year, workflow=YEAR, verb=verb, note=note, writes=writes)
    return year


def take_under(
    year: ParkYear,
    verb: str,
    column: str,
    document: str,
    day: date,
    *,
    on: date,
    article: str,
    note: str | None = None,
    **writes: Any,
) -> ParkYear:
    """
    Take a step under its paper, whose number and day go into the columns named after *column*.

    The step notes the number of the paper, but where it has a reason of its own.

    :raises DocumentMissing: without the number of the paper.
    :raises StepInTheFuture: if its day lies ahead.
    """
    number = clean_document_number(document)
    if not number:
        raise DocumentMissing(clause=clause(article))
    if day > on:
        raise StepInTheFuture(day=day, clause=clause(article))
    named = {f"{column}_document": number, f"{column}_on": day}
    return take(year, verb, note=number if note is None else note, **named, **writes)
