"""Deciding on exactly what was seen: an application in the version and status looked at (§23)."""

from __future__ import annotations

import hashlib

from allocation.models import Application, Project, Voucher
from allocation.refusals import ChangedSince
from quota_registry.kernel.models import Polluter


def lock(application: Application) -> Application:
    """
    Lock the project of *application* and then itself, and return it as it stands now.

    The applications of one project take turns: what covers it is reckoned over all of them. All
    lock in this order, so that nobody who waits is waited for.
    """
    lock_project(application.project_id)
    locked: Application = (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "place", "project__place", "project__polluter__place", "rule_book", "supplements"
        )
        .get(pk=application.pk)
    )
    return locked


def lock_project(project: int) -> Project:
    """Lock a project, so that neither it nor what covers it changes meanwhile."""
    locked: Project = Project.objects.select_for_update(no_key=True).get(pk=project)
    return locked


def lock_holding(polluter: int) -> None:
    """
    Lock what a polluter holds, after the application or the trade that draws on it.

    What is bound in a holding to other projects is reckoned, not booked: of two who draw on what
    is free the second must see what the first took.
    """
    Polluter.objects.select_for_update(no_key=True).get(pk=polluter)


def lock_as_seen(application: Application, *, version: int) -> Application:
    """
    Lock *application* and return it, if it still is what was seen.

    :raises ChangedSince: if it has another version than *version*.
    """
    locked = lock(application)
    if locked.version != version:
        raise ChangedSince(
            number=locked.number,
            current=locked.version,
            seen=version,
            status=locked.get_status_display(),
        )
    return locked


def fingerprint(application: Application) -> str:
    """Sum up what a draft says, so that who saves it says on what it was built."""
    rows = application.sources.order_by(
        "pollutant", "place_id", "polluter_id", "trade_id"
    ).values_list("pollutant", "place_id", "polluter_id", "trade_id", "grams")
    said = [":".join("" if one is None else str(one) for one in row) for row in rows]
    text = "|".join([str(application.version), application.exception_reason, *said])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def returns(voucher: Voucher) -> str:
    """Say how often something of a voucher went back, so that the next return says after which."""
    return str(voucher.give_backs.count())
