"""The weather of the demo city: seasonal, noisy, the same on every machine; no database here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import cos, pi, sin
from random import Random
from typing import Final

from monitoring.vocabulary import Item
from quota_registry.kernel.periods import Month

DAYS: Final = 365.25
BEFORE: Final = 1.08
"""How much worse than last year the year before it was, everywhere."""


@dataclass(frozen=True, slots=True)
class Climate:
    """
    How a place's last year and this one differ.

    ``air`` and ``water`` are this year's factors over last year's; ``late`` is the factor of the
    last month alone, ``thin`` says that it was hardly measured, ``early`` is the factor of the
    first months where they differ.
    """

    air: float = 0.93
    late: float = 1.0
    early: float = 1.0
    thin: bool = False
    water: float = 0.95


CLIMATES: Final = {
    "320581": Climate(air=0.97, late=1.45),
    "320507": Climate(air=0.975, water=1.0),
    "320509": Climate(air=1.16, water=2.3),
    "320508": Climate(thin=True),
    "320585": Climate(air=0.80, early=1.35),
}
"""Who warns how: a late turn, a target out of reach, a bad year, too few days, a bad beginning."""

DEFAULT: Final = Climate()

LEVELS: Final = {Item.PH: 7.6, Item.DO: 7.4, Item.CODMN: 4.2, Item.COD: 15.0, Item.NH3N: 0.46,
                 Item.TP: 0.115, Item.TN: 1.7}  # fmt: skip
PLACES: Final = {Item.COD: 0, Item.NH3N: 2, Item.TP: 3, Item.TN: 2}
LAKE_TP: Final = 0.036
WORSENING: Final = {Item.TP, Item.NH3N}


def climate_of(place: str) -> Climate:
    """Give the climate of a place, by its code."""
    return CLIMATES.get(place, DEFAULT)


def factor(place: str, day: date, last: Month) -> float:
    """Say by how much the air of *day* differs from the same day of last year."""
    climate, month = climate_of(place), Month.of(day)
    if month.year < last.year - 1:
        return BEFORE
    if month.year < last.year:
        return 1.0
    if month >= last:
        return climate.air * climate.late
    # A bad beginning lies more than five months back.
    return climate.air * (climate.early if month < last.plus(-5) else 1.0)


def air_day(place: str, station: str, day: date, last: Month) -> dict[Item, Decimal]:
    """Give the daily values of a station: µg/m³, CO in mg/m³; O3 is the largest 8 h mean."""
    # By day and month, so that a day differs from the one of last year by the factor alone.
    chance = Random(f"{station}/{day:%m-%d}")
    winter = cos(2 * pi * (day.timetuple().tm_yday - 15) / DAYS)
    times = factor(place, day, last)
    haze = chance.lognormvariate(0, 0.28)
    pm25 = 29 * (1 + 0.42 * winter) * haze * times
    ozone = (108 - 46 * winter) * chance.lognormvariate(0, 0.22) * (0.7 + 0.3 * times)
    return {
        Item.PM25: _rounded(pm25),
        Item.PM10: _rounded(pm25 * chance.uniform(1.5, 1.9)),
        Item.SO2: _rounded(chance.uniform(5, 10)),
        Item.NO2: _rounded(27 * (1 + 0.3 * winter) * chance.lognormvariate(0, 0.2)),
        Item.CO: _rounded(chance.uniform(0.5, 1.0) * (1 + 0.2 * winter), 1),
        Item.O3: _rounded(ozone),
    }


def air_hours(place: str, station: str, day: date, last: Month) -> Iterator[dict[Item, Decimal]]:
    """Give a day's 24 hours of a station, the first ending at one o'clock."""
    means = air_day(place, station, day, last)
    chance = Random(f"{station}/{day}/hours")
    for hour in range(1, 25):
        noon = sin(pi * max(0, hour - 7) / 14) if hour <= 21 else 0
        yield {
            item: _rounded(
                float(mean) * (0.35 + 0.8 * noon if item is Item.O3 else chance.uniform(0.8, 1.2)),
                2 if item is Item.CO else 0,
            )
            for item, mean in means.items()
        }


def is_measured(place: str, day: date, last: Month) -> bool:
    """Say whether the place's stations ran that day: a few days fail, in a thin month half."""
    if climate_of(place).thin and Month.of(day) >= last:
        return day.day % 2 == 0
    return Random(f"{place}/{day}/fails").random() > 0.008


def water_month(
    place: str, station: str, month: Month, last: Month, *, lake: bool
) -> dict[Item, Decimal]:
    """Give a section's sample of a month, mg/L and pH."""
    chance = Random(f"{station}/{month.number}")
    own = Random(station).uniform(0.85, 1.1)
    times = climate_of(place).water if month.year == last.year and station[6:] == "W1" else 1.0
    found = {}
    for item, level in LEVELS.items():
        value = (LAKE_TP if lake and item is Item.TP else level) * chance.uniform(0.86, 1.16)
        if item in WORSENING:
            value *= own * times
        elif item in {Item.COD, Item.CODMN}:
            value *= own
        found[item] = _rounded(value, PLACES.get(item, 1))
    return found


def days(first: date, until: date) -> Iterator[date]:
    """Give the days from the first to the one before *until*."""
    for number in range((until - first).days):
        yield first + timedelta(days=number)


def _rounded(value: float, places: int = 0) -> Decimal:
    return Decimal(f"{value:.{places}f}")
