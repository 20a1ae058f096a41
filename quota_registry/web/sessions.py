"""How long a sign-in lasts: idle and absolute limits, and one session for each account."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from quota_registry.kernel.models import Person

BEGAN: Final = "began_at"
SEEN: Final = "seen_at"
# Set at sign-in for an account that had no authenticator, so that no request asks again.
ONE_FACTOR: Final = "one_factor"


class Ending(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    ABSOLUTE = "absolute"
    ELSEWHERE = "elsewhere"
    SIGNED_OUT = "signed-out"


SENTENCES: Final[dict[str, str | Promise]] = {
    Ending.IDLE: _("长时间没有操作，已自动退出，请重新登录。"),
    Ending.ABSOLUTE: _("本次登录已达最长时限，请重新登录。"),
    Ending.ELSEWHERE: _("您的账户已在别处登录，这里的登录随即结束。如非本人操作，请立即修改密码。"),
    Ending.SIGNED_OUT: _("您已退出登录。"),
}


def begin(session: SessionBase, person: Person, *, at: datetime) -> None:
    """Make *session* the one session of *person*; an earlier one ends at its next request."""
    session[BEGAN] = session[SEEN] = at.isoformat()
    session[ONE_FACTOR] = not TOTPDevice.objects.filter(user=person, confirmed=True).exists()
    adopt(session, person)


def adopt(session: SessionBase, person: Person) -> None:
    """Let the account follow *session* when its key changes, as after a new password."""
    session.save()
    person.session_key = session.session_key or ""
    Person.objects.filter(pk=person.pk).update(session_key=person.session_key)


def ending_of(session: SessionBase, person: Person, *, at: datetime) -> Ending | None:
    """Say why *session* of *person* is over at the moment *at*, if it is."""
    if person.session_key != session.session_key:
        return Ending.ELSEWHERE
    began, seen = _moment(session, BEGAN), _moment(session, SEEN)
    if began is None or at - began >= settings.QUOTA_SESSION_ABSOLUTE:
        return Ending.ABSOLUTE
    if seen is None or at - seen >= settings.QUOTA_SESSION_IDLE:
        return Ending.IDLE
    return None


def touch(session: SessionBase, *, at: datetime) -> None:
    """Remember that the person is still there; not on every request, since that is a write."""
    seen = _moment(session, SEEN)
    pause = min(timedelta(minutes=1), settings.QUOTA_SESSION_IDLE / 10)
    if seen is None or at - seen >= pause:
        session[SEEN] = at.isoformat()


def must_change_password(person: Person, *, at: datetime) -> bool:
    """Say whether the password was given by somebody else or is older than the house allows."""
    if person.must_change_password:
        return True
    if not settings.QUOTA_PASSWORD_DAYS:
        return False
    changed = person.password_changed_at or person.created_at
    return at - changed >= timedelta(days=settings.QUOTA_PASSWORD_DAYS)


def began(session: SessionBase) -> datetime | None:
    """Return when this session was signed in to."""
    return _moment(session, BEGAN)


def _moment(session: SessionBase, name: str) -> datetime | None:
    text = session.get(name)
    try:
        return datetime.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None


def now() -> datetime:
    """Return the present moment."""
    return timezone.now()
