"""The register of parks: which there are, and who lies in them since when (§15)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from parks.models import Member, Park, SewageWorks
from parks.refusals import EndsBeforeItBegins, MemberElsewhere, NotAPark
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
    access.require(by, Permission.KEEP_PARKS, member.place, on=on)
    member = Member.objects.select_for_update().get(pk=member.pk)
    joined = member.during.lower
    if left <= joined:
        raise EndsBeforeItBegins(left=left, joined=joined, clause=clause("15.1"))
    member.during = DateRange(joined, left)
    member.save(update_fields=["during"])
    return member


@transaction.atomic
def serve(*, place: Place, polluter: Polluter, since: date, by: Person, on: date) -> SewageWorks:
    """Record that a works takes the park's waste water from a day on."""
    access.require(by, Permission.KEEP_PARKS, place, on=on)
    works: SewageWorks
    works, _made = SewageWorks.objects.get_or_create(
        place=place, polluter=polluter, defaults={"during": DateRange(since, None)}
    )
    return works
