"""Yearly judgements (§10, §15): proposed from the record, confirmed by another, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from monitoring.models import Judgement
from monitoring.refusals import (
    AlreadyProposed,
    NothingToJudge,
    ReasonMissing,
    WrongTier,
)
from monitoring.selectors import years
from monitoring.selectors.years import AccountLine, Outcome
from monitoring.services import tidings
from monitoring.vocabulary import JudgementStatus
from monitoring.workflows import JUDGEMENT
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.vocabulary import Medium, Tier
from quota_registry.kernel.workflow import advance


def clause_of(place: Place) -> Clause:
    """Return the sentence by which a place of this tier is judged: §10 counties, §15 parks."""
    return clause("15.1" if place.tier == Tier.PARK else "10.1")


@transaction.atomic
def propose(
    *,
    place: Place,
    medium: str,
    year: int,
    quality_met: bool,
    task_done: bool,
    reason: str = "",
    by: Person,
    on: date,
) -> Judgement:
    """
    Propose how *year* is judged for one medium; the figures of the record, the account of §5 and
    the rule book are stored with it.

    Where it differs from what the record says, or the record does not tell, it needs a reason.

    :raises NothingToJudge: if the year is not over.
    :raises ReasonMissing: if it differs from the record without a reason.
    :raises AlreadyProposed: if another proposal waits for confirmation.
    """
    access.require(by, Permission.PROPOSE_JUDGEMENT, place, on=on)

    what = Medium(medium)
    if place.tier not in {Tier.COUNTY, Tier.PARK}:
        raise WrongTier(place=place.name, clause=clause_of(place))
    if on.year <= year:
        raise NothingToJudge(year=year, clause=clause_of(place))
    Place.objects.select_for_update().get(pk=place.pk)
    known = Judgement.objects.filter(place=place, medium=what, year=year)
    if known.filter(status=JudgementStatus.PROPOSED).exists():
        raise AlreadyProposed(place=place.name, what=what.label, clause=clause_of(place))
    version = rulebooks.version_in_force(on)
    found = years.outcome(place, what, year, book=RuleBook.from_document(version.content))
    differs = (found.quality_met, found.task_done) != (quality_met, task_done)
    if differs and not reason.strip():
        raise ReasonMissing(clause=clause_of(place))

    newest = known.aggregate(newest=Max("version"))["newest"] or 0
    return Judgement.objects.create(
        place=place,
        medium=what,
        year=year,
        version=newest + 1,
        quality_met=quality_met,
        task_done=task_done,
        improvement=found.improvement,
        figures=written(found, years.account(place, what, year), clause_of(place)),
        rule_book=version,
        reason=reason.strip(),
        proposed_by=by,
        proposed_on=on,
    )


@transaction.atomic
def confirm(*, judgement: Judgement, document: str, by: Person, on: date) -> Judgement:
    """
    Confirm a proposed judgement under its document; from now on it governs, in place of the last,
    and the people of the place are told.

    :raises DocumentMissing: without the number of the paper.
    :raises SamePerson: if *by* proposed it.
    """
    access.require(by, Permission.CONFIRM_JUDGEMENT, judgement.place, on=on)

    judgement = (
        Judgement.objects.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=judgement.pk)
    )
    number = clean_document_number(document)
    if not number:
        raise DocumentMissing(clause=clause_of(judgement.place))
    JUDGEMENT.transition(judgement.status, "confirm")
    before = list(
        Judgement.objects.select_for_update().filter(
            place=judgement.place_id,
            medium=judgement.medium,
            year=judgement.year,
            status=JudgementStatus.CONFIRMED,
        )
    )

    for one in before:
        advance(one, workflow=JUDGEMENT, verb="replace", note=number)
    advance(
        judgement,
        workflow=JUDGEMENT,
        verb="confirm",
        note=number,
        writes={"document": number, "confirmed_by": by, "confirmed_on": on},
    )
    tidings.tell_judged(judgement, corrects=bool(before), by=by, on=on)
    return judgement


@transaction.atomic
def reject(*, judgement: Judgement, note: str, by: Person, on: date) -> Judgement:
    """
    Send a proposed judgement back with a reason; it stays on record.

    :raises SamePerson: if *by* proposed it.
    """
    access.require(by, Permission.CONFIRM_JUDGEMENT, judgement.place, on=on)

    judgement = Judgement.objects.select_for_update().get(pk=judgement.pk)
    advance(judgement, workflow=JUDGEMENT, verb="reject", note=note)
    return judgement


def written(found: Outcome, account: Sequence[AccountLine], article: Clause) -> dict[str, Any]:
    """Write what the record said, so that the judgement can be followed years later."""
    return {
        "clause": article.key,
        "indicators": [
            {
                "indicator": result.indicator.value,
                "value": _text(result.value),
                "target": _text(result.target),
                "gap": _text(result.gap),
                "enough": result.enough,
                "before": _text(found.before[result.indicator].value),
                "before_enough": found.before[result.indicator].enough,
                "met": result.met,
            }
            for result in found.results
        ],
        "tasks": [
            {
                "pollutant": task.progress.task.pollutant,
                "grams": task.progress.task.grams,
                "given": task.progress.grams,
                "done": task.done,
                "document": task.result.document if task.result else "",
            }
            for task in found.tasks
        ],
        "account": [asdict(line) | {"pollutant": line.pollutant.value} for line in account],
        "improvement": _text(found.improvement),
        "quality_met": found.quality_met,
        "task_done": found.task_done,
    }


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)
