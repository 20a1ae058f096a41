"""P4 and §21: what the quarterly dispatch finds, one finding a table, computed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from allocation.rules import dispatch
from allocation.rules import dispatch_permits as permits
from allocation.rules.dispatch_facts import (
    Approved,
    Bought,
    CancelledPermit,
    ChangedPermit,
    ClaimMade,
    Gathered,
    Held,
    Papers,
    Subject,
)
from allocation.vocabulary import CancelReason, FindingKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant

COD, NOX = Pollutant.COD, Pollutant.NOX
BOOK = RuleBook.default()
ON = date(2026, 10, 10)
SUBJECT = Subject(place="320583", uscc="91320583MAX0100210", name="昆山示范远博水泥1002有限公司")
OTHER = replace(SUBJECT, uscc="91320581MAX010041A")
PERMIT = "91320583MAX0100210001P"

CLOSED = CancelledPermit(
    number=PERMIT,
    subject=SUBJECT,
    cancelled_on=date(2026, 8, 16),
    reason=CancelReason.CLOSED,
    reason_word="关闭",
    amounts={COD: Grams(1_982_000)},
)
FILED = ClaimMade(number="320583-2026-00001", filed=True, closure=True, permit=PERMIT)

PAPERS = Papers(
    project="320583-XM-2026-00001",
    subject=SUBJECT,
    vouchers=("320583-2026-00001",),
    issued_on=date(2026, 7, 20),
    increments={NOX: Grams(4_200_000)},
)
APPROVED = Approved(
    number="苏环建〔2026〕83第1006号",
    subject=SUBJECT,
    approved_on=date(2026, 8, 8),
    increments={NOX: Grams(4_200_000)},
)


# ── Closed permits with no claim ──
@pytest.mark.parametrize(
    ("cancelled", "due", "overdue"),
    [
        (date(2026, 8, 16), date(2026, 9, 16), 24),
        (date(2026, 7, 31), date(2026, 8, 31), 40),
        (date(2026, 9, 10), date(2026, 10, 10), 0),
        (date(2026, 9, 22), date(2026, 10, 22), 0),
    ],
)
def test_a_closed_permit_is_to_be_claimed_within_one_month(
    cancelled: date, due: date, overdue: int
) -> None:
    found = permits.closed_unclaimed(replace(CLOSED, cancelled_on=cancelled), on=ON, book=BOOK)
    assert found is not None
    assert (found.due_on, found.facts["overdue_days"]) == (due, overdue)
    assert found.facts["amounts"] == {"COD": 1_982_000}
    assert found.key == f"closed_unclaimed:{PERMIT}"


@pytest.mark.parametrize(
    ("claim", "settled"),
    [
        (FILED, True),
        (replace(FILED, filed=False), False),
        (replace(FILED, permit=""), True),
        (replace(FILED, permit="91320583MAX0100210002P"), False),
        # A treatment claimed before it closed is another matter, one since then is this.
        (replace(FILED, closure=False, permit_changed_on=date(2026, 8, 15)), False),
        (replace(FILED, closure=False, permit_changed_on=date(2026, 8, 16)), True),
        (replace(FILED, closure=False), False),
    ],
)
def test_only_a_filed_claim_of_this_closing_settles_it(claim: ClaimMade, settled: bool) -> None:
    found = permits.closed_unclaimed(replace(CLOSED, claims=[claim]), on=ON, book=BOOK)
    assert (found is None) is settled


def test_a_draft_is_named_but_settles_nothing() -> None:
    drafted = replace(CLOSED, claims=[replace(FILED, filed=False)])
    found = permits.closed_unclaimed(drafted, on=ON, book=BOOK)
    assert found is not None
    assert found.facts["draft"] == FILED.number


@pytest.mark.parametrize(
    ("reason", "closed", "moved"),
    [
        (CancelReason.CLOSED, True, False),
        (CancelReason.BANKRUPT, True, False),
        (CancelReason.MOVED, False, True),
        (CancelReason.OTHER, False, False),
    ],
)
def test_closures_are_chased_and_relocations_are_to_be_decided(
    reason: CancelReason, closed: bool, moved: bool
) -> None:
    permit = replace(CLOSED, reason=reason)
    assert (permits.closed_unclaimed(permit, on=ON, book=BOOK) is not None) is closed
    assert (permits.moved_undecided(permit) is not None) is moved


# ── Permits whose amounts fell ──
@pytest.mark.parametrize(
    ("before", "after", "fell"),
    [
        ({NOX: 10, COD: 5}, {NOX: 4, COD: 5}, {"NOX": 6}),
        ({NOX: 10}, {NOX: 10}, None),
        ({NOX: 10}, {NOX: 12}, None),
        # Not stated is not zero.
        ({NOX: 10}, {}, None),
        ({NOX: 10}, {NOX: 0}, {"NOX": 10}),
    ],
)
def test_what_a_permit_states_less_of_is_to_be_claimed(
    before: dict[Pollutant, int], after: dict[Pollutant, int], fell: dict[str, int] | None
) -> None:
    changed = ChangedPermit(
        number=PERMIT,
        subject=SUBJECT,
        changed_on=date(2026, 8, 31),
        before={p: Grams(g) for p, g in before.items()},
        after={p: Grams(g) for p, g in after.items()},
    )
    found = permits.amounts_fell(changed, on=ON, book=BOOK)
    assert (found.facts["amounts"] if found else None) == fell
    if found:
        assert (found.due_on, found.facts["overdue_days"]) == (date(2026, 9, 30), 10)
        claim = replace(FILED, closure=False, permit_changed_on=date(2026, 8, 31))
        assert permits.amounts_fell(replace(changed, claims=[claim]), on=ON, book=BOOK) is None
        earlier = replace(claim, permit_changed_on=date(2026, 3, 1))
        assert permits.amounts_fell(replace(changed, claims=[earlier]), on=ON, book=BOOK)


# ── Approvals and vouchers ──
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, FindingKind.EIA_UNVOUCHERED),
        ({"exempt_kind": "TOWN_SEWAGE_WORKS"}, None),
        ({"same": replace(PAPERS, vouchers=(), exempt_kind="WASTE_PLANT")}, None),
        ({"same": replace(PAPERS, vouchers=())}, FindingKind.EIA_UNVOUCHERED),
        ({"increments": {NOX: Grams(0), COD: Grams(-1)}}, None),
        ({"increments": {NOX: Grams(0), COD: Grams(1)}}, FindingKind.EIA_UNVOUCHERED),
        # Nothing stated does not say that nothing is added.
        ({"increments": {}}, FindingKind.EIA_UNVOUCHERED),
        ({"same": PAPERS}, FindingKind.EIA_PROBABLE),
        ({"same": PAPERS, "denied": True}, FindingKind.EIA_UNVOUCHERED),
        ({"recorded": PAPERS}, None),
        ({"voucher_number": "X"}, FindingKind.EIA_BAD_VOUCHER),
        ({"voucher_number": "X", "written": PAPERS, "written_is_good": True}, None),
        ({"voucher_number": "X", "written": PAPERS}, FindingKind.EIA_BAD_VOUCHER),
        (
            {
                "voucher_number": "X",
                "written": replace(PAPERS, subject=OTHER),
                "written_is_good": True,
            },
            FindingKind.EIA_BAD_VOUCHER,
        ),
        (
            {
                "voucher_number": "X",
                "written": PAPERS,
                "written_is_good": True,
                "written_elsewhere": "苏环建〔2026〕83第1007号",
            },
            FindingKind.EIA_BAD_VOUCHER,
        ),
    ],
)
def test_no_approval_without_quota(changes: dict[str, Any], kind: FindingKind | None) -> None:
    approved = replace(APPROVED, **changes)
    found = [
        one
        for rule in (dispatch.eia_unvouchered, dispatch.eia_bad_voucher, dispatch.eia_probable)
        if (one := rule(approved, book=BOOK)) is not None
    ]
    assert [one.kind for one in found] == ([kind] if kind else [])
    assert all(one.clause == "21.2" for one in found)


def test_quota_that_was_bought_is_named_and_is_no_voucher() -> None:
    plain = dispatch.eia_unvouchered(APPROVED, book=BOOK)
    bought = dispatch.eia_unvouchered(replace(APPROVED, certificates=("苏排交7号",)), book=BOOK)
    assert plain is not None
    assert bought is not None
    assert bought.kind.alarms
    assert bought.facts == {**plain.facts, "certificates": ["苏排交7号"]}


@pytest.mark.parametrize(
    ("left", "amounts"),
    [({NOX: 2, COD: 0}, {"NOX": 2}), ({NOX: 0}, None), ({}, None)],
)
def test_what_was_bought_for_a_project_is_asked_for(
    left: dict[Pollutant, int], amounts: dict[str, int] | None
) -> None:
    bought = Bought(
        number="320583-JY-2026-00001",
        subject=SUBJECT,
        certificate="苏排交7号",
        posted_on=date(2026, 9, 15),
        left={pollutant: Grams(grams) for pollutant, grams in left.items()},
    )
    found = dispatch.trade_unused(bought)
    assert (found.facts["amounts"] if found else None) == amounts
    if found:
        assert (found.kind.alarms, found.clause) == (False, "8.1")


@pytest.mark.parametrize(
    ("increments", "differ", "short"),
    [
        ({NOX: 4_200_000}, None, None),
        ({NOX: 4_200_001}, {"NOX": {"approved": 4_200_001, "covered": 4_200_000}}, True),
        ({NOX: 4_000_000}, {"NOX": {"approved": 4_000_000, "covered": 4_200_000}}, False),
        ({COD: 1, NOX: 4_200_000}, {"COD": {"approved": 1, "covered": 0}}, True),
        # What is taken away needs no cover, and what is not stated cannot differ.
        ({COD: -5, NOX: 4_200_000}, None, None),
        ({}, None, None),
    ],
)
def test_what_was_approved_is_what_the_voucher_covers(
    increments: dict[Pollutant, int], differ: dict[str, Any] | None, short: bool | None
) -> None:
    approved = replace(
        APPROVED, recorded=PAPERS, increments={p: Grams(g) for p, g in increments.items()}
    )
    found = dispatch.amounts_differ(approved)
    assert (found.facts["differ"] if found else None) == differ
    assert (found.facts["short"] if found else None) == short


def test_a_voucher_is_served_by_a_list_or_by_the_desk() -> None:
    assert dispatch.voucher_unapproved(PAPERS, served=set()) is not None
    assert dispatch.voucher_unapproved(PAPERS, served={"320583-2026-00001"}) is None
    assert dispatch.voucher_unapproved(replace(PAPERS, approvals=("x",)), served=set()) is None
    assert dispatch.voucher_unapproved(replace(PAPERS, vouchers=()), served=set()) is None


@pytest.mark.parametrize(
    ("lapses", "named"), [(date(2027, 1, 9), True), (date(2027, 1, 10), False), (None, False)]
)
def test_a_hold_is_named_that_lapses_before_the_next_dispatch(
    lapses: date | None, named: bool
) -> None:
    held = Held(number="320583-SQ-2026-00001", subject=SUBJECT, lapses_on=lapses)
    assert (dispatch.hold_lapsing(held, until=date(2027, 1, 10)) is not None) is named


@pytest.mark.parametrize(
    ("due", "deadline"),
    [
        (None, date(2026, 10, 31)),
        (date(2026, 9, 16), date(2026, 10, 31)),
        (date(2026, 10, 9), date(2026, 10, 31)),
        (date(2026, 10, 10), date(2026, 10, 10)),
        (date(2026, 10, 22), date(2026, 10, 22)),
        (date(2026, 11, 22), date(2026, 11, 22)),
    ],
)
def test_a_matter_is_settled_by_its_own_day_or_where_that_has_passed_by_the_month_s_end(
    due: date | None, deadline: date
) -> None:
    found = permits.closed_unclaimed(CLOSED, on=ON, book=BOOK)
    assert found is not None
    assert dispatch.deadline(replace(found, due_on=due), on=ON) == deadline


def test_days_that_pass_make_nothing_different() -> None:
    early = permits.closed_unclaimed(CLOSED, on=ON, book=BOOK)
    late = permits.closed_unclaimed(CLOSED, on=date(2026, 11, 1), book=BOOK)
    assert early is not None
    assert late is not None
    assert early.facts != late.facts
    assert dispatch.same(early.facts, late.facts)
    assert not dispatch.same(early.facts, {**early.facts, "reason": "破产"})


def test_everything_is_found_in_the_order_of_places_and_kinds() -> None:
    there = replace(CLOSED, subject=replace(SUBJECT, place="320581"))
    served = replace(APPROVED, number="b", recorded=PAPERS)
    found = dispatch.find(
        Gathered(cancelled=[CLOSED, there], approved=[APPROVED, served], papers=[PAPERS], held=[]),
        on=ON,
        until=date(2027, 1, 10),
        book=BOOK,
    )
    assert [(one.subject.place, one.kind) for one in found] == [
        ("320581", FindingKind.CLOSED_UNCLAIMED),
        ("320583", FindingKind.EIA_UNVOUCHERED),
        ("320583", FindingKind.CLOSED_UNCLAIMED),
    ]
