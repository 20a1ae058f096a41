"""Who may do what, where: every service asks here first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from quota_registry.kernel.models import Appointment, Person, Place
from quota_registry.kernel.permissions import GRANTS, Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.services import audit


def appointments_of(person: Person, *, on: date) -> list[Appointment]:
    """
    Return what *person* is appointed to on the day *on*, places included.

    One query per person object: what it ever was appointed to is kept on it for the request.
    """
    if (ever := person.__dict__.get("_appointments")) is None:
        ever = person.__dict__["_appointments"] = list(
            Appointment.objects.filter(person=person).select_related("place", "deputy_of")
        )
    return [
        appointment
        for appointment in ever
        if on in appointment.during
        and (appointment.deputy_of is None or on in appointment.deputy_of.during)
    ]


def roles_of(person: Person, *, on: date) -> set[str]:
    """Return the roles that *person* holds anywhere on the day *on*."""
    return {appointment.role for appointment in appointments_of(person, on=on)}


def paths(person: Person, permission: Permission, *, on: date) -> list[str]:
    """Return the paths of the places where *person* holds *permission*, widest first."""
    found = sorted(
        {
            appointment.place.path
            for appointment in appointments_of(person, on=on)
            if permission in GRANTS[appointment.role]
        }
    )
    return [path for path in found if not any(path != up and path.startswith(up) for up in found)]


def holds(person: Person, permission: Permission, *, on: date) -> bool:
    """Say whether *person* holds *permission* anywhere."""
    return bool(paths(person, permission, on=on))


def may(person: Person, permission: Permission, place: Place, *, on: date) -> bool:
    """Say whether *person* holds *permission* at *place*."""
    return any(place.path.startswith(path) for path in paths(person, permission, on=on))


def reaches(person: Person, place: Place, *, on: date) -> bool:
    """Say whether *place* lies in any place that *person* is appointed to."""
    return any(
        place.path.startswith(appointment.place.path)
        for appointment in appointments_of(person, on=on)
    )


def holders(permission: Permission, place: Place, *, on: date) -> list[Person]:
    """Return everybody who holds *permission* at *place* on the day *on*, deputies included."""
    return holders_of([permission], place, on=on)[permission]


def holders_of(
    permissions: Collection[Permission], place: Place, *, on: date
) -> dict[Permission, list[Person]]:
    """Return, for each of *permissions*, what `holders` does: one question for all of them."""
    roles = [role for role, granted in GRANTS.items() if not granted.isdisjoint(permissions)]
    found: dict[Permission, dict[int, Person]] = {permission: {} for permission in permissions}
    for appointment in _appointed(roles, place.lineage, on=on):
        for permission in GRANTS[appointment.role].intersection(permissions):
            found[permission].setdefault(appointment.person_id, appointment.person)
    return {permission: list(people.values()) for permission, people in found.items()}


def holders_among(
    permission: Permission, places: Collection[Place], *, on: date
) -> dict[str, list[Person]]:
    """Return, for each of *places* by its code, what `holders` does: one question for all."""
    roles = [role for role, granted in GRANTS.items() if permission in granted]
    codes = {code for place in places for code in place.lineage}
    appointments = list(_appointed(roles, codes, on=on))
    return {
        place.pk: list(
            dict.fromkeys(one.person for one in appointments if one.place_id in place.lineage)
        )
        for place in places
    }


def _appointed(roles: Collection[str], codes: Collection[str], *, on: date) -> QuerySet[Any]:
    """Return who holds these roles at these very places, deputies included, by their names."""
    return (
        Appointment.objects.in_force(on)
        .filter(Q(deputy_of=None) | Q(deputy_of__during__contains=on))
        .filter(role__in=roles, place__in=codes, person__is_active=True)
        .select_related("person")
        .order_by("person__username")
    )


def within(person: Person, permission: Permission, *, on: date, lookup: str = "place__path") -> Q:
    """Return the condition that keeps rows whose place lies where *person* holds *permission*."""
    condition = Q(pk__in=[])
    for path in paths(person, permission, on=on):
        condition |= Q(**{f"{lookup}__startswith": path})
    return condition


def require(person: Person, permission: Permission, place: Place, *, on: date) -> None:
    """
    Refuse unless *person* holds *permission* at *place*; else sign the transaction.

    :raises OutOfReach: if the place lies outside the person's places: there, nothing exists.
    :raises NotPermitted: if it lies inside, without the right.
    """
    if not reaches(person, place, on=on):
        raise OutOfReach(_("没有这个对象"))
    if not may(person, permission, place, on=on):
        raise NotPermitted(_("您没有办理此事的权限"), permission=str(permission), place=place.code)
    audit.sign(by=person)


def require_anywhere(person: Person, permission: Permission, *, on: date) -> None:
    """
    Refuse unless *person* holds *permission* somewhere, for acts that have no place.

    :raises NotPermitted: if no appointment grants it.
    """
    if not holds(person, permission, on=on):
        raise NotPermitted(_("您没有办理此事的权限"), permission=str(permission))
    audit.sign(by=person)
