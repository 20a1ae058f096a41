"""Opening a gate on application and using what it opened are two people's acts (RULES §3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from allocation.models import Application
from allocation.refusals import OwnOpening
from allocation.selectors import assessments, trades
from allocation.selectors.trades import Deal
from monitoring.selectors import gates
from monitoring.vocabulary import Way
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.vocabulary import Pollutant


def refuse_on(application: Application, *, by: Person, on: date) -> None:
    """
    Refuse an act on *application* by whoever opened a way that it takes.

    :raises OwnOpening: naming the document under which *by* opened it.
    """
    place = application.project.place
    _refuse(place, assessments.ways_of(application), by=by, on=on)


def refuse_in(deal: Deal, *, by: Person, on: date) -> None:
    """
    Refuse an act in *deal* by whoever opened the way that its buyer takes.

    :raises OwnOpening: naming the document under which *by* opened it.
    """
    if deal.buyer_at is not None:
        _refuse(deal.buyer_at, trades.ways_of(deal), by=by, on=on)


def _refuse(place: Place, ways: Iterable[tuple[Pollutant, Way]], *, by: Person, on: date) -> None:
    opening = gates.opened_by(by, place, ways, on=on)
    if opening is not None:
        raise OwnOpening(document=opening.document, clause=clause("10.2"))
