"""What programs send: values one by one or by the thousand, taken in at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from monitoring.imports.readings import Sent, take_sent
from monitoring.models import ReadingBatch, RefusedReading
from monitoring.services import rollups, staging
from monitoring.vocabulary import BatchState
from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.rest.callers import MissingScope
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import access, audit


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of what was sent."""

    batch: ReadingBatch
    refused: tuple[RefusedReading, ...]


@transaction.atomic
def receive(*, sent: Sequence[Sent], by: Person | Client, at: datetime) -> Receipt:
    """
    Take in what a program sent: what is there already stays, what differs is the next version.

    Rows that may not go in are named with their reason; the others go in all the same.

    :raises MissingScope: if the program's token was given for something else.
    :raises NotPermitted: if the person may send readings nowhere.
    """
    person, place, paths = _sender(by, at=at)
    audit.sign(by=person)

    found = take_sent(sent, kinds=staging.station_kinds({one.station for one in sent}))
    batch = ReadingBatch.objects.create(
        place=place,
        by=person,
        client=by if isinstance(by, Client) else None,
        layout="rest",
        state=BatchState.ACCEPTED,
    )
    staging.put_down(batch, found)
    refused = staging.refuse(batch, paths=paths, at=at)
    values = staging.staged(batch)

    taken = staging.take(batch, values=values)
    rollups.roll(days=taken.days, months=taken.months)
    staging.clear(batch)
    batch.counts = {
        "rows": found.rows,
        "refused": refused,
        "values": values,
        **taken.counts,
        "unchanged": values - taken.new - taken.changed,
    }
    batch.save(update_fields=["counts"])
    audit.record(verb="monitoring.readings.received", by=by, subject=str(batch.pk), **batch.counts)
    return Receipt(batch, tuple(batch.refused.all()))


def _sender(by: Person | Client, *, at: datetime) -> tuple[Person, Place, list[str]]:
    """Say who answers for what is sent, for which place, and for which places it may be."""
    if isinstance(by, Client):
        if Scope.READINGS_WRITE not in by.scopes:
            raise MissingScope(scope=Scope.READINGS_WRITE.value)
        return by.responsible, by.place, [by.place.path]
    paths = access.paths(by, Permission.IMPORT_READINGS, on=timezone.localdate(at))
    if not paths:
        raise NotPermitted(permission=str(Permission.IMPORT_READINGS))
    return by, Place.objects.get(path=paths[0]), paths
