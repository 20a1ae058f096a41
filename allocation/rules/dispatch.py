"""P4: what the quarterly dispatch finds when it holds its three sources against each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from allocation.rules import dispatch_permits as permits
from allocation.rules.dispatch_facts import (
    OVERDUE,
    Approved,
    Bought,
    Found,
    Gathered,
    Held,
    Papers,
    plain,
)
from allocation.vocabulary import FindingKind
from quota_registry.kernel.mass import NOTHING
from quota_registry.kernel.periods import Month
from quota_registry.kernel.rulebook import RuleBook


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
        *(permits.closed_unclaimed(one, on=on, book=book) for one in gathered.cancelled),
        *(permits.moved_undecided(one) for one in gathered.cancelled),
        *(permits.amounts_fell(one, on=on, book=book) for one in gathered.changed),
        *(eia_unvouchered(one, book=book) for one in gathered.approved),
        *(eia_bad_voucher(one, book=book) for one in gathered.approved),
        *(eia_probable(one, book=book) for one in gathered.approved),
        *(amounts_differ(one) for one in gathered.approved),
        *(voucher_unapproved(one, served=served) for one in gathered.papers),
        *(trade_unused(one) for one in gathered.bought),
        *(hold_lapsing(one, until=until) for one in gathered.held),
    ]
    order = list(FindingKind)
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (one.subject.place, order.index(one.kind), one.number),
    )


def eia_unvouchered(approved: Approved, *, book: RuleBook) -> Found | None:
    """§21: a project was approved, and no voucher says that it has its quota: forbidden."""
    if approved.voucher_number or _needs_no_voucher(approved, book=book):
        return None
    if approved.papers is not None or _probable(approved):
        return None
    # Quota that was bought is no voucher; whoever settles the matter is to know of it.
    bought = {"certificates": list(approved.certificates)} if approved.certificates else {}
    return _of_approval(FindingKind.EIA_UNVOUCHERED, approved, clause="21.2", **bought)


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


def trade_unused(bought: Bought) -> Found | None:
    """§8: quota was bought for a project, and no application of it asks for all of that."""
    if not any(bought.left.values()):
        return None
    return Found(
        kind=FindingKind.TRADE_UNUSED,
        number=bought.number,
        subject=bought.subject,
        clause="8.1",
        facts={
            "day": bought.posted_on.isoformat(),
            "certificate": bought.certificate,
            "amounts": plain({p: grams for p, grams in bought.left.items() if grams}),
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
    Say by when the matter is to be settled: its own due date where that has not passed.

    Else the end of the month, when the quarter closes at the latest (RULES §5).
    """
    if found.due_on is not None and found.due_on >= on:
        return found.due_on
    last = Month.of(on).period.last
    assert last is not None
    return last


def same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether two sets of facts tell the same, however many days have passed since."""
    return {k: v for k, v in before.items() if k != OVERDUE} == {
        k: v for k, v in after.items() if k != OVERDUE
    }


def _needs_no_voucher(approved: Approved, *, book: RuleBook) -> bool:
    """§7: exempt kinds replace nothing, nor does what adds nothing."""
    registered = approved.same.exempt_kind if approved.same is not None else ""
    exempt = {approved.exempt_kind, registered} & set(book.exempt_kinds)
    return bool(exempt) or approved.adds_nothing


def _probable(approved: Approved) -> bool:
    return approved.same is not None and bool(approved.same.vouchers) and not approved.denied


def _what_is_wrong(approved: Approved) -> str:
    if approved.written is None:
        return "certificate" if approved.written_is_certificate else "unknown"
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
