"""What the record makes of a month, and where that is not what its newest version says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from monitoring.models import MonthRun, PlaceWarning
from monitoring.rules import warning as rules
from monitoring.rules import warning_facts
from monitoring.selectors.months import Gathered, gather
from quota_registry.kernel.periods import Month
from quota_registry.kernel.rulebook import RuleBook

Verdict = dict[str, Any]
"""What a version says of a place, as it is stored and compared."""

COMPARED: Final = ("level", "action", "reasons", "figures", "blue", "trigger")


def verdict(one: Gathered, book: RuleBook) -> Verdict:
    """Judge what was gathered of a place, as a version of the month stores it."""
    found = rules.judge(one.facts, book=book)
    return {
        "level": found.level.value,
        "action": found.action.value,
        "reasons": [reason.to_document() for reason in found.reasons],
        "figures": warning_facts.to_document(
            one.facts, found, days=one.days, stations=one.stations
        ),
        "blue": sorted(indicator.value for indicator in found.blue),
        "trigger": found.triggered,
    }


def stored(warning: PlaceWarning | None) -> Verdict | None:
    """Give what was stored of a place, to be compared; nothing where nothing was said."""
    if warning is None:
        return None
    return {name: getattr(warning, name) for name in COMPARED}


def said_by(run: MonthRun | None) -> dict[str, PlaceWarning]:
    """Give what a version says, by place."""
    if run is None:
        return {}
    return {one.place_id: one for one in PlaceWarning.objects.filter(run=run)}


def differing(said: Mapping[str, PlaceWarning], now: Mapping[str, Verdict]) -> list[str]:
    """List the places, in order, of which is said something else now."""
    return [
        place
        for place in sorted(said.keys() | now.keys())
        if stored(said.get(place)) != now.get(place)
    ]


def out_of_date(run: MonthRun) -> list[str]:
    """
    List the places of which the record would say something else than *run*, by its own rule book.

    That is where data came late or were corrected, or a target was set, since it was judged.
    """
    book = RuleBook.from_document(run.rule_book.content) if run.rule_book else RuleBook.default()
    now = {one.place.pk: verdict(one, book) for one in gather(Month.of(run.month))}
    return differing(said_by(run), now)
