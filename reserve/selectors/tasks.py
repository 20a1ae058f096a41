"""How far places are with their reductions (§5): from the ledger, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.models import Balance, Lot, ReductionTask
from reserve.vocabulary import AccountKind, LotSourceKind


@dataclass(frozen=True, slots=True)
class Progress:
    """A task and the grams that admitted claims of works finished in its year gave to it."""

    task: ReductionTask
    grams: int

    @property
    def share(self) -> Fraction:
        """Give the part done, where 1 is the whole task."""
        return Fraction(self.grams, self.task.grams)

    @property
    def is_done(self) -> bool:
        """Say whether the ledger shows the task met; §10 still wants an officer's word."""
        return self.share >= 1


def progress(
    *, place: Place | None = None, year: int | None = None, medium: str | None = None
) -> list[Progress]:
    """
    List tasks with their progress, newest year first; of *place* and those below it if given.

    A claim counts for the place that declared it and for those above, in the year in which its
    works were finished. What was voided or corrected counts no more.
    """
    tasks: QuerySet[ReductionTask] = ReductionTask.objects.select_related("place", "set_by")
    if place is not None:
        tasks = tasks.filter(place__path__startswith=place.path)
    if year is not None:
        tasks = tasks.filter(year=year)
    if medium is not None:
        tasks = tasks.filter(pollutant__in=Pollutant.of_medium(Medium(medium)))
    return [Progress(task, task.given) for task in with_given(tasks)]


def with_given(tasks: QuerySet[ReductionTask] | None = None) -> QuerySet[Any]:
    """Add to each task, in ``given``, the grams that admitted claims gave to it; newest first."""
    if tasks is None:
        tasks = ReductionTask.objects.select_related("place")
    given = (
        Balance.objects.filter(
            account__kind=AccountKind.BINDING,
            account__pollutant=OuterRef("pollutant"),
            account__place__path__startswith=OuterRef("place__path"),
            lot__source__kind=LotSourceKind.CLAIM,
            lot__vintage__year=OuterRef("year"),
        )
        .order_by()
        .values("account__pollutant")
        .annotate(total=Sum("grams"))
        .values("total")
    )
    return tasks.annotate(given=Coalesce(Subquery(given), 0)).order_by(
        "-year", "place__path", F("pollutant")
    )


def verified(place: Place, year: int) -> dict[Pollutant, int]:
    """
    Sum, by pollutant, the grams verified of admitted claims of works finished in *year*.

    They count as `progress` counts: for the declaring place and those above it, as corrected
    since, and a voided claim not at all. What brought nothing is not named.
    """
    came = (
        Balance.objects.filter(
            account__kind=AccountKind.ORIGIN,
            lot__in=Lot.objects.filter(
                source__kind=LotSourceKind.CLAIM,
                source__place__path__startswith=place.path,
                vintage__year=year,
                voiding=None,
            ),
        )
        .order_by()
        .values("account__pollutant")
        .annotate(total=Sum("grams"))
    )
    # What came into being stands below zero where it came from.
    return {Pollutant(row["account__pollutant"]): -row["total"] for row in came if row["total"]}
