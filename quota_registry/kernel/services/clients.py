"""Programs that read for people: their tokens are given out once, noted in use, and revoked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import scopes as known
from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import access, audit


class NoSuchScope(Refusal):
    """A token can only be given for what the API has."""

    code = "no_such_scope"
    message = _("没有权限范围“%(scope)s”")


class NobodyAnswers(Refusal):
    """Every token has a person who answers for it, and that person is still there."""

    code = "nobody_answers"
    message = _("责任人“%(person)s”已停用")


@transaction.atomic
def issue(
    *,
    name: str,
    place: Place,
    responsible: Person,
    by: Person,
    on: date,
    scopes: Iterable[str] = known.DEFAULT,
    expires_at: datetime | None = None,
) -> tuple[Client, str]:
    """
    Give a program a token for *place* and what lies below it, and return both.

    The token is seen here for the only time; the registry keeps a hash of it.

    :raises NoSuchScope: if one of the scopes is unknown.
    :raises NobodyAnswers: if the responsible person is no longer active.
    """
    access.require(by, Permission.KEEP_CLIENTS, place, on=on)
    asked = sorted({str(scope) for scope in scopes})
    for scope in asked:
        if scope not in Scope.values:
            raise NoSuchScope(scope=scope)
    if not responsible.is_active:
        raise NobodyAnswers(person=responsible.name)
    client = Client(
        name=name, place=place, responsible=responsible, scopes=asked, expiry_date=expires_at
    )
    token = Client.objects.assign_key(client)
    client.save()
    audit.record(verb="client.issued", by=by, subject=client.prefix, scopes=asked)
    return client, token


@transaction.atomic
def revoke(*, client: Client, by: Person, on: date) -> Client:
    """Take a token back, for good; a second time changes nothing."""
    access.require(by, Permission.KEEP_CLIENTS, client.place, on=on)
    client = Client.objects.select_for_update().get(pk=client.pk)
    if client.revoked:
        return client
    client.revoked = True
    client.save(update_fields=["revoked"])
    audit.record(verb="client.revoked", by=by, subject=client.prefix)
    return client


@transaction.atomic
def note_use(*, client: Client, on: date) -> None:
    """
    Note a token's first use of the day, in the name of the person who answers for it.

    Reads are audited by day and not by request: a row for each would be most of the database.
    """
    audit.sign(by=client.responsible)
    noted = Client.objects.filter(pk=client.pk).exclude(last_used_on=on).update(last_used_on=on)
    if noted:
        client.last_used_on = on
        audit.record(verb="client.first_use_of_the_day", by=client, subject=client.prefix)
