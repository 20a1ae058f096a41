"""Telling people that something waits for them, or what became of what they declared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from quota_registry.kernel.models import Person, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, notices
from quota_registry.kernel.workflow import acted, hands_of
from reserve.models import Claim
from reserve.selectors import waiting
from reserve.vocabulary import ClaimStatus
from reserve.workflows import CLAIM


@dataclass(frozen=True, slots=True)
class _Told:
    claim: Claim
    by: Person
    on: date | None
    """The day, where those are told for whom the claim waits; nothing where its declarers are."""
    note: str = ""
    before: frozenset[str] = frozenset()


_gathered: ContextVar[list[_Told] | None] = ContextVar("told", default=None)


@contextmanager
def together() -> Iterator[None]:
    """
    Gather what is told inside, so that many claims are one line in a box and not as many.

    What is gathered inside of another gathering is told with it.
    """
    if _gathered.get() is not None:
        yield
        return
    told: list[_Told] = []
    token = _gathered.set(told)
    try:
        yield
    finally:
        _gathered.reset(token)
    _tell_next_of(told)
    _tell_declarers_of(told)


def tell_next(claim: Claim, *, by: Person, on: date, before: frozenset[str] = frozenset()) -> None:
    """
    Put a line into the box of everybody for whom *claim* now waits, but not of *by*.

    ``before`` names the acts that it waited for already: whoever was asked once is not asked
    again because another act was done meanwhile.
    """
    if (told := _gathered.get()) is not None:
        told.append(_Told(claim, by, on, before=before))
        return
    asked = [step for step in waiting.asked_of(claim) if step.verb not in before]
    if not asked:
        return
    hands = hands_of(CLAIM, claim)
    holders = access.holders_of({step.permission for step in asked}, claim.place, on=on)
    with override(settings.LANGUAGE_CODE):
        lines = []
        for step in asked:
            barred = {by.pk}.union(*(hands[verb] for verb in step.apart))
            people = [one for one in holders[step.permission] if one.pk not in barred]
            lines.append(notices.Line(people, _asked(claim, step.label), url_of(claim)))
    notices.send_all(lines)


def tell_declarer(claim: Claim, *, by: Person, note: str = "") -> None:
    """Tell who wrote *claim*, and who filed it, where it stands now and why."""
    if (told := _gathered.get()) is not None:
        told.append(_Told(claim, by, None, note))
        return
    people = list(Person.objects.filter(pk__in=acted(CLAIM, claim, ["file"]) - {by.pk}))
    with override(settings.LANGUAGE_CODE):
        text = _("%(claim)s · %(project)s：%(status)s") % {
            "claim": claim.number,
            "project": claim.project,
            "status": ClaimStatus(claim.status).label,
        }
    notices.send(to=people, text=f"{text}（{note}）" if note else text, url=url_of(claim))


def tell(
    permission: Permission, claim: Claim, what: str | Promise, *, by: Person, on: date
) -> None:
    """Tell everybody who holds *permission* where *claim* was declared that *what* is asked."""
    with override(settings.LANGUAGE_CODE):
        notices.send(
            to=[p for p in access.holders(permission, claim.place, on=on) if p.pk != by.pk],
            text=_asked(claim, what),
            url=url_of(claim),
        )


def tell_person(
    person: Person, claim: Claim, what: str | Promise, *, by: Person, note: str = ""
) -> None:
    """Tell one person what became of something of theirs on *claim*, unless *person* did it."""
    if person.pk == by.pk:
        return
    with override(settings.LANGUAGE_CODE):
        text = _("%(claim)s · %(project)s：%(status)s") % {
            "claim": claim.number,
            "project": claim.project,
            "status": what,
        }
    notices.send(to=[person], text=f"{text}（{note}）" if note else text, url=url_of(claim))


def url_of(claim: Claim) -> str:
    """Return the address of a claim's page, or nothing where pages are not served."""
    try:
        return reverse(waiting.CLAIM_URL, args=[claim.number])
    except NoReverseMatch:
        return ""


def _asked(claim: Claim, what: str | Promise) -> str:
    return _("%(claim)s · %(project)s：请办理“%(what)s”") % {
        "claim": claim.number,
        "project": claim.project,
        "what": what,
    }


def _tell_next_of(told: Sequence[_Told]) -> None:
    by_place: dict[tuple[str, str, int, date], list[Claim]] = defaultdict(list)
    before: dict[str, set[int]] = defaultdict(set)
    for one in told:
        if one.on is not None:
            key = (one.claim.place_id, one.claim.status, one.by.pk, one.on)
            by_place[key].append(one.claim)
            for verb in one.before:
                before[verb].add(one.claim.pk)
    counted: dict[str | Promise, Counter[int]] = defaultdict(Counter)
    people: dict[int, Person] = {}
    for (_place, status, by, on), claims in by_place.items():
        waits = list(waiting.asked_of_many((claim.pk for claim in claims), status))
        holders = access.holders_of({step.permission for step, _ in waits}, claims[0].place, on=on)
        for step, waited_for in waits:
            asked = waited_for - before[step.verb]
            barred = _barred(asked, step.apart)
            for person in holders[step.permission]:
                left = len(asked) - barred[person.pk]
                if person.pk != by and left > 0:
                    people[person.pk] = person
                    counted[step.label][person.pk] += left
    lines = []
    with override(settings.LANGUAGE_CODE):
        for what, numbers in counted.items():
            for whom, number in numbers.items():
                text = _("%(count)s件申报：请办理“%(what)s”") % {"count": number, "what": what}
                lines.append(notices.Line([people[whom]], text, _list()))
    notices.send_all(lines)


def _barred(claims: set[int], verbs: Sequence[str]) -> Counter[int]:
    """Count for each person of how many *claims* it did an act that must be another's."""
    acts = Step.objects.filter(workflow=CLAIM.name, subject__in=claims, verb__in=list(verbs))
    hands = set(acts.order_by().values_list("person", "subject"))
    for verb, name in CLAIM.also.items():
        if verb in verbs:
            written = Claim.objects.filter(pk__in=claims).order_by()
            hands |= set(written.values_list(f"{name}__person", "pk"))
    return Counter(person for person, _claim in hands)


def _tell_declarers_of(told: Sequence[_Told]) -> None:
    gone: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for one in told:
        if one.on is None:
            gone[one.claim.status, one.note, one.by.pk].add(one.claim.pk)
    for (status, note, by), claims in gone.items():
        filed = Step.objects.filter(workflow=CLAIM.name, subject__in=claims, verb="file")
        hands = set(filed.order_by().values_list("person", "subject")) | set(
            Claim.objects.filter(pk__in=claims).order_by().values_list("writers__person", "pk")
        )
        numbers = Counter(person for person, _claim in hands if person != by)
        for person in Person.objects.filter(pk__in=numbers):
            with override(settings.LANGUAGE_CODE):
                text = _("%(count)s件申报：%(status)s") % {
                    "count": numbers[person.pk],
                    "status": ClaimStatus(status).label,
                }
            notices.send(to=[person], text=f"{text}（{note}）" if note else text, url=_list())


def _list() -> str:
    try:
        return reverse("reserve:claims")
    except NoReverseMatch:
        return ""
