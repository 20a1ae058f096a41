"""What goes back of a voucher: into the accounts it came from, on a numbered paper (§21)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from allocation.models import GiveBack, Voucher
from allocation.refusals import MoreThanUsed
from allocation.selectors import stocks, vouchers
from allocation.selectors.vouchers import Part
from allocation.vocabulary import GiveBackKind
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Person
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Lot
from reserve.rules import postings
from reserve.rules.postings import Leg
from reserve.services import ledger
from reserve.vocabulary import TransferKind


def numbered(document: str) -> str:
    """
    Give the number of the paper that something goes back on.

    :raises DocumentMissing: if there is none.
    """
    number = clean_document_number(document)
    if not number:
        raise DocumentMissing(clause=clause("21.2"))
    return number


def record(
    voucher: Voucher,
    amounts: Mapping[Pollutant, Grams],
    *,
    kind: GiveBackKind,
    document: str,
    reason: str,
    by: Person,
    on: date,
) -> GiveBack:
    """
    Post what goes back of a voucher into the accounts it came from, what came last first.

    :raises DocumentMissing: without a document's number.
    :raises MoreThanUsed: if more is named than the project has left.
    """
    number = numbered(document)
    serial = voucher.give_backs.count() + 1
    posted = ledger.post(
        kind=TransferKind.GIVE_BACK,
        key=f"application/{voucher.application.number}/give-back/{serial}",
        legs=_legs(voucher, last_first(voucher, amounts)),
        on=on,
        by=by,
        document=number,
        clause="21.2",
        reason=reason[:400],
    )
    return GiveBack.objects.create(
        voucher=voucher,
        kind=kind,
        transfer_id=posted.transfer,
        document=number,
        reason=reason.strip(),
        by=by,
        on=on,
    )


def last_first(voucher: Voucher, amounts: Mapping[Pollutant, Grams]) -> list[Part]:
    """Choose what goes back: of the accounts named last first, of each the newest lots first."""
    back = dict(vouchers.returned(voucher))
    missing = {pollutant: int(grams) for pollutant, grams in amounts.items() if grams > 0}
    chosen = []
    for part in reversed(vouchers.parts_of(voucher.transfer_id)):
        key = (part.lot, part.pollutant)
        gone = min(back.get(key, 0), part.grams)
        back[key] = Grams(back.get(key, 0) - gone)
        taken = min(missing.get(part.pollutant, 0), part.grams - gone)
        if taken > 0:
            chosen.append(Part(part.owner, part.lot, part.pollutant, Grams(taken)))
            missing[part.pollutant] -= taken
    for pollutant, grams in missing.items():
        if grams > 0:
            wanted = amounts[pollutant]
            raise MoreThanUsed(
                pollutant=pollutant.spoken,
                left=text(Grams(wanted - grams)),
                wanted=text(wanted),
                clause=clause("21.2"),
            )
    return chosen


def _legs(voucher: Voucher, parts: list[Part]) -> list[Leg]:
    project = voucher.application.project
    lots = Lot.objects.select_related("source", "voiding").in_bulk([part.lot for part in parts])
    legs = []
    for part in parts:
        lot = lots[part.lot]
        # A voided lot comes back nowhere: it repays what its declarer owes (§21).
        to = (
            postings.cover(lot.source.place_id)
            if hasattr(lot, "voiding")
            else stocks.account_of(part.owner)
        )
        legs.append(
            Leg(
                source=postings.used(project.polluter_id, project.number),
                to=to,
                pollutant=part.pollutant,
                grams=part.grams,
                lot=part.lot,
            )
        )
    return legs
