"""Telling the park and the bureau what waits for them, and what was decided."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from parks.models import AnnualTotals, ParkYear
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices


def tell_park(year: ParkYear, *, by: Person, on: date, what: str | Promise = "") -> None:
    """
    Tell those who report the park's totals, but not *by*, what was decided of its year.

    That is where the year stands now, unless *what* says more.
    """
    with override(settings.LANGUAGE_CODE):
        text = _("%(place)s%(year)s年度：%(status)s") % {
            "place": year.place.name,
            "year": year.year,
            "status": what or year.get_status_display(),
        }
        url = reverse("parks:year", args=[year.place_id, year.year])
        _send(Permission.FILL_TOTALS, year.place, text, url, by=by, on=on)


def ask_park(totals: AnnualTotals, *, by: Person, on: date) -> None:
    """Ask the park's other people to check what was handed in."""
    _tell(Permission.FILL_TOTALS, totals, by=by, on=on)


def ask_bureau(totals: AnnualTotals, *, by: Person, on: date) -> None:
    """Ask the city office to decide on what was filed."""
    _tell(Permission.ACCEPT_TOTALS, totals, by=by, on=on)


def tell_totals(totals: AnnualTotals, *, by: Person, on: date) -> None:
    """Tell the park's people what was decided on their totals."""
    _tell(Permission.FILL_TOTALS, totals, by=by, on=on)


def _tell(right: Permission, totals: AnnualTotals, *, by: Person, on: date) -> None:
    with override(settings.LANGUAGE_CODE):
        text = _("%(place)s%(year)s年度排放总量第%(version)s版：%(status)s") % {
            "place": totals.place.name,
            "year": totals.year,
            "version": totals.version,
            "status": totals.get_status_display(),
        }
    url = reverse("parks:totals", args=[totals.place_id, totals.year])
    _send(right, totals.place, text, url, by=by, on=on)


def _send(right: Permission, place: Place, text: str, url: str, *, by: Person, on: date) -> None:
    people = [one for one in access.holders(right, place, on=on) if one.pk != by.pk]
    notices.send(to=people, text=text, url=url)
