"""Competing applications of a reserve, in the order of §6 and P3, and what the reserve has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch

from allocation.models import Application, ApplicationSource
from allocation.rules import priority
from allocation.rules.priority import Claimant, Class
from allocation.rules.queue import reasons_of
from allocation.selectors import stocks
from allocation.selectors.stocks import Owner
from allocation.vocabulary import WAITING, Priority
from monitoring.rules.gate import JudgementFacts
from monitoring.rules.reasons import Reason
from monitoring.selectors import gates
from monitoring.selectors.outstanding import outstanding_among
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An application in the queue: its class, why it stands there, and what it wants."""

    application: Application
    claimant: Claimant
    standing: Class
    wanted: Mapping[Pollutant, Grams]

    @property
    def reasons(self) -> Sequence[Reason]:
        """Say by what it stands within its class."""
        return reasons_of(self.claimant)


def of(reserve: Place, *, on: date) -> list[Queued]:
    """List the applications that wait for what *reserve* has, whom it serves first on top."""
    tier = Tier(reserve.tier)
    mine = ApplicationSource.objects.filter(place=reserve)
    rows = list(
        Application.objects.waiting()
        .filter(pk__in=mine.values("application"))
        .select_related("place", "project__place", "project__polluter")
        .prefetch_related(Prefetch("sources", mine, to_attr="asked"))
        .order_by("pk")
    )
    parks = outstanding_among({row.project.place_id for row in rows}, on)
    results = {
        place.pk: [gates.facts_of(one) for one in gates.judgements_of(place)]
        for place in {row.place for row in rows}
    }
    found = []
    for row in rows:
        wanted = {Pollutant(one.pollutant): Grams(one.grams) for one in row.asked}
        media = {pollutant.medium for pollutant in wanted}
        claimant = _claimant(
            row, results[row.place_id], media, outstanding=row.project.place_id in parks, on=on
        )
        found.append(
            Queued(
                application=row,
                claimant=claimant,
                standing=priority.standing_of(claimant, tier),
                wanted=wanted,
            )
        )
    return sorted(found, key=lambda one: priority.order(one.claimant, tier))


def _claimant(
    application: Application,
    results: Sequence[JudgementFacts],
    media: Iterable[Medium],
    *,
    outstanding: bool,
    on: date,
) -> Claimant:
    """
    Give an application as the queue sees it, with what its place did last year.

    One that draws on both media is as its place did in the weaker of them.
    """
    last = [_last_year(results, medium, on=on) for medium in media]
    known = [one for one in last if one is not None]
    judged = bool(last) and len(known) == len(last)
    improvements = [one.improvement for one in known]
    least: Decimal | None = None
    if judged and None not in improvements:
        least = min(one for one in improvements if one is not None)
    return Claimant(
        number=application.number,
        priority=Priority(application.project.priority),
        strategic=application.project.is_strategic,
        outstanding_park=outstanding,
        quality_met=judged and all(one.quality_met for one in known),
        task_done=judged and all(one.task_done for one in known),
        improvement=least,
        filed_on=application.filed_on or on,
        judged=judged,
    )


def _last_year(
    results: Sequence[JudgementFacts], medium: Medium, *, on: date
) -> JudgementFacts | None:
    """Find the judgement of last year that stands on the day *on*."""
    return max(
        (
            one
            for one in results
            if one.medium is medium and one.year == on.year - 1 and one.since <= on
        ),
        key=lambda one: (one.confirmed_on, one.version),
        default=None,
    )


def free(reserve: Place) -> dict[Pollutant, Grams]:
    """Give what *reserve* has free of every pollutant."""
    owner = Owner(place=reserve.pk)
    there = stocks.free([owner])
    return {
        pollutant: there[owner, pollutant].total if (owner, pollutant) in there else NOTHING
        for pollutant in Pollutant
    }


def waiting_at(reserves: Iterable[Place]) -> dict[str, int]:
    """Count the applications that wait for each reserve."""
    return dict(
        ApplicationSource.objects.filter(
            place__in=[reserve.pk for reserve in reserves], application__status__in=WAITING
        )
        .order_by()
        .values_list("place")
        .annotate(waiting=Count("application", distinct=True))
    )
