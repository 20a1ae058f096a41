"""The quarter's lists: kept as they came, read, and taken in; the same list changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone

from allocation.imports import lists
from allocation.imports.stated import Approval, ListFile, Stated
from allocation.models import DispatchList, EiaApproval, PermitCancellation
from allocation.refusals import ListTaken, QuarterNotBegun
from allocation.vocabulary import ListKind
from quota_registry.kernel import identifiers
from quota_registry.kernel.imports import hostile
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.models import Client, Person, Place, Polluter, PolluterName
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, files
from quota_registry.kernel.services.polluter_lists import MOST_ROWS, TooLong
from quota_registry.kernel.vocabulary import Tier

MODELS = {ListKind.EIA: EiaApproval, ListKind.CANCELLED: PermitCancellation}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of a list."""

    new: int
    corrected: tuple[str, ...]
    """The numbers whose rows stated something else before."""
    unchanged: int
    unknown: int
    """Rows whose polluter is not registered: kept as they were written."""

    @property
    def counts(self) -> dict[str, int]:
        """Give the figures that are kept with the list."""
        return {
            "new": self.new,
            "corrected": len(self.corrected),
            "unchanged": self.unchanged,
            "unknown": self.unknown,
        }


@transaction.atomic
def receive(
    *,
    upload: UploadedFile[Any],
    kind: ListKind,
    quarter: Quarter,
    place: Place,
    by: Person,
    on: date,
) -> DispatchList:
    """
    Keep a list that somebody sent in for *quarter*; nothing of it is taken in yet.

    :raises HostileFile: if the file may not be opened.
    :raises QuarterNotBegun: if the quarter lies ahead.
    """
    access.require(by, Permission.IMPORT_DISPATCH, place, on=on)
    if quarter.period.start > on:
        raise QuarterNotBegun(quarter=quarter)
    hostile.examine(upload.read())
    upload.seek(0)
    return DispatchList.objects.create(
        kind=kind,
        quarter=quarter.period.start,
        place=place,
        file=files.store(upload=upload, place=place, by=by, is_list=True),
        by=by,
    )


def read(*, brought: DispatchList, by: Person, on: date) -> ListFile:
    """
    Read a list that was sent in; a row of a place that is not this person's stays out.

    :raises NoSuchTable: if it is no such list.
    :raises TooLong: if it has more rows than are taken in at a time.
    """
    assert brought.file is not None
    with files.open_bytes(brought.file) as stream:
        content = stream.read()
    places = list(Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None))
    found = lists.read_list(
        content,
        kind=ListKind(brought.kind),
        file=brought.file.name,
        places=identifiers.place_table(
            (name, place.code) for place in places for name in (place.name, *place.short_names)
        ),
        quarter=Quarter.of(brought.quarter),
        on=on,
    )
    if len(found.rows) > MOST_ROWS:
        raise TooLong(rows=len(found.rows), most=MOST_ROWS)
    beyond = {
        place.code: place.name
        for place in places
        if not access.may(by, Permission.IMPORT_DISPATCH, place, on=on)
    }
    for row in found.rows:
        if row.place in beyond:
            letter, header = found.columns[row.sheet]
            row.findings.append(
                Finding(
                    file=brought.file.name,
                    sheet=row.sheet,
                    row=row.number,
                    column=letter,
                    header=header,
                    code="outside_your_places",
                    severity=Severity.ERROR,
                    facts={"place": beyond[row.place]},
                )
            )
    return found


def try_out(*, brought: DispatchList, found: ListFile, by: Person, on: date) -> Taken:
    """Say what `take_in` would do, by doing it and taking everything back."""
    with transaction.atomic():
        taken = take_in(brought=brought, found=found, by=by, on=on)
        transaction.set_rollback(True)
    return taken


@transaction.atomic
def take_in(*, brought: DispatchList, found: ListFile, by: Person, on: date) -> Taken:
    """
    Take in the good rows of a list: new ones, and those that correct what was stated before.

    A row that is on record as it stands is left alone, so the same list changes nothing.

    :raises ListTaken: if it was taken in already.
    """
    good = found.good
    for place in Place.objects.filter(pk__in={row.place for row in good}):
        access.require(by, Permission.IMPORT_DISPATCH, place, on=on)
    audit.sign(by=by)
    brought = DispatchList.objects.select_for_update().get(pk=brought.pk)
    if brought.taken_at is not None:
        raise ListTaken(quarter=Quarter.of(brought.quarter))
    taken = _write(brought, [(row.number, row.stated) for row in good if row.stated is not None])
    _conclude(brought, taken, rows=len(found.rows), wrong=len(found.rows) - len(good), by=by)
    return taken


@transaction.atomic
def receive_rows(
    *,
    kind: ListKind,
    quarter: Quarter,
    rows: Sequence[Stated],
    by: Person | Client,
    responsible: Person,
    place: Place,
    on: date,
) -> tuple[DispatchList, Taken]:
    """
    Take in rows that a program or a person sent, all of them lying in their reach.

    Whoever calls has looked where they lie and who answers for them.

    :raises QuarterNotBegun: if the quarter lies ahead.
    """
    audit.sign(by=responsible)
    if quarter.period.start > on:
        raise QuarterNotBegun(quarter=quarter)
    brought = DispatchList.objects.create(
        kind=kind,
        quarter=quarter.period.start,
        place=place,
        by=responsible,
        client=by if isinstance(by, Client) else None,
    )
    taken = _write(brought, list(enumerate(rows, start=1)))
    _conclude(brought, taken, rows=len(rows), wrong=0, by=by)
    return brought, taken


def _conclude(
    brought: DispatchList, taken: Taken, *, rows: int, wrong: int, by: Person | Client
) -> None:
    brought.taken_at = timezone.now()
    brought.counts = {"rows": rows, "wrong": wrong, **taken.counts}
    brought.save(update_fields=["taken_at", "counts"])
    audit.record(
        verb="allocation.dispatch_list.taken_in", by=by, subject=str(brought), **brought.counts
    )


def _write(brought: DispatchList, rows: Sequence[tuple[int, Stated]]) -> Taken:
    """Write the rows that are new or say something else than before."""
    model: Any = MODELS[ListKind(brought.kind)]
    with connection.cursor() as cursor:
        # Two lists at once follow one another, so that each sees what the other wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('allocation.dispatch_lists'))")
    standing = {
        row.number: row
        for row in model.objects.filter(number__in=[stated.number for _row, stated in rows])
    }
    polluters = _polluters({stated.uscc for _row, stated in rows})
    new, corrected, unchanged = [], [], 0
    for row, stated in rows:
        said = _columns(stated, quarter=brought.quarter)
        before = standing.get(stated.number)
        polluter = polluters.get(stated.uscc)
        if before is None:
            new.append(model(list=brought, row=row, polluter_id=polluter, **said))
        elif all(getattr(before, name) == value for name, value in said.items()):
            unchanged += 1
        else:
            for name, value in {
                "list": brought,
                "row": row,
                "polluter_id": polluter,
                **said,
            }.items():
                setattr(before, name, value)
            before.save()
            corrected.append(stated.number)
    model.objects.bulk_create(new)
    return Taken(
        new=len(new),
        corrected=tuple(corrected),
        unchanged=unchanged,
        unknown=sum(stated.uscc not in polluters for _row, stated in rows),
    )


def _columns(stated: Stated, *, quarter: date) -> dict[str, Any]:
    """Give what a row states by the columns in which it is kept."""
    said = {field.name: getattr(stated, field.name) for field in fields(stated)}
    said["place_id"] = said.pop("place")
    said["amounts"] = {p.value: int(grams) for p, grams in sorted(stated.amounts.items())}
    said["quarter"] = quarter
    if isinstance(stated, Approval):
        said |= {
            "kind": stated.kind,
            "project_key": identifiers.normalise_project(stated.project),
        }
    else:
        said["reason"] = stated.reason
    return said


def _polluters(usccs: set[str]) -> Mapping[str, int]:
    """Find the registered polluters of these codes, also by a code that one bore before."""
    former = PolluterName.objects.filter(uscc__in=usccs).order_by("until")
    now = Polluter.objects.filter(uscc__in=usccs)
    return dict(former.values_list("uscc", "polluter")) | dict(now.values_list("uscc", "pk"))
