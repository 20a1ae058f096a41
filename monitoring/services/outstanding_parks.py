"""Outstanding parks (§6): recorded by the general office under a document, and ended by another."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from monitoring.models import OutstandingPark
from monitoring.refusals import (
    AlreadyOutstanding,
    EndsBeforeItStarts,
    NoPark,
    OutstandingEnded,
    ReasonMissing,
    StartsTooEarly,
)
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Tier


@transaction.atomic
def record(
    *,
    place: Place,
    starts: date,
    ends: date | None = None,
    document: str,
    reason: str,
    by: Person,
    on: date,
) -> OutstandingPark:
    """
    Record that a park has outstanding results, from *starts* to the day before *ends*, if any.

    :raises NoPark: if *place* is none.
    :raises StartsTooEarly: if it would count on days that have passed.
    :raises AlreadyOutstanding: if a day of it is on record.
    """
    access.require(by, Permission.CONFIRM_JUDGEMENT, place, on=on)

    article = clause("6.1")
    number = clean_document_number(document)
    if place.tier != Tier.PARK:
        raise NoPark(place=place.name, clause=article)
    if not reason.strip():
        raise ReasonMissing(clause=article)
    if not number:
        raise DocumentMissing(clause=article)
    if starts < on:
        raise StartsTooEarly(starts=starts, on=on, clause=article)
    if ends is not None and ends <= starts:
        raise EndsBeforeItStarts(starts=starts, ends=ends, clause=article)
    # Two who record at once wait for each other here.
    Place.objects.select_for_update().get(pk=place.pk)
    during = DateRange(starts, ends)
    known = OutstandingPark.objects.began().filter(place=place, during__overlap=during).first()
    if known is not None:
        raise AlreadyOutstanding(place=place.name, document=known.document, clause=article)

    return OutstandingPark.objects.create(
        place=place, during=during, document=number, reason=reason.strip(), by=by
    )


@transaction.atomic
def close(*, found: OutstandingPark, document: str, by: Person, on: date) -> OutstandingPark:
    """
    End a record under a document: from the day *on* the park is outstanding no more.

    :raises OutstandingEnded: if that was done, or it is over anyway.
    """
    access.require(by, Permission.CONFIRM_JUDGEMENT, found.place, on=on)

    found = (
        OutstandingPark.objects.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=found.pk)
    )
    article = clause("6.1")
    number = clean_document_number(document)
    starts, ends = found.during.lower, found.during.upper
    if found.closed_on is not None or (ends is not None and on >= ends):
        raise OutstandingEnded(document=found.document, clause=article)
    if not number:
        raise DocumentMissing(clause=article)

    if on > starts:
        found.during = DateRange(starts, on)
    found.closed_by, found.closed_on, found.close_document = by, on, number
    found.save(update_fields=["during", "closed_by", "closed_on", "close_document"])
    return found
