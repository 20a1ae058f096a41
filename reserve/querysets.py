"""How rows of the stock are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from reserve.vocabulary import ClaimStatus

if TYPE_CHECKING:
    from quota_registry.kernel.models import Place


class ClaimQuerySet(models.QuerySet[Any]):
    """Claims by place and by what bars what."""

    def below(self, place: Place) -> ClaimQuerySet:
        """Keep claims that *place* or a place below it declared."""
        return self.filter(place__path__startswith=place.path)

    def standing(self) -> ClaimQuerySet:
        """Keep claims that bar the same project from entering again (RULES §5)."""
        return self.exclude(status__in=[ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN])

    def with_all(self) -> ClaimQuerySet:
        """Fetch what every page of a claim shows of it."""
        return self.select_related("place", "beneficiary", "polluter", "permit", "letter")


class CorrectionQuerySet(models.QuerySet[Any]):
    """Corrections by what became of them."""

    def pending(self) -> CorrectionQuerySet:
        """Keep proposals that nobody approved, rejected or took back."""
        return self.filter(approved_by=None, rejected_by=None)
