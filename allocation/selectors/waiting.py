"""What the desk waits for: the act that comes next on an application, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Max, OuterRef, Subquery
from django.utils.functional import Promise

from allocation.models import Application
from allocation.rules.sheet_codes import SheetCode
from allocation.selectors import clocks, signing
from allocation.vocabulary import ApplicationStatus, Hand, Moment
from allocation.workflows import APPLICATION
from quota_registry.kernel.models import Person, Place, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium, Tier
from quota_registry.kernel.workflow import acted
from reserve.selectors.waiting import ToDo

AWAITED: Final = (
    ApplicationStatus.FILED,
    ApplicationStatus.SCREENED,
    ApplicationStatus.ASSESSED,
    ApplicationStatus.HELD,
)

_SIGNS: Final = {
    Tier.PROVINCE: ("sign_province", Permission.CONFIRM_BY_PROVINCE),
    Tier.CITY: ("sign_city", Permission.RELEASE_CITY),
    Tier.COUNTY: ("sign_elsewhere", Permission.RELEASE_LOCAL),
    Tier.PARK: ("sign_elsewhere", Permission.RELEASE_LOCAL),
}
_ASSESSES: Final = {
    Medium.WATER: ("assess_water", Permission.REVIEW_WATER),
    Medium.AIR: ("assess_air", Permission.REVIEW_AIR),
}
_NEEDS_SECOND: Final = {SheetCode.UNLISTED_REASON.value, SheetCode.TAI_REASON.value}


@dataclass(frozen=True, slots=True)
class Awaited:
    """An act that an application waits for: its verb, the right to it, and at which place."""

    verb: str
    permission: Permission
    place: Place
    signs_for: Place | None = None

    @property
    def label(self) -> str | Promise:
        """Say what the act is called."""
        return next(row.label for row in APPLICATION.transitions if row.verb == self.verb)


def awaited(application: Application) -> list[Awaited]:
    """List the acts that *application* waits for now, the one that all wait for last."""
    at = application.place
    match ApplicationStatus(application.status):
        case ApplicationStatus.FILED:
            return [Awaited("screen", Permission.SCREEN_APPLICATION, at)]
        case ApplicationStatus.SCREENED:
            return [
                Awaited(*_ASSESSES[medium], at) for medium in sorted(media_waiting(application))
            ]
        case ApplicationStatus.ASSESSED:
            return [Awaited("hold", Permission.HOLD_QUOTA, at)]
        case ApplicationStatus.HELD:
            return list(_before_release(application)) or [
                Awaited("release", Permission.RELEASE_LOCAL, at)
            ]
        case _:
            return []


def hands_of(application: Application, *, on: date) -> list[Person]:
    """List everybody who may do the next act on *application* as a second pair of eyes."""
    found = {}
    for act in awaited(application):
        barred = barred_from(application, act.verb)
        for person in access.holders(act.permission, act.place, on=on):
            if person.pk not in barred:
                found[person.pk] = person
    return list(found.values())


def barred_from(application: Application, verb: str) -> set[int]:
    """Give the ids of those who may not do *verb*, since they acted before."""
    row = next(row for row in APPLICATION.transitions if row.verb == verb)
    return acted(APPLICATION, application, row.apart) if row.apart else set()


def media_waiting(application: Application) -> set[Medium]:
    """Say which divisions have not spoken yet of the version that stands."""
    if application.status != ApplicationStatus.SCREENED:
        return set()
    spoken = set(
        application.opinions.filter(version=application.version).values_list("medium", flat=True)
    )
    return {line.medium for line in application.lines.all()} - {Medium(one) for one in spoken}


def needs_countersign(application: Application) -> bool:
    """Say whether the release waits for a second signature: outside §6's list, or of Lake Tai."""
    sheet = application.sheets.filter(version=application.version, moment=Moment.HELD).first()
    if sheet is None:
        return False
    codes = {reason["code"] for row in sheet.content for reason in row["reasons"]}
    return (
        bool(codes & _NEEDS_SECOND)
        and not application.signatures.filter(
            version=application.version, hand=Hand.COUNTERSIGN
        ).exists()
    )


def _before_release(application: Application) -> Iterator[Awaited]:
    for place in signing.missing(application):
        verb, permission = _SIGNS[Tier(place.tier)]
        # The province has no seat of its own here: the general office records its document.
        at = application.place if place.tier == Tier.PROVINCE else place
        yield Awaited(verb, permission, at, signs_for=place)
    if needs_countersign(application):
        yield Awaited("countersign", Permission.COUNTERSIGN, application.place)


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """List the applications that wait for an act of *person*, those about to lapse first."""
    rights = {
        permission
        for permission in (
            Permission.SCREEN_APPLICATION,
            Permission.REVIEW_WATER,
            Permission.REVIEW_AIR,
            Permission.HOLD_QUOTA,
            Permission.RELEASE_LOCAL,
            Permission.RELEASE_CITY,
            Permission.CONFIRM_BY_PROVINCE,
            Permission.COUNTERSIGN,
        )
        if access.holds(person, permission, on=on)
    }
    if not rights:
        return []
    last = (
        Step.objects.filter(workflow=APPLICATION.name, subject=OuterRef("pk"))
        .values("subject")
        .annotate(last=Max("at"))
        .values("last")
    )
    rows = (
        Application.objects.filter(status__in=AWAITED)
        .select_related("place", "project__place", "project__polluter")
        .prefetch_related("lines")
        .annotate(since=Subquery(last))
        .order_by("pk")[:limit]
    )
    return sorted(
        (line for row in rows for line in _lines(row, person, rights, on=on)),
        key=lambda line: line.rank,
    )


def _lines(
    application: Any, person: Person, rights: set[Permission], *, on: date
) -> Iterator[ToDo]:
    for act in awaited(application):
        if act.permission not in rights or not access.may(person, act.permission, act.place, on=on):
            continue
        if person.pk in barred_from(application, act.verb):
            continue
        due = (
            clocks.clock_of(application, on=on).lapses_on
            if application.status == ApplicationStatus.HELD
            else None
        )
        yield ToDo(
            verb=act.verb,
            what=act.label,
            number=application.number,
            object=application.project.name,
            since=application.since,
            due=due,
            overdue_days=max(0, (on - due).days) if due else 0,
            url_name="allocation:application",
            url_args=(application.number,),
        )
