"""What waits for whom, read from the table of the workflow: overdue first, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Person, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Medium, Pollutant
from quota_registry.kernel.workflow import Transition
from reserve.models import Claim, ClaimLine, Correction, Inspection, Opinion
from reserve.vocabulary import ClaimStatus, LineStatus
from reserve.workflows import CLAIM

CLAIM_URL: Final = "reserve:claim"
"""The name of a claim's page; its one argument is the claim's number."""

_SIDE_WAYS: Final = frozenset({"take_back", "withdraw", "return", "refuse", "order_inspection"})
"""What one may do at any time, but what nobody waits for."""


def _pending(medium: Medium) -> Q:
    return Q(
        Exists(
            ClaimLine.objects.filter(
                claim=OuterRef("pk"),
                status=LineStatus.PENDING,
                pollutant__in=Pollutant.of_medium(medium),
            )
        )
    )


def _signed(seat: str, **more: Any) -> Q:
    return Q(
        Exists(
            Opinion.objects.filter(
                claim=OuterRef("pk"), version=OuterRef("version"), seat=seat, **more
            )
        )
    )


_OPEN_VISIT: Final = Q(Exists(Inspection.objects.filter(claim=OuterRef("pk"), finding="")))

_CONDITIONS: Final[dict[str, Q]] = {
    "review_water": _pending(Medium.WATER),
    "review_air": _pending(Medium.AIR),
    "inspect": _OPEN_VISIT,
    "sign_water": ~_signed(Opinion.Seat.WATER),
    "sign_air": ~_signed(Opinion.Seat.AIR),
    "sign_office": ~_signed(Opinion.Seat.OFFICE),
    "conclude": _signed(Opinion.Seat.WATER, agrees=True)
    & _signed(Opinion.Seat.AIR, agrees=True)
    & _signed(Opinion.Seat.OFFICE, agrees=True)
    & ~_OPEN_VISIT,
}
"""Where the status alone does not say whether an act is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One line of somebody's desk: what is asked, of which object, since when, by when."""

    verb: str
    what: str | Promise
    number: str
    object: str
    since: datetime
    due: date | None
    overdue_days: int
    url_name: str
    url_args: tuple[str | int, ...]
    url_query: str = ""

    @property
    def url(self) -> str:
        """Give the address of the page on which it is done."""
        address = reverse(self.url_name, args=self.url_args)
        return f"{address}?{self.url_query}" if self.url_query else address

    @property
    def rank(self) -> tuple[Any, ...]:
        """Say where it stands on a desk: overdue first, then by due date, then by age."""
        return (-self.overdue_days, self.due or date.max, self.since, self.number)


def asked_of(claim: Claim) -> list[Transition]:
    """List the acts that *claim* waits for now, in the table's order."""
    steps = [step for step in CLAIM.from_status(claim.status) if step.verb not in _SIDE_WAYS]
    conditions = {
        step.verb: ExpressionWrapper(_CONDITIONS[step.verb], models.BooleanField())
        for step in steps
        if step.verb in _CONDITIONS
    }
    if not conditions:
        return steps
    # One question for all of them, whatever the status.
    holds = Claim.objects.filter(pk=claim.pk).values(**conditions).get()
    return [step for step in steps if holds.get(step.verb, True)]


def verbs_asked_of(claim: Claim) -> frozenset[str]:
    """Name the acts that *claim* waits for now."""
    return frozenset(step.verb for step in asked_of(claim))


def asked_of_many(claims: Iterable[int], status: str) -> Iterator[tuple[Transition, set[int]]]:
    """Give each act that claims of one status wait for, with the ids of those that do."""
    ids = list(claims)
    for step in CLAIM.from_status(status):
        if step.verb not in _SIDE_WAYS:
            asked = Claim.objects.filter(_CONDITIONS.get(step.verb, Q()), pk__in=ids)
            yield step, set(asked.order_by().values_list("pk", flat=True))


def waiting_for(person: Person, *, on: date, limit: int = 200) -> list[ToDo]:
    """
    List what waits for *person* on the day *on*: overdue first, then by due date, then by age.

    An act is left out where the person did one that must be another's, or where it was handed
    to a colleague. At most *limit* lines of each act.
    """
    found = [
        _line(claim, step, on=on)
        for step in _steps_for(person, on=on)
        for claim in claims_awaiting(step, person, on=on)[:limit]
    ]
    found += _corrections(person, on=on)
    return sorted(found, key=lambda line: line.rank)


def claims_awaiting(step: Transition, person: Person, *, on: date) -> QuerySet[Any]:
    """Return the claims on which *person* is asked to take *step*, oldest filing first."""
    sources = [source for source, row in CLAIM.rows() if row.verb == step.verb]
    took_another = Step.objects.filter(
        workflow=CLAIM.name, subject=OuterRef("pk"), person=person, verb__in=step.apart
    )
    last_step = Step.objects.filter(workflow=CLAIM.name, subject=OuterRef("pk")).order_by("-id")
    claims: QuerySet[Any] = (
        Claim.objects.filter(
            _CONDITIONS.get(step.verb, Q()),
            access.within(person, step.permission, on=on),
            Q(assigned_to=None) | Q(assigned_to=person),
            status__in=sources,
        )
        .exclude(Exists(took_another))
        .exclude(_counts_as_having_done(step.apart, person))
        .annotate(since=Coalesce(Subquery(last_step.values("at")[:1]), F("created_at")))
        .select_related("polluter")
        .order_by("since", "pk")
    )
    if step.verb == "file":
        # A draft waits for whoever writes it, a returned claim for everybody who declares there.
        claims = claims.filter(Q(status=ClaimStatus.RETURNED) | Q(assigned_to=person))
    return claims


def _counts_as_having_done(verbs: Iterable[str], person: Person) -> Q:
    told = [name for verb, name in CLAIM.also.items() if verb in verbs]
    return Q(*(Q((f"{name}__person", person)) for name in told), _connector=Q.OR)


def _steps_for(person: Person, *, on: date) -> list[Transition]:
    steps: dict[str, Transition] = {}
    for _source, step in CLAIM.rows():
        if step.verb not in _SIDE_WAYS and access.holds(person, step.permission, on=on):
            steps.setdefault(step.verb, step)
    return list(steps.values())


def _line(claim: Any, step: Transition, *, on: date) -> ToDo:
    due = claim.due_on if step.verb == "file" else None
    return ToDo(
        verb=step.verb,
        what=step.label,
        number=claim.number,
        object=f"{claim.project} · {claim.polluter.name}",
        since=claim.since,
        due=due,
        overdue_days=max(0, (on - due).days) if due else 0,
        url_name=CLAIM_URL,
        url_args=(claim.number,),
    )


def _corrections(person: Person, *, on: date) -> list[ToDo]:
    if not access.holds(person, Permission.APPROVE_CORRECTION, on=on):
        return []
    proposed = (
        Correction.objects.pending()
        .filter(
            access.within(person, Permission.APPROVE_CORRECTION, on=on, lookup="claim__place__path")
        )
        .exclude(proposed_by=person)
        .select_related("claim__polluter")
    )
    # Several pollutants of one claim are one line; a correction of all to nothing is a void.
    lines: dict[tuple[str, str], ToDo] = {}
    for correction in proposed:
        verb, what = (
            ("approve_correction", _("批准更正"))
            if correction.verified
            else ("void", _("批准作废"))
        )
        lines.setdefault(
            (verb, correction.claim.number),
            ToDo(
                verb=verb,
                what=what,
                number=correction.claim.number,
                object=f"{correction.claim.project} · {correction.claim.polluter.name}",
                since=correction.proposed_at,
                due=None,
                overdue_days=0,
                url_name=CLAIM_URL,
                url_args=(correction.claim.number,),
            ),
        )
    return list(lines.values())
