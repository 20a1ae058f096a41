"""Annual totals as a program reports them: rows by polluter and source, into the park's draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from parks.models import AnnualTotals, Member, TotalsRow
from parks.services import totals, totals_rows
from parks.services.totals_rows import RowContent
from parks.vocabulary import TotalsStatus
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a program says of one polluter by one source, grams a year."""

    uscc: str
    source: str
    amounts: Mapping[Pollutant, Grams]
    output: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What came of a report.

    ``strange`` are the rows, from 0, of polluters that are no members; ``polluters`` are the keys
    of those that are, by their codes.
    """

    totals: AnnualTotals
    new: int
    changed: int
    unchanged: int
    strange: Sequence[int]
    polluters: Mapping[str, int]


@transaction.atomic
def receive(*, place: Place, year: int, rows: Sequence[Reported], by: Person, on: date) -> Receipt:
    """
    Put what a program reports into the park's draft of a year, beginning one where none is open.

    A row takes the place of what the same source said of the same polluter before; the same rows
    again change nothing. Polluters that lay outside the park in that year are left out.

    :raises TotalsUnderWay: if the totals are handed in or filed.
    :raises ReasonMissing: if they are accepted: a correction is begun by a person, with a reason.
    :raises YearNotOver: if the year is not over.
    """
    draft = AnnualTotals.objects.filter(
        place=place, year=year, status=TotalsStatus.DRAFT
    ).first() or totals.begin(place=place, year=year, by=by, on=on)
    members = {
        polluter.uscc: polluter
        for polluter in Polluter.objects.filter(
            uscc__in=[row.uscc for row in rows],
            pk__in=Member.objects.in_year(year).filter(place=place).values("polluter"),
        )
    }
    standing: dict[tuple[int | None, str], TotalsRow] = {}
    # Of several alike the first that counts is the one meant.
    for row in sorted(draft.rows.all(), key=lambda row: (not row.faults, -row.number)):
        standing[row.polluter_id, row.source] = row
    number = totals_rows.next_number(draft)
    content: dict[int, RowContent] = {}
    new = unchanged = 0
    for reported in rows:
        polluter = members.get(reported.uscc)
        if polluter is None:
            continue
        # A listed member whose source nobody has filled in yet is the row to fill in. What is taken
        # is gone, so that no row of a report overwrites another.
        was = standing.pop((polluter.pk, reported.source), None) or standing.pop(
            (polluter.pk, ""), None
        )
        said = _content(was.number if was else number, was, polluter, reported)
        if was is None:
            new, number = new + 1, number + 1
        elif all(getattr(was, name) == value for name, value in totals_rows.columns(said).items()):
            unchanged += 1
            continue
        content[said.number] = said
    if content:
        draft = totals_rows.write(
            totals=draft, rows=list(content.values()), edition=None, by=by, on=on
        )
    return Receipt(
        totals=draft,
        new=new,
        changed=len(content) - new,
        unchanged=unchanged,
        strange=[index for index, row in enumerate(rows) if row.uscc not in members],
        polluters={uscc: polluter.pk for uscc, polluter in members.items()},
    )


def _content(
    number: int, was: TotalsRow | None, polluter: Polluter, reported: Reported
) -> RowContent:
    return RowContent(
        number=number,
        polluter=polluter.pk,
        name=polluter.name,
        uscc=polluter.uscc,
        # A program does not state the permit: what is on record stays.
        permit_number=was.permit_number if was else "",
        source=reported.source,
        amounts={pollutant.value: int(grams) for pollutant, grams in reported.amounts.items()},
        output=reported.output,
        note=reported.note,
    )
