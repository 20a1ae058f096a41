"""The rule book that rules on a day; drafting and approving a new one."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Person, RuleBookVersion
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access


class NoRuleBook(Refusal):
    """No approved rule book rules on that day."""

    code = "no_rule_book"
    message = _("%(on)s 没有已批准的规则版本")


class OwnDraft(Refusal):
    """A rule book is approved by a second person."""

    code = "same_person"
    status = 403
    message = _("规则版本须由起草人以外的人批准")


def version_in_force(on: date) -> RuleBookVersion:
    """
    Return the approved version that rules on the day *on*.

    :raises NoRuleBook: if there is none.
    """
    found = RuleBookVersion.objects.filter(
        approved_at__isnull=False, in_force__contains=on
    ).first()
    if found is None:
        raise NoRuleBook(on=on)
    return found


def in_force(on: date) -> RuleBook:
    """Return the rule book that rules on the day *on*, as the frozen table that rules take."""
    return RuleBook.from_document(version_in_force(on).content)


@transaction.atomic
def approve(*, version: RuleBookVersion, by: Person, on: date) -> RuleBookVersion:
    """
    Approve a drafted rule book; where it begins, the one before ends.

    :raises OwnDraft: if *by* drafted it.
    """
    access.require_anywhere(by, Permission.APPROVE_RULES, on=on)
    version = RuleBookVersion.objects.select_for_update().get(pk=version.pk)

    if version.drafted_by_id == by.pk:
        raise OwnDraft()
    RuleBook.from_document(version.content)

    starts = version.in_force.lower
    before = RuleBookVersion.objects.filter(approved_at__isnull=False, in_force__contains=starts)
    for earlier in before.select_for_update():
        earlier.in_force = (earlier.in_force.lower, starts)
        earlier.save(update_fields=["in_force"])
    version.approved_by, version.approved_at = by, timezone.now()
    version.save(update_fields=["approved_by", "approved_at"])
    return version
