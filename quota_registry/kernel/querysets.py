"""How kernel rows are asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from quota_registry.kernel import pinyin

if TYPE_CHECKING:
    from quota_registry.kernel.models import Place


def polluter_named(words: str, polluter: str = "") -> Q:
    """
    Return the condition that keeps rows whose polluter's name, or its pinyin, contains *words*.

    ``polluter`` leads from the rows to it, as ``"outlet__polluter__"``.
    """
    found = Q((f"{polluter}name__icontains", words))
    if letters := pinyin.typed(words):
        found |= Q((f"{polluter}pinyin__contains", letters))
    return found


class PlaceQuerySet(models.QuerySet[Any]):
    """Places by where they lie and when they were."""

    def below(self, place: Place) -> PlaceQuerySet:
        """Keep *place* and everything below it."""
        return self.filter(path__startswith=place.path)

    def in_force(self, on: date) -> PlaceQuerySet:
        """Keep places that existed on the day *on*."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_until=None) | Q(valid_until__gt=on)
        )


class PolluterQuerySet(models.QuerySet[Any]):
    """Polluters by place and by what somebody types to find them."""

    def below(self, place: Place) -> PolluterQuerySet:
        """Keep polluters that lie in *place* or below it."""
        return self.filter(place__path__startswith=place.path)

    def matching(self, words: str) -> PolluterQuerySet:
        """Keep polluters whose name, its pinyin, code or permit number contains *words*."""
        named = polluter_named(words) | Q(uscc__icontains=words)
        if not words.isascii():
            return self.filter(named)
        # Two questions in one, each of which its indexes answer: with OR none of them would.
        known: models.QuerySet[Any] = self.model._base_manager.order_by()
        found = known.filter(named).values("pk")
        return self.filter(
            pk__in=found.union(known.filter(permits__number__icontains=words).values("pk"))
        )


class PermitQuerySet(models.QuerySet[Any]):
    """Permits by place."""

    def below(self, place: Place) -> PermitQuerySet:
        """Keep permits of polluters that lie in *place* or below it."""
        return self.filter(polluter__place__path__startswith=place.path)


class AppointmentQuerySet(models.QuerySet[Any]):
    """Appointments by the day they hold on."""

    def in_force(self, on: date) -> AppointmentQuerySet:
        """Keep appointments that hold on the day *on*."""
        return self.filter(during__contains=on)
