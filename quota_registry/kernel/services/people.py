"""
Accounts of people: made, corrected, closed and given passwords by the system administrator.

An authenticator is unbound by the security administrator, so that nobody takes an account over
alone; and who was both, one after the other, does not do both to one person.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Final

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from quota_registry.kernel.models import AuditEvent, Client, Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit

# Letters and digits that nobody confuses when reading them out.
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"

CREATED: Final = "person.created"
RESET: Final = "person.password_reset"
UNBOUND: Final = "person.second_factor_removed"


class NameTaken(Refusal):
    """Two people cannot sign in by one name."""

    code = "name_taken"
    message = _("用户名“%(username)s”已被使用")


class OwnAccount(Refusal):
    """Nobody closes or resets the own account."""

    code = "own_account"
    status = 403
    message = _("不能对自己的账户办理此事")


class BothKeys(Refusal):
    """Password and authenticator of one account are never given by one person."""

    code = "both_keys"
    status = 403
    message = _("重置密码与解除两步验证绑定须由不同的人办理")


class StillAnswers(Refusal):
    """Somebody answers for programs that still have a token."""

    code = "still_answers"
    message = _("该人员仍是接口客户端“%(clients)s”的责任人，请先吊销或移交")


@transaction.atomic
def create(
    *, username: str, name: str, by: Person, on: date, email: str = "", phone: str = ""
) -> tuple[Person, str]:
    """
    Make an account with a password that is seen here for the only time and must be changed.

    :raises NameTaken: if somebody signs in by that name.
    """
    access.require_anywhere(by, Permission.KEEP_PEOPLE, on=on)
    if Person.objects.filter(username__iexact=username).exists():
        raise NameTaken(username=username)
    password = _new_password()
    person = Person.objects.create_user(
        username, password, name=name, email=email, phone=phone, must_change_password=True
    )
    audit.record(verb=CREATED, by=by, subject=username)
    return person, password


@transaction.atomic
def correct(*, person: Person, name: str, email: str, phone: str, by: Person, on: date) -> Person:
    """Change how somebody is called and reached."""
    access.require_anywhere(by, Permission.KEEP_PEOPLE, on=on)
    person = _locked(person)
    person.name, person.email, person.phone = name, email, phone
    person.save(update_fields=["name", "email", "phone"])
    return person


@transaction.atomic
def deactivate(*, person: Person, by: Person, on: date) -> Person:
    """
    Close an account: its session ends and nobody can sign in by it; its acts stay.

    :raises OwnAccount: if it is the own one.
    :raises StillAnswers: if programs would be left without a responsible person.
    """
    access.require_anywhere(by, Permission.KEEP_PEOPLE, on=on)
    person = _locked(person)
    _refuse_own(person, by)
    clients = Client.objects.filter(responsible=person, revoked=False).values_list(
        "name", flat=True
    )
    if clients:
        raise StillAnswers(clients="、".join(clients))
    person.is_active, person.session_key = False, ""
    person.save(update_fields=["is_active", "session_key"])
    audit.record(verb="person.deactivated", by=by, subject=person.username)
    return person


@transaction.atomic
def reactivate(*, person: Person, by: Person, on: date) -> Person:
    """Open a closed account again."""
    access.require_anywhere(by, Permission.KEEP_PEOPLE, on=on)
    person = _locked(person)
    _refuse_own(person, by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record(verb="person.reactivated", by=by, subject=person.username)
    return person


@transaction.atomic
def reset_password(*, person: Person, by: Person, on: date) -> str:
    """
    Give somebody a new password, seen here for the only time, that must be changed at once.

    :raises OwnAccount: if it is the own account: there, the old password is asked for.
    :raises BothKeys: if *by* once unbound the authenticator of *person*.
    """
    access.require_anywhere(by, Permission.KEEP_PEOPLE, on=on)
    person = _locked(person)
    _refuse_own(person, by)
    _refuse_both_keys(person, by, UNBOUND)
    password = _new_password()
    person.set_password(password)
    person.must_change_password, person.session_key = True, ""
    person.save(update_fields=["password", "must_change_password", "session_key"])
    _forget_failures(person)
    audit.record(verb=RESET, by=by, subject=person.username)
    return password


def is_locked_out(person: Person, *, at: datetime) -> bool:
    """Say whether too many wrong passwords keep *person* from signing in."""
    since = at - settings.AXES_COOLOFF_TIME
    tried = AccessAttempt.objects.filter(username=person.username, attempt_time__gt=since)
    failures = tried.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
    return bool(failures >= settings.AXES_FAILURE_LIMIT)


@transaction.atomic
def unlock(*, person: Person, by: Person, on: date) -> None:
    """
    Let somebody whom wrong passwords locked out try again at once; the password stays.

    :raises OwnAccount: if it is the own one.
    """
    access.require_anywhere(by, Permission.KEEP_PEOPLE, on=on)
    person = _locked(person)
    _refuse_own(person, by)
    _forget_failures(person)
    audit.record(verb="person.unlocked", by=by, subject=person.username)


@transaction.atomic
def remove_second_factor(*, person: Person, by: Person, on: date) -> int:
    """
    Forget somebody's authenticator and recovery codes, as when the phone is lost.

    :raises OwnAccount: if it is the own account.
    :raises BothKeys: if *by* once gave *person* a password.
    """
    access.require_anywhere(by, Permission.UNBIND_FACTOR, on=on)
    person = _locked(person)
    _refuse_own(person, by)
    _refuse_both_keys(person, by, CREATED, RESET)
    removed = forget_devices(person)
    audit.record(verb=UNBOUND, by=by, subject=person.username)
    return removed


@transaction.atomic
def change_password(*, person: Person, password: str, at: datetime) -> Person:
    """
    Give oneself a new password; whoever calls has checked the old one.

    :raises ValidationError: if it does not meet the rules.
    """
    audit.sign(by=person)
    person = _locked(person)
    validate_password(password, person)
    person.set_password(password)
    person.must_change_password, person.password_changed_at = False, at
    person.save(update_fields=["password", "must_change_password", "password_changed_at"])
    audit.record(verb="person.password_changed", by=person)
    return person


@transaction.atomic
def speak(*, person: Person, language: str) -> None:
    """Remember the language that somebody reads."""
    audit.sign(by=person)
    Person.objects.filter(pk=person.pk).update(language=language)


def forget_devices(person: Person) -> int:
    """Delete the authenticators and recovery codes of *person* and return how many there were."""
    return sum(kind.objects.filter(user=person).delete()[0] for kind in (TOTPDevice, StaticDevice))


def _forget_failures(person: Person) -> None:
    AccessAttempt.objects.filter(username=person.username).delete()


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _refuse_own(person: Person, by: Person) -> None:
    if person.pk == by.pk:
        raise OwnAccount()


def _refuse_both_keys(person: Person, by: Person, *verbs: str) -> None:
    if AuditEvent.objects.filter(person=by, subject=person.username, verb__in=verbs).exists():
        raise BothKeys()


def _new_password() -> str:
    """Make a password of about 69 bits that can be read out over the telephone."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(14))
    return f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"
