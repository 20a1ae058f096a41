"""The rule book that rules on a day; drafting and approving a new one."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Person, RuleBookVersion
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access, audit


class NoRuleBook(Refusal):
    """No approved rule book rules on that day."""

    code = "no_rule_book"
    message = _("%(on)s 没有已批准的规则版本")


class OwnDraft(Refusal):
    """A rule book is approved by a second person."""

    code = "same_person"
    status = 403
    message = _("规则版本须由起草人以外的人批准")


class BeginsInThePast(Refusal):
    """A rule book does not change what was decided before it was approved."""

    code = "begins_in_the_past"
    message = _("施行日期 %(starts)s 已过，须重新起草")


class ApprovedAlready(Refusal):
    """A rule book is approved once."""

    code = "approved_already"
    message = _("规则版本 %(number)s 已批准")


class NumberTaken(Refusal):
    """Two rule books cannot bear one number."""

    code = "number_taken"
    message = _("版本号 %(number)s 已被使用")


def version_in_force(on: date) -> RuleBookVersion:
    """
    Return the approved version that rules on the day *on*.

    :raises NoRuleBook: if there is none.
    """
    found = RuleBookVersion.objects.filter(approved_at__isnull=False, in_force__contains=on).first()
    if found is None:
        raise NoRuleBook(on=on)
    return found


def in_force(on: date) -> RuleBook:
    """Return the rule book that rules on the day *on*, as the frozen table that rules take."""
    return read(version_in_force(on))


def read(version: RuleBookVersion) -> RuleBook:
    """Return what a stored *version* says, as the frozen table that rules take."""
    return RuleBook.from_document(version.content)


@transaction.atomic
def draft(
    *, number: str, book: RuleBook, starts: date, document: str, by: Person, on: date
) -> RuleBookVersion:
    """
    Write down a rule book that somebody else may approve; until then it rules nothing.

    :raises BeginsInThePast: if it would begin before today.
    :raises NumberTaken: if another version bears the number.
    """
    access.require_anywhere(by, Permission.DRAFT_RULES, on=on)
    if starts < on:
        raise BeginsInThePast(starts=starts)
    if RuleBookVersion.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    return RuleBookVersion.objects.create(
        number=number,
        in_force=DateRange(starts, None),
        content=book.to_document(),
        document=document,
        drafted_by=by,
    )


@transaction.atomic
def approve(*, version: RuleBookVersion, by: Person, on: date) -> RuleBookVersion:
    """
    Approve a drafted rule book; where it begins, the one before ends.

    Where a later one is approved already, the new one ends where that begins.

    :raises OwnDraft: if *by* drafted it.
    :raises ApprovedAlready: if it was approved before.
    :raises BeginsInThePast: if its first day has gone by since it was drafted.
    """
    access.require_anywhere(by, Permission.APPROVE_RULES, on=on)
    approved = RuleBookVersion.objects.filter(approved_at__isnull=False)
    standing = list(approved.select_for_update().order_by("in_force"))
    version = RuleBookVersion.objects.select_for_update().get(pk=version.pk)

    if version.drafted_by_id == by.pk:
        raise OwnDraft()
    if version.approved_at is not None:
        raise ApprovedAlready(number=version.number)
    starts = version.in_force.lower
    if starts < on:
        raise BeginsInThePast(starts=starts)
    RuleBook.from_document(version.content)

    for earlier in standing:
        if starts in earlier.in_force and earlier.in_force.lower < starts:
            earlier.in_force = DateRange(earlier.in_force.lower, starts)
            earlier.save(update_fields=["in_force"])
    ends = min((b.in_force.lower for b in standing if b.in_force.lower > starts), default=None)
    version.in_force = DateRange(starts, ends)
    version.approved_by, version.approved_at = by, timezone.now()
    version.save(update_fields=["in_force", "approved_by", "approved_at"])
    audit.record(verb="rulebook.approved", by=by, subject=version.number)
    return version
