"""Setting mass aside for an application, and letting it lapse (§8, §9)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from allocation.models import Application
from allocation.refusals import NotLapsed
from allocation.selectors import clocks, stocks
from allocation.services import openers, seen, sheets, tidings, unholding
from allocation.vocabulary import ApplicationStatus, Moment
from allocation.workflows import APPLICATION
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit
from quota_registry.kernel.workflow import NotNow, advance, foresee
from reserve.refusals import Overdrawn
from reserve.rules import postings
from reserve.rules.postings import Leg, Posted, Prefer
from reserve.services import ledger
from reserve.vocabulary import TransferKind


@transaction.atomic
def hold(*, application: Application, version: int, by: Person, on: date) -> Posted:
    """
    Set the quota that an application asks for aside, out of everyone else's reach.

    Oldest lots first; those of Lake Tai first for strategic projects, last for others (YRD).

    :raises NotAssessable: if a gate closed, cover is missing, or anything else stands in the way.
    :raises Overdrawn: if a reserve no longer has it.
    :raises OwnOpening: if *by* opened on application a way that it takes.
    """
    access.require(by, Permission.HOLD_QUOTA, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="hold")
    openers.refuse_on(application, by=by, on=on)
    if application.sources.filter(polluter__isnull=False).exists():
        # An application draws on no holding but its polluter's own.
        seen.lock_holding(application.project.polluter_id)
    sheet = sheets.require_clear(application, on=on, moment=Moment.HELD)

    posted = _set_aside(application, by=by, on=on)
    sheets.keep(application, sheet, moment=Moment.HELD, by=by, on=on)
    advance(application, workflow=APPLICATION, verb="hold", writes={"held_on": on})
    tidings.tell_next(application, by=by, on=on)
    return posted


@transaction.atomic
def decline(
    *, application: Application, version: int, reason: str, by: Person, on: date
) -> Application:
    """Decide that what was set aside is not released, with the reason; it goes back."""
    access.require(by, Permission.RELEASE_LOCAL, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="decline")
    unholding.put_back(application, by=by, on=on, reason=reason)
    advance(application, workflow=APPLICATION, verb="decline", note=reason)
    tidings.tell_applicant(application, by=by, on=on)
    return application


@transaction.atomic
def expire(*, application: Application, on: date) -> Application:
    """
    Let a hold whose time has run out lapse: its mass goes back where it came from.

    :raises NotLapsed: if the clock has not run out, or stands still under a suspension.
    """
    system = Person.objects.get_system()
    audit.sign(by=system)

    application = seen.lock(application)
    foresee(application, workflow=APPLICATION, verb="expire")
    if not clocks.clock_of(application, on=on).has_lapsed(on):
        raise NotLapsed(number=application.number, clause=clause("8.2"))
    reason = _("预留期满，未投放")
    unholding.put_back(application, by=system, on=on, reason=reason)
    advance(application, workflow=APPLICATION, verb="expire", note=reason)
    tidings.tell_applicant(application, by=system, on=on)
    return application


def watch_over(*, on: date) -> tuple[int, int]:
    """
    Let every hold lapse whose time has run out, and warn of those that soon will; safe to repeat.

    Returns how many lapsed and how many were warned of.
    """
    lapsed = warned = 0
    for application in Application.objects.held().order_by("pk"):
        found = clocks.clock_of(application, on=on)
        if found.has_lapsed(on):
            # Meanwhile another run let it lapse, or somebody released it: that stands.
            with suppress(NotLapsed, NotNow):
                expire(application=application, on=on)
                lapsed += 1
        elif clocks.is_about_to_lapse(application, found, on=on):
            warned += _warn(application, on=on)
    return lapsed, warned


@transaction.atomic
def _warn(application: Application, *, on: date) -> int:
    system = Person.objects.get_system()
    audit.sign(by=system)
    application = seen.lock(application)
    # Meanwhile another run warned of it, or somebody released it.
    if application.status != ApplicationStatus.HELD:
        return 0
    clock = clocks.clock_of(application, on=on)
    if not clocks.is_about_to_lapse(application, clock, on=on):
        return 0
    application.warned_of = clock.lapses_on
    application.save(update_fields=["warned_of"])
    tidings.tell_of_lapse(application, on=on)
    return 1


def _set_aside(application: Application, *, by: Person, on: date) -> Posted:
    try:
        with transaction.atomic():
            return ledger.post(
                kind=TransferKind.HOLD,
                key=f"application/{application.number}/hold",
                legs=_legs(application),
                on=on,
                by=by,
                clause="8.2",
            )
    except Overdrawn:
        # Somebody was quicker since the sheet was judged: it says now what is missing where.
        sheets.require_clear(application, on=on, moment=Moment.HELD)
        raise


def _legs(application: Application) -> list[Leg]:
    strategic = application.project.is_strategic
    return [
        Leg(
            source=stocks.account_of(stocks.Owner(source.place_id, source.polluter_id)),
            to=postings.held(
                application.number, place=source.place_id, polluter=source.polluter_id
            ),
            pollutant=source.pollutant,
            grams=source.grams,
            prefer=Prefer.LAKE_TAI_FIRST if strategic else Prefer.LAKE_TAI_LAST,
        )
        for source in application.sources.all()
    ]
