"""What becomes of a voucher: EIA approved, in use, given back in part or whole, annulled (§21)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allocation.models import Application, GiveBack, Project
from allocation.refusals import (
    GivenBackMeanwhile,
    NeededInUse,
    NothingNamed,
    NotYetHappened,
    Uncovered,
    UsedBeforeApproval,
)
from allocation.selectors import coverage, vouchers
from allocation.services import give_backs, seen, tidings
from allocation.vocabulary import ApplicationStatus, GiveBackKind
from allocation.workflows import APPLICATION
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import Grams, scale_up, text
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import advance, foresee


@transaction.atomic
def approve(
    *,
    application: Application,
    version: int,
    number: str,
    approved_on: date,
    increments: Mapping[Pollutant, Grams],
    by: Person,
    on: date,
) -> Application:
    """
    Record the EIA approval of a vouchered project with the increments it approved.

    Where they are smaller, what is too much goes back where it came from; where they are larger,
    or of a pollutant that was not asked for, a supplementary application must cover the rest
    before the project is in use.

    What was given back before is not given back again.

    :raises DocumentMissing: without the approval's number.
    :raises NotYetHappened: if its day has not come.
    :raises NeededInUse: if the project is in use by another voucher, and needs what is too much.
    """
    access.require(by, Permission.RECORD_EIA, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="approve")
    document = give_backs.numbered(number)
    if approved_on > on:
        raise NotYetHappened(label=_("环评批复日期"), day=approved_on, clause=clause("21.2"))
    left = vouchers.left(application.voucher)
    excess: dict[Pollutant, Grams] = {}
    for line in application.lines.all():
        pollutant = Pollutant(line.pollutant)
        line.approved = increments.get(pollutant, Grams(line.increment))
        line.save(update_fields=["approved"])
        over = left[pollutant] - scale_up(Grams(line.approved), line.ratio)
        if over > 0:
            excess[pollutant] = Grams(over)

    if excess:
        give_backs.record(
            application.voucher,
            excess,
            kind=GiveBackKind.EXCESS,
            document=document,
            reason="",
            by=by,
            on=on,
        )
    beyond: dict[str, int] = {}
    if not application.supplements_id:
        asked = {line.pollutant for line in application.lines.all()}
        beyond = {p.value: g for p, g in increments.items() if p.value not in asked and g > 0}
        Project.objects.filter(pk=application.project_id).update(
            eia_number=document, eia_on=approved_on
        )
    advance(
        application,
        workflow=APPLICATION,
        verb="approve",
        note=document,
        writes={
            "approval_number": document,
            "approved_on": approved_on,
            "approved_beyond": beyond,
        },
    )
    if excess:
        _refuse_if_needed(application)
    return application


@transaction.atomic
def use(
    *, application: Application, version: int, used_on: date, by: Person, on: date
) -> Application:
    """
    Record that a project is in use.

    :raises NotYetHappened: if the day has not come.
    :raises UsedBeforeApproval: if it lies before the approval.
    :raises Uncovered: if the EIA approved more than the project's vouchers cover (§21).
    """
    access.require(by, Permission.RECORD_EIA, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="use")
    if used_on > on:
        raise NotYetHappened(label=_("投入使用日期"), day=used_on, clause=clause("21.2"))
    if application.approved_on and used_on < application.approved_on:
        raise UsedBeforeApproval(
            used_on=used_on, approved_on=application.approved_on, clause=clause("21.2")
        )
    _require_cover(application, Uncovered)
    advance(application, workflow=APPLICATION, verb="use", writes={"used_on": used_on})
    return application


@transaction.atomic
def give_back(
    *,
    application: Application,
    version: int,
    amounts: Mapping[Pollutant, Grams] | None = None,
    base: str = "",
    document: str,
    reason: str,
    by: Person,
    on: date,
) -> GiveBack:
    """
    Give the quota of an abandoned project back into the accounts it came from, whole or in part.

    Without *amounts* all of it goes. What came last goes back first. ``base`` says how often
    something had gone back when somebody looked: a part that is sent twice goes once.

    :raises GivenBackMeanwhile: if more went back since *base*.
    :raises NothingNamed: if no grams are named, or none are left.
    :raises MoreThanUsed: if more is named than the project has left.
    :raises NeededInUse: if the project is in use, as by another of its vouchers, and needs it.
    :raises DocumentMissing: without a document's number.
    """
    access.require(by, Permission.GIVE_BACK_QUOTA, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    if base and base != seen.returns(application.voucher):
        raise GivenBackMeanwhile(number=application.number)
    left = _some(vouchers.left(application.voucher))
    wanted = left if amounts is None else _some(amounts)
    if not wanted:
        raise NothingNamed(clause=clause("21.2"))
    whole = wanted == left
    verb = "give_back" if whole else "give_back_part"
    foresee(application, workflow=APPLICATION, verb=verb)
    done = give_backs.record(
        application.voucher,
        wanted,
        kind=GiveBackKind.ABANDONED,
        document=document,
        reason=reason,
        by=by,
        on=on,
    )
    _refuse_if_needed(application)
    advance(application, workflow=APPLICATION, verb=verb, note=reason)
    tidings.tell_applicant(application, by=by, on=on)
    return done


@transaction.atomic
def annul(
    *, application: Application, version: int, document: str, reason: str, by: Person, on: date
) -> Application:
    """
    Annul a voucher that ought not to have been issued; what is left of it goes back (§21).

    :raises DocumentMissing: without a document's number.
    :raises SamePerson: if *by* drafted or filed the application.
    """
    access.require(by, Permission.ANNUL_VOUCHER, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="annul")
    if left := _some(vouchers.left(application.voucher)):
        give_backs.record(
            application.voucher,
            left,
            kind=GiveBackKind.ANNULLED,
            document=document,
            reason=reason,
            by=by,
            on=on,
        )
    advance(
        application,
        workflow=APPLICATION,
        verb="annul",
        note=reason if left else f"{give_backs.numbered(document)} {reason}",
    )
    tidings.tell_applicant(application, by=by, on=on)
    return application


def _some(amounts: Mapping[Pollutant, Grams]) -> dict[Pollutant, Grams]:
    return {pollutant: grams for pollutant, grams in amounts.items() if grams}


def _refuse_if_needed(application: Application) -> None:
    """Refuse what went back just now if the project is in use, by whichever voucher, without."""
    if application.project.applications.filter(status=ApplicationStatus.IN_USE).exists():
        _require_cover(application, NeededInUse)


def _require_cover(application: Application, refusal: type[Refusal]) -> None:
    for pollutant, missing in coverage.uncovered(application.project).items():
        raise refusal(pollutant=pollutant.spoken, missing=text(missing), clause=clause("21.2"))
