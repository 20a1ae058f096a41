"""The place that a person acts for: one of those it is appointed to, chosen in the top bar."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.services import access

KEY: Final = "acting_place"


def places_of(person: Person, *, on: date) -> list[Place]:
    """List the places that *person* is appointed to on the day *on*, widest first."""
    places = {item.place_id: item.place for item in access.appointments_of(person, on=on)}
    return sorted(places.values(), key=lambda place: place.path)


def place_of(person: Person, session: SessionBase, *, on: date) -> Place | None:
    """Return the place chosen in this session, else the widest; none without an appointment."""
    places = places_of(person, on=on)
    chosen = session.get(KEY)
    return next((place for place in places if place.code == chosen), places[0] if places else None)


def choose(session: SessionBase, place: Place) -> None:
    """Remember the choice for this session."""
    session[KEY] = place.code
