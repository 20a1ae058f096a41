"""Openings on application (§10): a named officer of the city office opens, somebody else uses."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from monitoring.models import GateOpening
from monitoring.refusals import (
    AlreadyOpened,
    EndsBeforeItStarts,
    NotImproved,
    NotOnApplication,
    OpeningClosed,
    ReasonMissing,
    StartsTooEarly,
)
from monitoring.rules.gate import Passage
from monitoring.rules.gate_codes import GateCode
from monitoring.selectors import gates
from monitoring.vocabulary import GATE_STATES, Way
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person, Place, RuleBookVersion
from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.vocabulary import Pollutant


@transaction.atomic
def open_(
    *,
    place: Place,
    pollutant: str,
    way: str,
    starts: date,
    ends: date,
    reason: str,
    document: str,
    by: Person,
    on: date,
) -> GateOpening:
    """
    Open one way to quota of one pollutant for *place*, from *starts* to the day before *ends*.

    Only where §10 leaves it to application, and where the place improved over the year before;
    the reasons that said so are stored with it.

    :raises NotOnApplication: if the way is open anyway, or closed.
    :raises NotImproved: if the place did not improve by what the rule book asks.
    :raises StartsTooEarly: if it would open days that have passed.
    :raises EndsBeforeItStarts: if it would open no day.
    :raises AlreadyOpened: if a day of it is open already.
    """
    access.require(by, Permission.OPEN_GATE, place, on=on)

    article, what, which = clause("10.2"), Pollutant(pollutant), Way(way)
    number = clean_document_number(document)
    if not reason.strip():
        raise ReasonMissing(clause=article)
    if not number:
        raise DocumentMissing(clause=article)
    if starts < on:
        raise StartsTooEarly(starts=starts, on=on, clause=article)
    if ends <= starts:
        raise EndsBeforeItStarts(starts=starts, ends=ends, clause=article)
    Place.objects.select_for_update().get(pk=place.pk)
    version = rulebooks.version_in_force(starts)
    passage = _on_application(place, what, which, version, on=starts)
    during = DateRange(starts, ends)
    known = GateOpening.objects.began().filter(place=place, pollutant=what, way=which)
    other = known.filter(during__overlap=during).first()
    if other is not None:
        raise AlreadyOpened(
            place=place.name, way=which.label, document=other.document, clause=article
        )

    return GateOpening.objects.create(
        place=place,
        pollutant=what,
        way=which,
        during=during,
        reason=reason.strip(),
        document=number,
        rule_book=version,
        grounds=[reason.to_document() for reason in passage.reasons],
        by=by,
    )


@transaction.atomic
def close(*, opening: GateOpening, by: Person, on: date) -> GateOpening:
    """
    Close an opening before its end: from the day *on* it opens nothing.

    :raises OpeningClosed: if that was done.
    :raises EndsBeforeItStarts: if it is over anyway.
    """
    access.require(by, Permission.OPEN_GATE, opening.place, on=on)

    opening = GateOpening.objects.select_for_update().get(pk=opening.pk)
    starts, ends = opening.during.lower, opening.during.upper
    if opening.closed_on is not None:
        raise OpeningClosed(document=opening.document, on=opening.closed_on, clause=clause("10.2"))
    if on >= ends:
        raise EndsBeforeItStarts(starts=on, ends=ends, clause=clause("10.2"))

    if on > starts:
        opening.during = DateRange(starts, on)
    opening.closed_by, opening.closed_on = by, on
    opening.save(update_fields=["during", "closed_by", "closed_on"])
    return opening


def _on_application(
    place: Place, pollutant: Pollutant, way: Way, version: RuleBookVersion, *, on: date
) -> Passage:
    """Judge the way on the day, and refuse unless it may be opened on application."""
    book = RuleBook.from_document(version.content)
    passage = gates.gate_of(place, pollutant, on=on, book=book)[way]
    if passage.state is not GateState.ON_APPLICATION:
        raise NotOnApplication(
            place=place.name, way=way.label, state=GATE_STATES[passage.state], clause=clause("10.2")
        )
    if not passage.may_be_opened:
        why = {GateCode.NOT_IMPROVED, GateCode.IMPROVEMENT_UNKNOWN}
        reason = next(reason for reason in passage.reasons if reason.code in why)
        raise NotImproved(place=place.name, why=reason.sentence, clause=reason.clause)
    return passage
