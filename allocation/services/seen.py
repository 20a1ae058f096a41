"""Deciding on exactly what was seen: an application in the version and status looked at (§23)."""

from __future__ import annotations

from allocation.models import Application
from allocation.refusals import ChangedSince


def lock(application: Application) -> Application:
    """Lock *application* and return it as it stands now."""
    locked: Application = (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "place", "project__place", "project__polluter__place", "rule_book", "supplements"
        )
        .get(pk=application.pk)
    )
    return locked


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
