"""
The quarterly dispatch (P4): the three sources held against each other, a version of the quarter,
its tasks; and the confirmation, with which the quarter closes (RULES §5).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final

from django.db import connection, transaction

from allocation.models import (
    Application,
    DispatchRound,
    DispatchTask,
    EiaApproval,
    Finding,
    PermitCancellation,
    Voucher,
)
from allocation.refusals import QuarterDispatched, QuarterNotOver
from allocation.rules import dispatch, dispatch_days
from allocation.rules.dispatch_facts import Found
from allocation.selectors import dispatch_sources, dispatches
from allocation.services import dispatch_tasks, dispatch_tidings
from allocation.vocabulary import FindingKind, RoundStatus
from allocation.workflows import DISPATCH
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access, audit, jobs, rulebooks
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import advance
from reserve.models import ClosedQuarter
from reserve.services import ledger

JOB: Final = "quarter_dispatch"
"""The kind of the job's row; its key is the quarter."""

_OF_APPROVALS: Final = {
    FindingKind.EIA_UNVOUCHERED,
    FindingKind.EIA_BAD_VOUCHER,
    FindingKind.EIA_PROBABLE,
    FindingKind.AMOUNTS_DIFFER,
}
_OF_CANCELLED: Final = {FindingKind.CLOSED_UNCLAIMED, FindingKind.MOVED_UNDECIDED}


@transaction.atomic
def run(*, quarter: Quarter, by: Person, on: date) -> DispatchRound:
    """
    Dispatch *quarter* and return its newest version.

    If that says the same already, nothing changes. Else a new version takes the place of the one
    before, says what differs, and tasks and notices follow.

    :raises QuarterNotOver: if the quarter is not over on the day *on*.
    :raises QuarterDispatched: if its dispatch was confirmed.
    """
    city = _city()
    if by.username == Person.SYSTEM:
        audit.sign(by=by)
    else:
        access.require(by, Permission.RUN_DISPATCH, city, on=on)

    if not dispatches.is_due(quarter, on=on):
        raise QuarterNotOver(quarter=quarter, clause=clause("P4.1"))
    _wait_for_others()
    newest = dispatches.newest(quarter)
    if newest is not None and newest.status == RoundStatus.CONFIRMED:
        raise QuarterDispatched(quarter=quarter, clause=clause("P4.1"))

    version = rulebooks.version_in_force(on)
    book = RuleBook.from_document(version.content)
    found = dispatch.find(
        dispatch_sources.gather(quarter, on=on),
        on=on,
        until=dispatch_days.next_day(on, book=book),
        book=book,
    )
    rows = _rows(found)
    changes: dict[str, list[str]] = {}
    if newest is not None:
        beside = dispatches.beside(rows, newest.findings.all())
        if beside.is_same:
            return newest
        changes = beside.to_document()
        advance(newest, workflow=DISPATCH, verb="replace")
    made = DispatchRound.objects.create(
        quarter=quarter.period.start,
        version=newest.version + 1 if newest else 1,
        place=city,
        on=on,
        by=by,
        rule_book=version,
        changes=changes,
    )
    tasks = dispatch_tasks.open_for(quarter, found, by=by, on=on)
    _keep(made, rows, tasks)
    dispatch_tidings.tell(made, found, by=by, on=on)
    return made


@transaction.atomic
def confirm(*, found: DispatchRound, document: str = "", by: Person, on: date) -> DispatchRound:
    """
    Confirm the newest version of a quarter's dispatch; with it the quarter closes.

    :raises NotNow: if another version took its place, or it is confirmed already.
    :raises SamePerson: if *by* ran it.
    """
    access.require(by, Permission.CONFIRM_DISPATCH, found.place, on=on)

    found = DispatchRound.objects.select_for_update().get(pk=found.pk)
    advance(
        found,
        workflow=DISPATCH,
        verb="confirm",
        note=document,
        writes={"confirmed_by_id": by.pk, "confirmed_on": on, "document": document.strip()},
    )
    if not ClosedQuarter.objects.filter(first_day=found.quarter).exists():
        ledger.close_quarter(
            first_day=found.quarter, by=by, on=on, document=document.strip() or str(found)
        )
    audit.record(verb="allocation.dispatch.confirmed", by=by, subject=str(found))
    return found


def run_due(*, on: date) -> DispatchRound | None:
    """
    Dispatch the quarter before once its day has come, and close it when its month is over.

    A job that failed is tried again on the next day; one that is done never runs again.
    """
    day = dispatch_days.newest_day(on, book=rulebooks.in_force(on))
    quarter, system = dispatch_days.dispatched_on(day), Person.objects.get_system()
    made = None
    job, mine = jobs.begin(kind=JOB, key=str(quarter), by=system)
    try:
        if mine:
            made = _run(job, quarter, by=system, on=on)
    finally:
        # The month's end closes the quarter, however its dispatch went (RULES §5).
        if on >= dispatch_days.closes_by(day):
            close(quarter=quarter, by=system, on=on)
    return made


@transaction.atomic
def close(*, quarter: Quarter, by: Person, on: date) -> bool:
    """Close a quarter that its dispatch left open, and say whether it was (RULES §5)."""
    audit.sign(by=by)
    if ClosedQuarter.objects.filter(first_day=quarter.period.start).exists():
        return False
    ledger.close_quarter(first_day=quarter.period.start, by=by, on=on)
    return True


def _run(job: Any, quarter: Quarter, *, by: Person, on: date) -> DispatchRound | None:
    made = None
    # Where it is dispatched already somebody was quicker, and the director too.
    with jobs.told_why(job=job), suppress(QuarterDispatched):
        made = run(quarter=quarter, by=by, on=on)
    jobs.finish(job=job, result={"version": made.version} if made else {})
    return made


def _city() -> Place:
    city: Place = Place.objects.filter(tier=Tier.CITY).order_by("path")[0]
    return city


def _wait_for_others() -> None:
    """Let those who dispatch at once follow one another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('allocation.dispatch'))")


def _keep(made: DispatchRound, rows: Sequence[Finding], tasks: dict[str, DispatchTask]) -> None:
    """Write down what was found, each matter with its task."""
    for row in rows:
        row.round, row.task = made, tasks[row.key]
    Finding.objects.bulk_create(rows)


def _rows(found: Sequence[Found]) -> list[Finding]:
    """Lay out what was found, tied to the rows that it is about; their round comes later."""
    numbers = {one.number for one in found}
    approvals = dict(EiaApproval.objects.filter(number__in=numbers).values_list("number", "pk"))
    permits = dict(
        PermitCancellation.objects.filter(number__in=numbers).values_list("number", "pk")
    )
    applications = dict(Application.objects.filter(number__in=numbers).values_list("number", "pk"))
    vouchers = dict(
        Voucher.objects.filter(number__in={_voucher(one) for one in found}).values_list(
            "number", "pk"
        )
    )
    polluters = dict(
        Polluter.objects.filter(uscc__in={one.subject.uscc for one in found}).values_list(
            "uscc", "pk"
        )
    )
    return [
        Finding(
            kind=one.kind,
            key=one.key,
            place_id=one.subject.place,
            number=one.number,
            uscc=one.subject.uscc,
            name=one.subject.name,
            project=one.subject.project,
            clause=one.clause,
            due_on=one.due_on,
            facts=dict(one.facts),
            approval_id=approvals.get(one.number) if one.kind in _OF_APPROVALS else None,
            cancellation_id=permits.get(one.number) if one.kind in _OF_CANCELLED else None,
            voucher_id=vouchers.get(_voucher(one)),
            application_id=applications.get(one.number),
            polluter_id=polluters.get(one.subject.uscc),
        )
        for one in found
    ]


def _voucher(found: Found) -> str:
    """Name the voucher that a finding is about, or nothing."""
    numbers = [*found.facts.get("vouchers", ()), found.facts.get("voucher", "")]
    return str(numbers[0])
