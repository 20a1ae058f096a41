"""
The rows of a draft of annual totals (§16): written, added, taken out.

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
from parks.models import AnnualTotals, TotalsRow, TotalsWriter
from parks.refusals import NotAMember, WrittenMeanwhile
from parks.selectors import members
from parks.workflows import TOTALS
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import foresee


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
def put_back(
    *, totals: AnnualTotals, rows: Sequence[RowContent], edition: int, by: Person, on: date
) -> AnnualTotals:
    """
    Put rows back into a draft as they were when they were taken out.

    :raises WrittenMeanwhile: if somebody else saved since, or a number of theirs is borne again.
    """
    totals = _draft(totals, by=by, on=on)
    borne = totals.rows.filter(number__in=[row.number for row in rows]).exists()
    if borne or edition != totals.edition:
        raise WrittenMeanwhile(clause=clause("16.1"))
    return _put(totals, rows)


def lock(
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
    totals = lock(totals, "hand_in", right, by=by, on=on)
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
