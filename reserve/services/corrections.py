"""Corrections of an admitted claim: proposed by one, approved by another, posted anew (§3, §21)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import mass
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Person, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import Claim, ClaimLine, Correction, Entry, Lot
from reserve.refusals import AlreadyVoided
from reserve.rules import fates as rules
from reserve.rules import postings
from reserve.rules.postings import Leg, Where
from reserve.selectors import fates, rewards
from reserve.selectors.fates import shareholders
from reserve.services import admissions, ledger, seen, tidings
from reserve.vocabulary import (
    AccountKind,
    ClaimStatus,
    Destination,
    Fate,
    LineStatus,
    LotSourceKind,
    TransferKind,
)


class CorrectionIncomplete(Refusal):
    """A correction gives its reason and its document."""

    code = "correction_incomplete"
    message = _("更正须说明理由并注明文号")


class NothingChanges(Refusal):
    """The corrected amount is the one that is booked."""

    code = "nothing_changes"
    message = _("更正后核定量与已入账的%(booked)s吨/年相同")


class NotAdmitted(Refusal):
    """The claim was not admitted for this pollutant."""

    code = "not_admitted"
    message = _("该污染物未经本申报入库")


@transaction.atomic
def propose(
    *,
    claim: Claim,
    pollutant: str,
    verified: int,
    reason: str,
    document: str,
    by: Person,
    on: date,
) -> Correction:
    """
    Propose another verified amount, in grams, for one pollutant of an admitted claim.

    What was used before stays as it was; what may enter follows from it. To take everything back
    is a void (`voids.propose`).

    :raises UsesExceedVerified: if less is verified than was used before.
    :raises NothingChanges: if that is what is booked.
    :raises PaidByReward: if a park's reward paid for what would be more.
    """
    access.require(by, Permission.PROPOSE_CORRECTION, claim.place, on=on)

    claim = seen.lock(claim)
    if claim.status != ClaimStatus.ADMITTED:
        raise NotNow(label=_("提出更正"), status=ClaimStatus(claim.status).label)
    if not reason.strip() or not document.strip():
        raise CorrectionIncomplete(clause=clause("21.1"))
    if claim.corrections.pending().filter(pollutant=pollutant).exists():
        raise NotNow(label=_("提出更正"), status=_("另有更正待批准"))
    line, lot = _line_and_lot(claim, pollutant)
    for verdict in rules.check(_corrected(line, verified)):
        verdict.require()
    if verified == sum(_booked(lot).values()):
        raise NothingChanges(booked=mass.text(verified))
    rewards.verdict_on(claim, {Pollutant(pollutant): verified}).require()

    correction = Correction.objects.create(
        claim=claim,
        pollutant=pollutant,
        verified=verified,
        reason=reason.strip(),
        document=clean_document_number(document),
        proposed_by=by,
    )
    tidings.tell(Permission.APPROVE_CORRECTION, claim, _("批准更正"), by=by, on=on)
    return correction


@transaction.atomic
def approve(*, correction: Correction, by: Person, on: date) -> Correction:
    """
    Approve a correction and post what differs, in a transfer of its own; nothing is edited.

    :raises SamePerson: if *by* proposed it.
    :raises Overdrawn: if what would be taken back is spent: then the claim can only be voided.
    :raises PaidByReward: if a park's reward has paid for what would be more since.
    """
    access.require(by, Permission.APPROVE_CORRECTION, correction.claim.place, on=on)

    # As for a filing: a reward that counts the polluter's claims waits, or is found.
    Polluter.objects.select_for_update(no_key=True).get(pk=correction.claim.polluter_id)
    claim = seen.lock(correction.claim)
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    line, lot = _line_and_lot(claim, correction.pollutant)
    admissions.lock_debts(claim, [line])
    if correction.approved_by_id is not None:
        raise NotNow(label=_("批准更正"), status=_("已批准"))
    if correction.rejected_by_id is not None:
        raise NotNow(label=_("批准更正"), status=_("已否决"))
    if correction.proposed_by_id == by.pk:
        raise SamePerson(label=_("批准更正"))
    rewards.verdict_on(claim, {Pollutant(correction.pollutant): correction.verified}).require()

    origin = postings.origin(LotSourceKind.CLAIM)
    legs = []
    for where, grams in _differences(claim, line, lot, correction.verified, on).items():
        source, to = (origin, where) if grams > 0 else (where, origin)
        legs.append(Leg(source, to, line.pollutant, Grams(abs(grams)), lot=lot.pk))
    if not legs:
        raise NothingChanges(booked=mass.text(correction.verified))

    key = f"claim/{claim.number}/correction/{correction.pk}"
    correction.approved_by, correction.approved_at = by, timezone.now()
    correction.transfer_key = key
    correction.save(update_fields=["approved_by", "approved_at", "transfer_key"])
    ledger.post(
        kind=TransferKind.CORRECTION,
        key=key,
        legs=legs,
        on=on,
        by=by,
        document=correction.document,
        clause="21.1",
        reason=correction.reason,
        prepared_by=correction.proposed_by,
    )

    tidings.tell_declarer(claim, by=by, note=correction.reason)
    return correction


@transaction.atomic
def reject(*, correction: Correction, reason: str, by: Person, on: date) -> list[Correction]:
    """
    Reject a proposed correction, or take one's own back, with the reason; nothing is posted.

    A void is one proposal for all pollutants, so it is rejected as a whole. Another correction
    may then be proposed.

    :raises CorrectionIncomplete: without a reason.
    :raises NotNow: if it was approved or rejected before.
    """
    right = rejecting(correction, by)
    access.require(by, right, correction.claim.place, on=on)

    claim = seen.lock(correction.claim)
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if correction.approved_by_id is not None or correction.rejected_by_id is not None:
        status = _("已批准") if correction.approved_by_id else _("已否决")
        raise NotNow(label=_("否决更正"), status=status)
    if not reason.strip():
        raise CorrectionIncomplete(_("否决或撤回更正须说明理由"), clause=clause("21.1"))
    rejected = [correction]
    if not correction.verified:
        together = claim.corrections.pending().filter(verified=0)
        rejected = list(together.filter(proposed_by=correction.proposed_by).select_for_update())

    for one in rejected:
        one.rejected_by, one.rejected_at = by, timezone.now()
        one.rejection_reason = reason.strip()
        one.save(update_fields=["rejected_by", "rejected_at", "rejection_reason"])

    tidings.tell_person(correction.proposed_by, claim, _("更正已否决"), by=by, note=reason)
    return rejected


def rejecting(correction: Correction, by: Person) -> Permission:
    """Name the right by which *by* rejects *correction*: its own to take back, else to approve."""
    if correction.proposed_by_id == by.pk:
        return Permission.PROPOSE_CORRECTION
    return Permission.APPROVE_CORRECTION if correction.verified else Permission.VOID_CLAIM


def booked(correction: Correction) -> int:
    """
    Sum the grams that are booked now of what *correction* would correct.

    :raises AlreadyVoided: if the claim was voided.
    """
    _line, lot = _line_and_lot(correction.claim, correction.pollutant)
    return sum(_booked(lot).values())


def differences(correction: Correction, *, on: date) -> dict[Where, int]:
    """
    Say what approving *correction* on the day *on* would book: the grams to or from each account.

    :raises AlreadyVoided: if the claim was voided.
    """
    claim = correction.claim
    line, lot = _line_and_lot(claim, correction.pollutant)
    return _differences(claim, line, lot, correction.verified, on)


def _differences(
    claim: Claim, line: ClaimLine, lot: Lot, verified: int, on: date
) -> dict[Where, int]:
    now = _booked(lot)
    wanted = _wanted(claim, line, verified, now, on)
    found = {
        where: wanted.get(where, 0) - now.get(where, 0)
        for where in sorted({*now, *wanted}, key=str)
    }
    return {where: grams for where, grams in found.items() if grams}


def _line_and_lot(claim: Claim, pollutant: str) -> tuple[ClaimLine, Lot]:
    line = claim.lines.filter(pollutant=pollutant, status=LineStatus.ACCEPTED).first()
    lot = (
        Lot.objects.filter(
            source__kind=LotSourceKind.CLAIM,
            source__number=claim.number,
            pollutant=pollutant,
        )
        .select_related("voiding")
        .first()
    )
    if line is None or lot is None:
        raise NotAdmitted()
    if hasattr(lot, "voiding"):
        raise AlreadyVoided(clause=clause("21.1"))
    return line, lot


def _corrected(line: ClaimLine, verified: int) -> rules.Line:
    return rules.Line(Grams(verified), Grams(line.binding), Grams(line.prior_use))


def _booked(lot: Lot) -> dict[Where, int]:
    """Sum what admission and earlier corrections booked of this lot to each account."""
    found: dict[Where, int] = defaultdict(int)
    rows = (
        Entry.objects.filter(
            lot=lot, transfer__kind__in=(TransferKind.ADMISSION, TransferKind.CORRECTION)
        )
        .exclude(account__may_be_negative=True)
        .values("account__kind", "account__place", "account__polluter")
        .annotate(total=Sum("grams"))
        .order_by()
    )
    for row in rows:
        kind = AccountKind(row["account__kind"])
        where = Where(kind, row["account__place"], row["account__polluter"])
        found[where] += row["total"]
    return {where: grams for where, grams in found.items() if grams}


def _wanted(
    claim: Claim, line: ClaimLine, verified: int, booked: Mapping[Where, int], on: date
) -> dict[Where, int]:
    """Compute what would be booked had this amount been verified, by the rules of *on*."""
    cover = booked.get(postings.cover(claim.place_id), 0)
    owed = max(NOTHING, fates.open_debt(claim.place, line.pollutant))
    line_of_then = _corrected(line, verified)
    stated = None if line.province_grams is None else Grams(line.province_grams)
    parts = rules.of(
        line_of_then,
        book=rulebooks.in_force(on),
        debt=Grams(cover + owed),
        province=stated,
        destination=Destination(claim.destination),
    )
    holders = shareholders(claim.beneficiary)
    return {
        admissions.account_of(Fate(fate), claim, holders): grams for fate, grams in parts.items()
    }
