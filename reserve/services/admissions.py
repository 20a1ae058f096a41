"""Admission: every verified gram is posted to its fate, in one transfer (§3, §4, §13, §21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person, RuleBookVersion
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.workflow import SamePerson, acted, advance, steps_of
from reserve.models import Claim, ClaimLine
from reserve.rules import postings, sources
from reserve.rules.postings import Leg, Paper, Where
from reserve.selectors import fates
from reserve.selectors.fates import LineFates, Shareholders, shareholders
from reserve.services import ledger, seen, tidings
from reserve.services.outcomes import Outcome, Seen, each
from reserve.vocabulary import (
    Destination,
    Fate,
    LineStatus,
    LotSourceKind,
    SourceKind,
    TransferKind,
)
from reserve.workflows import CLAIM


class NothingAccepted(Refusal):
    """No line of the claim was accepted, so there is nothing to admit."""

    code = "nothing_accepted"
    message = _("申报%(number)s没有审核通过的核算行")


@transaction.atomic
def admit(*, claim: Claim, version: int, by: Person, on: date, shown: str | None = None) -> Claim:
    """
    Admit a confirmed claim: the declarer's debts first, then the province's grams, then 3 : 7.

    What was used for the binding task or for an earlier project is booked as such, so that it
    cannot enter a second time; a polluter's own treatment may become its holding instead. The
    rule book of the day of admission governs.

    :param shown: the `fates.written` that *by* saw before deciding; without it nothing is compared.
    :raises ChangedSince: if the claim was filed anew since it was seen.
    :raises FatesChanged: if the grams would go elsewhere than was shown, as by a debt since.
    :raises SamePerson: if *by* declared, screened or reviewed it.
    :raises QuarterClosed: if the quarter of *on* is closed.
    """
    access.require(by, Permission.ADMIT_CLAIM, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    lines = list(claim.lines.filter(status=LineStatus.ACCEPTED).select_for_update())
    lock_debts(claim, lines)

    step = CLAIM.transition(claim.status, "admit")
    if by.pk in acted(CLAIM, claim, step.apart):
        raise SamePerson(label=step.label)
    if not lines:
        raise NothingAccepted(clause=clause("4.1"), number=claim.number)
    book = rulebooks.version_in_force(on)
    # From here on debts and lines stand still: what is found is what is posted.
    found = fates.of_claim(claim, on=on)
    if shown is not None and shown != fates.written(found):
        raise seen.FatesChanged(claim, fates.difference(shown, found))
    holders = shareholders(claim.beneficiary)
    hands = _hands(claim)

    # The status comes first: a posting that fails takes it back with everything else.
    claim.admitted_on, claim.rule_book = on, book
    claim.save(update_fields=["admitted_on", "rule_book", "changed_at"])
    advance(claim, workflow=CLAIM, verb="admit", note=claim.letter.number if claim.letter else "")
    ledger.post(
        kind=TransferKind.ADMISSION,
        key=key_of(claim),
        legs=[leg for line in found for leg in _legs(claim, line, holders, book, hands)],
        on=on,
        by=by,
        document=claim.letter.number if claim.letter else "",
        clause="13.2" if claim.destination == Destination.HOLDING else "4.1",
    )

    tidings.tell_declarer(claim, by=by)
    return claim


def admit_many(
    *, items: Sequence[Seen], by: Person, on: date, shown: Mapping[str, str] | None = None
) -> list[Outcome]:
    """
    Admit several claims, each by its own transfer, each wholly or not at all.

    ``shown`` gives, by the claims' numbers, the fates that *by* saw (see `admit`).
    """
    told = shown or {}
    return each(
        items,
        lambda claim, version: admit(
            claim=claim, version=version, by=by, on=on, shown=told.get(claim.number)
        ),
    )


def key_of(claim: Claim) -> str:
    """Name the act of admitting *claim*, once and for all."""
    return f"claim/{claim.number}/admit"


def account_of(fate: Fate, claim: Claim, holders: Shareholders) -> Where:
    """Name the account that a fate of *claim* is booked to."""
    match fate:
        case Fate.BINDING:
            return postings.binding(claim.place_id)
        case Fate.PRIOR_USE:
            return postings.prior_use(claim.place_id)
        case Fate.COVER:
            return postings.cover(claim.place_id)
        case Fate.HOLDING:
            return postings.holding(claim.polluter_id)
        case Fate.PROVINCE:
            return postings.reserve(holders.province.code)
        case Fate.CITY:
            return postings.reserve(holders.city.code)
        case Fate.LOCAL:
            return postings.reserve(holders.local.code)


def lock_debts(claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """Make voids and admissions of the declaring place take turns, pollutant by pollutant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT guard.lock_debt(%s, p) FROM unnest(%s::text[]) AS p",
            [claim.place_id, sorted(line.pollutant for line in lines)],
        )


def _legs(
    claim: Claim,
    found: LineFates,
    holders: Shareholders,
    book: RuleBookVersion,
    hands: Mapping[str, int],
) -> list[Leg]:
    paper = _paper(claim, found.line, book, hands)
    return [
        Leg(
            source=postings.origin(LotSourceKind.CLAIM),
            to=account_of(fate, claim, holders),
            pollutant=found.pollutant,
            grams=grams,
            paper=paper,
        )
        for fate, grams in found.parts.items()
    ]


def _hands(claim: Claim) -> dict[str, int]:
    """Say who last filed and who last screened *claim*."""
    steps = steps_of(CLAIM, claim).filter(verb__in=["file", "screen"])
    return {step.verb: step.person_id for step in steps}


def _paper(claim: Claim, line: ClaimLine, book: RuleBookVersion, hands: Mapping[str, int]) -> Paper:
    letter = claim.letter
    return Paper(
        kind=LotSourceKind.CLAIM,
        number=claim.number,
        place=claim.place_id,
        verified_grams=Grams(line.verified),
        vintage=claim.finished_on or claim.created_at.date(),
        declared_by=hands["file"],
        screened_by=hands["screen"],
        reviewed_by=[line.reviewed_by_id] if line.reviewed_by_id else [],
        project=f"{claim.polluter.uscc}/{claim.project_key}",
        document=line.document,
        # What the amount follows from, so that it can be computed again years later.
        evidence={
            "version": claim.version,
            "source_kind": claim.source_kind,
            "clause": sources.named_by(SourceKind(claim.source_kind)).key,
            "rule_book": book.number,
            "method": line.method,
            "inputs": line.inputs,
            "province_grams": line.province_grams,
        },
        origin=claim.beneficiary_id,
        polluter=claim.polluter_id,
        lake_tai=claim.lake_tai_band,
        provincial_number=letter.number if letter else "",
        provincial_date=letter.dated if letter else None,
    )
