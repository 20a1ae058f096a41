"""Who holds which role where and when: appointments by document, their end, and dated deputies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Appointment, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, Refusal
from quota_registry.kernel.services import access, audit, notices
from quota_registry.kernel.vocabulary import Role, Tier

# These keep the house or read all of it, and may not touch quota; nobody is two of them.
KEEPERS: Final = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})
# Where a role is held; the rest may be held anywhere from the city down.
TIERS: Final[dict[str, frozenset[str]]] = {
    Role.PARK_ADMINISTRATOR: frozenset({Tier.PARK}),
    # A park that lies below the city has a bureau of its own (苏州工业园区).
    Role.COUNTY_OFFICER: frozenset({Tier.COUNTY, Tier.PARK}),
    Role.COUNTY_SCREENER: frozenset({Tier.COUNTY, Tier.PARK}),
    Role.COUNTY_HEAD: frozenset({Tier.COUNTY, Tier.PARK}),
    Role.DIVISION_REVIEWER_WATER: frozenset({Tier.CITY}),
    Role.DIVISION_REVIEWER_AIR: frozenset({Tier.CITY}),
    Role.GENERAL_OFFICE: frozenset({Tier.CITY}),
    Role.DIRECTOR: frozenset({Tier.CITY}),
    # An auditor reads the records of the whole house, which lie in no place.
    Role.AUDITOR: frozenset({Tier.CITY, Tier.PROVINCE}),
    Role.SYSTEM_ADMINISTRATOR: frozenset({Tier.CITY}),
    Role.SECURITY_ADMINISTRATOR: frozenset({Tier.CITY}),
}
# Who may name a deputy, and the right that says so.
DEPUTISED: Final = frozenset({Role.COUNTY_HEAD, Role.DIRECTOR})


class OwnAppointment(Refusal):
    """Nobody appoints himself, nor ends the own appointment."""

    code = "own_appointment"
    status = 403
    message = _("不能任免本人")


class MixedRoles(Refusal):
    """Who keeps the system or the appointments never touches quota."""

    code = "mixed_roles"
    message = _("%(name)s 在此期间已任“%(role)s”：系统管理员、安全管理员、审计员与业务角色互不兼任")


class WrongTier(Refusal):
    """A role belongs to places of certain tiers."""

    code = "wrong_tier"
    message = _("“%(role)s”不能在 %(place)s（%(tier)s）任职")


class AlreadyHeld(Refusal):
    """Somebody holds the role there already at that time."""

    code = "already_held"
    message = _("%(name)s 在此期间已在 %(place)s 任“%(role)s”")


class EmptyTerm(Refusal):
    """A term ends before it begins."""

    code = "empty_term"
    message = _("任期的截止日期早于起始日期")


class NotInForce(Refusal):
    """An appointment that is over cannot be ended or deputised."""

    code = "not_in_force"
    message = _("该任职不在任期内")


class NoDeputy(Refusal):
    """Only a county head and the director have deputies, for a time within their own term."""

    code = "no_deputy"
    message = _(
        "只有县级局负责人与市局局长可以指定代理，代理期限须在本人任期之内，且代理人不得再指定代理"
    )


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    place: Place,
    first_day: date,
    last_day: date | None,
    document: str,
    by: Person,
    on: date,
) -> Appointment:
    """
    Give *person* a role at *place* from *first_day* through *last_day* (or without end).

    :raises OwnAppointment: if *by* would appoint itself.
    :raises MixedRoles: if a keeper of the system would touch quota, or be both keepers.
    :raises WrongTier: if the role does not belong to places of that tier.
    :raises AlreadyHeld: if the person holds the role there at that time.
    """
    access.require(by, Permission.APPOINT, place, on=on)
    if person.pk == by.pk:
        raise OwnAppointment()
    appointment = _make(
        person=person,
        role=Role(role),
        place=place,
        during=_term(first_day, last_day),
        document=document,
        by=by,
    )
    audit.record(
        verb="appointment.made",
        by=by,
        subject=person.username,
        role=str(role),
        place=place.code,
        document=document,
    )
    notices.send(to=[person], text=_told(appointment), url="/account/")
    return appointment


@transaction.atomic
def end(*, appointment: Appointment, last_day: date, by: Person, on: date) -> Appointment:
    """
    End an appointment and its deputies after *last_day*; what was done under it stays.

    :raises OwnAppointment: if it is the own one.
    :raises NotInForce: if it is over already.
    """
    access.require(by, Permission.APPOINT, appointment.place, on=on)
    if appointment.person_id == by.pk:
        raise OwnAppointment()
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    _end(appointment, last_day, on)
    audit.record(
        verb="appointment.ended",
        by=by,
        subject=appointment.person.username,
        role=appointment.role,
        place=appointment.place_id,
        last_day=last_day.isoformat(),
    )
    return appointment


@transaction.atomic
def name_deputy(
    *,
    appointment: Appointment,
    deputy: Person,
    first_day: date,
    last_day: date,
    document: str,
    by: Person,
    on: date,
) -> Appointment:
    """
    Let *deputy* stand in for *by* in its own *appointment* from *first_day* through *last_day*.

    The separation of acts still holds: what one of the two did, the other may check.

    :raises NoDeputy: if the role has none, the term reaches beyond the own, or *by* is a deputy.
    :raises OwnAppointment: if the deputy is *by*.
    """
    access.require(by, Permission.APPOINT_DEPUTY, appointment.place, on=on)
    if appointment.person_id != by.pk:
        raise NotPermitted(_("只能为本人的任职指定代理"), appointment=appointment.pk)
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if deputy.pk == by.pk:
        raise OwnAppointment()

    during, own = _term(first_day, last_day), appointment.during
    if first_day < on or (own.lower and first_day < own.lower):
        raise NoDeputy()
    beyond = own.upper is not None and during.upper > own.upper
    if appointment.deputy_of_id or appointment.role not in DEPUTISED or beyond:
        raise NoDeputy()

    made = _make(
        person=deputy,
        role=Role(appointment.role),
        place=appointment.place,
        during=during,
        document=document,
        by=by,
        deputy_of=appointment,
    )
    audit.record(
        verb="appointment.deputy_named",
        by=by,
        subject=deputy.username,
        role=appointment.role,
        place=appointment.place_id,
    )
    notices.send(to=[deputy], text=_told(made), url="/account/")
    return made


@transaction.atomic
def end_deputy(*, deputy: Appointment, last_day: date, by: Person, on: date) -> Appointment:
    """
    End a deputy's term early; only whom it stands in for does that.

    :raises NotInForce: if it is over already.
    """
    access.require(by, Permission.APPOINT_DEPUTY, deputy.place, on=on)
    if deputy.deputy_of is None or deputy.deputy_of.person_id != by.pk:
        raise NotPermitted(_("只能终止本人指定的代理"), appointment=deputy.pk)
    deputy = Appointment.objects.select_for_update().get(pk=deputy.pk)
    _end(deputy, last_day, on)
    audit.record(
        verb="appointment.ended",
        by=by,
        subject=deputy.person.username,
        role=deputy.role,
        place=deputy.place_id,
        last_day=last_day.isoformat(),
    )
    return deputy


def _make(
    *,
    person: Person,
    role: Role,
    place: Place,
    during: DateRange,
    document: str,
    by: Person,
    deputy_of: Appointment | None = None,
) -> Appointment:
    if place.tier not in TIERS.get(role, frozenset(Tier.values)):
        raise WrongTier(role=role.label, place=place.name, tier=place.get_tier_display())
    # The row is locked so that two appointments made at once see each other.
    person = Person.objects.select_for_update().get(pk=person.pk)
    for held in Appointment.objects.filter(person=person, during__overlap=during).select_related(
        "place"
    ):
        if held.role == role and held.place_id == place.pk:
            raise AlreadyHeld(name=person.name, place=place.name, role=role.label)
        keepers = KEEPERS & {role, Role(held.role)}
        if keepers and held.role != role:
            raise MixedRoles(name=person.name, role=held.get_role_display())
    return Appointment.objects.create(
        person=person,
        role=role,
        place=place,
        during=during,
        document=document,
        appointed_by=by,
        deputy_of=deputy_of,
    )


def _end(appointment: Appointment, last_day: date, on: date) -> None:
    """Let it end after *last_day*, which is not before yesterday: the past is not rewritten."""
    during = appointment.during
    until = last_day + timedelta(days=1)
    if until < on or (during.upper is not None and until > during.upper):
        raise NotInForce()
    if during.lower and until < during.lower:
        until = during.lower
    for one in (appointment, *appointment.deputies.filter(during__overlap=DateRange(until, None))):
        lower = one.during.lower
        one.during = DateRange(lower, max(until, lower) if lower else until)
        one.save(update_fields=["during"])


def _term(first_day: date, last_day: date | None) -> DateRange:
    if last_day is not None and last_day < first_day:
        raise EmptyTerm()
    return DateRange(first_day, last_day + timedelta(days=1) if last_day else None)


def _told(appointment: Appointment) -> str:
    """Say to the person what it has become; a notice is read in the language of the notice box."""
    return str(
        _("您已被任命为 %(place)s %(role)s")
        % {"place": appointment.place.name, "role": appointment.get_role_display()}
    )
