"""What becomes of a voucher: EIA approved, in use, given back in part or whole, annulled (§21)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allocation.models import Application, GiveBack, Project, Voucher
from allocation.refusals import (
    DocumentMissing,
    GivenBackMeanwhile,
    MoreThanUsed,
    NeededInUse,
    NothingNamed,
    NotYetHappened,
    Uncovered,
    UsedBeforeApproval,
)
from allocation.selectors import assessments, stocks, vouchers
from allocation.selectors.vouchers import Part
from allocation.services import seen, tidings
from allocation.vocabulary import ApplicationStatus, GiveBackKind
from allocation.workflows import APPLICATION
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import Grams, scale_up, text
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import advance, foresee
from reserve.models import Lot
from reserve.rules import postings
from reserve.rules.postings import Leg
from reserve.services import ledger
from reserve.vocabulary import TransferKind


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
    """
    access.require(by, Permission.RECORD_EIA, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="approve")
    document = clean_document_number(number)
    if not document:
        raise DocumentMissing(clause=clause("21.2"))
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
        _give_back(
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
    done = _give_back(
        application.voucher,
        wanted,
        kind=GiveBackKind.ABANDONED,
        document=document,
        reason=reason,
        by=by,
        on=on,
    )
    if application.project.applications.filter(status=ApplicationStatus.IN_USE).exists():
        _require_cover(application, NeededInUse)
    advance(application, workflow=APPLICATION, verb=verb, note=reason)
    tidings.tell_applicant(application, by=by, on=on)
    return done


@transaction.atomic
def annul(
    *, application: Application, version: int, document: str, reason: str, by: Person, on: date
) -> GiveBack:
    """
    Annul a voucher that ought not to have been issued; what it gave goes back (§21).

    :raises DocumentMissing: without a document's number.
    :raises SamePerson: if *by* drafted or filed the application.
    """
    access.require(by, Permission.ANNUL_VOUCHER, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="annul")
    done = _give_back(
        application.voucher,
        vouchers.left(application.voucher),
        kind=GiveBackKind.ANNULLED,
        document=document,
        reason=reason,
        by=by,
        on=on,
    )
    advance(application, workflow=APPLICATION, verb="annul", note=reason)
    tidings.tell_applicant(application, by=by, on=on)
    return done


def _some(amounts: Mapping[Pollutant, Grams]) -> dict[Pollutant, Grams]:
    return {pollutant: grams for pollutant, grams in amounts.items() if grams}


def _require_cover(application: Application, refusal: type[Refusal]) -> None:
    for pollutant, missing in assessments.uncovered(application.project).items():
        raise refusal(pollutant=pollutant.spoken, missing=text(missing), clause=clause("21.2"))


def _give_back(
    voucher: Voucher,
    amounts: Mapping[Pollutant, Grams],
    *,
    kind: GiveBackKind,
    document: str,
    reason: str,
    by: Person,
    on: date,
) -> GiveBack:
    number = clean_document_number(document)
    if not number:
        raise DocumentMissing(clause=clause("21.2"))
    serial = voucher.give_backs.count() + 1
    posted = ledger.post(
        kind=TransferKind.GIVE_BACK,
        key=f"application/{voucher.application.number}/give-back/{serial}",
        legs=_legs(voucher, last_first(voucher, amounts)),
        on=on,
        by=by,
        document=number,
        clause="21.2",
        reason=reason[:400],
    )
    return GiveBack.objects.create(
        voucher=voucher,
        kind=kind,
        transfer_id=posted.transfer,
        document=number,
        reason=reason.strip(),
        by=by,
        on=on,
    )


def last_first(voucher: Voucher, amounts: Mapping[Pollutant, Grams]) -> list[Part]:
    """Choose what goes back: of the accounts named last first, of each the newest lots first."""
    back = dict(vouchers.returned(voucher))
    missing = {pollutant: int(grams) for pollutant, grams in amounts.items() if grams > 0}
    chosen = []
    for part in reversed(vouchers.parts_of(voucher.transfer_id)):
        key = (part.lot, part.pollutant)
        gone = min(back.get(key, 0), part.grams)
        back[key] = Grams(back.get(key, 0) - gone)
        taken = min(missing.get(part.pollutant, 0), part.grams - gone)
        if taken > 0:
            chosen.append(Part(part.owner, part.lot, part.pollutant, Grams(taken)))
            missing[part.pollutant] -= taken
    for pollutant, grams in missing.items():
        if grams > 0:
            wanted = amounts[pollutant]
            raise MoreThanUsed(
                pollutant=pollutant.spoken,
                left=text(Grams(wanted - grams)),
                wanted=text(wanted),
                clause=clause("21.2"),
            )
    return chosen


def _legs(voucher: Voucher, parts: list[Part]) -> list[Leg]:
    project = voucher.application.project
    lots = Lot.objects.select_related("source", "voiding").in_bulk([part.lot for part in parts])
    legs = []
    for part in parts:
        lot = lots[part.lot]
        # A voided lot comes back nowhere: it repays what its declarer owes (§21).
        to = (
            postings.cover(lot.source.place_id)
            if hasattr(lot, "voiding")
            else stocks.account_of(part.owner)
        )
        legs.append(
            Leg(
                source=postings.used(project.polluter_id, project.number),
                to=to,
                pollutant=part.pollutant,
                grams=part.grams,
                lot=part.lot,
            )
        )
    return legs
