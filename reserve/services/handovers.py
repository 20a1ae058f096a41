"""Handing open work over to a colleague, and taking it on (RULES §5)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, Refusal
from quota_registry.kernel.services import access, notices
from quota_registry.kernel.workflow import acted
from reserve.models import Claim
from reserve.selectors import waiting
from reserve.services import seen, tidings
from reserve.services.outcomes import Outcome, Seen, each
from reserve.vocabulary import ClaimStatus
from reserve.workflows import CLAIM


class CannotTakeOver(Refusal):
    """The colleague may not do what the claim waits for."""

    code = "cannot_take_over"
    message = _("%(person)s不能办理本件的下一环节")


@transaction.atomic
def assign(*, claim: Claim, version: int, to: Person, by: Person, on: date) -> Claim:
    """
    Hand what *claim* waits for to a colleague.

    Whoever has it hands it over; what nobody has is taken on by whoever may do it; a head or the
    director hands over for somebody who is away.

    :raises CannotTakeOver: if *to* may not do any of what is asked.
    """
    access.require(by, Permission.SEE_CLAIMS, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    if not (
        _is_asked(claim, by, on) or access.may(by, Permission.APPOINT_DEPUTY, claim.place, on=on)
    ):
        raise NotPermitted(_("您没有办理此事的权限"))
    if not _is_asked(claim, to, on, whoever_has_it=True):
        raise CannotTakeOver(person=to.name)

    Claim.objects.filter(pk=claim.pk).update(assigned_to=to)
    claim.assigned_to = to
    notices.send(
        to=[to],
        text=_("%(claim)s · %(project)s 由%(by)s移交给您")
        % {"claim": claim.number, "project": claim.project, "by": by.name},
        url=tidings.url_of(claim),
    )
    return claim


def assign_all(*, of: Person, to: Person, by: Person, on: date) -> list[Outcome]:
    """Hand everything that lies with *of* over to *to*; each claim wholly or not at all."""
    items: list[Seen] = [
        (claim, claim.version)
        for claim in Claim.objects.filter(assigned_to=of).exclude(
            status__in=[status for status in ClaimStatus if status.is_final]
        )
    ]
    return each(
        items,
        lambda claim, version: assign(claim=claim, version=version, to=to, by=by, on=on),
    )


def _is_asked(claim: Claim, person: Person, on: date, *, whoever_has_it: bool = False) -> bool:
    if not whoever_has_it and claim.assigned_to_id not in (None, person.pk):
        return False
    return any(
        access.may(person, step.permission, claim.place, on=on)
        and person.pk not in acted(CLAIM, claim, step.apart)
        for step in waiting.asked_of(claim)
    )
