"""What the divisions say of an application: the water and the air division, each for its lines."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allocation.models import Application, DivisionOpinion
from allocation.selectors import signing, waiting
from allocation.services import seen, tidings
from allocation.vocabulary import ApplicationStatus
from allocation.workflows import APPLICATION
from quota_registry.kernel.models import Person
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium
from quota_registry.kernel.workflow import NotNow, advance


@transaction.atomic
def assess(
    *,
    application: Application,
    version: int,
    medium: Medium,
    text: str = "",
    by: Person,
    on: date,
) -> Application:
    """
    Agree, as the division of *medium*, to its lines; the last division moves the application on.

    :raises NotNow: if the application has no line of the medium, or the division spoke already.
    :raises SamePerson: if *by* drafted, filed, screened it.
    """
    verb, right = signing.ASSESSES[medium]
    access.require(by, right, application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    missing = _waiting(application, medium, verb)
    DivisionOpinion.objects.create(
        application=application,
        version=version,
        medium=medium,
        text=text.strip() or str(_("同意")),
        by=by,
    )
    last = missing == {medium}
    advance(
        application,
        workflow=APPLICATION,
        verb=verb,
        target=ApplicationStatus.ASSESSED if last else ApplicationStatus.SCREENED,
        note=text,
    )
    if last:
        tidings.tell_next(application, by=by, on=on)
    return application


@transaction.atomic
def refuse(
    *,
    application: Application,
    version: int,
    medium: Medium,
    reason: str,
    by: Person,
    on: date,
) -> Application:
    """
    Refuse an application for good, as the division of *medium*, with the reason.

    :raises NotNow: if the application has no line of the medium, or the division agreed already.
    :raises SamePerson: if *by* drafted, filed, screened it.
    """
    access.require(by, signing.ASSESSES[medium][1], application.place, on=on)

    application = seen.lock_as_seen(application, version=version)
    verb = f"refuse_{medium}"
    _waiting(application, medium, verb)
    advance(application, workflow=APPLICATION, verb=verb, note=reason)
    tidings.tell_applicant(application, by=by, on=on)
    return application


def _waiting(application: Application, medium: Medium, verb: str) -> set[Medium]:
    """Give the divisions that an application waits for, of which *medium*'s must be one."""
    missing = waiting.media_waiting(application)
    if medium not in missing:
        raise NotNow(label=_("处室审核"), status=application.get_status_display(), verb=verb)
    return missing
