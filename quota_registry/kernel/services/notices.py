"""Lines in people's notice boxes, and the mails that follow them after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from quota_registry.kernel.models import Notice, OutboxMessage, Person


@dataclass(frozen=True, slots=True)
class Line:
    """What some people are told, and the page where they see to it."""

    to: Iterable[Person]
    text: str
    url: str = ""


def send(*, to: Iterable[Person], text: str, url: str = "") -> None:
    """Put *text* into everybody's box once, and a mail into the outbox for those with one."""
    send_all([Line(to, text, url)])


def send_all(lines: Iterable[Line]) -> None:
    """Do what `send` does with several lines at once, in their order."""
    told = [
        (person, line)
        for line in lines
        for person in {person.pk: person for person in line.to if person.is_active}.values()
    ]
    Notice.objects.bulk_create(
        Notice(person=person, text=line.text[:300], url=line.url) for person, line in told
    )
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            topic="mail", payload={"to": person.email, "text": line.text, "url": line.url}
        )
        for person, line in told
        if person.email
    )


def mark_read(*, person: Person) -> int:
    """Mark everything in the box as read and return how many lines were new."""
    return Notice.objects.filter(person=person, read_at=None).update(read_at=timezone.now())


def mark_one_read(*, notice: Notice) -> None:
    """Mark one line as read; the moment of the first reading stays."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
