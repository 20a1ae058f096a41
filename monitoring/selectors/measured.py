"""What monitors measured: of polluters in a year, and of one monitor month by month (§16, §17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from monitoring.models import MeasuredAmount, Monitor
from monitoring.vocabulary import MonitorKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.vocabulary import Pollutant


def measured_of(
    polluters: Collection[int] | QuerySet[Any, Any], year: int
) -> Mapping[int, Mapping[Pollutant, Grams]]:
    """
    Add up what the monitors of *polluters* measured in *year*, by polluter and pollutant, in grams.

    What counts is the figure that stands of each month for which the monitor was accepted and
    networked and whose data are not barred from accounting (§17, §24). A month may be missing and
    an outlet may have no monitor, so a sum is a lower bound of what was emitted, never the whole of
    it: it can cast doubt on a smaller figure (§16, §17), and cannot stand in its place. A pollutant
    of which no month counts is not there, which is no zero.
    """
    found: dict[int, dict[Pollutant, Grams]] = defaultdict(dict)
    rows = (
        MeasuredAmount.objects.counting()
        .filter(
            monitor__outlet__polluter__in=polluters,
            month__range=(date(year, 1, 1), date(year, 12, 1)),
        )
        .order_by()
        .values_list("monitor__outlet__polluter", "pollutant")
        .annotate(total=Sum("grams"))
    )
    for polluter, code, grams in rows:
        found[polluter][Pollutant(code)] = Grams(int(grams))
    return found


@dataclass(slots=True)
class Month:
    """A month of a monitor: what it measured, and why it does not count, if it does not."""

    first: date
    barred: bool
    stood: bool
    amounts: dict[Pollutant, Grams] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Say whether the month may be used in accounting."""
        return self.stood and not self.barred


def months_of(monitor: Monitor, year: int) -> list[Month]:
    """List the months of a year of which a monitor has figures, the first one first."""
    found: dict[date, Month] = {}
    rows = (
        MeasuredAmount.objects.newest()
        .with_standing()
        .filter(monitor=monitor, month__range=(date(year, 1, 1), date(year, 12, 1)))
        .order_by("month")
    )
    for row in rows:
        month = found.setdefault(row.month, Month(row.month, row.barred, row.stood))
        if row.grams is not None:
            month.amounts[Pollutant(row.pollutant)] = Grams(row.grams)
    return list(found.values())


def withdrawn_of(monitor: Monitor, year: int) -> QuerySet[Any]:
    """List what was withdrawn of a year, the latest first, each with the figure it ``was``."""
    before = MeasuredAmount.objects.filter(
        monitor=OuterRef("monitor"),
        month=OuterRef("month"),
        pollutant=OuterRef("pollutant"),
        version=OuterRef("version") - 1,
    )
    found: QuerySet[Any] = (
        MeasuredAmount.objects.filter(monitor=monitor, month__year=year, grams=None)
        .annotate(was=Subquery(before.values("grams")))
        .select_related("by")
        .order_by("-at", "-pk")
    )
    return found


def added_up(pollutant: Pollutant, months: Iterable[Mapping[Pollutant, Grams]]) -> Grams | None:
    """Add up what months say of a pollutant; None where none of them says anything."""
    found = [amounts[pollutant] for amounts in months if pollutant in amounts]
    return Grams(sum(found)) if found else None


def years_of(monitor: Monitor) -> list[int]:
    """List the years of which a monitor has figures, the newest one first."""
    found = MeasuredAmount.objects.filter(monitor=monitor).dates("month", "year", order="DESC")
    return [day.year for day in found]


def by_names(usccs: Iterable[str], *, within: Q) -> Mapping[tuple[str, str], Monitor]:
    """Find the automatic monitors of polluters, by the polluter's code and the outlet's number."""
    found = Monitor.objects.filter(
        within, kind=MonitorKind.AUTOMATIC, outlet__polluter__uscc__in=set(usccs)
    ).select_related("outlet__polluter")
    return {(one.outlet.polluter.uscc, one.outlet.number): one for one in found}
