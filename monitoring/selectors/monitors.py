"""Whether a monitor's data count on a day, and how far places are with them (§17, §24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from monitoring.models import BarredSpan, Monitor
from monitoring.vocabulary import MonitorKind
from quota_registry.kernel.models import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many monitors a place has at each step on a day, and how many are overdue."""

    place: Place
    due: int
    installed: int
    accepted: int
    networked: int
    compared: int
    overdue: int
    barred: int


def counts(monitor: Monitor, on: date) -> bool:
    """
    Say whether the data of *monitor* of the day *on* may be used in accounting.

    It gives data at all, was accepted and networked by then, and no failed check bars the day.
    """
    stood = (
        monitor.kind != MonitorKind.VIDEO
        and monitor.accepted_on is not None
        and monitor.networked_on is not None
        and max(monitor.accepted_on, monitor.networked_on) <= on
    )
    return stood and not monitor.barred.filter(during__contains=on).exists()


def completeness(within: Q, *, on: date) -> list[Completeness]:
    """List the places inside that have monitors; *within* is a condition on the path."""
    places = Place.objects.filter(within).order_by("path")
    rows = {
        row["outlet__polluter__place"]: row
        for row in Monitor.objects.order_by()
        .filter(outlet__polluter__place__in=places)
        .values("outlet__polluter__place")
        .annotate(
            due=Count("pk", filter=Q(due_on__lte=on)),
            installed=Count("pk", filter=Q(installed_on__lte=on)),
            accepted=Count("pk", filter=Q(accepted_on__lte=on)),
            networked=Count("pk", filter=Q(networked_on__lte=on)),
            compared=Count("pk", filter=Q(compared_on__lte=on)),
            overdue=Count(
                "pk", filter=Q(due_on__lt=on) & (Q(installed_on=None) | Q(installed_on__gt=on))
            ),
        )
    }
    barred = dict(
        BarredSpan.objects.order_by()
        .filter(during__contains=on, monitor__outlet__polluter__place__in=rows)
        .values_list("monitor__outlet__polluter__place")
        .annotate(Count("monitor", distinct=True))
    )
    return [
        Completeness(
            place=place,
            barred=barred.get(place.pk, 0),
            **{
                name: rows[place.pk][name]
                for name in ("due", "installed", "accepted", "networked", "compared", "overdue")
            },
        )
        for place in places
        if place.pk in rows
    ]
