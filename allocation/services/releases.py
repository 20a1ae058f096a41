"""Releasing what was set aside: signed by whose reserve it is, then vouchered (§8, §22, §23)."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Final

from django.db import transaction

from allocation.models import Application, Signature, Voucher
from allocation.refusals import (
    HoldLapsed,
    HoldShort,
    NothingToSign,
    UnsignedReserve,
)
from allocation.selectors import assessments, clocks, signing, vouchers
from allocation.services import openers, seen, sheets, tidings
from allocation.vocabulary import Hand, Moment
from allocation.workflows import APPLICATION
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import text as tonnes
from quota_registry.kernel.models import Person, Place, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.services import access, numbers
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import advance, foresee, steps_of
from reserve.rules import postings
from reserve.rules.postings import Leg
from reserve.services import ledger
from reserve.vocabulary import TransferKind

# Read aloud and copied by hand: no 0 and O, no 1, I and L.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 12


@transaction.atomic
def sign(
    *,
    application: Application,
    version: int,
    place: Place,
    document: str = "",
    text: str = "",
    by: Person,
    on: date,
) -> Signature:
    """
    Agree, for the reserve of *place*, to what a held application draws from it.

    The reserves of the county that issues the voucher need no signature of their own: issuing is
    one. What the province gives enters with its document (RULES §3).

    :raises NothingToSign: if the application draws nothing there, or it is signed already.
    :raises DocumentMissing: if the province's document is not named.
    :raises SamePerson: if *by* took an earlier step.
    :raises OwnOpening: if *by* opened on application a way that it takes.
    """
    tier = Tier(place.tier)
    verb, right = signing.SIGNS[tier]
    # The province has no seat of its own here: the general office records its document.
    access.require(by, right, application.place if tier is Tier.PROVINCE else place, on=on)

    application = seen.lock_as_seen(application, version=version)
    number = clean_document_number(document)
    if place not in signing.missing(application):
        raise NothingToSign(clause=clause("8.2"))
    if tier is Tier.PROVINCE and not number:
        raise DocumentMissing(clause=clause("8.2"))
    openers.refuse_on(application, by=by, on=on)

    signature = Signature.objects.create(
        application=application,
        version=version,
        hand=Hand.RELEASE,
        place=place,
        document=number,
        text=text.strip(),
        by=by,
        on=on,
    )
    advance(application, workflow=APPLICATION, verb=verb, note=number or text)
    tidings.tell_next(application, by=by, on=on)
    return signature


@transaction.atomic
def countersign(
    *, application: Application, version: int, reason: str, by: Person, on: date
) -> Signature:
    """
    Put the second signature under a release outside the rule: outside §6's list, or of Lake Tai.

    :raises NothingToSign: if it stands already.
    :raises SamePerson: if *by* took an earlier step or signed the release.
    :raises OwnOpening: if *by* opened on application a way that it takes.
    """
    access.require(by, Permission.COUNTERSIGN, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    if assessments.is_countersigned(application):
        raise NothingToSign(clause=clause("6.1"))
    openers.refuse_on(application, by=by, on=on)
    advance(application, workflow=APPLICATION, verb="countersign", note=reason)
    signature = Signature.objects.create(
        application=application,
        version=version,
        hand=Hand.COUNTERSIGN,
        text=reason.strip(),
        by=by,
        on=on,
    )
    tidings.tell_next(application, by=by, on=on)
    return signature


@transaction.atomic
def release(*, application: Application, version: int, by: Person, on: date) -> Voucher:
    """
    Release what was set aside to the project, and issue its voucher (§8, RULES §5).

    The gate is checked again, and every reserve of another tier or place has signed before.

    :raises HoldLapsed: if the hold's time has run out.
    :raises HoldShort: if a void took part of it (§21).
    :raises NotAssessable: if a gate closed meanwhile, or a second signature is missing.
    :raises UnsignedReserve: if a reserve has not signed yet.
    :raises SamePerson: if *by* took an earlier step.
    :raises OwnOpening: if *by* opened on application a way that it takes.
    """
    access.require(by, Permission.RELEASE_LOCAL, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="release")
    openers.refuse_on(application, by=by, on=on)
    found = clocks.clock_of(application, on=on)
    if found.has_lapsed(on):
        raise HoldLapsed(lapsed=found.lapses_on, clause=clause("8.2"))
    for pollutant, (held, required) in assessments.shortfalls(application).items():
        raise HoldShort(
            pollutant=pollutant.spoken,
            held=tonnes(held),
            required=tonnes(required),
            clause=clause("21.1"),
        )
    sheet = sheets.require_clear(application, on=on, moment=Moment.RELEASED)
    if missing := signing.missing(application):
        raise UnsignedReserve(
            places="、".join(place.name for place in missing), clause=clause("8.2")
        )

    holder = _who(application, "hold")
    posted = ledger.post(
        kind=TransferKind.RELEASE,
        key=f"application/{application.number}/release",
        legs=_legs(application),
        on=on,
        by=by,
        prepared_by=holder,
        clause="8.2",
        reason=application.exception_reason[:400],
    )
    sheets.keep(application, sheet, moment=Moment.RELEASED, by=by, on=on)
    bureau = signing.bureau_of(application.place)
    serial = numbers.take(series=f"voucher/{bureau.code}/{on.year}")
    number = f"{bureau.code}-{on.year}-{serial:05d}"
    voucher = Voucher.objects.create(
        number=number,
        code="".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)),
        application=application,
        place=application.place,
        transfer_id=posted.transfer,
        issued_on=on,
        issued_by=by,
        content=vouchers.content(
            application, number=number, bureau=bureau, transfer=posted.transfer, by=by, on=on
        ),
    )
    advance(application, workflow=APPLICATION, verb="release", note=number)
    tidings.tell_applicant(application, by=by, on=on)
    return voucher


def _who(application: Application, verb: str) -> Person:
    """Return who took that step last; the table of the way says that somebody did."""
    step: Step = steps_of(APPLICATION, application).filter(verb=verb).order_by("-id")[0]
    return step.person


def _legs(application: Application) -> list[Leg]:
    return [
        Leg(
            source=postings.held(
                application.number, place=source.place_id, polluter=source.polluter_id
            ),
            to=postings.used(application.project.polluter_id, application.project.number),
            pollutant=source.pollutant,
            grams=source.grams,
        )
        for source in application.sources.all()
    ]
