"""What the desk waits for: the act that comes next on an application, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise

from allocation.models import Application
from allocation.rules.sheet_codes import SheetCode
from allocation.selectors import signing
from allocation.vocabulary import ApplicationStatus, Hand, Moment
from allocation.workflows import APPLICATION
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium, Tier
from quota_registry.kernel.workflow import acted

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
                Awaited(*signing.ASSESSES[medium], at)
                for medium in sorted(media_waiting(application))
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
        verb, permission = signing.SIGNS[Tier(place.tier)]
        # The province has no seat of its own here: the general office records its document.
        at = application.place if place.tier == Tier.PROVINCE else place
        yield Awaited(verb, permission, at, signs_for=place)
    if needs_countersign(application):
        yield Awaited("countersign", Permission.COUNTERSIGN, application.place)
