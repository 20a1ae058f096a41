"""Monitors of the demo's parks, and what they measured month by month: one park states less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from monitoring.models import MeasuredAmount, Monitor
from monitoring.services import measured, monitors
from monitoring.services.measured import Measured
from monitoring.vocabulary import CheckKind, MonitorKind
from parks.models import AnnualTotals, TotalsRow
from quota_registry.demo.people import Cast
from quota_registry.demo.stock import word_of
from quota_registry.kernel.mass import Grams, split_exactly
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.vocabulary import Medium, Pollutant

SINCE: Final = date(2021, 6, 1)
WATCHED: Final = 2
"""So many of a park's polluters have monitors at their outlets."""

DOUBTFUL: Final = "320583P01"
"""The park that was sent its totals back: its second row states less than was measured."""

OUTLETS: Final = (("DW001", "污水总排口", Medium.WATER), ("DA001", "锅炉排气筒", Medium.AIR))
SHARES: Final = {True: 112, False: 92}
"""Percent of what is stated that the monitors measured, for a row that states too little or not."""

GAP: Final = 2
"""The month of which a monitor of the air sent nothing: missing, not zero."""

FALSE: Final = 6
"""The month of which one figure proved false."""


def tell(cast: Cast, *, today: date, say: Callable[[str], None]) -> None:
    """Put up monitors in every park, bar one of them for a while, and let them report."""
    newest = (
        AnnualTotals.objects.filter(year=today.year - 1)
        .order_by("place_id", "-version")
        .distinct("place_id")
        .select_related("place")
    )
    rows: list[Measured] = []
    count = 0
    for totals in newest:
        for row in totals.rows.select_related("polluter__place").order_by("number")[:WATCHED]:
            polluter = row.polluter
            if polluter is None:
                continue
            watching = list(_monitors(cast, polluter, today))
            count += len(watching)
            too_little = (totals.place_id, row.number) == (DOUBTFUL, WATCHED)
            if too_little:
                _bar(cast, watching[-1], today)
            for past in _rows_of(polluter, today):
                last = past.totals.year == today.year - 1
                for one in watching:
                    rows += _months(one, past, SHARES[too_little and last])
    measured.record(rows=rows, by=cast["city.inspector"], on=today)
    _withdraw(cast, today)
    say(f"{count} monitors, {len(rows)} months of them")


def _monitors(cast: Cast, polluter: Polluter, today: date) -> Iterator[Monitor]:
    known = list(Monitor.objects.filter(outlet__polluter=polluter, kind=MonitorKind.AUTOMATIC))
    if known:
        # `orders.watch_outlets` put some up already, late ones among them.
        yield from known
        return
    officer = cast[f"{word_of(polluter.place)}.officer"]
    for number, name, medium in OUTLETS:
        outlet = monitors.add_outlet(
            polluter=polluter, number=number, name=name, medium=medium, by=officer, on=today
        )
        due = monitors.require_monitor(
            outlet=outlet, kind=MonitorKind.AUTOMATIC, due_on=SINCE, by=officer, on=today
        )
        yield monitors.record_dates(
            monitor=due,
            due_on=SINCE,
            installed_on=date(2021, 4, 12),
            accepted_on=date(2021, 5, 20),
            networked_on=SINCE,
            compared_on=date(2021, 7, 8),
            by=officer,
            on=today,
        )


def _bar(cast: Cast, monitor: Monitor, today: date) -> None:
    """Let a comparison fail in the autumn and pass a month later."""
    for month, passed in ((9, False), (10, True)):
        monitors.record_check(
            monitor=monitor,
            kind=CheckKind.COMPARISON,
            checked_on=date(today.year - 1, month, 14),
            passed=passed,
            by=cast["city.inspector"],
            on=today,
        )


def _withdraw(cast: Cast, today: date) -> None:
    """Withdraw what the first monitor of the water said of one month."""
    row = (
        MeasuredAmount.objects.standing()
        .filter(month=date(today.year - 1, FALSE, 1), pollutant=Pollutant.COD)
        .order_by("monitor__outlet__polluter__uscc", "monitor__outlet__number")
        .select_related("monitor")[0]
    )
    measured.withdraw(
        monitor=row.monitor,
        month=row.month,
        pollutants=[Pollutant.COD],
        reason="采样泵故障，当月数据失实",
        by=cast["city.inspector"],
        on=today,
    )


def _rows_of(polluter: Polluter, today: date) -> Iterator[TotalsRow]:
    """Give what a polluter stated of each year, once a year: the newest version of it."""
    found = TotalsRow.objects.filter(polluter=polluter, totals__year__lt=today.year)
    yield from (
        found.order_by("totals__year", "-totals__version", "number")
        .distinct("totals__year")
        .select_related("totals")
    )


def _months(monitor: Monitor, row: TotalsRow, share: int) -> Iterator[Measured]:
    """Spread a share of what a row states over the months, the winter a little above the rest."""
    weights = (9, 8, 9, 8, 8, 8, 8, 8, 8, 8, 9, 9)
    spread = {
        Pollutant(code): split_exactly(Grams(grams * share // 100), weights)
        for code, grams in row.amounts.items()
        if Pollutant(code).medium == monitor.outlet.medium
    }
    for month in range(1, 13):
        first = date(row.totals.year, month, 1)
        connected = monitor.networked_on is not None and monitor.networked_on <= first
        if not spread or not connected or (month == GAP and monitor.outlet.medium == Medium.AIR):
            continue
        yield Measured(
            monitor=monitor.pk,
            month=first,
            amounts={pollutant: parts[month - 1] for pollutant, parts in spread.items()},
        )
