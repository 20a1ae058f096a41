"""Which parks have outstanding results of limit-value management on a day (§6)."""

from __future__ import annotations

from datetime import date

from monitoring.models import OutstandingPark
from quota_registry.kernel.models import Place


def outstanding(place: Place, on: date) -> OutstandingPark | None:
    """Give the record by which *place* is an outstanding park on the day *on*, if it is one."""
    found: OutstandingPark | None = OutstandingPark.objects.in_force(on).filter(place=place).first()
    return found


def outstanding_among(places: set[str], on: date) -> set[str]:
    """Keep the codes of those places that are outstanding parks on the day *on*."""
    return set(
        OutstandingPark.objects.in_force(on)
        .filter(place__in=places)
        .order_by()
        .values_list("place", flat=True)
    )
