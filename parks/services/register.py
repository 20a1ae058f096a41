"""The register of parks: which there are, and who lies in them since when (§15)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from parks.models import Member, Park, SewageWorks
from parks.refusals import EndsBeforeItBegins, MemberElsewhere, NotAPark, ServesAlready
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Tier


@transaction.atomic
def record(
    *, place: Place, level: str, administrator: str, since: date, by: Person, on: date
) -> Park:
    """
    Put a park on the register, or correct what the register says of it.

    :raises NotAPark: if *place* is of another tier.
    """
    access.require(by, Permission.KEEP_PARKS, place, on=on)
    if place.tier != Tier.PARK:
        raise NotAPark(place=place.name, clause=clause("15.1"))
    park, _made = Park.objects.update_or_create(
        place=place,
        defaults={"level": level, "administrator": administrator.strip(), "since": since},
    )
    return park


@transaction.atomic
def admit(*, place: Place, polluter: Polluter, joined: date, by: Person, on: date) -> Member:
    """
    Record that a polluter lies in a park from a day on.

    :raises MemberElsewhere: if it lies in a park then already.
    """
    access.require(by, Permission.KEEP_PARKS, place, on=on)
    Polluter.objects.select_for_update(no_key=True).get(pk=polluter.pk)
    during = DateRange(joined, None)
    there = Member.objects.filter(polluter=polluter, during__overlap=during)
    if (standing := there.select_related("place").first()) is not None:
        raise MemberElsewhere(name=polluter.name, place=standing.place.name, clause=clause("15.1"))
    return Member.objects.create(place=place, polluter=polluter, during=during)


@transaction.atomic
def leave(*, member: Member, left: date, by: Person, on: date) -> Member:
    """
    Record the day from which a polluter lies in a park no more; what it reported stays.

    :raises EndsBeforeItBegins: if that is not after it joined.
    """
    ended: Member = _end(member, left, by=by, on=on)
    return ended


@transaction.atomic
def serve(*, place: Place, polluter: Polluter, since: date, by: Person, on: date) -> SewageWorks:
    """
    Record that a works takes the park's waste water from a day on.

    :raises ServesAlready: if it does then already.
    """
    access.require(by, Permission.KEEP_PARKS, place, on=on)
    Polluter.objects.select_for_update(no_key=True).get(pk=polluter.pk)
    during = DateRange(since, None)
    if SewageWorks.objects.filter(place=place, polluter=polluter, during__overlap=during).exists():
        raise ServesAlready(name=polluter.name, place=place.name, clause=clause("15.1"))
    return SewageWorks.objects.create(place=place, polluter=polluter, during=during)


@transaction.atomic
def stop_serving(*, works: SewageWorks, last: date, by: Person, on: date) -> SewageWorks:
    """
    Record the day from which a works takes the park's waste water no more.

    :raises EndsBeforeItBegins: if that is not after it began.
    """
    ended: SewageWorks = _end(works, last, by=by, on=on)
    return ended


def _end(row: Member | SewageWorks, last: date, *, by: Person, on: date) -> Any:
    access.require(by, Permission.KEEP_PARKS, row.place, on=on)
    found = type(row).objects.select_for_update().get(pk=row.pk)
    first = found.during.lower
    if last <= first:
        raise EndsBeforeItBegins(left=last, joined=first, clause=clause("15.1"))
    found.during = DateRange(first, last)
    found.save(update_fields=["during"])
    return found
