"""Telling a park's people where their year stands."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from parks.models import ParkYear
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices


def tell_park(year: ParkYear, *, by: Person, on: date) -> None:
    """Tell those who report the park's totals, but not *by*, what was decided of its year."""
    with override(settings.LANGUAGE_CODE):
        text = _("%(place)s%(year)s年度：%(status)s") % {
            "place": year.place.name,
            "year": year.year,
            "status": year.get_status_display(),
        }
        notices.send(
            to=[
                person
                for person in access.holders(Permission.FILL_TOTALS, year.place, on=on)
                if person.pk != by.pk
            ],
            text=text,
        )
