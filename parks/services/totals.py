"""
Annual totals (§16): filled in, checked by the park's second person, filed; accepted or returned.

What stands in a draft is written in `totals_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from parks.imports.rows import fault
from parks.models import AnnualTotals, TotalsRemark, TotalsRow
from parks.models.totals import OPEN
from parks.refusals import (
    NotAPark,
    NothingStated,
    ReasonMissing,
    TotalsUnderWay,
    WrongCells,
    YearNotOver,
)
from parks.selectors import members
from parks.services import tidings, totals_rows
from parks.vocabulary import TotalsStatus
from parks.workflows import TOTALS
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import advance


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
def hand_in(*, totals: AnnualTotals, by: Person, on: date) -> AnnualTotals:
    """
    Hand a draft to the park's second person.

    :raises NothingStated: if it has no row.
    :raises WrongCells: if a cell of it is wrong.
    """
    totals = totals_rows.lock(totals, "hand_in", Permission.FILL_TOTALS, by=by, on=on)
    refuse_unless_whole(totals)
    advance(totals, workflow=TOTALS, verb="hand_in", writes={"filled_by_id": by.pk})
    tidings.ask_park(totals, by=by, on=on)
    return totals


@transaction.atomic
def revise(*, totals: AnnualTotals, note: str = "", by: Person, on: date) -> AnnualTotals:
    """Take what was handed in back to the draft, by whoever filled it in or whoever checks it."""
    totals = totals_rows.lock(totals, "revise", Permission.FILL_TOTALS, by=by, on=on)
    advance(totals, workflow=TOTALS, verb="revise", note=note, writes={"filled_by_id": None})
    return totals


@transaction.atomic
def file(*, totals: AnnualTotals, by: Person, on: date) -> AnnualTotals:
    """
    Check what was handed in and file it with the city bureau.

    :raises SamePerson: if *by* handed it in, or wrote any of it.
    :raises WrongCells: if a cell of it is wrong.
    """
    totals = totals_rows.lock(totals, "file", Permission.FILL_TOTALS, by=by, on=on)
    refuse_unless_whole(totals)
    advance(totals, workflow=TOTALS, verb="file", writes={"checked_by_id": by.pk, "filed_on": on})
    tidings.ask_bureau(totals, by=by, on=on)
    return totals


@transaction.atomic
def take_back(*, totals: AnnualTotals, by: Person, on: date) -> AnnualTotals:
    """Take filed totals back that nobody has decided on; they are handed in and checked anew."""
    totals = totals_rows.lock(totals, "take_back", Permission.FILL_TOTALS, by=by, on=on)
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
    totals = totals_rows.lock(totals, "send_back", Permission.ACCEPT_TOTALS, by=by, on=on)
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
    totals = totals_rows.lock(totals, "accept", Permission.ACCEPT_TOTALS, by=by, on=on)
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
