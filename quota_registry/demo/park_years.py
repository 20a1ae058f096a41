"""The years of the demo's parks, step by step, and one that is taken up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from parks.models import ParkYear
from parks.rules.allowed_total import first_totals
from parks.selectors import members, year_figures
from parks.services import rewards, years
from parks.services.years import Stated
from parks.vocabulary import TotalMethod
from quota_registry.demo.people import Cast
from quota_registry.kernel.mass import Grams, scale_down, scale_up
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant

STEPS: Final = (
    "judge",
    "send_targets",
    "agree_targets",
    "issue_targets",
    "take_totals",
    "propose_totals",
    "fix_totals",
    "send_reward",
    "confirm_reward",
    "close",
)
DAYS: Final = {
    "judge": (1, 29),
    "send_targets": (2, 10),
    "agree_targets": (2, 20),
    "issue_targets": (2, 26),
    "take_totals": (3, 5),
    "propose_totals": (3, 10),
    "fix_totals": (3, 16),
    "send_reward": (3, 20),
    "confirm_reward": (3, 28),
    "close": (4, 8),
}
AGAIN: Final = (5, 12)
"""The day of the running year on which a park's closed year is taken up again."""


def walk(cast: Cast, place: Place, number: int, *, upto: str, today: date) -> ParkYear:
    """Take the steps of a year in their order, each on its day and by its person."""
    office = cast["city.office"]
    year = years.open_year(place=place, year=number, by=office, on=min(today, date(number, 1, 8)))
    for verb in STEPS[: STEPS.index(upto) + 1]:
        on = min(today, date(number, *DAYS[verb]))
        year = _step(cast, year, verb, on=on, today=today)
    return year


def walk_again(cast: Cast, place: Place, *, upto: str, today: date) -> ParkYear:
    """Take a closed year up again: what a member had left out is counted now."""
    on = min(today, date(today.year, *AGAIN))
    year = years.open_year(
        place=place,
        year=today.year,
        reason="专项核查发现一家成员单位漏报手工监测排放量。",
        by=cast["city.office"],
        on=on,
    )
    for verb in STEPS[: STEPS.index(upto) + 1]:
        year = _step(cast, year, verb, on=on, today=today, more=Decimal("1.02"))
    return year


def _step(
    cast: Cast,
    year: ParkYear,
    verb: str,
    *,
    on: date,
    today: date,
    more: Decimal = Decimal(1),
) -> ParkYear:
    people = {"fix_totals": "city.director", "confirm_reward": "city.office2"}
    by: Person = cast[people.get(verb, "city.office")]
    serial = 100 + STEPS.index(verb)
    document = f"苏环办字〔{on.year}〕{serial}号"
    match verb:
        case "judge" | "take_totals" | "close":
            taken: ParkYear = getattr(years, verb)(year=year, by=by, on=on)
        case "propose_totals":
            stated = [_corrected(one, more) for one in _stated(year, on, today)]
            taken = years.propose_totals(year=year, stated=stated, by=by, on=on)
        case "send_reward":
            taken = rewards.send(year=year, document=document, day=on, by=by, on=on)
        case "confirm_reward":
            taken = rewards.confirm(year=year, document=document, day=on, by=by, on=on)
        case _:
            taken = getattr(years, verb)(year=year, document=document, day=on, by=by, on=on)
    return taken


def _corrected(one: Stated, more: Decimal) -> Stated:
    """State that more was emitted than the totals say."""
    if more == 1 or one.actual is None:
        return one
    actual = scale_up(one.actual, more)
    return replace(one, actual=actual, reason="漏报的手工监测排放量按核查结果计入。")


def _stated(year: ParkYear, on: date, today: date) -> Sequence[Stated]:
    """State both totals as the registry computes them; the first ones come from a document."""
    computed = year_figures.proposed(year, book=rulebooks.in_force(on))
    permits: Mapping[Pollutant, Grams] = {}
    if all(one.before is None for one in computed.values()):
        lying = members.of_year(year.place_id, today.year)
        permits = first_totals(members.permitted(lying, today).values())
    stated = []
    for pollutant in Pollutant:
        one = computed[pollutant]
        first = permits.get(pollutant)
        if first is not None:
            stated.append(
                Stated(
                    pollutant=pollutant,
                    before=first,
                    allowed=scale_down(first, Decimal("0.95")),
                    actual=one.actual,
                    before_method=TotalMethod.DOCUMENT,
                    allowed_method=TotalMethod.DOCUMENT,
                    reason="首次核定，依据园区规划环评批复。",
                )
            )
        elif one.before is not None or one.actual is not None:
            stated.append(
                Stated(
                    pollutant=pollutant,
                    before=one.before,
                    allowed=one.allowed,
                    actual=one.actual,
                )
            )
    return stated
