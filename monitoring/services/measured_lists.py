"""Lists of what monitors measured: kept as they came, read, and taken in (§16, §17)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from monitoring.imports import measured as reading
from monitoring.imports.measured import MeasuredSheets
from monitoring.models import MeasuredList
from monitoring.refusals import MeasuredListTaken
from monitoring.rules.measured import Known, problems
from monitoring.selectors.measured import by_names
from monitoring.services import measured
from monitoring.services.measured import RIGHT, Measured
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.imports import hostile
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.services import access, audit, files
from quota_registry.kernel.services.jobs import Tell
from quota_registry.kernel.services.polluter_lists import TooLong
from quota_registry.kernel.vocabulary import Medium, Pollutant

PLACE: Final = "outlet__polluter__place__path"
"""How a monitor lies where it does; outside one's reach it is not there."""

MOST_ROWS: Final = 60_000
"""Five thousand monitors, twelve months each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of taking a list in, or would."""

    rows: int
    out: int
    """Rows that stay out, for a wrong cell in them."""
    new: int
    changed: int
    unchanged: int

    @property
    def counts(self) -> dict[str, int]:
        """Give the figures that are kept with the list."""
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def receive(*, upload: UploadedFile[Any], place: Place, by: Person, on: date) -> MeasuredList:
    """
    Keep a list that somebody sent in; nothing of it is taken in yet.

    :raises HostileFile: if the file may not be opened.
    """
    access.require(by, RIGHT, place, on=on)
    hostile.examine(upload.read())
    upload.seek(0)
    file = files.store(upload=upload, place=place, by=by, is_list=True)
    return MeasuredList.objects.create(place=place, file=file, by=by)


def read(*, brought: MeasuredList, by: Person, on: date) -> MeasuredSheets:
    """
    Read a list that was sent in, each row with its monitor or with what is wrong in it.

    :raises NoSuchTable: if no sheet of it holds measured amounts.
    :raises TooLong: if it has more rows than are taken in at a time.
    """
    with files.open_bytes(brought.file) as stream:
        content = stream.read()
    found = reading.read(content, file=brought.file.name)
    if len(found.rows) > MOST_ROWS:
        raise TooLong(rows=len(found.rows), most=MOST_ROWS)
    usccs = {row.values["uscc"] for _table, row in found.rows if "uscc" in row.values}
    within = access.within(by, RIGHT, on=on, lookup=PLACE)
    _mark(found, known(usccs, within=within), on)
    return found


def known(usccs: Iterable[str], *, within: Q) -> dict[tuple[str, str], Known]:
    """Tell what is known of the automatic monitors of polluters, by code and outlet."""
    found = by_names(usccs, within=within)
    return {
        key: Known(monitor=one.pk, medium=Medium(one.outlet.medium)) for key, one in found.items()
    }


def _mark(found: MeasuredSheets, known: Mapping[tuple[str, str], Known], on: date) -> None:
    """Find the monitor of each row, and mark the cells that say what cannot be."""
    seen: dict[tuple[int, date], int] = {}
    for table, row in found.rows:
        for column, code, facts in problems(row.values, known, on=on):
            reading.wrong(table, row, column, code, facts)
        if row.stays_out:
            continue
        row.monitor = known[row.values["uscc"], row.values["number"]].monitor
        first = seen.setdefault((row.monitor, row.values["month"]), row.number)
        if first != row.number:
            reading.wrong(table, row, "month", "month_twice", {"row": first})


def try_out(
    *,
    brought: MeasuredList,
    found: MeasuredSheets,
    by: Person,
    on: date,
    report: Tell | None = None,
) -> Taken:
    """Say what `take_in` would do, by doing it and taking everything back."""
    with transaction.atomic():
        taken = take_in(brought=brought, found=found, by=by, on=on, report=report)
        transaction.set_rollback(True)
    return taken


@transaction.atomic
def take_in(
    *,
    brought: MeasuredList,
    found: MeasuredSheets,
    by: Person,
    on: date,
    report: Tell | None = None,
) -> Taken:
    """
    Record the rows of a list that have nothing wrong in them; the same list again changes nothing.

    :raises MeasuredListTaken: if it was taken in already.
    """
    audit.sign(by=by)
    brought = MeasuredList.objects.select_for_update().get(pk=brought.pk)
    if brought.taken_at is not None:
        raise MeasuredListTaken(clause=clause("17.2"))
    rows = [
        Measured(
            monitor=row.monitor,
            month=row.values["month"],
            amounts={p: row.values[p.value] for p in Pollutant if p.value in row.values},
        )
        for _table, row in found.rows
        if row.monitor is not None and not row.stays_out
    ]
    if report is not None:
        report(0, len(rows))
    done = measured.record(rows=rows, by=by, on=on)
    taken = Taken(
        rows=len(found.rows),
        out=len(found.rows) - len(rows),
        new=done.new,
        changed=done.changed,
        unchanged=done.unchanged,
    )
    brought.taken_at = timezone.now()
    brought.counts = dict(taken.counts)
    brought.save(update_fields=["taken_at", "counts"])
    audit.record(
        verb="monitoring.measured_list.taken_in", by=by, subject=str(brought), **brought.counts
    )
    return taken
