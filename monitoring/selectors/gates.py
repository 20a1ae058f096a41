"""What is closed for a place on a day, and why: the facts of §9, §10, §19, judged by the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from monitoring.models import GateOpening, Judgement, Suspension
from monitoring.rules import gate as rules
from monitoring.rules.gate import Gate, JudgementFacts, OpeningFacts, SuspensionFacts
from monitoring.vocabulary import JudgementStatus, SuspensionScope, Way
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier

STOOD = (JudgementStatus.CONFIRMED, JudgementStatus.REPLACED)
"""A judgement that was corrected later governed until its correction was confirmed."""


def gate_of(place: Place, pollutant: Pollutant, *, on: date, book: RuleBook | None = None) -> Gate:
    """Say which ways to quota of *pollutant* are open to *place* on the day *on*, and why."""
    return _judged(_known(place, on=on, book=book), pollutant.medium, pollutant)


def gates_of(
    place: Place, *, on: date, book: RuleBook | None = None
) -> dict[Medium | Pollutant, Gate]:
    """
    Say the same for every pollutant, and for each medium as a whole.

    The medium's own leaves aside what was opened on application, which is for one pollutant.
    """
    known = _known(place, on=on, book=book)
    found: dict[Medium | Pollutant, Gate] = {
        medium: _judged(known, medium, None) for medium in Medium
    }
    return found | {one: _judged(known, one.medium, one) for one in Pollutant}


def suspensions_closing(place: Place, *, on: date) -> list[Suspension]:
    """
    List the orders that bind *place* on the day *on*, oldest first.

    A park answers to its own orders and to its county's (RULES §3).
    """
    return list(
        Suspension.objects.closing(on)
        .filter(place__in=bound_by(place))
        .select_related("place")
        .order_by("during", "pk")
    )


def openings_of(place: Place, *, on: date) -> list[GateOpening]:
    """List what is open to *place* on application on the day *on*."""
    return list(
        GateOpening.objects.in_force(on).filter(place=place).select_related("by").order_by("pk")
    )


def opened_by(
    person: Person, place: Place, ways: Iterable[tuple[Pollutant, Way]], *, on: date
) -> GateOpening | None:
    """
    Find an opening of one of *ways* that *person* gave and that is in force.

    Where a judgement that came since opens the way by itself, it is closed before its end: as
    long as it stands, the database takes it that the way is open by it.
    """
    asked = set(ways)
    given = GateOpening.objects.in_force(on).filter(place=place, by=person).order_by("pk")
    return next((one for one in given if (one.pollutant, one.way) in asked), None)


def judgements_of(place: Place) -> list[Judgement]:
    """List the judgements of *place* that govern or governed it, oldest first."""
    return list(
        Judgement.objects.filter(place=place, status__in=STOOD).order_by(
            "year", "medium", "version"
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the rule is asked with, read once."""

    judgements: Sequence[JudgementFacts]
    suspensions: Sequence[SuspensionFacts]
    openings: Sequence[OpeningFacts]
    on: date
    book: RuleBook
    is_park: bool


def _known(place: Place, *, on: date, book: RuleBook | None) -> _Known:
    return _Known(
        judgements=[facts_of(judgement) for judgement in judgements_of(place)],
        suspensions=_orders(suspensions_closing(place, on=on)),
        openings=_openings(openings_of(place, on=on)),
        on=on,
        book=book or rulebooks.in_force(on),
        is_park=place.tier == Tier.PARK,
    )


def _judged(known: _Known, medium: Medium, pollutant: Pollutant | None) -> Gate:
    return rules.gate(
        medium=medium,
        judgements=known.judgements,
        suspensions=known.suspensions,
        openings=known.openings if pollutant else (),
        pollutant=pollutant,
        on=known.on,
        book=known.book,
        is_park=known.is_park,
    )


def facts_of(judgement: Judgement) -> JudgementFacts:
    """Give the facts of a judgement that stood, as the rule of §10 takes them."""
    assert judgement.confirmed_on is not None
    improvement: Decimal | None = judgement.improvement
    return JudgementFacts(
        year=judgement.year,
        medium=Medium(judgement.medium),
        quality_met=judgement.quality_met,
        task_done=judgement.task_done,
        improvement=improvement,
        confirmed_on=judgement.confirmed_on,
        version=judgement.version,
    )


def _orders(suspensions: Iterable[Suspension]) -> Sequence[SuspensionFacts]:
    return [
        SuspensionFacts(
            scope=SuspensionScope(one.scope),
            starts=one.during.lower,
            ends=one.during.upper,
            place=one.place.name,
            document=one.document,
            of_park=one.place.tier == Tier.PARK,
        )
        for one in suspensions
    ]


def _openings(openings: Iterable[GateOpening]) -> Sequence[OpeningFacts]:
    return [
        OpeningFacts(
            way=Way(one.way),
            pollutant=Pollutant(one.pollutant),
            starts=one.during.lower,
            ends=one.during.upper,
            document=one.document,
        )
        for one in openings
    ]


def bound_by(place: Place) -> QuerySet[Place]:
    """Return the places whose orders bind *place*: its own, and for a park its county's."""
    return Place.objects.filter(Q(pk=place.pk) | Q(pk__in=place.lineage, tier=Tier.COUNTY))


def binds(at: Place, place: Place) -> bool:
    """Say whether an order given at *at* is one that binds *place* (see `bound_by`)."""
    return at.pk == place.pk or (at.tier == Tier.COUNTY and at.pk in place.lineage)
