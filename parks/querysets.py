"""How rows of the parks' year are asked for."""

from __future__ import annotations

from typing import Any

from django.db import models

from parks.vocabulary import YearStatus


class ParkYearQuerySet(models.QuerySet[Any]):
    """Years of parks by what stands of them."""

    def standing(self) -> ParkYearQuerySet:
        """Keep the version of each year that stands; what it replaced stays on record."""
        return self.exclude(status=YearStatus.REPLACED)
