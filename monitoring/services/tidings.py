"""Telling people what waits for them, and places what was ordered of them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from monitoring.models import Suspension
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices


def people_of(place: Place, *, on: date) -> list[Person]:
    """List who acts for *place*: those who record its measures and those who release its quota."""
    found = [
        *access.holders(Permission.RECORD_MEASURES, place, on=on),
        *access.holders(Permission.RELEASE_LOCAL, place, on=on),
    ]
    return list({person.pk: person for person in found}.values())


def ask(permission: Permission, suspension: Suspension, *, by: Person, on: date) -> None:
    """Tell everybody who may do the next act on *suspension*, but not *by*."""
    people = [
        person
        for person in access.holders(permission, suspension.place, on=on)
        if person.pk != by.pk
    ]
    _tell(people, suspension)


def tell_place(suspension: Suspension, *, by: Person, on: date) -> None:
    """Tell the place's people where *suspension* stands now."""
    _tell(
        [person for person in people_of(suspension.place, on=on) if person.pk != by.pk], suspension
    )


def _tell(people: list[Person], suspension: Suspension) -> None:
    with override(settings.LANGUAGE_CODE):
        text = _("%(place)s · %(scope)s：%(status)s") % {
            "place": suspension.place.name,
            "scope": suspension.get_scope_display(),
            "status": suspension.get_status_display(),
        }
        notices.send(
            to=people, text=text, url=reverse("monitoring:suspension", args=[suspension.number])
        )
