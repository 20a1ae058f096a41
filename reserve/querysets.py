"""How rows of the stock are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, OuterRef, Subquery, When

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

    def filed_once(self) -> ClaimQuerySet:
        """Keep claims that left their draft by being filed: others are nobody's business yet."""
        return self.exclude(status=ClaimStatus.DRAFT).exclude(filed_on=None)

    def with_filed(self) -> ClaimQuerySet:
        """
        Add ``as_filed``: what was last filed, where the rows may say something else since.

        It is a `ClaimRevision.content`, and nothing where the claim stands as it was filed.
        """
        last = self.model._meta.get_field("revisions").related_model._default_manager.filter(
            claim=OuterRef("pk"), version=OuterRef("version")
        )
        found: ClaimQuerySet = self.annotate(
            as_filed=Case(
                When(
                    status__in=[ClaimStatus.RETURNED, ClaimStatus.WITHDRAWN],
                    then=Subquery(last.values("content")[:1]),
                ),
                output_field=models.JSONField(),
            )
        )
        return found

    def with_all(self) -> ClaimQuerySet:
        """Fetch what every page of a claim shows of it."""
        return self.select_related("place", "beneficiary", "polluter", "permit", "letter")


class CorrectionQuerySet(models.QuerySet[Any]):
    """Corrections by what became of them."""

    def pending(self) -> CorrectionQuerySet:
        """Keep proposals that nobody approved, rejected or took back."""
        return self.filter(approved_by=None, rejected_by=None)
