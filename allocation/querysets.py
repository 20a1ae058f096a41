"""How rows of the desk are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from allocation.vocabulary import GRANTED, WAITING, ApplicationStatus

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
