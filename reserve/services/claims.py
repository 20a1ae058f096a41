"""Claims in their declarer's hands: drafting, saving, filing, taking back, withdrawing (§3, §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, numbers, rulebooks
from quota_registry.kernel.workflow import NotNow, advance
from reserve.models import Claim, ClaimLine, ClaimRevision, ImportBatch
from reserve.rules.problems import Problem
from reserve.selectors import filing, revisions
from reserve.services import seen, tidings
from reserve.services.contents import Content, write
from reserve.services.outcomes import Outcome, each
from reserve.vocabulary import ClaimStatus, LineStatus
from reserve.workflows import CLAIM

WRITABLE = (ClaimStatus.DRAFT, ClaimStatus.RETURNED)


class NotFileable(Refusal):
    """A claim cannot be filed; ``problems`` lists everything that is wrong, each with its field."""

    code = "not_fileable"
    message = _("申报尚有%(count)s处问题，不能提交：%(problems)s")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        # One problem speaks for itself, with its own article.
        only = self.problems[0].refusal if len(self.problems) == 1 else None
        super().__init__(
            count=len(self.problems),
            problems=only.sentence if only else "；".join(map(str, self.problems)),
            fields=[problem.field for problem in self.problems],
            codes=[problem.code for problem in self.problems],
            clause=only.clause if only else None,
        )


@transaction.atomic
def draft(
    *,
    place: Place,
    content: Content,
    by: Person,
    on: date,
    batch: ImportBatch | None = None,
    origin_row: str = "",
    typed: Mapping[str, Any] | None = None,
) -> Claim:
    """
    Begin a claim of *place* and give it its number; it need not be complete.

    ``typed`` keeps what a half-filled form held, word for word; ``batch`` and ``origin_row`` say
    which file it came from.
    """
    access.require(by, Permission.DECLARE_CLAIM, place, on=on)

    series = f"claim/{place.code}/{on.year}"
    number = f"{place.code}-SB-{on.year}-{numbers.take(series=series):05d}"
    claim = Claim(
        number=number,
        place=place,
        drafted_by=by,
        assigned_to=by,
        batch=batch,
        origin_row=origin_row,
        typed=dict(typed or {}),
    )
    lines = write(claim, content)
    claim.due_on = filing.due_date(claim, book=rulebooks.in_force(on))
    claim.save()
    ClaimLine.objects.bulk_create(lines)
    return claim


@transaction.atomic
def save(
    *,
    claim: Claim,
    content: Content,
    by: Person,
    on: date,
    typed: Mapping[str, Any] | None = None,
    base: str = "",
) -> Claim:
    """
    Write *content* into a draft or a returned claim, in place of what it said.

    :param base: the `seen.fingerprint` of the draft that was opened; empty does not ask.
    :raises NotNow: if the claim is filed: it stands as it was filed.
    :raises WrittenMeanwhile: if somebody else saved it since.
    """
    access.require(by, Permission.DECLARE_CLAIM, claim.place, on=on)

    claim = seen.lock(claim)
    if claim.status not in WRITABLE:
        raise NotNow(label=_("修改"), status=ClaimStatus(claim.status).label, verb="save")
    if base and base != seen.fingerprint(claim):
        raise seen.WrittenMeanwhile(claim)

    lines = write(claim, content)
    claim.due_on = filing.due_date(claim, book=rulebooks.in_force(on))
    claim.typed = dict(typed or {})
    _store(claim)
    # Lines are rewritten only where they differ, so that the row history tells what changed.
    kept = {line.pollutant: line for line in claim.lines.all()}
    for line in lines:
        if (old := kept.pop(line.pollutant, None)) is not None:
            line.pk = old.pk
            if _same(line, old):
                continue
        line.save()
    for gone in kept.values():
        gone.delete()
    return claim


def check(claim: Claim, *, on: date) -> list[Problem]:
    """
    List everything that stands in the way of filing *claim*, each with its field and clause.

    Problems with ``only_warns`` are shown and do not stand in the way.
    """
    return filing.problems(claim, on=on)


@transaction.atomic
def file(*, claim: Claim, by: Person, on: date) -> Claim:
    """
    File a draft, or a returned claim anew: from now on it stands as a version of its own.

    Whoever may import lists for the place may also file what a list became.

    :raises NotFileable: with every problem at once.
    :raises WrittenMeanwhile: if the draft was given to another polluter since it was read.
    """
    imported = claim.batch_id and access.may(by, Permission.IMPORT_CLAIMS, claim.place, on=on)
    right = Permission.IMPORT_CLAIMS if imported else Permission.DECLARE_CLAIM
    access.require(by, right, claim.place, on=on)

    # The polluter is locked so that the same project is not filed twice at the same time (§21).
    locked = Polluter.objects.select_for_update(no_key=True).get(pk=claim.polluter_id)
    claim = seen.lock(claim)
    if claim.polluter_id != locked.pk:
        raise seen.WrittenMeanwhile(claim)
    claim.polluter = locked
    CLAIM.transition(claim.status, "file")

    version = rulebooks.version_in_force(on)
    book = rulebooks.read(version)
    found = filing.problems(claim, on=on, book=book)
    standing = [problem for problem in found if not problem.only_warns]
    if standing:
        raise NotFileable(standing)

    claim.lines.exclude(status=LineStatus.PENDING, province_grams=None, reason="").update(
        status=LineStatus.PENDING,
        reason="",
        reviewed_by=None,
        reviewed_at=None,
        province_grams=None,
    )
    if claim.status == ClaimStatus.DRAFT:
        claim.filed_on = on
    claim.version = claim.revisions.count() + 1
    claim.beneficiary = claim.polluter.place
    claim.due_on = filing.due_date(claim, book=book)
    claim.rule_book = version
    # What a letter confirmed was another version.
    claim.letter = None
    claim.assigned_to = None
    claim.typed = {}
    _store(claim)
    ClaimRevision.objects.create(
        claim=claim, version=claim.version, content=revisions.document_of(claim), by=by
    )
    advance(claim, workflow=CLAIM, verb="file")

    tidings.tell_next(claim, by=by, on=on)
    return claim


def file_many(*, claims: Sequence[Claim], by: Person, on: date) -> list[Outcome]:
    """File several drafts; each wholly or not at all, and what came of each."""
    return each(
        [(claim, claim.version) for claim in claims],
        lambda claim, _version: file(claim=claim, by=by, on=on),
    )


@transaction.atomic
def take_back(*, claim: Claim, by: Person, on: date) -> Claim:
    """
    Take a filed claim that nobody has opened yet back into one's own hands.

    :raises NotNow: if the screener has received it.
    """
    access.require(by, Permission.DECLARE_CLAIM, claim.place, on=on)

    claim = seen.lock(claim)
    advance(claim, workflow=CLAIM, verb="take_back")
    _assign(claim, by)
    return claim


@transaction.atomic
def withdraw(*, claim: Claim, reason: str, by: Person, on: date) -> Claim:
    """Withdraw a claim for good, with the reason; its project may then be claimed again."""
    access.require(by, Permission.DECLARE_CLAIM, claim.place, on=on)

    claim = seen.lock(claim)
    advance(claim, workflow=CLAIM, verb="withdraw", note=reason)
    _assign(claim, None)
    return claim


def _store(claim: Claim) -> None:
    # A status is written by `advance` alone, so it is never among what is saved here.
    names = {field.name for field in Claim._meta.concrete_fields}
    claim.save(update_fields=names - {"id", "status", "number", "place", "created_at"})


def _assign(claim: Claim, person: Person | None) -> None:
    claim.assigned_to = person
    Claim.objects.filter(~Q(assigned_to=person), pk=claim.pk).update(assigned_to=person)


def _same(line: ClaimLine, old: ClaimLine) -> bool:
    names = ("method", "inputs", "document", "verified", "binding", "prior_use")
    return old.status == LineStatus.PENDING and all(
        getattr(line, name) == getattr(old, name) for name in names
    )
