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
    _require_park(place)
    park, _made = Park.objects.update_or_create(
        place=place,
        defaults={"level": level, "administrator": administrator.strip(), "since": since},
    )
    return park


@transaction.atomic
def admit(*, place: Place, polluter: Polluter, joined: date, by: Person, on: date) -> Member:
    """
    Record that a polluter lies in a park from a day on.

    :raises NotAPark: if *place* is of another tier.
    :raises MemberElsewhere: if it lies in a park then already.
    """
    access.require(by, Permission.KEEP_PARKS, place, on=on)
    _require_park(place)
    Polluter.objects.select_for_update(no_key=True).get(pk=polluter.pk)
    member = Member(place=place, polluter=polluter, during=DateRange(joined, None))
    _refuse_two_parks(member)
    member.save()
    return member


@transaction.atomic
def leave(*, member: Member, left: date, by: Person, on: date) -> Member:
    """
    Record the day from which a polluter lies in a park no more; what it reported stays.

    :raises EndsBeforeItBegins: if that is not after it joined.
    :raises MemberElsewhere: if it lay in a park again before that day.
    """
    ended: Member = _ended(member, left, by=by, on=on)
    _refuse_two_parks(ended)
    ended.save(update_fields=["during"])
    return ended


@transaction.atomic
def serve(*, place: Place, polluter: Polluter, since: date, by: Person, on: date) -> SewageWorks:
    """
    Record that a works takes the park's waste water from a day on.

    :raises NotAPark: if *place* is of another tier.
    :raises ServesAlready: if it does then already.
    """
    access.require(by, Permission.KEEP_PARKS, place, on=on)
    _require_park(place)
    Polluter.objects.select_for_update(no_key=True).get(pk=polluter.pk)
    works = SewageWorks(place=place, polluter=polluter, during=DateRange(since, None))
    _refuse_serving_twice(works)
    works.save()
    return works


@transaction.atomic
def stop_serving(*, works: SewageWorks, last: date, by: Person, on: date) -> SewageWorks:
    """
    Record the day from which a works takes the park's waste water no more.

    :raises EndsBeforeItBegins: if that is not after it began.
    :raises ServesAlready: if it did so again before that day.
    """
    ended: SewageWorks = _ended(works, last, by=by, on=on)
    _refuse_serving_twice(ended)
    ended.save(update_fields=["during"])
    return ended


def _ended(row: Member | SewageWorks, last: date, *, by: Person, on: date) -> Any:
    """Give a row as it would end; its polluter's spans are held, so that no other comes between."""
    access.require(by, Permission.KEEP_PARKS, row.place, on=on)
    Polluter.objects.select_for_update(no_key=True).get(pk=row.polluter_id)
    found = type(row).objects.select_for_update().get(pk=row.pk)
    first = found.during.lower
    if last <= first:
        raise EndsBeforeItBegins(left=last, joined=first, clause=clause("15.1"))
    found.during = DateRange(first, last)
    return found


def _require_park(place: Place) -> None:
    if place.tier != Tier.PARK:
        raise NotAPark(place=place.name, clause=clause("15.1"))


def _refuse_two_parks(member: Member) -> None:
    others = Member.objects.filter(polluter=member.polluter_id, during__overlap=member.during)
    standing = others.exclude(pk=member.pk).select_related("place").first()
    if standing is not None:
        raise MemberElsewhere(
            name=member.polluter.name, place=standing.place.name, clause=clause("15.1")
        )


def _refuse_serving_twice(works: SewageWorks) -> None:
    others = SewageWorks.objects.filter(
        place=works.place_id, polluter=works.polluter_id, during__overlap=works.during
    )
    if others.exclude(pk=works.pk).exists():
        raise ServesAlready(name=works.polluter.name, place=works.place.name, clause=clause("15.1"))
