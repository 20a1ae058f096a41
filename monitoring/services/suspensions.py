"""
Suspensions (§9, §19): proposed by the job or the city office, ordered by the director, and lifted
likewise when the environment has improved. An order closes the gate at once.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from monitoring.models import PlaceWarning, Suspension
from monitoring.refusals import (
    AlreadyProposed,
    AlreadySuspended,
    EndsBeforeItStarts,
    LiftedBeforeItBegan,
    OverAlready,
    ReasonMissing,
    StartsTooEarly,
    WrongTier,
)
from monitoring.services import tidings
from monitoring.vocabulary import SuspensionScope, SuspensionStatus
from monitoring.workflows import SUSPENSION
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.services import access, audit, numbers
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import advance


def clause_of(place: Place) -> Clause:
    """Return the sentence by which a place of this tier is suspended: §9 counties, §19 parks."""
    return clause("19.3" if place.tier == Tier.PARK else "9.3")


@transaction.atomic
def propose(
    *,
    place: Place,
    scope: str,
    reason: str,
    warning: PlaceWarning | None = None,
    by: Person,
    on: date,
) -> Suspension:
    """
    Propose to close what *scope* names for *place*; the director orders it or drops it.

    What is closed to a day of its own may be proposed to go on.

    :raises ReasonMissing: without a reason.
    :raises AlreadyProposed: if the same waits for the director.
    :raises AlreadySuspended: if the same is closed until it is lifted.
    """
    _require_proposer(by, place, on)

    what = SuspensionScope(scope)
    if place.tier not in {Tier.COUNTY, Tier.PARK}:
        raise WrongTier(place=place.name, clause=clause_of(place))
    if not reason.strip():
        raise ReasonMissing(clause=clause_of(place))
    # Two who propose at once wait for each other here.
    Place.objects.select_for_update().get(pk=place.pk)
    known = Suspension.objects.filter(place=place, scope=what)
    if known.filter(status=SuspensionStatus.PROPOSED).exists():
        raise AlreadyProposed(place=place.name, what=what.label, clause=clause_of(place))
    _refuse_if_any(_closing(place, what, DateRange(on, None)).filter(during__upper_inf=True))

    suspension = Suspension.objects.create(
        number=_number(on),
        place=place,
        scope=what,
        reason=reason.strip(),
        warning=warning,
        proposed_on=on,
    )
    tidings.ask(Permission.ORDER_SUSPENSION, suspension, by=by, on=on)
    return suspension


@transaction.atomic
def order(
    *,
    suspension: Suspension,
    document: str,
    starts: date,
    ends: date | None = None,
    by: Person,
    on: date,
) -> Suspension:
    """
    Order a proposed suspension under *document*, from *starts* on, to *ends* where one is set.

    :raises DocumentMissing: without the order's number.
    :raises StartsTooEarly: if it would close days that have passed.
    :raises AlreadySuspended: if another order of the same scope covers a day of it.
    :raises SamePerson: if *by* proposed it.
    """
    access.require(by, Permission.ORDER_SUSPENSION, suspension.place, on=on)

    suspension = _locked(suspension)
    number = clean_document_number(document)
    if not number:
        raise DocumentMissing(clause=clause_of(suspension.place))
    if starts < on:
        raise StartsTooEarly(starts=starts, on=on, clause=clause_of(suspension.place))
    if ends is not None and ends <= starts:
        raise EndsBeforeItStarts(starts=starts, ends=ends, clause=clause_of(suspension.place))
    days = DateRange(starts, ends)
    _refuse_if_any(_closing(suspension.place, SuspensionScope(suspension.scope), days))

    advance(
        suspension,
        workflow=SUSPENSION,
        verb="order",
        note=number,
        writes={"document": number, "ordered_on": on, "during": days},
    )
    tidings.tell_place(suspension, by=by, on=on)
    return suspension


@transaction.atomic
def drop(*, suspension: Suspension, note: str, by: Person, on: date) -> Suspension:
    """
    Decide that a proposed suspension is not ordered, with the reason.

    :raises SamePerson: if *by* proposed it.
    """
    access.require(by, Permission.ORDER_SUSPENSION, suspension.place, on=on)

    suspension = _locked(suspension)
    advance(suspension, workflow=SUSPENSION, verb="drop", note=note)
    return suspension


@transaction.atomic
def propose_lift(*, suspension: Suspension, reason: str, by: Person, on: date) -> Suspension:
    """
    Propose that an order be lifted, since the environment has improved; the director decides.

    :raises ReasonMissing: without a reason.
    :raises OverAlready: if its own last day has gone by.
    """
    _require_proposer(by, suspension.place, on)

    suspension = _locked(suspension)
    if not reason.strip():
        raise ReasonMissing(clause=clause_of(suspension.place))
    SUSPENSION.transition(suspension.status, "propose_lift")
    ends = suspension.during.upper
    if ends is not None and ends <= on:
        raise OverAlready(
            document=suspension.document, ends=ends, clause=clause_of(suspension.place)
        )

    advance(
        suspension,
        workflow=SUSPENSION,
        verb="propose_lift",
        note=reason.strip(),
        writes={"lift_reason": reason.strip()},
    )
    tidings.ask(Permission.ORDER_SUSPENSION, suspension, by=by, on=on)
    return suspension


@transaction.atomic
def lift(
    *, suspension: Suspension, document: str, lifted_on: date, by: Person, on: date
) -> Suspension:
    """
    Lift an order under *document*: from *lifted_on* on it closes nothing.

    One that has not begun may be taken back: lifted by its first day it never closes anything,
    its days stay on record as they were ordered, and the same days may be ordered again.

    :raises DocumentMissing: without the number of the paper that lifts it.
    :raises StartsTooEarly: if days that have passed would be opened after the fact.
    :raises NotNow: if nobody proposed to lift it.
    :raises LiftedBeforeItBegan: if it has begun and would be lifted as though it had not.
    :raises SamePerson: if *by* proposed the lift.
    """
    access.require(by, Permission.ORDER_SUSPENSION, suspension.place, on=on)

    suspension = _locked(suspension)
    number = clean_document_number(document)
    if not number:
        raise DocumentMissing(clause=clause_of(suspension.place))
    if lifted_on < on:
        raise StartsTooEarly(starts=lifted_on, on=on, clause=clause_of(suspension.place))
    SUSPENSION.transition(suspension.status, "lift")
    starts, ends = suspension.during.lower, suspension.during.upper
    if lifted_on <= starts <= on:
        raise LiftedBeforeItBegan(on=lifted_on, starts=starts, clause=clause_of(suspension.place))

    during = suspension.during
    if starts < lifted_on:
        during = DateRange(starts, min(filter(None, (ends, lifted_on))))
    advance(
        suspension,
        workflow=SUSPENSION,
        verb="lift",
        note=number,
        writes={"lift_document": number, "lifted_on": lifted_on, "during": during},
    )
    tidings.tell_place(suspension, by=by, on=on)
    return suspension


@transaction.atomic
def keep(*, suspension: Suspension, note: str, by: Person, on: date) -> Suspension:
    """
    Decide that an order stays, although its lift was proposed, with the reason.

    :raises SamePerson: if *by* proposed the lift.
    """
    access.require(by, Permission.ORDER_SUSPENSION, suspension.place, on=on)

    suspension = _locked(suspension)
    advance(suspension, workflow=SUSPENSION, verb="keep", note=note)
    return suspension


def _require_proposer(by: Person, place: Place, on: date) -> None:
    """Let the monthly job propose as the system does, and people where they may."""
    if by.username == Person.SYSTEM:
        audit.sign(by=by)
    else:
        access.require(by, Permission.PROPOSE_SUSPENSION, place, on=on)


def _number(on: date) -> str:
    series = f"ZT-{on.year}"
    return f"{series}-{numbers.take(series=series):04d}"


def _locked(suspension: Suspension) -> Suspension:
    found: Suspension = (
        Suspension.objects.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=suspension.pk)
    )
    return found


def _closing(place: Place, scope: SuspensionScope, days: DateRange) -> QuerySet[Suspension]:
    """Keep the orders of one scope that close a day of these."""
    return Suspension.objects.issued().filter(place=place, scope=scope, during__overlap=days)


def _refuse_if_any(orders: QuerySet[Suspension]) -> None:
    other = orders.select_related("place").first()
    if other is not None:
        raise AlreadySuspended(
            place=other.place.name,
            starts=other.during.lower,
            document=other.document,
            scope=other.get_scope_display(),
            clause=clause_of(other.place),
        )
