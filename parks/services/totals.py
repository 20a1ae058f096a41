"""
Annual totals (§16): filled in, checked by the park's second person, filed; accepted or returned.

Every saving says on which edition it was built, so that nobody overwrites what another wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from parks.imports.rows import TWICE, fault
from parks.models import AnnualTotals, TotalsRemark, TotalsRow, TotalsWriter
from parks.models.totals import OPEN
from parks.refusals import (
    NotAMember,
    NotAPark,
    NothingStated,
    ReasonMissing,
    TotalsUnderWay,
    WrittenMeanwhile,
    WrongCells,
    YearNotOver,
)
from parks.selectors import members
from parks.services import tidings
from parks.vocabulary import TotalsStatus
from parks.workflows import TOTALS
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import advance, foresee


@dataclass(frozen=True, slots=True, kw_only=True)
class RowContent:
    """A row as it was stated; ``faults`` by column: the code, the facts, and what was written."""

    number: int
    polluter: int | None
    name: str
    uscc: str = ""
    permit_number: str = ""
    source: str = ""
    amounts: dict[str, int] = field(default_factory=dict)
    output: Decimal | None = None
    note: str = ""
    faults: dict[str, dict[str, Any]] = field(default_factory=dict)


@transaction.atomic
def begin(
    *,
    place: Place,
    year: int,
    reason: str = "",
    by: Person,
    on: date,
    right: Permission = Permission.FILL_TOTALS,
) -> AnnualTotals:
    """
    Begin a park's totals of a year, or their next version; it starts from what stood before.

    :raises NotAPark: if *place* is none.
    :raises YearNotOver: if the year is not over.
    :raises TotalsUnderWay: if a version is open.
    :raises ReasonMissing: if accepted totals are to be corrected without a reason.
    """
    access.require(by, right, place, on=on)

    if place.tier != Tier.PARK:
        raise NotAPark(place=place.name, clause=clause("16.1"))
    if on.year <= year:
        raise YearNotOver(year=year, clause=clause("16.1"))
    # Who begins waits for whoever is beginning now.
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    newest = AnnualTotals.objects.filter(place=place, year=year).order_by("-version").first()
    if newest is not None and newest.status in OPEN:
        raise TotalsUnderWay(
            place=place.name, year=year, version=newest.version, clause=clause("16.1")
        )
    corrects = newest is not None and newest.status == TotalsStatus.ACCEPTED
    if corrects and not reason.strip():
        raise ReasonMissing(clause=clause("16.1"))
    made = AnnualTotals.objects.create(
        place=place,
        year=year,
        version=newest.version + 1 if newest else 1,
        reason=reason.strip() if corrects else "",
        begun_by=by,
        begun_on=on,
    )
    if newest is not None:
        rows = list(newest.rows.all())
        for row in rows:
            row.pk, row.totals = None, made
        TotalsRow.objects.bulk_create(rows, batch_size=2000)
    return made


@transaction.atomic
def begin_with_members(
    *, place: Place, year: int, reason: str = "", by: Person, on: date
) -> AnnualTotals:
    """
    Begin a version; the first one lists the year's members, whose sources are to be filled in.

    It raises what `begin` does.
    """
    made = begin(place=place, year=year, reason=reason, by=by, on=on)
    if made.version == 1:
        TotalsRow.objects.bulk_create(
            [
                TotalsRow(
                    totals=made,
                    number=number,
                    polluter_id=polluter,
                    name=name,
                    uscc=uscc,
                    faults={"source": fault("missing")},
                )
                for number, (polluter, name, uscc) in enumerate(members.listed(place, year), 1)
            ],
            batch_size=2000,
        )
    return made


@transaction.atomic
def write(
    *, totals: AnnualTotals, rows: Sequence[RowContent], edition: int | None, by: Person, on: date
) -> AnnualTotals:
    """
    Write rows into a draft by their numbers; rows that are not named stay.

    :param edition: the edition that *by* saw; without it nothing is compared.
    :raises WrittenMeanwhile: if somebody else saved since.
    """
    totals = _draft(totals, by=by, on=on)
    if edition is not None and edition != totals.edition:
        raise WrittenMeanwhile(clause=clause("16.1"))
    return _put(totals, rows)


@transaction.atomic
def replace_all(
    *,
    totals: AnnualTotals,
    rows: Sequence[RowContent],
    by: Person,
    on: date,
    right: Permission = Permission.FILL_TOTALS,
) -> AnnualTotals:
    """Write a draft anew from a whole list: what the list does not name is no more."""
    totals = _draft(totals, by=by, on=on, right=right)
    totals.rows.all().delete()
    TotalsRow.objects.bulk_create(
        [TotalsRow(totals=totals, **columns(row)) for row in rows], batch_size=2000
    )
    return _saved(totals)


@transaction.atomic
def add(
    *, totals: AnnualTotals, polluter: Polluter, source: str = "", by: Person, on: date
) -> AnnualTotals:
    """
    Add a row of a member at the end of a draft: a further source of it, or one that joined since.

    :raises NotAMember: if *polluter* did not lie in the park that year.
    """
    totals = _draft(totals, by=by, on=on)
    if not members.of_year(totals.place_id, totals.year).filter(polluter=polluter).exists():
        raise NotAMember(name=polluter.name, year=totals.year, clause=clause("16.1"))
    row = RowContent(
        number=next_number(totals),
        polluter=polluter.pk,
        name=polluter.name,
        uscc=polluter.uscc,
        source=source,
        faults={} if source else {"source": fault("missing")},
    )
    return _put(totals, [row])


@transaction.atomic
def drop(
    *, totals: AnnualTotals, numbers: Collection[int], edition: int, by: Person, on: date
) -> AnnualTotals:
    """
    Take rows out of a draft.

    :raises WrittenMeanwhile: if somebody else saved since.
    """
    totals = _draft(totals, by=by, on=on)
    if edition != totals.edition:
        raise WrittenMeanwhile(clause=clause("16.1"))
    totals.rows.filter(number__in=numbers).delete()
    return _put(totals, [])


@transaction.atomic
def hand_in(*, totals: AnnualTotals, by: Person, on: date) -> AnnualTotals:
    """
    Hand a draft to the park's second person.

    :raises NothingStated: if it has no row.
    :raises WrongCells: if a cell of it is wrong.
    """
    totals = _locked(totals, "hand_in", Permission.FILL_TOTALS, by=by, on=on)
    refuse_unless_whole(totals)
    advance(totals, workflow=TOTALS, verb="hand_in", writes={"filled_by_id": by.pk})
    tidings.ask_park(totals, by=by, on=on)
    return totals


@transaction.atomic
def revise(*, totals: AnnualTotals, note: str = "", by: Person, on: date) -> AnnualTotals:
    """Take what was handed in back to the draft, by whoever filled it in or whoever checks it."""
    totals = _locked(totals, "revise", Permission.FILL_TOTALS, by=by, on=on)
    advance(totals, workflow=TOTALS, verb="revise", note=note, writes={"filled_by_id": None})
    return totals


@transaction.atomic
def file(*, totals: AnnualTotals, by: Person, on: date) -> AnnualTotals:
    """
    Check what was handed in and file it with the city bureau.

    :raises SamePerson: if *by* handed it in, or wrote any of it.
    :raises WrongCells: if a cell of it is wrong.
    """
    totals = _locked(totals, "file", Permission.FILL_TOTALS, by=by, on=on)
    refuse_unless_whole(totals)
    advance(totals, workflow=TOTALS, verb="file", writes={"checked_by_id": by.pk, "filed_on": on})
    tidings.ask_bureau(totals, by=by, on=on)
    return totals


@transaction.atomic
def take_back(*, totals: AnnualTotals, by: Person, on: date) -> AnnualTotals:
    """Take filed totals back that nobody has decided on; they are handed in and checked anew."""
    totals = _locked(totals, "take_back", Permission.FILL_TOTALS, by=by, on=on)
    advance(
        totals,
        workflow=TOTALS,
        verb="take_back",
        writes={"filled_by_id": None, "checked_by_id": None, "filed_on": None},
    )
    return totals


@transaction.atomic
def send_back(
    *,
    totals: AnnualTotals,
    note: str,
    remarks: Sequence[tuple[int, str, str]] = (),
    by: Person,
    on: date,
) -> AnnualTotals:
    """
    Send filed totals back with the reason and, by row number and column, remarks on cells.

    The park mends them in the next version, which starts from this one.
    """
    totals = _locked(totals, "send_back", Permission.ACCEPT_TOTALS, by=by, on=on)
    TotalsRemark.objects.bulk_create(
        TotalsRemark(totals=totals, number=number, column=column, text=text.strip(), by=by)
        for number, column, text in remarks
        if text.strip()
    )
    advance(
        totals,
        workflow=TOTALS,
        verb="send_back",
        note=note,
        writes={"decided_by_id": by.pk, "decided_on": on},
    )
    tidings.tell_totals(totals, by=by, on=on)
    return totals


@transaction.atomic
def accept(*, totals: AnnualTotals, by: Person, on: date) -> AnnualTotals:
    """Accept filed totals, in place of the version that stood before."""
    totals = _locked(totals, "accept", Permission.ACCEPT_TOTALS, by=by, on=on)
    before = AnnualTotals.objects.select_for_update().filter(
        place=totals.place_id, year=totals.year, status=TotalsStatus.ACCEPTED
    )
    for one in before:
        advance(one, workflow=TOTALS, verb="replace", note=totals.reason)
    advance(
        totals,
        workflow=TOTALS,
        verb="accept",
        writes={"decided_by_id": by.pk, "decided_on": on},
    )
    tidings.tell_totals(totals, by=by, on=on)
    return totals


def refuse_unless_whole(totals: AnnualTotals) -> None:
    """
    Refuse totals that have no row, or a wrong cell.

    :raises NothingStated: or
    :raises WrongCells: if so.
    """
    faults = list(totals.rows.values_list("faults", flat=True))
    if not faults:
        raise NothingStated(clause=clause("16.1"))
    if wrong := sum(len(one) for one in faults):
        raise WrongCells(wrong=wrong, clause=clause("16.1"))


def next_number(totals: AnnualTotals) -> int:
    """Return the number that a new row takes."""
    return int(totals.rows.aggregate(last=Max("number"))["last"] or 0) + 1


def content_of(row: TotalsRow) -> RowContent:
    """Give what a row on record says."""
    return RowContent(
        number=row.number,
        polluter=row.polluter_id,
        name=row.name,
        uscc=row.uscc,
        permit_number=row.permit_number,
        source=row.source,
        amounts=row.amounts,
        output=row.output,
        note=row.note,
        faults=row.faults,
    )


def columns(row: RowContent) -> dict[str, Any]:
    """Give what a row says by the columns in which it is kept."""
    said = {name: getattr(row, name) for name in RowContent.__slots__}
    return {"polluter_id": said.pop("polluter"), **said}


def _draft(
    totals: AnnualTotals, *, by: Person, on: date, right: Permission = Permission.FILL_TOTALS
) -> AnnualTotals:
    totals = _locked(totals, "hand_in", right, by=by, on=on)
    TotalsWriter.objects.get_or_create(totals=totals, person=by)
    return totals


def _put(totals: AnnualTotals, rows: Sequence[RowContent]) -> AnnualTotals:
    """Put rows in place of those of their numbers; taken out first, as two may change places."""
    rows = _once(totals, rows)
    totals.rows.filter(number__in=[row.number for row in rows]).delete()
    TotalsRow.objects.bulk_create(
        [TotalsRow(totals=totals, **columns(row)) for row in rows], batch_size=2000
    )
    return _saved(totals)


def _once(totals: AnnualTotals, rows: Sequence[RowContent]) -> list[RowContent]:
    """
    Mark what states a polluter by a source a second time: whichever counted would be a guess.

    Rows that were marked for it before are looked at again, since the other may have gone.
    """
    written = {row.number for row in rows}
    marked = totals.rows.filter(faults__source__code=TWICE).exclude(number__in=written)
    looked_at = sorted([*rows, *map(content_of, marked)], key=lambda row: row.number)
    first = {
        (polluter, source): number
        for polluter, source, number in totals.rows.filter(
            polluter__in={row.polluter for row in looked_at} - {None}, faults={}
        )
        .exclude(number__in=[row.number for row in looked_at])
        .values_list("polluter_id", "source", "number")
    }
    found = []
    for row in looked_at:
        faults = {
            column: one
            for column, one in row.faults.items()
            if (column, one["code"]) != ("source", TWICE)
        }
        if not faults and row.polluter is not None:
            other = first.setdefault((row.polluter, row.source), row.number)
            if other != row.number:
                faults["source"] = fault(TWICE, row.source, row=other)
        found.append(replace(row, faults=faults))
    return found


def _saved(totals: AnnualTotals) -> AnnualTotals:
    totals.edition += 1
    totals.save(update_fields=["edition"])
    return totals


def _locked(
    totals: AnnualTotals, verb: str, needs: Permission, *, by: Person, on: date
) -> AnnualTotals:
    """Ask for the right, hold the totals, and refuse now what their table would refuse later."""
    access.require(by, needs, totals.place, on=on)
    totals = (
        AnnualTotals.objects.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=totals.pk)
    )
    foresee(totals, workflow=TOTALS, verb=verb)
    return totals
