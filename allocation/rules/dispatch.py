"""P4: what the quarterly dispatch finds when it holds its three sources against each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from allocation.rules.dispatch_facts import (
    Amounts,
    Approved,
    CancelledPermit,
    ChangedPermit,
    ClaimMade,
    Found,
    Gathered,
    Held,
    Papers,
)
from allocation.vocabulary import CancelReason, FindingKind
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.periods import Month
from quota_registry.kernel.rulebook import RuleBook
from reserve.rules import intake

OVERDUE: Final = "overdue_days"
"""The one fact that grows by itself: it makes nothing different from what was found before."""


def find(gathered: Gathered, *, on: date, until: date, book: RuleBook) -> list[Found]:
    """
    Hold the three sources against each other, by place, kind and number.

    ``until`` is the day of the next dispatch: a hold that lapses before it is named now.
    """
    served = {
        number
        for approved in gathered.approved
        if approved.papers is not None
        for number in approved.papers.vouchers
    }
    found: list[Found | None] = [
        *(closed_unclaimed(one, on=on, book=book) for one in gathered.cancelled),
        *(moved_undecided(one) for one in gathered.cancelled),
        *(amounts_fell(one, on=on, book=book) for one in gathered.changed),
        *(eia_unvouchered(one, book=book) for one in gathered.approved),
        *(eia_bad_voucher(one, book=book) for one in gathered.approved),
        *(eia_probable(one, book=book) for one in gathered.approved),
        *(amounts_differ(one) for one in gathered.approved),
        *(voucher_unapproved(one, served=served) for one in gathered.papers),
        *(hold_lapsing(one, until=until) for one in gathered.held),
    ]
    order = list(FindingKind)
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (one.subject.place, order.index(one.kind), one.number),
    )


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


def eia_unvouchered(approved: Approved, *, book: RuleBook) -> Found | None:
    """§21: a project was approved, and no voucher says that it has its quota: forbidden."""
    if approved.voucher_number or _needs_no_voucher(approved, book=book):
        return None
    if approved.papers is not None or _probable(approved):
        return None
    return _of_approval(FindingKind.EIA_UNVOUCHERED, approved, clause="21.2")


def eia_bad_voucher(approved: Approved, *, book: RuleBook) -> Found | None:
    """§21: the voucher that the list names is not known, is no longer good, or is another's."""
    if not approved.voucher_number or _needs_no_voucher(approved, book=book):
        return None
    why = _what_is_wrong(approved)
    if not why:
        return None
    return _of_approval(
        FindingKind.EIA_BAD_VOUCHER,
        approved,
        clause="21.2",
        voucher=approved.voucher_number,
        why=why,
        elsewhere=approved.written_elsewhere,
    )


def eia_probable(approved: Approved, *, book: RuleBook) -> Found | None:
    """RULES §5: same code and same project, so probably its voucher; a person confirms it."""
    if approved.voucher_number or _needs_no_voucher(approved, book=book):
        return None
    if approved.papers is not None or not _probable(approved):
        return None
    assert approved.same is not None
    return _of_approval(
        FindingKind.EIA_PROBABLE,
        approved,
        clause="21.2",
        vouchers=list(approved.same.vouchers),
        project=approved.same.project,
    )


def amounts_differ(approved: Approved) -> Found | None:
    """§21: what the EIA approved is not what the voucher covers, for what the list states."""
    papers = approved.papers
    if papers is None or approved.written_elsewhere:
        return None
    covered = papers.increments
    differ = {
        pollutant: {"approved": grams, "covered": covered.get(pollutant, NOTHING)}
        for pollutant, grams in approved.increments.items()
        if max(grams, NOTHING) != covered.get(pollutant, NOTHING)
    }
    if not differ:
        return None
    return Found(
        kind=FindingKind.AMOUNTS_DIFFER,
        number=approved.number,
        subject=approved.subject,
        clause="21.2",
        facts={
            "day": approved.approved_on.isoformat(),
            "vouchers": list(papers.vouchers),
            "differ": {pollutant.value: pair for pollutant, pair in differ.items()},
            "short": any(pair["approved"] > pair["covered"] for pair in differ.values()),
        },
    )


def voucher_unapproved(papers: Papers, *, served: set[str]) -> Found | None:
    """P4: a voucher was issued, and neither the list nor the desk knows an approval for it."""
    if not papers.vouchers or papers.approvals or served.intersection(papers.vouchers):
        return None
    return Found(
        kind=FindingKind.VOUCHER_UNAPPROVED,
        number=papers.vouchers[0],
        subject=papers.subject,
        clause="P4.1",
        facts={
            "day": papers.issued_on.isoformat() if papers.issued_on else "",
            "vouchers": list(papers.vouchers),
            "amounts": plain(papers.increments),
        },
    )


def hold_lapsing(held: Held, *, until: date) -> Found | None:
    """§8: what is set aside goes back before the next dispatch unless somebody decides."""
    if held.lapses_on is None or held.lapses_on >= until:
        return None
    return Found(
        kind=FindingKind.HOLD_LAPSING,
        number=held.number,
        subject=held.subject,
        clause="8.2",
        due_on=held.lapses_on,
        facts={"amounts": plain(held.amounts)},
    )


def deadline(found: Found, *, on: date) -> date:
    """
    Say by when the matter is to be settled: its own due date where that lies ahead.

    Else the end of the month, when the quarter closes at the latest (RULES §5).
    """
    end = Month.of(on).period.end
    assert end is not None
    last = end - timedelta(days=1)
    return max(last, found.due_on) if found.due_on else last


def plain(amounts: Amounts) -> dict[str, int]:
    """Give amounts as facts keep them: grams by the pollutant's code."""
    return {pollutant.value: int(grams) for pollutant, grams in amounts.items()}


def same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether two sets of facts tell the same, however many days have passed since."""
    return {k: v for k, v in before.items() if k != OVERDUE} == {
        k: v for k, v in after.items() if k != OVERDUE
    }


def _closes(claim: ClaimMade, permit: CancelledPermit) -> bool:
    """Say whether a claim is of this very closing: of its permit, since then or as a closure."""
    if claim.permit and claim.permit != permit.number:
        return False
    changed = claim.permit_changed_on
    return claim.closure or (changed is not None and changed >= permit.cancelled_on)


def _draft(claims: list[ClaimMade]) -> dict[str, str]:
    return {"draft": claims[0].number} if claims else {}


def _needs_no_voucher(approved: Approved, *, book: RuleBook) -> bool:
    """§7: exempt kinds replace nothing, nor does what adds nothing."""
    registered = approved.same.exempt_kind if approved.same is not None else ""
    exempt = {approved.exempt_kind, registered} & set(book.exempt_kinds)
    return bool(exempt) or approved.adds_nothing


def _probable(approved: Approved) -> bool:
    return approved.same is not None and bool(approved.same.vouchers) and not approved.denied


def _what_is_wrong(approved: Approved) -> str:
    if approved.written is None:
        return "unknown"
    if not approved.fits(approved.written):
        return "anothers"
    if not approved.written_is_good:
        return "not_good"
    return "twice" if approved.written_elsewhere else ""


def _of_approval(kind: FindingKind, approved: Approved, *, clause: str, **more: Any) -> Found:
    return Found(
        kind=kind,
        number=approved.number,
        subject=approved.subject,
        clause=clause,
        facts={
            "day": approved.approved_on.isoformat(),
            "amounts": plain(approved.increments),
            **more,
        },
    )
