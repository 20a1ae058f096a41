"""What the desk waits for: the act that comes next on an application, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.models import Application, ApplicationSource, Project
from allocation.rules.sheet_codes import SheetCode
from allocation.selectors import clocks, sight, signing, trade_waiting
from allocation.vocabulary import ApplicationStatus, Hand, Moment
from allocation.workflows import APPLICATION
from quota_registry.kernel.models import Person, Place, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium, Tier
from quota_registry.kernel.workflow import acted
from reserve.selectors.waiting import ToDo

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
    spoken = {
        Medium(one.medium)
        for one in application.opinions.all()
        if one.version == application.version
    }
    return {line.medium for line in application.lines.all()} - spoken


def needs_countersign(application: Application) -> bool:
    """Say whether the release waits for a second signature: outside §6's list, or of Lake Tai."""
    codes = {
        reason["code"]
        for sheet in application.sheets.all()
        if sheet.version == application.version and sheet.moment == Moment.HELD
        for row in sheet.content
        for reason in row["reasons"]
    }
    return bool(codes & _NEEDS_SECOND) and not any(
        one.version == application.version and one.hand == Hand.COUNTERSIGN
        for one in application.signatures.all()
    )


def _before_release(application: Application) -> Iterator[Awaited]:
    for place in signing.missing(application):
        verb, permission = signing.SIGNS[Tier(place.tier)]
        # The province has no seat of its own here: the general office records its document.
        at = application.place if place.tier == Tier.PROVINCE else place
        yield Awaited(verb, permission, at, signs_for=place)
    if needs_countersign(application):
        yield Awaited("countersign", Permission.COUNTERSIGN, application.place)


_RIGHTS: Final = {
    Permission.SCREEN_APPLICATION: ApplicationStatus.FILED,
    Permission.REVIEW_WATER: ApplicationStatus.SCREENED,
    Permission.REVIEW_AIR: ApplicationStatus.SCREENED,
    Permission.HOLD_QUOTA: ApplicationStatus.ASSESSED,
    Permission.RELEASE_LOCAL: ApplicationStatus.HELD,
    Permission.RELEASE_CITY: ApplicationStatus.HELD,
    Permission.CONFIRM_BY_PROVINCE: ApplicationStatus.HELD,
    Permission.COUNTERSIGN: ApplicationStatus.HELD,
}
"""Under which status an application may wait for whoever holds a right."""


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """List what of the desk waits for an act of *person*, what is about to lapse first."""
    found = [
        *trade_waiting.waiting_for(person, on=on, limit=limit),
        *_to_decide(person, on=on, limit=limit),
        *_sent_back(person, on=on, limit=limit),
        *_to_class(person, on=on, limit=limit),
    ]
    return sorted(found, key=lambda line: line.rank)


def _to_decide(person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Yield the acts that applications wait for; queries grow with what is held alone."""
    condition = Q(pk__in=[])
    for right, status in _RIGHTS.items():
        if access.holds(person, right, on=on):
            drawn = ApplicationSource.objects.filter(
                access.within(person, right, on=on), application=OuterRef("pk")
            )
            condition |= Q(status=status) & (access.within(person, right, on=on) | Q(Exists(drawn)))
    rows = list(
        sight.whole(Application.objects.filter(condition))
        .select_related("place", "project__place", "project__polluter__place")
        .annotate(since=Subquery(_last_step("at")))
        .order_by("pk")[:limit]
    )
    hands: dict[int, set[tuple[str, int]]] = {}
    steps = Step.objects.filter(workflow=APPLICATION.name, subject__in=[row.pk for row in rows])
    for subject, verb, hand in steps.order_by().values_list("subject", "verb", "person"):
        hands.setdefault(subject, set()).add((verb, hand))
    for row in rows:
        yield from _lines(row, person, hands.get(row.pk, set()), on=on)


def _lines(
    application: Any, person: Person, hands: set[tuple[str, int]], *, on: date
) -> Iterator[ToDo]:
    for act in awaited(application):
        apart = next(row.apart for row in APPLICATION.transitions if row.verb == act.verb)
        if not access.may(person, act.permission, act.place, on=on):
            continue
        if any((verb, person.pk) in hands for verb in apart):
            continue
        due = (
            clocks.clock_of(application, on=on).lapses_on
            if application.status == ApplicationStatus.HELD
            else None
        )
        yield _line(
            application,
            verb=act.verb,
            what=act.label,
            due=due,
            overdue_days=max(0, (on - due).days) if due else 0,
        )


def _sent_back(person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Yield the drafts that were sent back, for whoever may change and file them."""
    rows = (
        Application.objects.filter(
            access.within(person, Permission.FILE_APPLICATION, on=on),
            status=ApplicationStatus.DRAFT,
            version__gt=0,
        )
        .select_related("project")
        .annotate(since=Subquery(_last_step("at")), last=Subquery(_last_step("verb")))
        .filter(last="send_back")
        .order_by("pk")[:limit]
    )
    for row in rows:
        yield _line(row, verb="file", what=_("修改后再次提交"))


def _to_class(person: Person, *, on: date, limit: int) -> Iterator[ToDo]:
    """Yield the projects whose strategic class waits for a second person with its file."""
    rows = (
        Project.objects.filter(
            access.within(person, Permission.APPROVE_STRATEGIC, on=on),
            strategic_approved_by=None,
            strategic_file__isnull=False,
        )
        .exclude(strategic_class="")
        .exclude(recorded_by=person)
        .order_by("pk")[:limit]
    )
    for row in rows:
        yield ToDo(
            verb="approve_strategic",
            what=_("认定战略性新兴产业"),
            number=row.number,
            object=row.name,
            since=row.changed_at,
            due=None,
            overdue_days=0,
            url_name="allocation:project",
            url_args=(row.number,),
        )


def _line(application: Any, *, verb: str, what: str | Promise, **more: Any) -> ToDo:
    return ToDo(
        verb=verb,
        what=what,
        number=application.number,
        object=application.project.name,
        since=application.since,
        **({"due": None, "overdue_days": 0} | more),
        url_name="allocation:application",
        url_args=(application.number,),
    )


def _last_step(column: str) -> Any:
    return (
        Step.objects.filter(workflow=APPLICATION.name, subject=OuterRef("pk"))
        .order_by("-pk")
        .values(column)[:1]
    )
