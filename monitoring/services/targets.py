"""Targets of places (§9, §10, §15): proposed by one, approved by another, never edited."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Max

from monitoring.models import Target
from monitoring.refusals import AlreadyProposed, WrongTier, WrongValue
from monitoring.vocabulary import Indicator, TargetStatus
from monitoring.workflows import TARGET
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import advance

MOST_PM25: Final = Decimal("999.9")
MOST_PERCENT: Final = Decimal(100)


def clause_of(place: Place) -> Clause:
    """Return the sentence that gives a place of this tier its targets: §9 counties, §15 parks."""
    return clause("15.2" if place.tier == Tier.PARK else "9.3")


@transaction.atomic
def propose(
    *,
    place: Place,
    indicator: str,
    year: int,
    value: Decimal,
    document: str,
    by: Person,
    on: date,
) -> Target:
    """
    Propose what *place* is to reach of an indicator in a year; a second person approves it.

    :raises DocumentMissing: without the number of the paper that sets it.
    :raises WrongValue: if it is not above zero, has a second decimal, or is a share above 100 %.
    :raises AlreadyProposed: if another value waits for approval.
    """
    access.require(by, Permission.PROPOSE_TARGETS, place, on=on)

    what, number = Indicator(indicator), clean_document_number(document)
    if place.tier not in {Tier.COUNTY, Tier.PARK}:
        raise WrongTier(place=place.name, clause=clause_of(place))
    if not number:
        raise DocumentMissing(clause=clause_of(place))
    most = MOST_PM25 if what is Indicator.PM25 else MOST_PERCENT
    if not 0 < value <= most or value != value.quantize(Decimal("0.1")):
        raise WrongValue(indicator=what.label, value=value, clause=clause_of(place))
    # Who proposes the next waits for whoever is proposing it now.
    Place.objects.select_for_update().get(pk=place.pk)
    known = Target.objects.filter(place=place, indicator=what, year=year)
    if known.filter(status=TargetStatus.PROPOSED).exists():
        raise AlreadyProposed(place=place.name, what=what.label, clause=clause_of(place))

    newest = known.aggregate(newest=Max("version"))["newest"] or 0
    return Target.objects.create(
        place=place,
        indicator=what,
        year=year,
        value=value,
        document=number,
        version=newest + 1,
        proposed_by=by,
    )


@transaction.atomic
def approve(*, target: Target, by: Person, on: date) -> Target:
    """
    Let a proposed target hold, in place of the one before it.

    :raises SamePerson: if *by* proposed it.
    """
    access.require(by, Permission.APPROVE_TARGETS, target.place, on=on)

    target = Target.objects.select_for_update().get(pk=target.pk)
    TARGET.transition(target.status, "approve")
    before = Target.objects.select_for_update().filter(
        place=target.place_id,
        indicator=target.indicator,
        year=target.year,
        status=TargetStatus.IN_FORCE,
    )

    for one in before:
        advance(one, workflow=TARGET, verb="replace", note=target.document)
    advance(
        target, workflow=TARGET, verb="approve", note=target.document, writes={"approved_by": by}
    )
    return target


@transaction.atomic
def reject(*, target: Target, note: str, by: Person, on: date) -> Target:
    """
    Send a proposed target back with a reason; it stays on record.

    :raises SamePerson: if *by* proposed it.
    """
    access.require(by, Permission.APPROVE_TARGETS, target.place, on=on)

    target = Target.objects.select_for_update().get(pk=target.pk)
    advance(target, workflow=TARGET, verb="reject", note=note)
    return target
