"""Who lies in a park, and what its permits allow (§2, §15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from parks.models import Member
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import PermittedAmount, PermitVersion, Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant


def of_year(place: str, year: int) -> QuerySet[Any, Any]:
    """Give the keys of the polluters that lay in a park on any day of a year."""
    return Member.objects.in_year(year).filter(place=place).order_by().values_list("polluter_id")


def of_year_by_name(place: str, year: int) -> QuerySet[Polluter]:
    """Give the polluters that lay in a park on any day of a year, by their names."""
    return Polluter.objects.filter(pk__in=of_year(place, year)).order_by("sort_key", "id")


def on_the_day(place: str, day: date) -> QuerySet[Any, Any]:
    """Give the keys of the polluters that lie in a park on a day."""
    return Member.objects.on(day).filter(place=place).order_by().values_list("polluter_id")


def permitted(polluters: QuerySet[Any, Any], on: date) -> Mapping[int, Mapping[Pollutant, Grams]]:
    """
    Give what the permits of polluters allowed on a day, in grams by polluter and pollutant.

    Of each permit the newest version by the day counts, and what several allow adds up; what no
    permit states is not there.
    """
    newest = (
        PermitVersion.objects.filter(permit__polluter__in=polluters, changed_on__lte=on)
        .order_by("permit_id", "-number")
        .distinct("permit_id")
        .values_list("pk", "cancelled")
    )
    standing = [pk for pk, cancelled in newest if not cancelled]
    found: dict[int, dict[Pollutant, Grams]] = defaultdict(dict)
    for polluter, code, grams in PermittedAmount.objects.filter(version__in=standing).values_list(
        "version__permit__polluter_id", "pollutant", "grams"
    ):
        amounts, pollutant = found[polluter], Pollutant(code)
        amounts[pollutant] = Grams(amounts.get(pollutant, NOTHING) + grams)
    return found


def listed(place: Place, year: int) -> list[tuple[int, str, str]]:
    """List the members of a year by key, name and code: what a new sheet begins with."""
    found = (
        Member.objects.in_year(year)
        .filter(place=place)
        .order_by("polluter__sort_key", "polluter_id")
        .values_list("polluter_id", "polluter__name", "polluter__uscc")
    )
    return list(dict.fromkeys(found))
