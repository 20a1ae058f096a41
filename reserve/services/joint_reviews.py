"""The joint review: three signed opinions, led by the general office (§22, §23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import SamePerson, acted, advance
from reserve.models import Claim, Inspection, Opinion
from reserve.rules import inspections as rules
from reserve.selectors import waiting
from reserve.services import seen, tidings
from reserve.services.outcomes import Outcome, Seen, each
from reserve.workflows import CLAIM

PERMISSION_OF = {
    Opinion.Seat.WATER: Permission.REVIEW_WATER,
    Opinion.Seat.AIR: Permission.REVIEW_AIR,
    Opinion.Seat.OFFICE: Permission.LEAD_JOINT_REVIEW,
}


class SignedBefore(Refusal):
    """A seat signs a version once."""

    code = "signed_before"
    message = _("%(seat)s已对第%(version)s版签署意见")


class OpinionsMissing(Refusal):
    """Not every seat has signed its agreement."""

    code = "opinions_missing"
    message = _("会审尚缺%(missing)s的同意意见")


class VisitOutstanding(Refusal):
    """An inspection on site was ordered or drawn and has not been made, or not of this version."""

    code = "visit_outstanding"
    message = _("现场核查尚未完成，不得会审")


@transaction.atomic
def sign(
    *, claim: Claim, version: int, seat: str, agrees: bool, text: str, by: Person, on: date
) -> Opinion:
    """
    Sign the opinion of one seat on exactly the version that was seen.

    :raises SignedBefore: if the seat has signed this version.
    """
    seat = Opinion.Seat(seat)
    access.require(by, PERMISSION_OF[seat], claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    step = CLAIM.transition(claim.status, f"sign_{seat}")
    if by.pk in acted(CLAIM, claim, step.apart):
        raise SamePerson(label=step.label)
    if claim.opinions.filter(version=version, seat=seat).exists():
        raise SignedBefore(seat=seat.label, version=version)
    if not agrees and not text.strip():
        raise Refusal(_("不同意须说明理由"), clause=clause("23.1"))
    before = waiting.verbs_asked_of(claim)

    opinion = Opinion.objects.create(
        claim=claim,
        version=version,
        seat=seat,
        agrees=agrees,
        text=text.strip() or str(_("同意")),
        by=by,
    )
    advance(claim, workflow=CLAIM, verb=step.verb, note=opinion.text)
    if not missing_seats(claim):
        tidings.tell_next(claim, by=by, on=on, before=before)
    return opinion


@transaction.atomic
def conclude(*, claim: Claim, version: int, by: Person, on: date, note: str = "") -> Claim:
    """
    Close the joint review in favour of the claim.

    :raises OpinionsMissing: unless water, air and the general office have signed their agreement.
    :raises VisitOutstanding: if an inspection is still to be made.
    :raises AdverseFinding: if the last one found otherwise than claimed.
    """
    access.require(by, Permission.LEAD_JOINT_REVIEW, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    CLAIM.transition(claim.status, "conclude")
    missing = missing_seats(claim)
    if missing:
        raise OpinionsMissing(
            clause=clause("23.1"), missing="、".join(str(seat.label) for seat in missing)
        )
    visits = list(claim.inspections.order_by("id"))
    system = Person.objects.get_system()
    drawn = any(visit.ordered_by_id == system.pk for visit in visits)
    made = any(visit.version == version for visit in visits)
    if any(not visit.finding for visit in visits) or (drawn and not made):
        raise VisitOutstanding(clause=clause("21.1"))
    adverse = bool(visits) and visits[-1].finding == Inspection.Finding.ADVERSE
    rules.nothing_adverse(adverse=adverse).require()

    advance(claim, workflow=CLAIM, verb="conclude", note=note)
    tidings.tell_next(claim, by=by, on=on)
    return claim


def missing_seats(claim: Claim) -> list[Opinion.Seat]:
    """List the seats that have not signed their agreement to the version that stands."""
    agreed = set(
        claim.opinions.filter(version=claim.version, agrees=True).values_list("seat", flat=True)
    )
    return [seat for seat in Opinion.Seat if seat not in agreed]


def sign_many(
    *, items: Sequence[Seen], seat: str, agrees: bool, text: str, by: Person, on: date
) -> list[Outcome]:
    """Sign one opinion on several claims; each wholly or not at all."""
    return each(
        items,
        lambda claim, version: sign(
            claim=claim, version=version, seat=seat, agrees=agrees, text=text, by=by, on=on
        ),
    )


def conclude_many(*, items: Sequence[Seen], by: Person, on: date, note: str = "") -> list[Outcome]:
    """Close the joint review of several claims; each wholly or not at all."""
    return each(
        items,
        lambda claim, version: conclude(claim=claim, version=version, by=by, on=on, note=note),
    )
