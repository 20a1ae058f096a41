"""How rows of the watch are asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q

from monitoring.vocabulary import JudgementStatus, StationKind, SuspensionStatus, TargetStatus

if TYPE_CHECKING:
    from quota_registry.kernel.models import Place

CLOSING = (SuspensionStatus.IN_FORCE, SuspensionStatus.LIFT_PROPOSED)

ISSUED = ~Q(status__in=[SuspensionStatus.PROPOSED, SuspensionStatus.DROPPED]) & (
    Q(lifted_on=None) | Q(during__startswith__lt=F("lifted_on"))
)
"""Orders that close their days: no proposals, and none that was taken back by its first day."""

BEGAN = Q(closed_on=None) | Q(during__startswith__lt=F("closed_on"))
"""Rows with days, but for those that were taken back by their first day."""


class StationQuerySet(models.QuerySet[Any]):
    """Stations by kind, place and day."""

    def below(self, place: Place) -> StationQuerySet:
        """Keep stations of *place* and of places below it."""
        return self.filter(place__path__startswith=place.path)

    def of_kind(self, kind: StationKind) -> StationQuerySet:
        """Keep stations of one kind."""
        return self.filter(kind=kind)

    def standing(self, on: date) -> StationQuerySet:
        """Keep stations in use on the day *on*."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)


class SuspensionQuerySet(models.QuerySet[Any]):
    """Orders of suspension by what they close and when."""

    def issued(self) -> SuspensionQuerySet:
        """Keep orders that close their days, or closed them."""
        return self.filter(ISSUED)

    def closing(self, on: date) -> SuspensionQuerySet:
        """Keep orders that close something on the day *on* (§9, §19)."""
        return self.issued().filter(during__contains=on)

    def with_over(self, on: date) -> SuspensionQuerySet:
        """Say, in ``over``, whether an order that nobody lifted has gone by on the day *on*."""
        over = Q(status__in=CLOSING, during__endswith__lte=on)
        return cast("SuspensionQuerySet", self.annotate(over=over))

    def open(self) -> SuspensionQuerySet:
        """Keep orders that nobody has lifted yet."""
        return self.filter(status__in=CLOSING)


class TargetQuerySet(models.QuerySet[Any]):
    """Targets by what stands."""

    def in_force(self) -> TargetQuerySet:
        """Keep the targets that hold."""
        return self.filter(status=TargetStatus.IN_FORCE)


class JudgementQuerySet(models.QuerySet[Any]):
    """Yearly judgements by what stands."""

    def confirmed(self) -> JudgementQuerySet:
        """Keep the newest confirmed version of each."""
        return self.filter(status=JudgementStatus.CONFIRMED)


class DatedQuerySet(models.QuerySet[Any]):
    """What holds for its days and may close early: openings (§10) and outstanding parks (§6)."""

    def in_force(self, on: date) -> DatedQuerySet:
        """Keep what holds on the day *on*."""
        return self.began().filter(during__contains=on)

    def began(self) -> DatedQuerySet:
        """Leave out what was taken back before it began."""
        return self.filter(BEGAN)


class MeasuredQuerySet(models.QuerySet[Any]):
    """Measured amounts by what stands and what counts."""

    def newest(self) -> MeasuredQuerySet:
        """Keep the newest version of each figure."""
        later = self.model._default_manager.filter(
            monitor=OuterRef("monitor"),
            month=OuterRef("month"),
            pollutant=OuterRef("pollutant"),
            version__gt=OuterRef("version"),
        )
        return self.filter(~Exists(later))

    def standing(self) -> MeasuredQuerySet:
        """Keep the figures that stand: the newest of each, unless it was withdrawn."""
        return self.newest().filter(grams__isnull=False)

    def with_standing(self) -> MeasuredQuerySet:
        """
        Say in ``stood`` and ``barred`` whether a figure may be used in accounting.

        It may where the monitor was accepted and networked by the month's first day, and no day of
        the month is barred: what a month's sum owes to one bad day cannot be told (§17, §24).
        """
        bars = self.model._meta.get_field("monitor").related_model._meta.get_field("barred")
        month_after = Func(
            OuterRef("month"),
            template="(%(expressions)s + interval '1 month')::date",
            output_field=models.DateField(),
        )
        barred = Exists(
            bars.related_model._default_manager.filter(
                Q(during__endswith=None) | Q(during__endswith__gt=OuterRef("month")),
                monitor=OuterRef("monitor"),
                during__startswith__lt=month_after,
            )
        )
        stood = Q(monitor__accepted_on__lte=F("month"), monitor__networked_on__lte=F("month"))
        return cast(
            "MeasuredQuerySet",
            self.annotate(
                barred=barred,
                stood=models.Case(
                    models.When(stood, then=True),
                    default=False,
                    output_field=models.BooleanField(),
                ),
            ),
        )

    def counting(self) -> MeasuredQuerySet:
        """Keep what may be used in accounting: the figures that stand, of months that count."""
        return self.standing().with_standing().filter(barred=False, stood=True)
