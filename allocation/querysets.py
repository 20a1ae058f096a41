"""How rows of the desk are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from allocation.vocabulary import GRANTED, WAITING, ApplicationStatus, TradeStatus
from quota_registry.kernel.models import Polluter, PolluterName

if TYPE_CHECKING:
    from quota_registry.kernel.models import Place


class ProjectQuerySet(models.QuerySet[Any]):
    """Construction projects by place."""

    def below(self, place: Place) -> ProjectQuerySet:
        """Keep projects of *place* and of places below it."""
        return self.filter(place__path__startswith=place.path)


class ApplicationQuerySet(models.QuerySet[Any]):
    """Applications by where they stand."""

    def waiting(self) -> ApplicationQuerySet:
        """Keep those that compete for what reserves have."""
        return self.filter(status__in=WAITING)

    def held(self) -> ApplicationQuerySet:
        """Keep those for which mass is set aside."""
        return self.filter(status=ApplicationStatus.HELD)

    def granted(self) -> ApplicationQuerySet:
        """Keep those whose project has its quota."""
        return self.filter(status__in=GRANTED)


class VoucherQuerySet(models.QuerySet[Any]):
    """Vouchers by place."""

    def below(self, place: Place) -> VoucherQuerySet:
        """Keep vouchers of *place* and of places below it."""
        return self.filter(place__path__startswith=place.path)


class ListedQuerySet(models.QuerySet[Any]):
    """Rows of the quarter's lists."""

    def with_code(self) -> ListedQuerySet:
        """Add ``code``: what the polluter bears today that the row names, also by a former code."""
        code = OuterRef("uscc")
        bears = Polluter.objects.filter(uscc=code).values("uscc")
        bore = PolluterName.objects.filter(uscc=code).order_by("-until", "-id")
        today = Coalesce(Subquery(bears), Subquery(bore.values("polluter__uscc")[:1]), F("uscc"))
        found: ListedQuerySet = self.annotate(code=today)
        return found

    def brought_in_by(self, first_day: date) -> ListedQuerySet:
        """Keep the rows of the quarter that begins on *first_day*, and of those before it."""
        return self.filter(quarter__lte=first_day)


class FindingQuerySet(models.QuerySet[Any]):
    """What dispatches found, by place."""

    def below(self, place: Place) -> FindingQuerySet:
        """Keep what was found at *place* and at places below it."""
        return self.filter(place__path__startswith=place.path)


COUNTS = Q(status__in=[TradeStatus.ACCEPTED, TradeStatus.POSTED])
"""Trades whose papers are used up: accepted, and not ended again."""


STANDS = ~Q(status__in=[TradeStatus.REFUSED, TradeStatus.WITHDRAWN])
"""Trades that have not ended without a posting."""


class TradeQuerySet(models.QuerySet[Any]):
    """Trades by their sides and where they stand."""

    def seen_from(self, within: Callable[[str], models.Q]) -> TradeQuerySet:
        """Keep those of which one side lies within: *within* makes the condition of a lookup."""
        return self.filter(within("seller_at__path") | within("buyer_at__path"))

    def posted(self) -> TradeQuerySet:
        """Keep those that were checked and posted."""
        return self.filter(status=TradeStatus.POSTED)

    def accepted(self) -> TradeQuerySet:
        """Keep those for which mass is set aside, if somebody of this city sells."""
        return self.filter(status=TradeStatus.ACCEPTED)

    def counting(self) -> TradeQuerySet:
        """Keep those whose papers are used up."""
        return self.filter(COUNTS)

    def standing(self) -> TradeQuerySet:
        """Keep those that have not ended without a posting."""
        return self.filter(STANDS)

    def under_way(self) -> TradeQuerySet:
        """Keep those that wait for somebody's act."""
        return self.filter(
            status__in=[TradeStatus.OFFERED, TradeStatus.CONSENTED, TradeStatus.ACCEPTED]
        )
