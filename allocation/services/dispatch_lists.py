"""The quarter's lists: kept as they came, read, and taken in; the same list changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.imports import lists
from allocation.imports.stated import ListFile, ListRow, Stated
from allocation.models import DispatchList
from allocation.refusals import ListTaken, QuarterNotBegun
from allocation.services import dispatch_list_rows
from allocation.services.dispatch_list_rows import Taken
from allocation.vocabulary import ListKind
from quota_registry.kernel import identifiers
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.imports import hostile
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, files
from quota_registry.kernel.services.jobs import Tell
from quota_registry.kernel.services.polluter_lists import MOST_ROWS, TooLong
from quota_registry.kernel.vocabulary import Tier

ELSEWHERE: Final = _("编号%(number)s由其他地区报送在先，不在您的辖区内，不得更正")
"""Why a row stays out whose number is on record at a place that is not the caller's."""


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
    _require_begun(quarter, on=on)
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
            _keep_out(row, found, code="outside_your_places", facts={"place": beyond[row.place]})
    _keep_out_elsewhere(brought, found, by=by, on=on)
    return found


def try_out(
    *, brought: DispatchList, found: ListFile, by: Person, on: date, report: Tell | None = None
) -> Taken:
    """Say what `take_in` would do, by doing it and taking everything back."""
    with transaction.atomic():
        taken = take_in(brought=brought, found=found, by=by, on=on, report=report)
        transaction.set_rollback(True)
    return taken


@transaction.atomic
def take_in(
    *, brought: DispatchList, found: ListFile, by: Person, on: date, report: Tell | None = None
) -> Taken:
    """
    Take in the good rows of a list: new ones, and those that correct what was stated before.

    A row that is on record as it stands is left alone, so the same list changes nothing.

    :raises ListTaken: if it was taken in already.
    """
    for place in Place.objects.filter(pk__in={row.place for row in found.good}):
        access.require(by, Permission.IMPORT_DISPATCH, place, on=on)
    audit.sign(by=by)
    brought = DispatchList.objects.select_for_update().get(pk=brought.pk)
    if brought.taken_at is not None:
        raise ListTaken(quarter=Quarter.of(brought.quarter), clause=clause("P4.1"))
    dispatch_list_rows.wait_for_others()
    _keep_out_elsewhere(brought, found, by=by, on=on)
    good = found.good
    taken = dispatch_list_rows.write(
        brought,
        [(row.number, row.stated) for row in good if row.stated is not None],
        report=report,
    )
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
    within: Q,
    on: date,
) -> tuple[DispatchList, Taken]:
    """
    Take in rows that a program or a person sent, all of them lying in their reach.

    Whoever calls has looked where they lie and who answers for them; ``within`` keeps the rows on
    record that they may correct.

    :raises QuarterNotBegun: if the quarter lies ahead.
    """
    audit.sign(by=responsible)
    _require_begun(quarter, on=on)
    dispatch_list_rows.wait_for_others()
    elsewhere = dispatch_list_rows.elsewhere(kind, rows, within)
    mine = [row for row in rows if row.number not in elsewhere]
    brought = DispatchList.objects.create(
        kind=kind,
        quarter=quarter.period.start,
        place=place,
        by=responsible,
        client=by if isinstance(by, Client) else None,
    )
    taken = replace(
        dispatch_list_rows.write(brought, list(enumerate(mine, start=1))), elsewhere=elsewhere
    )
    _conclude(brought, taken, rows=len(rows), wrong=len(rows) - len(mine), by=by)
    return brought, taken


def _require_begun(quarter: Quarter, *, on: date) -> None:
    if quarter.period.start > on:
        raise QuarterNotBegun(quarter=quarter, clause=clause("P4.1"))


def _keep_out_elsewhere(brought: DispatchList, found: ListFile, *, by: Person, on: date) -> None:
    """Keep the rows out that would correct what is on record at a place not this person's."""
    good = found.good
    within = access.within(by, Permission.IMPORT_DISPATCH, on=on)
    stated = [row.stated for row in good if row.stated is not None]
    elsewhere = dispatch_list_rows.elsewhere(ListKind(brought.kind), stated, within)
    for row in good:
        if row.stated is not None and row.stated.number in elsewhere:
            facts = {"number": row.stated.number}
            _keep_out(row, found, code="stands_elsewhere", facts=facts, template=ELSEWHERE)


def _keep_out(
    row: ListRow,
    found: ListFile,
    *,
    code: str,
    facts: Mapping[str, str],
    template: str | Promise = "",
) -> None:
    letter, header = found.columns[row.sheet]
    row.findings.append(
        Finding(
            file=found.file,
            sheet=row.sheet,
            row=row.number,
            column=letter,
            header=header,
            code=code,
            severity=Severity.ERROR,
            facts=facts,
            template=template,
        )
    )


def _conclude(
    brought: DispatchList, taken: Taken, *, rows: int, wrong: int, by: Person | Client
) -> None:
    brought.taken_at = timezone.now()
    brought.counts = {"rows": rows, "wrong": wrong, **taken.counts}
    brought.save(update_fields=["taken_at", "counts"])
    audit.record(
        verb="allocation.dispatch_list.taken_in", by=by, subject=str(brought), **brought.counts
    )
