"""Lists of polluters and permits: their good rows are registered, the same list changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import identifiers
from quota_registry.kernel.imports import hostile
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.imports.polluters import PolluterFile, PolluterRow, read_polluters
from quota_registry.kernel.models import PermitVersion, Person, Place, Polluter, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit, files, polluters
from quota_registry.kernel.services.jobs import Tell
from quota_registry.kernel.vocabulary import Tier

MOST_ROWS: Final = 5_000
"""So many rows are registered in one transaction; longer lists are sent in parts."""
TOLD: Final = 50
"""After so many rows it is said how far the registering is."""


class TooLong(Refusal):
    """The list has more rows than are taken in at a time."""

    code = "too_long"
    status = 400
    message = _("清单有%(rows)s行，一次最多%(most)s行，请分批导入")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of a list."""

    registered: int
    """Polluters that were not known."""
    permits: int
    """Permits, and new versions of permits, that were recorded."""
    unchanged: int
    """Rows that state what is on record already."""
    differing: tuple[int, ...]
    """Rows whose polluter is on record under another name or place; nothing of them was taken."""


@transaction.atomic
def receive(*, upload: UploadedFile[Any], place: Place, by: Person, on: date) -> StoredFile:
    """
    Keep a list that somebody sent in; nothing of it is registered yet.

    :raises HostileFile: if the file may not be opened.
    :raises FileRefused: if it is empty, too large, or neither XLSX nor CSV.
    """
    access.require(by, Permission.KEEP_POLLUTERS, place, on=on)
    hostile.examine(upload.read())
    upload.seek(0)
    return files.store(upload=upload, place=place, by=by, is_list=True)


def read(*, brought: StoredFile, by: Person, on: date) -> PolluterFile:
    """
    Read a list that was sent in; a row of a place that is not this person's stays out.

    :raises NoSuchTable: if it is no list of polluters.
    :raises TooLong: if it has more rows than are taken in at a time.
    """
    with files.open_bytes(brought) as stream:
        content = stream.read()
    places = list(Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None))
    found = read_polluters(
        content,
        file=brought.name,
        places=identifiers.place_table(
            (name, place.code) for place in places for name in (place.name, *place.short_names)
        ),
        on=on,
    )
    if len(found.rows) > MOST_ROWS:
        raise TooLong(rows=len(found.rows), most=MOST_ROWS)
    names = {
        place.code: place.name
        for place in places
        if not access.may(by, Permission.KEEP_POLLUTERS, place, on=on)
    }
    for row in found.rows:
        if row.place in names:
            letter, header = found.columns[row.sheet]
            row.findings.append(
                Finding(
                    file=row.file,
                    sheet=row.sheet,
                    row=row.number,
                    column=letter,
                    header=header,
                    code="outside_your_places",
                    severity=Severity.ERROR,
                    facts={"place": names[row.place]},
                )
            )
    return found


def try_out(
    *, rows: Sequence[PolluterRow], by: Person, on: date, report: Tell | None = None
) -> Taken:
    """Say what `take_in` would do, by doing it and taking everything back."""
    with transaction.atomic():
        taken = take_in(rows=rows, by=by, on=on, report=report)
        transaction.set_rollback(True)
    return taken


@transaction.atomic
def take_in(
    *, rows: Iterable[PolluterRow], by: Person, on: date, report: Tell | None = None
) -> Taken:
    """
    Register the polluters and permits of the good rows, marked as not yet confirmed.

    What a list says otherwise than the record is left for a person to decide; a pollutant that
    the row does not state is not stated by the permit.

    :raises NotPermitted: if a row lies in a place for which this person keeps no polluters.
    """
    good = [row for row in rows if row.is_good]
    places = Place.objects.in_bulk({row.place for row in good})
    for place in places.values():
        access.require(by, Permission.KEEP_POLLUTERS, place, on=on)
    known = {
        polluter.uscc: polluter
        for polluter in Polluter.objects.filter(uscc__in={row.uscc for row in good})
    }

    registered = permits = unchanged = 0
    differing: list[int] = []
    for done, row in enumerate(good):
        if report is not None and not done % TOLD:
            report(done, len(good))
        polluter = known.get(row.uscc)
        if polluter is None:
            polluter = known[row.uscc] = _register(row, places[row.place], by=by, on=on)
            registered += 1
        elif (polluter.name, polluter.place_id) != (row.name, row.place):
            differing.append(row.number)
            continue
        elif _stands_already(row):
            unchanged += 1
            continue
        if row.permit_number and not _stands_already(row):
            _record(row, polluter, by=by, on=on)
            permits += 1

    taken = Taken(registered, permits, unchanged, tuple(differing))
    if registered or permits:
        audit.record(
            verb="polluter_list.taken_in",
            by=by,
            subject=good[0].file,
            registered=registered,
            permits=permits,
            unchanged=unchanged,
            differing=len(differing),
        )
    return taken


def _register(row: PolluterRow, place: Place, *, by: Person, on: date) -> Polluter:
    return polluters.register(
        uscc=row.uscc,
        name=row.name,
        place=place,
        by=by,
        on=on,
        industry=row.industry,
        management_class=row.management_class or "",
        address=row.address,
        confirmed=False,
    )


def _record(row: PolluterRow, polluter: Polluter, *, by: Person, on: date) -> None:
    # A good row with a permit number has its date: the reading of the list saw to it.
    assert row.permit_changed_on is not None
    polluters.record_permit(
        polluter=polluter,
        number=row.permit_number,
        changed_on=row.permit_changed_on,
        by=by,
        on=on,
        amounts={pollutant.value: grams for pollutant, grams in row.amounts.items()},
        management_class=row.management_class or "",
        cancelled=row.cancelled,
        confirmed=False,
    )


def _stands_already(row: PolluterRow) -> bool:
    if not row.permit_number:
        return True
    newest = (
        PermitVersion.objects.filter(permit__number=row.permit_number)
        .prefetch_related("amounts")
        .order_by("-number")
        .first()
    )
    if newest is None:
        return False
    amounts = {amount.pollutant: amount.grams for amount in newest.amounts.all()}
    stated = {pollutant.value: grams for pollutant, grams in row.amounts.items()}
    return (newest.changed_on, newest.cancelled, amounts) == (
        row.permit_changed_on,
        row.cancelled,
        stated,
    )
