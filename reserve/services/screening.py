"""Screening by the resident county bureau, and sending a claim back or away (§22, RULES §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.workflow import advance
from reserve.models import Claim, Inspection
from reserve.rules import inspections as rules
from reserve.services import seen, tidings
from reserve.services.outcomes import Outcome, Seen, each
from reserve.workflows import CLAIM


@transaction.atomic
def receive(*, claim: Claim, version: int, by: Person, on: date) -> Claim:
    """Open a filed claim for screening; from now on its declarer cannot take it back."""
    access.require(by, Permission.SCREEN_CLAIM, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    advance(claim, workflow=CLAIM, verb="receive")
    Claim.objects.filter(pk=claim.pk).update(assigned_to=by)
    claim.assigned_to = by
    return claim


@transaction.atomic
def screen(*, claim: Claim, version: int, by: Person, on: date, note: str = "") -> Claim:
    """
    Pass a claim on to the divisions; some are drawn for an inspection on site (§21).

    What was drawn once is visited in every version that is filed: a visit proves one version.
    """
    access.require(by, Permission.SCREEN_CLAIM, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    advance(claim, workflow=CLAIM, verb="screen", note=note)
    _unassign(claim)

    system = Person.objects.get_system()
    drawn = rules.drawn(claim.number, book=rulebooks.in_force(on))
    again = claim.inspections.filter(ordered_by=system).exists()
    serves = Q(version=claim.version) | Q(finding="")
    if (drawn or again) and not claim.inspections.filter(serves).exists():
        Inspection.objects.create(
            claim=claim,
            version=claim.version,
            ordered_by=system,
            ordered_on=on,
            reason=_("按规则版本所定比例抽取"),
        )
    tidings.tell_next(claim, by=by, on=on)
    return claim


@transaction.atomic
def return_(*, claim: Claim, version: int, reason: str, by: Person, on: date) -> Claim:
    """
    Give a claim back to its declarer with the reason, while it is screened or reviewed.

    It may be changed and filed anew, as a version of its own that is judged from the start.
    """
    return _leave(claim, version, "return", reason, by, on)


@transaction.atomic
def refuse(*, claim: Claim, version: int, reason: str, by: Person, on: date) -> Claim:
    """Refuse a claim for good with the reason; its project may then be claimed again."""
    return _leave(claim, version, "refuse", reason, by, on)


def receive_many(*, items: Sequence[Seen], by: Person, on: date) -> list[Outcome]:
    """Open several claims; each one wholly or not at all, and what came of it."""
    return each(items, lambda claim, version: receive(claim=claim, version=version, by=by, on=on))


def screen_many(*, items: Sequence[Seen], by: Person, on: date, note: str = "") -> list[Outcome]:
    """Pass several claims on under one note; each one wholly or not at all."""
    return each(
        items,
        lambda claim, version: screen(claim=claim, version=version, by=by, on=on, note=note),
    )


def return_many(*, items: Sequence[Seen], reason: str, by: Person, on: date) -> list[Outcome]:
    """Give several claims back with one reason; each one wholly or not at all."""
    return each(
        items,
        lambda claim, version: return_(claim=claim, version=version, reason=reason, by=by, on=on),
    )


def refuse_many(*, items: Sequence[Seen], reason: str, by: Person, on: date) -> list[Outcome]:
    """Refuse several claims with one reason; each one wholly or not at all."""
    return each(
        items,
        lambda claim, version: refuse(claim=claim, version=version, reason=reason, by=by, on=on),
    )


def _leave(claim: Claim, version: int, verb: str, reason: str, by: Person, on: date) -> Claim:
    access.require(by, Permission.SEE_CLAIMS, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    # Who may send it away depends on who has it: the screener, or the general office.
    step = CLAIM.transition(claim.status, verb)
    access.require(by, step.permission, claim.place, on=on)

    advance(claim, workflow=CLAIM, verb=verb, note=reason)
    _unassign(claim)
    tidings.tell_declarer(claim, by=by, note=reason)
    return claim


def _unassign(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).exclude(assigned_to=None).update(assigned_to=None)
    claim.assigned_to = None
