"""What the pages of the warning show: a year's calendar, one warning with its versions and task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from monitoring.models import Measure, MonthRun, PlaceWarning, Suspension, WarningTask
from monitoring.querysets import CLOSING
from monitoring.selectors import months
from monitoring.vocabulary import Level, SuspensionStatus
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place's month of the calendar."""

    pk: int
    level: Level
    month: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A year of places: its months with the versions that count, and a cell each, or none."""

    year: int
    months: tuple[Month, ...]
    versions: dict[date, int]
    rows: list[tuple[Place, list[Cell | None]]]

    @property
    def counts(self) -> dict[Level, int]:
        """Count the places of the newest month at each level."""
        newest = max(self.versions, default=None)
        found = dict.fromkeys(Level, 0)
        for _place, cells in self.rows:
            cell = cells[newest.month - 1] if newest else None
            if cell is not None:
                found[cell.level] += 1
        return found


def calendar(places: Sequence[Place], year: int) -> Calendar:
    """Give what the newest version of each month of *year* says of each place."""
    wanted = tuple(Month(year, number) for number in range(1, 13))
    runs = {run: start for start, run in months.newest_runs(wanted).items()}
    cells = {
        (place, runs[run].month): Cell(pk=pk, level=Level(level), month=runs[run])
        for pk, place, run, level in PlaceWarning.objects.filter(
            run__in=list(runs), place__in=places
        )
        .order_by()
        .values_list("pk", "place", "run", "level")
    }
    versions = dict(
        MonthRun.objects.filter(pk__in=list(runs)).order_by().values_list("month", "version")
    )
    return Calendar(
        year=year,
        months=wanted,
        versions=versions,
        rows=[
            (place, [cells.get((place.pk, month.number)) for month in wanted]) for place in places
        ],
    )


def years() -> list[int]:
    """List the years of which a month was judged, newest first."""
    return sorted({start.year for start in MonthRun.objects.dates("month", "year")}, reverse=True)


def versions_of(warning: PlaceWarning) -> list[tuple[PlaceWarning, dict[str, Any] | None]]:
    """List what all versions of the month said of the place, newest first, with what changed."""
    rows = (
        PlaceWarning.objects.filter(place=warning.place_id, run__month=warning.run.month)
        .select_related("run__by")
        .order_by("-run__version")
    )
    return [
        (row, next((one for one in row.run.changes if one["place"] == row.place_id), None))
        for row in rows
    ]


def newest_of(place: Place, year: int) -> list[PlaceWarning]:
    """List what the newest version of each month of *year* says of *place*, newest first."""
    runs = months.newest_runs(Month(year, number) for number in range(1, 13))
    return list(
        PlaceWarning.objects.filter(run__in=list(runs.values()), place=place)
        .select_related("run")
        .order_by("-run__month")
    )


def task_of(warning: PlaceWarning) -> WarningTask | None:
    """Return the task that the warned month gave the place, with its measures."""
    return _tasks().filter(place=warning.place_id, month=warning.run.month).first()


def open_tasks_of(place: Place) -> list[WarningTask]:
    """List the open tasks of *place* with their measures, by which a lift is weighed."""
    return list(_tasks().filter(place=place, closed_at=None).order_by("month"))


def suspensions_of(warning: PlaceWarning) -> list[Suspension]:
    """List what the month led to, whatever version proposed it, and what stood already."""
    led_to = Q(warning__place=warning.place_id, warning__run__month=warning.run.month)
    standing = Q(
        place=warning.place_id,
        status__in=[SuspensionStatus.PROPOSED, *CLOSING],
        proposed_on__lte=warning.run.on,
    )
    return list(Suspension.objects.filter(led_to | standing).order_by("pk"))


def _tasks() -> QuerySet[WarningTask]:
    measures = Measure.objects.select_related("file", "by")
    return WarningTask.objects.select_related("place", "closed_by").prefetch_related(
        Prefetch("measures", measures)
    )


def newest_warning(place: str, month: date) -> PlaceWarning | None:
    """Return what the newest version of a month says of a place, if it was judged."""
    return (
        PlaceWarning.objects.filter(place=place, run__month=month).order_by("-run__version").first()
    )
