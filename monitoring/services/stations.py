"""Stations (§9, §24): where the air and the water of a place are measured; the city keeps them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from monitoring.models import Station
from monitoring.refusals import CodeTaken, EndsBeforeItStarts, NotASection, WrongTier
from monitoring.services import rollups
from monitoring.vocabulary import StationKind
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Tier


@transaction.atomic
def register(
    *,
    place: Place,
    code: str,
    name: str,
    kind: str,
    body: str = "",
    target_class: int | None = None,
    counts: bool = True,
    valid_from: date,
    by: Person,
    on: date,
) -> Station:
    """
    Register an air station or a water section, whose readings judge *place*.

    A monitor of a polluter is registered by `monitors`, once it is networked.

    :raises CodeTaken: if a station bears the code.
    :raises NotASection: if a section lacks water body or target class, or an air station has one.
    """
    access.require(by, Permission.KEEP_STATIONS, place, on=on)

    what = StationKind(kind)
    if place.tier not in {Tier.COUNTY, Tier.PARK}:
        raise WrongTier(place=place.name, clause=clause("9.1"))
    _refuse_unless_fitting(what, body, target_class)
    if Station.objects.filter(code=code).exists():
        raise CodeTaken(station=code)

    return Station.objects.create(
        place=place,
        code=code,
        name=name,
        kind=what,
        body=body,
        target_class=target_class,
        counts=counts,
        valid_from=valid_from,
    )


@transaction.atomic
def correct(*, station: Station, by: Person, on: date, **facts: Any) -> Station:
    """
    Correct a station's name, water body, target class, or whether it counts; its code stays.

    What it was before stays in the history of rows, and months judged by it stay as judged; what
    its readings come to is made anew.

    :raises NotASection: as for `register`.
    """
    access.require(by, Permission.KEEP_STATIONS, station.place, on=on)

    station = _locked(station)
    before = (station.body, station.counts)
    for name in facts.keys() & {"name", "body", "target_class", "counts"}:
        setattr(station, name, facts[name])
    _refuse_unless_fitting(StationKind(station.kind), station.body, station.target_class)

    station.save(update_fields=["name", "body", "target_class", "counts"])
    if (station.body, station.counts) != before:
        rollups.roll_station(station)
    return station


@transaction.atomic
def retire(*, station: Station, valid_until: date, by: Person, on: date) -> Station:
    """
    Take a station out of use: from the day *valid_until* on it is measured no more.

    :raises EndsBeforeItStarts: if it would have stood on no day.
    """
    access.require(by, Permission.KEEP_STATIONS, station.place, on=on)

    station = _locked(station)
    if valid_until <= station.valid_from:
        raise EndsBeforeItStarts(ends=valid_until, starts=station.valid_from)

    since = min(valid_until, station.valid_until or valid_until)
    station.valid_until = valid_until
    station.save(update_fields=["valid_until"])
    rollups.roll_station(station, since=since)
    return station


def _locked(station: Station) -> Station:
    # Not against foreign keys: whoever rolls up meanwhile writes days that refer to it.
    found: Station = Station.objects.select_for_update(no_key=True).get(pk=station.pk)
    return found


def _refuse_unless_fitting(kind: StationKind, body: str, target_class: int | None) -> None:
    if kind is StationKind.SECTION:
        fits = bool(body) and target_class is not None
    else:
        fits = not body and target_class is None
    if not fits:
        raise NotASection(kind=kind.label)
