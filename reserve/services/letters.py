"""The province's confirmation: one letter for many claims, with its grams per pollutant (§4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import NOTHING, Grams, scale_down
from quota_registry.kernel.models import Person, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import advance
from reserve.models import Claim, ClaimLine, ProvinceLetter
from reserve.rules import intake
from reserve.services import seen, tidings
from reserve.services.outcomes import Outcome, each
from reserve.vocabulary import Destination, LineStatus
from reserve.workflows import CLAIM


class AnotherLetter(Refusal):
    """A letter of this number is on record with another date."""

    code = "another_letter"
    message = _("文号%(number)s已登记，日期为%(dated)s")


class LetterIncomplete(Refusal):
    """A letter has a number and a date that has come."""

    code = "letter_incomplete"
    message = _("省级确认文件须有文号和不晚于今日的日期")


class NotOfTheClaim(Refusal):
    """The letter states grams of a pollutant for which the claim has no accepted line."""

    code = "not_of_the_claim"
    status = 400
    message = _("申报%(number)s没有审核通过的%(pollutants)s，省级确认文件不得载明其数量")


_NAMES: Final = dict(Pollutant.choices)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """
    A claim as a letter confirms it: the province's grams per pollutant.

    A pollutant that is not named is filled in by the letter's percentage, or else by the rule
    book's share.
    """

    claim: Claim
    version: int
    grams: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The letter as recorded, and what came of each claim it serves."""

    letter: ProvinceLetter | None
    outcomes: list[Outcome]


@transaction.atomic
def confirm(
    *,
    number: str,
    dated: date,
    claims: Sequence[Confirmed],
    by: Person,
    on: date,
    share: Decimal | None = None,
    file: StoredFile | None = None,
) -> Reply:
    """
    Record the province's letter and confirm by it every claim that can be confirmed.

    ``share`` is a fraction (0.1 is 10 %) and only fills in grams that the letter does not state.
    A letter on record may serve further claims under the same number and date. If no claim
    could be confirmed, no letter is recorded.

    :raises LetterIncomplete: if its number is empty or its date has not come.
    :raises AnotherLetter: if the number is on record with another date.
    """
    access.require_anywhere(by, Permission.CONFIRM_BY_PROVINCE, on=on)
    number = clean_document_number(number)
    if not number or dated > on:
        raise LetterIncomplete(clause=clause("4.1"))
    savepoint = transaction.savepoint()
    # Where two record the same letter at the same moment, the second one finds the first one's.
    letter, fresh = ProvinceLetter.objects.get_or_create(
        number=number, defaults={"dated": dated, "file": file, "recorded_by": by}
    )
    if letter.dated != dated:
        raise AnotherLetter(number=number, dated=letter.dated)

    grams = {item.claim.pk: item.grams for item in claims}
    outcomes = each(
        [(item.claim, item.version) for item in claims],
        lambda claim, version: _confirm_one(
            claim, version, letter=letter, grams=grams[claim.pk], share=share, by=by, on=on
        ),
    )
    if fresh and not any(outcome.done for outcome in outcomes):
        transaction.savepoint_rollback(savepoint)
        return Reply(None, outcomes)
    return Reply(letter, outcomes)


@transaction.atomic
def _confirm_one(
    claim: Claim,
    version: int,
    *,
    letter: ProvinceLetter,
    grams: Mapping[str, int],
    share: Decimal | None,
    by: Person,
    on: date,
) -> None:
    access.require(by, Permission.CONFIRM_BY_PROVINCE, claim.place, on=on)

    claim = seen.lock_as_seen(claim, version=version)
    CLAIM.transition(claim.status, "confirm")

    book = rulebooks.in_force(on)
    lines = list(claim.lines.filter(status=LineStatus.ACCEPTED).select_for_update())
    strange = sorted(set(grams) - {line.pollutant for line in lines})
    if strange:
        names = "、".join(str(_NAMES.get(code, code)) for code in strange)
        raise NotOfTheClaim(number=claim.number, pollutants=names)
    for line in lines:
        admissible = Grams(line.admissible)
        if claim.destination == Destination.HOLDING:
            # What a polluter keeps is not divided, so the province has no part in it (§13).
            part = NOTHING
        elif line.pollutant in grams:
            part = Grams(grams[line.pollutant])
        elif share is not None:
            part = scale_down(admissible, share)
        else:
            part = intake.province_part(admissible, book=book)
        intake.province_part_fits(part, admissible).require()
        line.province_grams = part
    ClaimLine.objects.bulk_update(lines, ["province_grams"])

    claim.letter = letter
    claim.save(update_fields=["letter", "changed_at"])
    advance(claim, workflow=CLAIM, verb="confirm", note=letter.number)
    tidings.tell_next(claim, by=by, on=on)
