"""
Monitors of polluters (§17, §24): outlets, dates and checks. A failed check bars the data from its
day on, until a check of the same kind passes.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from monitoring.models import BarredSpan, Monitor, MonitorCheck, Outlet, Station
from monitoring.refusals import (
    CheckOutOfOrder,
    DatesOutOfOrder,
    MonitorStands,
    NothingFound,
    NotYet,
    OutletMisnumbered,
    OutletStands,
)
from monitoring.vocabulary import CheckKind, MonitorKind, StationKind
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Polluter, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium

PREFIXES: Final = {Medium.WATER: "DW", Medium.AIR: "DA"}
# With the polluter's code and the outlet's number, the code of the station.
_LETTERS: Final = {MonitorKind.AUTOMATIC: "A", MonitorKind.FUGITIVE: "F"}


@transaction.atomic
def add_outlet(
    *, polluter: Polluter, number: str, name: str, medium: str, by: Person, on: date
) -> Outlet:
    """
    Register an outlet as the permit numbers it: DW001 for water, DA001 for air.

    :raises OutletMisnumbered: if number and medium do not agree.
    :raises OutletStands: if the polluter has one of this number.
    """
    access.require(by, Permission.KEEP_MONITORS, polluter.place, on=on)

    what, digits = Medium(medium), number[2:]
    fits = len(digits) == 3 and digits.isascii() and digits.isdecimal()
    if not fits or not number.startswith(PREFIXES[what]):
        raise OutletMisnumbered(number=number, medium=what.label, prefix=PREFIXES[what])
    if Outlet.objects.filter(polluter=polluter, number=number).exists():
        raise OutletStands(number=number, polluter=polluter.name)

    return Outlet.objects.create(polluter=polluter, number=number, name=name, medium=what)


@transaction.atomic
def require_monitor(*, outlet: Outlet, kind: str, due_on: date, by: Person, on: date) -> Monitor:
    """
    Note that an outlet is due a monitor of a kind by a day.

    :raises MonitorStands: if it has one of the kind.
    """
    access.require(by, Permission.KEEP_MONITORS, outlet.polluter.place, on=on)

    what = MonitorKind(kind)
    if Monitor.objects.filter(outlet=outlet, kind=what).exists():
        raise MonitorStands(number=outlet.number, kind=what.label, clause=clause("17.1"))

    return Monitor.objects.create(outlet=outlet, kind=what, due_on=due_on)


@transaction.atomic
def record_dates(
    *,
    monitor: Monitor,
    due_on: date,
    installed_on: date | None,
    accepted_on: date | None,
    networked_on: date | None,
    compared_on: date | None,
    by: Person,
    on: date,
) -> Monitor:
    """
    Record when a monitor was installed, accepted, networked and compared, in this order.

    From the day it is networked, a station takes its readings; video gives none.

    :raises DatesOutOfOrder: if a date comes before that of the step before it, or without it.
    :raises NotYet: if a date lies ahead.
    """
    access.require(by, Permission.KEEP_MONITORS, monitor.outlet.polluter.place, on=on)

    monitor = _locked(monitor)
    dates = [installed_on, accepted_on, networked_on, compared_on]
    for before, after in pairwise(dates):
        if after is not None and (before is None or before > after):
            raise DatesOutOfOrder(date=after, clause=clause("17.1"))
    if any(one is not None and one > on for one in dates):
        raise NotYet(date=max(filter(None, dates)), on=on, clause=clause("17.1"))

    monitor.due_on = due_on
    monitor.installed_on, monitor.accepted_on = installed_on, accepted_on
    monitor.networked_on, monitor.compared_on = networked_on, compared_on
    if networked_on is not None and monitor.kind in _LETTERS:
        monitor.station = _station_of(monitor, networked_on)
    monitor.save()
    return monitor


@transaction.atomic
def record_check(
    *,
    monitor: Monitor,
    kind: str,
    checked_on: date,
    error: Decimal | None = None,
    tolerance: Decimal | None = None,
    passed: bool | None = None,
    finding: str = "",
    file: StoredFile | None = None,
    by: Person,
    on: date,
) -> MonitorCheck:
    """
    Record a check of a monitor; out of tolerance it fails, whatever else is said of it.

    A failed check bars the data from its day on; the next one of the same kind that passes lets
    them count again from its own day, the day of the failure itself stays barred.

    :raises NothingFound: without figures and without a verdict.
    :raises CheckOutOfOrder: if a later check is on record, whose effect it would change.
    :raises NotYet: if its day lies ahead.
    """
    access.require(by, Permission.CHECK_MONITORS, monitor.outlet.polluter.place, on=on)

    what, article = CheckKind(kind), clause("17.2")
    monitor = _locked(monitor)
    within = None if error is None or tolerance is None else abs(error) <= tolerance
    if within is None and passed is None:
        raise NothingFound(clause=article)
    if checked_on > on:
        raise NotYet(date=checked_on, on=on, clause=article)
    later = monitor.checks.filter(on__gt=checked_on).order_by("on").first()
    if later is not None:
        raise CheckOutOfOrder(date=checked_on, later=later.on, clause=article)

    check = MonitorCheck.objects.create(
        monitor=monitor,
        kind=what,
        on=checked_on,
        error=error,
        tolerance=tolerance,
        passed=within is not False and passed is not False,
        finding=finding.strip(),
        file=file,
        by=by,
    )
    _bar_or_release(monitor, check)
    return check


def _bar_or_release(monitor: Monitor, check: MonitorCheck) -> None:
    span = monitor.barred.select_for_update().filter(during__endswith=None).first()
    if not check.passed:
        if span is None:
            # A bar that ended on this very day is taken up where it ended.
            last = monitor.barred.order_by("-during").first()
            starts = max(check.on, last.during.upper) if last else check.on
            BarredSpan.objects.create(monitor=monitor, during=DateRange(starts, None), failed=check)
        return
    if span is None or span.failed.kind != check.kind:
        return
    ends = max(check.on, span.during.lower + timedelta(days=1))
    span.during, span.ended_by = DateRange(span.during.lower, ends), check
    span.save(update_fields=["during", "ended_by"])
    # What failed in another way meanwhile, and was not put right, goes on barring.
    newest = {one.kind: one for one in monitor.checks.order_by("on", "pk")}
    failed = [one for one in newest.values() if not one.passed]
    if failed:
        BarredSpan.objects.create(
            monitor=monitor, during=DateRange(ends, None), failed=min(failed, key=lambda c: c.pk)
        )


def _station_of(monitor: Monitor, networked_on: date) -> Station:
    outlet = monitor.outlet
    station, _made = Station.objects.update_or_create(
        code=f"{outlet.polluter.uscc}{outlet.number}{_LETTERS[MonitorKind(monitor.kind)]}",
        defaults={"valid_from": networked_on},
        create_defaults={
            "name": f"{outlet.polluter.name} {outlet.number}"[:80],
            "kind": StationKind.MONITOR,
            "place": outlet.polluter.place,
            "counts": False,
            "valid_from": networked_on,
        },
    )
    return station


def _locked(monitor: Monitor) -> Monitor:
    found: Monitor = (
        Monitor.objects.select_for_update(of=("self",))
        .select_related("outlet__polluter__place")
        .get(pk=monitor.pk)
    )
    return found
