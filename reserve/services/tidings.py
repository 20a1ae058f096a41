"""Telling people that something waits for them, or what became of what they declared."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices
from quota_registry.kernel.workflow import acted
from reserve.models import Claim
from reserve.selectors import waiting
from reserve.vocabulary import ClaimStatus
from reserve.workflows import CLAIM


def tell_next(claim: Claim, *, by: Person, on: date) -> None:
    """Put a line into the box of everybody for whom *claim* now waits, but not of *by*."""
    for step in waiting.asked_of(claim):
        barred = acted(CLAIM, claim, step.apart)
        people = [
            person
            for person in access.holders(step.permission, claim.place, on=on)
            if person.pk != by.pk and person.pk not in barred
        ]
        with override(settings.LANGUAGE_CODE):
            notices.send(to=people, text=_asked(claim, step.label), url=url_of(claim))


def tell_declarer(claim: Claim, *, by: Person, note: str = "") -> None:
    """Tell who drafted *claim*, and who filed it, where it stands now and why."""
    people = list(
        Person.objects.filter(pk__in={claim.drafted_by_id, *acted(CLAIM, claim, ["file"])}).exclude(
            pk=by.pk
        )
    )
    with override(settings.LANGUAGE_CODE):
        text = _("%(claim)s · %(project)s：%(status)s") % {
            "claim": claim.number,
            "project": claim.project,
            "status": ClaimStatus(claim.status).label,
        }
    notices.send(to=people, text=f"{text}（{note}）" if note else text, url=url_of(claim))


def tell(
    permission: Permission, claim: Claim, what: str | Promise, *, by: Person, on: date
) -> None:
    """Tell everybody who holds *permission* where *claim* was declared that *what* is asked."""
    with override(settings.LANGUAGE_CODE):
        notices.send(
            to=[p for p in access.holders(permission, claim.place, on=on) if p.pk != by.pk],
            text=_asked(claim, what),
            url=url_of(claim),
        )


def url_of(claim: Claim) -> str:
    """Return the address of a claim's page, or nothing where pages are not served."""
    try:
        return reverse(waiting.CLAIM_URL, args=[claim.number])
    except NoReverseMatch:
        return ""


def _asked(claim: Claim, what: str | Promise) -> str:
    return _("%(claim)s · %(project)s：请办理“%(what)s”") % {
        "claim": claim.number,
        "project": claim.project,
        "what": what,
    }
