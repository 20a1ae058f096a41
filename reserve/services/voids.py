"""What was got by deceit is void: what is left goes, what was spent is owed (§21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import Claim, Correction, Entry, Lot
from reserve.refusals import AlreadyVoided
from reserve.services import ledger, seen, tidings
from reserve.vocabulary import AccountKind, ClaimStatus, LotSourceKind


class VoidIncomplete(Refusal):
    """A void gives its reason and its document."""

    code = "void_incomplete"
    message = _("作废须说明理由并注明文号")


class NothingProposed(Refusal):
    """Nobody has proposed to void the claim."""

    code = "nothing_proposed"
    message = _("申报%(number)s没有待批准的作废提议")


@dataclass(frozen=True, slots=True)
class Voided:
    """What a void did to one pollutant of a claim, in grams."""

    pollutant: str
    voided: Grams
    owed: Grams


class Handler(Protocol):
    """What a floor above does about holds that a void took from, in the void's transaction."""

    def __call__(self, *, cases: Sequence[str], by: Person, on: date) -> None:
        """Hear of the holds by their numbers, of whoever voided, and of the day."""


_handlers: list[Handler] = []


def tell_with(handler: Handler) -> None:
    """Let a floor above hear which holds a void made short; it is told once however often."""
    if handler not in _handlers:
        _handlers.append(handler)


def lots_of(claim: Claim) -> Sequence[Lot]:
    """Return the lots that *claim* became, one per pollutant."""
    return list(
        Lot.objects.filter(source__kind=LotSourceKind.CLAIM, source__number=claim.number)
        .select_related("source", "voiding")
        .order_by("id")
    )


@transaction.atomic
def propose(*, claim: Claim, reason: str, document: str, by: Person, on: date) -> list[Correction]:
    """
    Propose to void an admitted claim that proved false: a correction of every lot to nothing.

    :raises VoidIncomplete: without reason or document.
    :raises AlreadyVoided: if nothing of it is left to void.
    """
    access.require(by, Permission.PROPOSE_CORRECTION, claim.place, on=on)

    claim = seen.lock(claim)
    if claim.status != ClaimStatus.ADMITTED:
        raise NotNow(label=_("提议作废"), status=ClaimStatus(claim.status).label)
    if not reason.strip() or not document.strip():
        raise VoidIncomplete(clause=clause("21.1"))
    lots = [lot for lot in lots_of(claim) if not hasattr(lot, "voiding")]
    if not lots:
        raise AlreadyVoided(clause=clause("21.1"))
    if claim.corrections.pending().exists():
        raise NotNow(label=_("提议作废"), status=_("另有更正待批准"))

    proposed = [
        Correction.objects.create(
            claim=claim,
            pollutant=lot.pollutant,
            verified=0,
            reason=reason.strip(),
            document=clean_document_number(document),
            proposed_by=by,
        )
        for lot in lots
    ]
    tidings.tell(Permission.VOID_CLAIM, claim, _("批准作废"), by=by, on=on)
    return proposed


@transaction.atomic
def void(*, claim: Claim, by: Person, on: date) -> list[Voided]:
    """
    Void an admitted claim as proposed: unspent mass goes, the declaring place owes the rest.

    Grams on hold go before those that lie free; what is owed is repaid by the place's next
    admissions.

    :raises NothingProposed: if no second person proposed it.
    :raises SamePerson: if *by* proposed it.
    """
    access.require(by, Permission.VOID_CLAIM, claim.place, on=on)

    claim = seen.lock(claim)
    proposed = list(claim.corrections.pending().select_for_update().filter(verified=0))
    if not proposed:
        raise NothingProposed(number=claim.number)
    if any(correction.proposed_by_id == by.pk for correction in proposed):
        raise SamePerson(label=_("批准作废"))

    key = f"claim/{claim.number}/void/{proposed[0].pk}"
    for correction in proposed:
        correction.approved_by, correction.approved_at = by, timezone.now()
        correction.transfer_key = key
        correction.save(update_fields=["approved_by", "approved_at", "transfer_key"])
    pollutants = {correction.pollutant for correction in proposed}
    lots = {lot.pk: lot for lot in lots_of(claim) if lot.pollutant in pollutants}
    voided = void_lots(
        lots=list(lots.values()),
        key=key,
        on=on,
        by=by,
        prepared_by=proposed[0].proposed_by,
        document=proposed[0].document,
        reason=proposed[0].reason,
    )

    tidings.tell_declarer(claim, by=by, note=str(_("已作废：%s") % proposed[0].reason))
    return [Voided(lots[row.lot].pollutant, row.voided, row.owed) for row in voided]


@transaction.atomic
def void_lots(
    *,
    lots: Sequence[Lot],
    key: str,
    on: date,
    by: Person,
    prepared_by: Person,
    document: str,
    reason: str,
) -> list[ledger.Voided]:
    """Void lots as *prepared_by* proposed, and let the floors above hear whose holds it took."""
    voided = ledger.void(
        lots=lots,
        key=key,
        on=on,
        by=by,
        prepared_by=prepared_by,
        document=document,
        reason=reason,
    )
    if cases := _holds_reached(key):
        for handler in _handlers:
            handler(cases=cases, by=by, on=on)
    return voided


def _holds_reached(key: str) -> list[str]:
    """List the numbers of the holds that the transfer of this key took from."""
    taken = Entry.objects.filter(transfer__key=key, account__kind=AccountKind.HELD, grams__lt=0)
    return sorted(set(taken.values_list("account__case", flat=True)))
