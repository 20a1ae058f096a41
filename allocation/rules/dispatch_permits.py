"""P4, §4: permits that were cancelled or fell, and what nobody declared of them."""

from __future__ import annotations

from datetime import date

from allocation.rules.dispatch_facts import (
    OVERDUE,
    CancelledPermit,
    ChangedPermit,
    ClaimMade,
    Found,
    plain,
)
from allocation.vocabulary import CancelReason, FindingKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.rulebook import RuleBook
from reserve.rules import intake


def closed_unclaimed(permit: CancelledPermit, *, on: date, book: RuleBook) -> Found | None:
    """P4, §4: a polluter closed, and nobody declared what could be stored of its permit."""
    if not permit.reason.closes:
        return None
    claims = [one for one in permit.claims if _closes(one, permit)]
    if any(one.filed for one in claims):
        return None
    due = intake.due_on(permit_changed_on=permit.cancelled_on, book=book)
    return Found(
        kind=FindingKind.CLOSED_UNCLAIMED,
        number=permit.number,
        subject=permit.subject,
        clause="P4.1",
        due_on=due,
        facts={
            "day": permit.cancelled_on.isoformat(),
            "reason": permit.reason_word,
            "amounts": plain(permit.amounts),
            **_draft(claims),
            OVERDUE: max(0, (on - due).days),
        },
    )


def moved_undecided(permit: CancelledPermit) -> Found | None:
    """P4: a polluter moved; whether its old site's quota can be stored is for a person to say."""
    if permit.reason is not CancelReason.MOVED or any(
        one.filed and _closes(one, permit) for one in permit.claims
    ):
        return None
    return Found(
        kind=FindingKind.MOVED_UNDECIDED,
        number=permit.number,
        subject=permit.subject,
        clause="P4.1",
        facts={
            "day": permit.cancelled_on.isoformat(),
            "reason": permit.reason_word,
            "amounts": plain(permit.amounts),
        },
    )


def amounts_fell(permit: ChangedPermit, *, on: date, book: RuleBook) -> Found | None:
    """§4: a permit was changed to smaller amounts, and nobody declared the difference."""
    fell = {
        pollutant: Grams(grams - permit.after[pollutant])
        for pollutant, grams in permit.before.items()
        # What the new version does not state has not fallen: it is not stated.
        if pollutant in permit.after and permit.after[pollutant] < grams
    }
    claims = [one for one in permit.claims if one.permit_changed_on == permit.changed_on]
    if not fell or any(one.filed for one in claims):
        return None
    due = intake.due_on(permit_changed_on=permit.changed_on, book=book)
    return Found(
        kind=FindingKind.AMOUNTS_FELL,
        number=permit.number,
        subject=permit.subject,
        clause="4.1",
        due_on=due,
        facts={
            "day": permit.changed_on.isoformat(),
            "amounts": plain(fell),
            **_draft(claims),
            OVERDUE: max(0, (on - due).days),
        },
    )


def _closes(claim: ClaimMade, permit: CancelledPermit) -> bool:
    """Say whether a claim is of this very closing: of its permit, since then or as a closure."""
    if claim.permit and claim.permit != permit.number:
        return False
    changed = claim.permit_changed_on
    return claim.closure or (changed is not None and changed >= permit.cancelled_on)


def _draft(claims: list[ClaimMade]) -> dict[str, str]:
    return {"draft": claims[0].number} if claims else {}
