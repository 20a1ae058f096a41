"""Who lies in a park, and what its permits allow (§2, §15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet

from parks.models import Member
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import PermittedAmount, PermitVersion, Place, Polluter


def of_year(place: str, year: int) -> QuerySet[Any, Any]:
    """Give the keys of the polluters that lay in a park on any day of a year."""
    return Member.objects.in_year(year).filter(place=place).order_by().values_list("polluter_id")


def of_year_by_name(place: str, year: int) -> QuerySet[Polluter]:
    """Give the polluters that lay in a park on any day of a year, by their names."""
    return Polluter.objects.filter(pk__in=of_year(place, year)).order_by("sort_key", "id")


def permitted(place: str, on: date) -> Iterator[tuple[int, str, Grams]]:
    """
    List what the permits of a park's members of that year allowed on a day: polluter, pollutant.

    The newest version by the day counts; what a permit does not state is not there.
    """
    newest = (
        PermitVersion.objects.filter(
            permit__polluter__in=of_year(place, on.year), changed_on__lte=on
        )
        .order_by("permit_id", "-number")
        .distinct("permit_id")
        .values_list("pk", "cancelled")
    )
    standing = [pk for pk, cancelled in newest if not cancelled]
    rows = PermittedAmount.objects.filter(version__in=standing).order_by("version_id", "pollutant")
    for polluter, pollutant, grams in rows.values_list(
        "version__permit__polluter_id", "pollutant", "grams"
    ):
        yield polluter, pollutant, Grams(grams)


def listed(place: Place, year: int) -> list[tuple[int, str, str]]:
    """List the members of a year by key, name and code: what a new sheet begins with."""
    found = (
        Member.objects.in_year(year)
        .filter(place=place)
        .order_by("polluter__sort_key", "polluter_id")
        .values_list("polluter_id", "polluter__name", "polluter__uscc")
    )
    return list(dict.fromkeys(found))
