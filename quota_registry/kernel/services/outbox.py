"""What leaves the house after the commit: mails to people, at least once and soon."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quota_registry.kernel.models import OutboxMessage

ATTEMPTS: Final = 8


@transaction.atomic
def send_next(*, most: int = 50) -> int:
    """
    Send the oldest unsent messages and return how many went out.

    Two senders never take the same message; one that fails stays for the next round, until it
    has failed eight times.
    """
    sent = 0
    waiting = (
        OutboxMessage.objects.select_for_update(skip_locked=True)
        .filter(sent_at=None, attempts__lt=ATTEMPTS, topic="mail")
        .order_by("id")[:most]
    )
    for message in waiting:
        message.attempts += 1
        try:
            _mail(message).send()
        except OSError:
            message.save(update_fields=["attempts"])
            continue
        message.sent_at = timezone.now()
        message.save(update_fields=["attempts", "sent_at"])
        sent += 1
    return sent


def _mail(message: OutboxMessage) -> EmailMessage:
    text = message.payload["text"]
    link = message.payload.get("url")
    body = f"{text}\n\n{settings.QUOTA_URL}{link}\n" if link else f"{text}\n"
    return EmailMessage(
        subject=_("排污总量指标储备管理系统：%(text)s") % {"text": text[:60]},
        body=body,
        to=[message.payload["to"]],
    )
