"""Opening stock: what existed on day one, by file, four eyes and the director (RULES §5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit
from reserve.models import OpeningRow, OpeningStock
from reserve.refusals import OpeningClosed, by_name
from reserve.rules import postings
from reserve.rules.postings import Leg, Paper
from reserve.services import ledger
from reserve.vocabulary import LotSourceKind, TransferKind


class OpeningIncomplete(Refusal):
    """A row does not say what its kind needs."""

    code = "opening_incomplete"
    status = 400
    message = _("期初明细第%(line)s行不完整")


class OpeningInFuture(Refusal):
    """Day one has come before its stock is laid down."""

    code = "opening_in_future"
    status = 400
    message = _("基准日期%(day)s尚未到来")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: a lot in the reserve, a holding, an open voucher, or a debt."""

    line: int
    what: str
    pollutant: str
    grams: Grams
    polluter: int | None = None
    case: str = ""
    vintage: date | None = None
    lake_tai: bool = False
    provincial_number: str = ""
    provincial_date: date | None = None
    document: str = ""
    note: str = ""


@transaction.atomic
def bring(
    *, place: Place, document: str, effective_on: date, rows: Sequence[Row], by: Person, on: date
) -> OpeningStock:
    """
    Lay down what a place had on day one, as drafts that wait for a second person.

    A draft that nobody approved yet is replaced.

    :raises OpeningClosed: if the place's opening is approved or closed.
    :raises OpeningInFuture: if the day from which it holds has not come.
    :raises OpeningIncomplete: if a row lacks what its kind needs.
    """
    access.require(by, Permission.IMPORT_OPENING, place, on=on)
    if effective_on > on:
        raise OpeningInFuture(day=effective_on)
    earlier = OpeningStock.objects.filter(place=place).first()
    if earlier is not None and earlier.approved_by_id is not None:
        raise OpeningClosed(place=place.code)
    for row in rows:
        _complete(row)

    if earlier is not None:
        earlier.delete()
    stock = OpeningStock.objects.create(
        place=place,
        document=document,
        effective_on=effective_on,
        imported_by=by,
        imported_at=timezone.now(),
    )
    OpeningRow.objects.bulk_create(
        OpeningRow(
            opening=stock,
            line=row.line,
            what=row.what,
            pollutant=row.pollutant,
            grams=row.grams,
            polluter_id=row.polluter,
            case=row.case,
            vintage=row.vintage,
            lake_tai=row.lake_tai,
            provincial_number=row.provincial_number,
            provincial_date=row.provincial_date,
            document=row.document,
            note=row.note,
        )
        for row in rows
    )
    audit.record(verb="reserve.opening.brought", by=by, subject=place.code, rows=len(rows))
    return stock


@transaction.atomic
def approve(*, opening: OpeningStock, by: Person, on: date) -> OpeningStock:
    """
    Approve a place's opening stock as a second person, and post it.

    :raises SameHands: if the person who imported it approves it.
    :raises OpeningClosed: if it was approved before.
    """
    access.require(by, Permission.APPROVE_OPENING, opening.place, on=on)
    opening = OpeningStock.objects.select_for_update().select_related("place").get(pk=opening.pk)
    if opening.approved_by_id is not None:
        raise OpeningClosed(place=opening.place_id)

    opening.approved_by, opening.approved_at = by, timezone.now()
    with by_name():
        opening.save(update_fields=["approved_by", "approved_at"])
    rows = list(opening.rows.order_by("line"))
    stocked = [_request(opening, row) for row in rows if row.what != OpeningRow.What.DEBT]
    if stocked:
        ledger.post_many(requests=stocked, by=by)
    owed = [row for row in rows if row.what == OpeningRow.What.DEBT]
    if owed:
        _open_debts(opening, owed)

    audit.record(verb="reserve.opening.approved", by=by, subject=opening.place_id, rows=len(rows))
    return opening


@transaction.atomic
def close(*, opening: OpeningStock, by: Person, on: date) -> OpeningStock:
    """
    Close a place's opening, as the director: from now on nothing opens there.

    :raises SameHands: if the director imported or approved it.
    :raises OpeningClosed: if it is not approved, or closed already.
    """
    access.require(by, Permission.CLOSE_OPENING, opening.place, on=on)
    opening = OpeningStock.objects.select_for_update().select_related("place").get(pk=opening.pk)
    if opening.approved_by_id is None or opening.closed_by_id is not None:
        raise OpeningClosed(place=opening.place_id)

    opening.closed_by, opening.closed_at = by, timezone.now()
    with by_name():
        opening.save(update_fields=["closed_by", "closed_at"])

    audit.record(verb="reserve.opening.closed", by=by, subject=opening.place_id)
    return opening


def _complete(row: Row) -> None:
    lacks = (
        row.grams <= 0
        or (row.what in {"holding", "voucher"} and row.polluter is None)
        or (row.what == "voucher" and not row.case)
    )
    if lacks:
        raise OpeningIncomplete(line=row.line)


def _request(opening: OpeningStock, row: OpeningRow) -> postings.Request:
    """Write one row as a transfer out of the opening's ORIGIN, its own paper and lot."""
    to = {
        OpeningRow.What.RESERVE: lambda: postings.reserve(opening.place_id),
        OpeningRow.What.HOLDING: lambda: postings.holding(row.polluter_id or 0),
        OpeningRow.What.VOUCHER: lambda: postings.used(row.polluter_id or 0, row.case),
    }[OpeningRow.What(row.what)]()
    number = f"{opening.place_id}/{row.line}"
    paper = Paper(
        kind=LotSourceKind.OPENING,
        number=number,
        place=opening.place_id,
        verified_grams=Grams(row.grams),
        vintage=row.vintage or opening.effective_on,
        declared_by=opening.imported_by_id,
        document=row.document or opening.document,
        polluter=row.polluter_id,
        lake_tai=row.lake_tai,
        provincial_number=row.provincial_number,
        provincial_date=row.provincial_date,
    )
    return postings.Request(
        kind=TransferKind.OPENING,
        key=f"opening/{number}",
        on=opening.effective_on,
        document=row.document or opening.document,
        legs=[
            Leg(
                postings.origin(LotSourceKind.OPENING),
                to,
                row.pollutant,
                Grams(row.grams),
                paper=paper,
            )
        ],
    )


def _open_debts(opening: OpeningStock, rows: Sequence[OpeningRow]) -> None:
    """Record what the place owed on day one, all of one pollutant as one debt."""
    owed: dict[str, int] = {}
    for row in rows:
        owed[row.pollutant] = owed.get(row.pollutant, 0) + row.grams
    request: dict[str, Any] = {
        "key": f"opening/{opening.place_id}/debts",
        "effective_on": opening.effective_on.isoformat(),
        "document": opening.document,
        "debts": [
            {"place": opening.place_id, "pollutant": pollutant, "grams": grams}
            for pollutant, grams in sorted(owed.items())
        ],
    }
    with by_name(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger.open_debts(%s::jsonb)", [json.dumps(request)])
