"""Review of each line by the division of its medium (§4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium, Pollutant
from quota_registry.kernel.workflow import SamePerson, acted, advance
from reserve.models import Claim, ClaimLine
from reserve.selectors import waiting
from reserve.services import seen, tidings
from reserve.services.outcomes import Outcome, Seen, each
from reserve.vocabulary import ClaimStatus, LineStatus
from reserve.workflows import CLAIM

PERMISSION_OF = {
    Medium.WATER: Permission.REVIEW_WATER,
    Medium.AIR: Permission.REVIEW_AIR,
}
VERB_OF = {Medium.WATER: "review_water", Medium.AIR: "review_air"}


class NoReason(Refusal):
    """A line is refused with its reason."""

    code = "no_reason"
    message = _("不通过须说明理由")


class NothingToReview(Refusal):
    """The claim has no line of this division's medium."""

    code = "nothing_to_review"
    message = _("申报%(number)s没有%(medium)s污染物的核算行")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a division says of one line; a refusal gives its reason."""

    accept: bool
    reason: str = ""


@transaction.atomic
def review(
    *,
    claim: Claim,
    version: int,
    verdicts: Mapping[str, Verdict],
    by: Person,
    on: date,
    document: str = "",
) -> Claim:
    """
    Judge lines of one medium, named by their pollutants, in one act.

    ``document`` is the number of the paper that the judgement stands in, if there is one.

    When the last line of the claim is judged it moves on to the joint review; if every line was
    refused the claim is refused. Until then a division may still change what it said.

    :raises NoReason: if a line is refused without one.
    :raises NotPermitted: if a line is of another division's medium.
    """
    media = {Pollutant(code).medium for code in verdicts}
    for medium in media:
        access.require(by, PERMISSION_OF[medium], claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    lines = {line.pollutant: line for line in claim.lines.select_for_update()}
    for code, verdict in verdicts.items():
        if code not in lines:
            raise Refusal(_("申报%(number)s没有该污染物的核算行"), number=claim.number)
        if not verdict.accept and not verdict.reason.strip():
            raise NoReason(clause=clause("4.1"), field=code)
    for medium in media:
        step = CLAIM.transition(claim.status, VERB_OF[medium])
        if by.pk in acted(CLAIM, claim, step.apart):
            raise SamePerson(label=step.label)
    before = waiting.verbs_asked_of(claim)

    judged = [lines[code] for code in verdicts]
    for line in judged:
        verdict = verdicts[line.pollutant]
        line.status = LineStatus.ACCEPTED if verdict.accept else LineStatus.REFUSED
        line.reason = verdict.reason.strip()
        line.reviewed_by, line.reviewed_at = by, timezone.now()
    ClaimLine.objects.bulk_update(judged, ["status", "reason", "reviewed_by", "reviewed_at"])
    target = _target(lines.values())
    note = "；".join(filter(None, [document, *(_in_words(lines[code]) for code in verdicts)]))
    for medium in sorted(media):
        # Of two media in one act, only the last one can move the claim on.
        last = medium == max(media)
        advance(
            claim,
            workflow=CLAIM,
            verb=VERB_OF[medium],
            target=target if last else ClaimStatus.SCREENED,
            note=note,
        )
    if claim.status == ClaimStatus.REFUSED:
        tidings.tell_declarer(claim, by=by, note=note)
    elif claim.status == ClaimStatus.REVIEWED:
        tidings.tell_next(claim, by=by, on=on, before=before)
    return claim


def review_line(
    *, line: ClaimLine, version: int, accept: bool, by: Person, on: date, reason: str = ""
) -> Claim:
    """Judge one line; see `review`."""
    return review(
        claim=line.claim,
        version=version,
        verdicts={line.pollutant: Verdict(accept, reason)},
        by=by,
        on=on,
    )


def accept_all(
    *, claim: Claim, version: int, medium: str, by: Person, on: date, document: str = ""
) -> Claim:
    """
    Accept every pending line of one medium.

    :raises NothingToReview: if there is none.
    """
    codes = claim.lines.filter(
        status=LineStatus.PENDING, pollutant__in=Pollutant.of_medium(Medium(medium))
    ).values_list("pollutant", flat=True)
    if not codes:
        access.require(by, PERMISSION_OF[Medium(medium)], claim.place, on=on)
        raise NothingToReview(number=claim.number, medium=Medium(medium).label)
    return review(
        claim=claim,
        version=version,
        verdicts={code: Verdict(accept=True) for code in codes},
        by=by,
        on=on,
        document=document,
    )


def accept_many(
    *, items: Sequence[Seen], medium: str, by: Person, on: date, document: str = ""
) -> list[Outcome]:
    """
    Accept every pending line of one medium of several claims, under one document.

    Each claim is reviewed wholly or not at all.
    """
    return each(
        items,
        lambda claim, version: accept_all(
            claim=claim, version=version, medium=medium, by=by, on=on, document=document
        ),
    )


def _target(lines: Iterable[ClaimLine]) -> str:
    statuses = {line.status for line in lines}
    if LineStatus.PENDING in statuses:
        return ClaimStatus.SCREENED
    return ClaimStatus.REVIEWED if LineStatus.ACCEPTED in statuses else ClaimStatus.REFUSED


def _in_words(line: ClaimLine) -> str:
    words = (Pollutant(line.pollutant).symbol, str(LineStatus(line.status).label), line.reason)
    return " ".join(filter(None, words))
