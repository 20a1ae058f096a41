"""How rows of the parks' year are asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

from parks.vocabulary import YearStatus


class DuringQuerySet(models.QuerySet[Any]):
    """Rows that hold for a while."""

    def on(self, day: date) -> DuringQuerySet:
        """Keep those that hold on a day."""
        return self.filter(during__contains=day)

    def in_year(self, year: int) -> DuringQuerySet:
        """Keep those that hold on any day of a year."""
        return self.filter(during__overlap=DateRange(date(year, 1, 1), date(year + 1, 1, 1)))


class ParkYearQuerySet(models.QuerySet[Any]):
    """Years of parks by what stands of them."""

    def standing(self) -> ParkYearQuerySet:
        """Keep the version of each year that stands; what it replaced stays on record."""
        return self.exclude(status=YearStatus.REPLACED)
