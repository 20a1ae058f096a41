"""
What automatic monitors measured, month by month (监测排放量, §16, §17): recorded, never edited.

A later figure of the same monitor, month and pollutant is a new version that replaces the one
before, and so is its withdrawal; all stay on record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction

from monitoring.models import MeasuredAmount, Monitor
from monitoring.refusals import (
    MeasuresNoAmounts,
    NothingMeasured,
    NotItsPollutant,
    NotYet,
    ReasonMissing,
)
from monitoring.rules import measured as rules
from monitoring.vocabulary import MonitorKind
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit
from quota_registry.kernel.vocabulary import Medium, Pollutant

RIGHT: Final = Permission.CHECK_MONITORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one monitor measured in a month, in grams; what is absent was not measured."""

    monitor: int
    month: date
    amounts: Mapping[Pollutant, Grams]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How many figures were new, replaced an earlier one, or said what stood already."""

    new: int
    changed: int
    unchanged: int


@transaction.atomic
def record(*, rows: Sequence[Measured], by: Person, on: date) -> Recorded:
    """
    Record what monitors measured in whole months; the same figures again change nothing.

    :raises MeasuresNoAmounts: if a monitor is no automatic one.
    :raises NotItsPollutant: if an outlet into water is said to emit into air, or the reverse.
    :raises NotYet: if a month is not over.
    """
    monitors = _locked({row.monitor for row in rows})
    places = {one.outlet.polluter.place for one in monitors.values()}
    for place in places:
        access.require(by, RIGHT, place, on=on)

    for row in rows:
        _refuse(monitors[row.monitor], row, on)
    standing = _standing(rows)

    made: dict[tuple[int, date, str], MeasuredAmount] = {}
    new = unchanged = 0
    for row in rows:
        for pollutant, grams in row.amounts.items():
            key = (row.monitor, row.month, pollutant.value)
            version, known = standing.get(key, (0, None))
            if known == grams:
                unchanged += 1
                continue
            new += known is None
            made[key] = MeasuredAmount(
                monitor_id=row.monitor,
                month=row.month,
                pollutant=pollutant,
                version=version + 1,
                grams=grams,
                by=by,
            )
    MeasuredAmount.objects.bulk_create(made.values(), batch_size=2000)

    done = Recorded(new=new, changed=len(made) - new, unchanged=unchanged)
    audit.record(
        verb="monitoring.measured.recorded",
        by=by,
        subject="、".join(sorted(place.pk for place in places))[:120],
        rows=len(rows),
        new=done.new,
        changed=done.changed,
    )
    return done


@transaction.atomic
def withdraw(
    *,
    monitor: Monitor,
    month: date,
    pollutants: Collection[Pollutant],
    reason: str,
    by: Person,
    on: date,
) -> list[MeasuredAmount]:
    """
    Withdraw figures of a monitor's month, which count no more until a later one comes in.

    :raises ReasonMissing: if nobody says why.
    :raises NothingMeasured: if no figure of one of them stands.
    """
    monitor = _locked({monitor.pk})[monitor.pk]
    access.require(by, RIGHT, monitor.outlet.polluter.place, on=on)

    article = clause("17.2")
    if not reason.strip():
        raise ReasonMissing(clause=article)
    named = [pollutant for pollutant in Pollutant if pollutant in pollutants]
    rows = [Measured(monitor=monitor.pk, month=month, amounts={})]
    standing = {
        Pollutant(code): version
        for (_one, _month, code), (version, grams) in _standing(rows).items()
        if grams is not None
    }
    missing = [pollutant for pollutant in named if pollutant not in standing]
    if missing or not named:
        raise NothingMeasured(
            number=monitor.outlet.number,
            month=f"{month:%Y-%m}",
            pollutants="、".join(pollutant.symbol for pollutant in missing) or "—",
            clause=article,
        )

    made = MeasuredAmount.objects.bulk_create(
        MeasuredAmount(
            monitor=monitor,
            month=month,
            pollutant=pollutant,
            version=standing[pollutant] + 1,
            grams=None,
            reason=reason.strip(),
            by=by,
        )
        for pollutant in named
    )

    audit.record(
        verb="monitoring.measured.withdrawn",
        by=by,
        subject=f"{monitor.outlet.polluter.uscc} {monitor.outlet.number} {month:%Y-%m}",
        pollutants=[pollutant.value for pollutant in named],
        reason=reason.strip(),
    )
    return made


def _locked(keys: set[int]) -> dict[int, Monitor]:
    # In one order, so that two lists of the same monitors wait for each other and never cross.
    found = (
        Monitor.objects.select_for_update(of=("self",))
        .select_related("outlet__polluter__place")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    return {one.pk: one for one in found}


def _refuse(monitor: Monitor, row: Measured, on: date) -> None:
    article = clause("17.2")
    if monitor.kind != MonitorKind.AUTOMATIC:
        raise MeasuresNoAmounts(kind=monitor.get_kind_display(), clause=article)
    if not rules.is_over(row.month, on=on):
        raise NotYet(date=row.month, on=on, clause=article)
    for pollutant in row.amounts:
        if pollutant.medium != monitor.outlet.medium:
            medium = Medium(monitor.outlet.medium).label
            raise NotItsPollutant(
                number=monitor.outlet.number,
                medium=medium,
                pollutant=pollutant.symbol,
                clause=article,
            )


def _standing(rows: Sequence[Measured]) -> dict[tuple[int, date, str], tuple[int, Any]]:
    if not rows:
        return {}
    months = [row.month for row in rows]
    found = (
        MeasuredAmount.objects.newest()
        .filter(
            monitor__in={row.monitor for row in rows},
            month__range=(min(months), max(months)),
        )
        .order_by()
        .values_list("monitor_id", "month", "pollutant", "version", "grams")
    )
    return {(one, month, code): (version, grams) for one, month, code, version, grams in found}
