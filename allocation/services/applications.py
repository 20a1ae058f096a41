"""Applications in their applicant's hands and at the screener's: drafted, filed, sent back (§8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allocation.models import Application, ApplicationLine, ApplicationSource, Project
from allocation.refusals import AlreadyAsked, NothingToReplace, NotItsProject, WrittenMeanwhile
from allocation.rules import replacement
from allocation.rules.sources import propose
from allocation.selectors import assessments
from allocation.selectors.assessments import Asked
from allocation.selectors.stocks import Owner
from allocation.services import seen, sheets, tidings, unholding
from allocation.vocabulary import OPEN, ApplicationStatus, Moment
from allocation.workflows import APPLICATION
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, numbers, rulebooks
from quota_registry.kernel.workflow import NotNow, advance, foresee


@transaction.atomic
def draft(
    *,
    project: Project,
    by: Person,
    on: date,
    supplements: Application | None = None,
) -> Application:
    """
    Begin an application for *project*; its sources may be named later.

    ``supplements`` is the application whose EIA approved more than its voucher covers (§21).

    :raises NotItsProject: if that one is another project's.
    :raises AlreadyAsked: if one is under way.
    """
    access.require(by, Permission.FILE_APPLICATION, project.place, on=on)

    # Two who begin one at once wait for each other here, and the second is refused by name.
    project = seen.lock_project(project.pk)
    if supplements is not None and supplements.project_id != project.pk:
        raise NotItsProject(number=supplements.number, clause=clause("21.2"))
    standing = project.applications.filter(status__in=OPEN).first()
    if standing is not None:
        raise AlreadyAsked(number=standing.number, clause=clause("21.2"))
    series = f"application/{project.place_id}/{on.year}"
    serial = numbers.take(series=series)
    return Application.objects.create(
        number=f"{project.place_id}-SQ-{on.year}-{serial:05d}",
        project=project,
        place_id=project.place_id,
        supplements=supplements,
        drafted_by=by,
        drafted_on=on,
    )


@transaction.atomic
def name_sources(
    *,
    application: Application,
    asked: Sequence[Asked],
    exception_reason: str = "",
    base: str = "",
    by: Person,
    on: date,
) -> Application:
    """
    Write down which accounts a draft draws on, in place of what it named before.

    ``base`` is the fingerprint of the draft that was changed, where somebody looked at one.

    :raises NotNow: if it was filed: it stands as it was filed.
    :raises WrittenMeanwhile: if somebody else saved it since.
    """
    access.require(by, Permission.FILE_APPLICATION, application.place, on=on)

    application = seen.lock(application)
    if application.status != ApplicationStatus.DRAFT:
        raise NotNow(label=_("修改"), status=application.get_status_display(), verb="save")
    _refuse_written_meanwhile(application, base)

    application.exception_reason = exception_reason.strip()
    application.save(update_fields=["exception_reason"])
    application.sources.all().delete()
    ApplicationSource.objects.bulk_create(
        ApplicationSource(
            application=application,
            pollutant=one.pollutant,
            place_id=one.owner.place,
            polluter_id=one.owner.polluter,
            trade_id=one.trade,
            grams=one.grams,
        )
        for one in asked
        if one.grams > 0
    )
    return application


def proposal_for(application: Application, *, on: date) -> list[Asked]:
    """Propose where an application's quota could come from, by the order of `sources.propose`."""
    owed = replacement.duties(
        assessments.project_facts(
            application.project, on=on, supplements=application.supplements_id is not None
        ),
        book=rulebooks.in_force(on),
    )
    required = {pollutant: duty.required for pollutant, duty in owed.items()}
    return [
        Asked(
            offer.pollutant,
            Owner(polluter=int(offer.key[1:]))
            if offer.key.startswith("#")
            else Owner(place=offer.key),
            grams,
            offer.trade,
        )
        for offer, grams in propose(required, assessments.offers(application, on=on))
    ]


@transaction.atomic
def file(*, application: Application, base: str = "", by: Person, on: date) -> Application:
    """
    File a draft: its duties are fixed by the rule book of the day, its sheet is kept.

    ``base`` is the fingerprint of the draft that is filed, where somebody looked at one.

    :raises WrittenMeanwhile: if somebody else saved it since.
    :raises NothingToReplace: if the project adds nothing or is exempt.
    :raises NotAssessable: with everything that stands in the way, and what would make it pass.
    """
    access.require(by, Permission.FILE_APPLICATION, application.place, on=on)

    application = seen.lock(application)
    foresee(application, workflow=APPLICATION, verb="file")
    _refuse_written_meanwhile(application, base)
    application.rule_book = rulebooks.version_in_force(on)
    sheet = sheets.require_clear(application, on=on, moment=Moment.FILED)
    if not sheet.duties:
        raise NothingToReplace(clause=clause("7.0"))

    application.version += 1
    application.filed_on = on
    application.save(update_fields=["version", "filed_on", "rule_book"])
    application.lines.all().delete()
    ApplicationLine.objects.bulk_create(
        ApplicationLine(
            application=application,
            pollutant=duty.pollutant,
            increment=duty.increment,
            ratio=duty.ratio,
            clause=duty.clause.key,
            required=duty.required,
        )
        for duty in sheet.duties.values()
    )
    sheets.keep(application, sheet, moment=Moment.FILED, by=by, on=on)
    advance(application, workflow=APPLICATION, verb="file")
    tidings.tell_next(application, by=by, on=on)
    return application


@transaction.atomic
def take_back(*, application: Application, version: int, by: Person, on: date) -> Application:
    """
    Take a filed application that nobody has screened yet back into one's own hands.

    :raises NotNow: if it was screened.
    """
    access.require(by, Permission.FILE_APPLICATION, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    advance(application, workflow=APPLICATION, verb="take_back")
    return application


@transaction.atomic
def screen(
    *, application: Application, version: int, by: Person, on: date, note: str = ""
) -> Application:
    """Pass an application on to the divisions (§23)."""
    access.require(by, Permission.SCREEN_APPLICATION, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    advance(application, workflow=APPLICATION, verb="screen", note=note)
    tidings.tell_next(application, by=by, on=on)
    return application


def send_back(
    *, application: Application, version: int, reason: str, by: Person, on: date
) -> Application:
    """Give an application back to its applicant with the reason, to be changed and filed anew."""
    return _leave(application, version, "send_back", reason, by, on)


def refuse(
    *, application: Application, version: int, reason: str, by: Person, on: date
) -> Application:
    """Refuse an application for good with the reason; the project may ask again."""
    return _leave(application, version, "refuse", reason, by, on)


@transaction.atomic
def withdraw(
    *, application: Application, version: int, reason: str, by: Person, on: date
) -> Application:
    """Withdraw an application for good; what was set aside goes back where it came from."""
    access.require(by, Permission.FILE_APPLICATION, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    foresee(application, workflow=APPLICATION, verb="withdraw")
    unholding.put_back(application, by=by, on=on, reason=reason)
    advance(application, workflow=APPLICATION, verb="withdraw", note=reason)
    return application


def _refuse_written_meanwhile(application: Application, base: str) -> None:
    """Refuse where a locked draft says something else than the one that was looked at."""
    if base and base != seen.fingerprint(application):
        raise WrittenMeanwhile(number=application.number)


@transaction.atomic
def _leave(
    application: Application, version: int, verb: str, reason: str, by: Person, on: date
) -> Application:
    access.require(by, Permission.SCREEN_APPLICATION, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    advance(application, workflow=APPLICATION, verb=verb, note=reason)
    tidings.tell_applicant(application, by=by, on=on)
    return application
