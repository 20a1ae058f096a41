"""The quality of the air: limits (GB 3095), the index of a day (HJ 633), statistics (HJ 663)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from types import MappingProxyType
from typing import Final

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.rules import validity
from monitoring.rules.editions import Edition, edition_on, from_day, until
from monitoring.rules.rounding import half_even, mean
from monitoring.vocabulary import AIR_ITEMS, Item

NEW_STANDARD: Final = date(2026, 3, 1)
SECOND_STAGE: Final = date(2031, 1, 1)


class Over(TextChoices):
    """Over what time a limit holds; ozone's day is its largest mean of eight hours."""

    DAY = "day", _("24小时平均")
    YEAR = "year", _("年平均")


class AirCategory(IntegerChoices):
    """The categories of HJ 633, by the index up to which each goes."""

    EXCELLENT = 1, pgettext_lazy("air", "优")
    GOOD = 2, pgettext_lazy("air", "良")
    LIGHT = 3, _("轻度污染")
    MODERATE = 4, _("中度污染")
    HEAVY = 5, _("重度污染")
    SEVERE = 6, _("严重污染")


Limits = Mapping[tuple[Item, Over], Decimal]
Scale = tuple[Decimal, ...]


def _numbers(written: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, written.split("/")))


def _limits(**rows: str) -> Limits:
    """Read rows of a limits' table: yearly and daily, a dash where there is none."""
    return MappingProxyType(
        {
            (Item[name], over): Decimal(number)
            for name, row in rows.items()
            for over, number in zip((Over.YEAR, Over.DAY), row.split("/"), strict=True)
            if number != "-"
        }
    )


LIMITS: Final = (
    Edition(
        "GB 3095-2012",
        until(NEW_STANDARD),
        _limits(PM25="35/75", PM10="70/150", SO2="60/150", NO2="40/80", CO="-/4", O3="-/160"),
    ),
    Edition(
        "GB 3095-2026",
        from_day(NEW_STANDARD, SECOND_STAGE),
        _limits(PM25="30/60", PM10="-/120", SO2="60/150", NO2="40/80", CO="-/4", O3="-/160"),
    ),
    # PM10, SO2 and NO2 become stricter as well: their figures are not on record, so there is none.
    Edition("GB 3095-2026", from_day(SECOND_STAGE), _limits(PM25="25/50", CO="-/4", O3="-/160")),
)
"""Class II, in the item's unit: yearly / daily. A figure that is not on record is left out."""

INDICES: Final = (0, 50, 100, 150, 200, 300, 400, 500)

_UNCHANGED: Final[Mapping[Item, Scale]] = {
    Item.SO2: _numbers("0/50/150/475/800/1600/2100/2620"),
    Item.NO2: _numbers("0/40/80/180/280/565/750/940"),
    Item.CO: _numbers("0/2/4/14/24/36/48/60"),
    # Means of eight hours end here: the scale has no 400 and 500.
    Item.O3: _numbers("0/100/160/215/265/800"),
}

BREAKPOINTS: Final[tuple[Edition[Mapping[Item, Scale]], ...]] = (
    Edition(
        "HJ 633-2012",
        until(NEW_STANDARD),
        MappingProxyType(
            {
                Item.PM25: _numbers("0/35/75/115/150/250/350/500"),
                Item.PM10: _numbers("0/50/150/250/350/420/500/600"),
                **_UNCHANGED,
            }
        ),
    ),
    Edition(
        "HJ 633-2026",
        from_day(NEW_STANDARD),
        MappingProxyType(
            {
                Item.PM25: _numbers("0/35/60/115/150/250/350/500"),
                Item.PM10: _numbers("0/50/120/250/350/420/500/600"),
                **_UNCHANGED,
            }
        ),
    ),
)
"""Daily concentrations, in the item's unit, that have the `INDICES` in this order."""

GOOD_UP_TO: Final = 100
PRIMARY_FROM: Final = 50

_CATEGORIES: Final = (
    (50, AirCategory.EXCELLENT),
    (100, AirCategory.GOOD),
    (150, AirCategory.LIGHT),
    (200, AirCategory.MODERATE),
    (300, AirCategory.HEAVY),
)

_PERCENTILES: Final = MappingProxyType({Item.O3: Decimal("0.90"), Item.CO: Decimal("0.95")})
_YEAR_PLACES: Final = MappingProxyType({Item.PM25: 1, Item.CO: 1})


def limit(item: Item, *, on: date, over: Over) -> Decimal | None:
    """Give the limit of class II that day, in the item's unit, or nothing if none is on record."""
    return edition_on(LIMITS, on).content.get((item, over))


def day_places(item: Item) -> int:
    """Say to how many decimals a daily value is rounded."""
    return 1 if item is Item.CO else 0


def iaqi(item: Item, value: Decimal | None, *, on: date) -> int | None:
    """
    Give the index of one item, from its rounded daily value, in whole numbers rounded up.

    Beyond the end of the scale the last index stands (500, of ozone 300): it is that much at
    least. Without a value, or for what the index does not know, there is none.

    :raises ValueError: if the value is below zero, which no concentration is.
    """
    scale = edition_on(BREAKPOINTS, on).content.get(item)
    if value is None or scale is None:
        return None
    if value < 0:
        raise ValueError(f"{item.label} {value}")
    return _on_scale(tuple(scale), value)


# Daily values are rounded, so that few differ: years of days ask for the same ones again.
@lru_cache(maxsize=16_384)
def _on_scale(scale: tuple[Decimal, ...], value: Decimal) -> int:
    for n in range(1, len(scale)):
        if value <= scale[n]:
            low, high = Fraction(scale[n - 1]), Fraction(scale[n])
            step = INDICES[n] - INDICES[n - 1]
            return ceil(step / (high - low) * (Fraction(value) - low) + INDICES[n - 1])
    return INDICES[len(scale) - 1]


@dataclass(frozen=True, slots=True)
class AirDay:
    """A day's index with what it came from; without an index nobody may call the day good."""

    index: int | None
    primary: tuple[Item, ...]
    category: AirCategory | None
    good: bool | None
    by_item: Mapping[Item, int]
    missing: tuple[Item, ...]


def air_day(
    values: Mapping[Item, Decimal | None], *, on: date, good_up_to: int = GOOD_UP_TO
) -> AirDay:
    """
    Give the index of a day from its rounded daily values.

    All six of PM2.5, PM10, SO2, NO2, CO and O3 must be there for the index to be valid (HJ 663).
    If one is missing, the day is known only where what is there makes it bad already: then it
    counts as bad, with the index it has at least. `good_up_to` comes from the rule book.
    """
    found = {item: iaqi(item, values.get(item), on=on) for item in AIR_ITEMS}
    by_item = {item: index for item, index in found.items() if index is not None}
    missing = tuple(item for item in AIR_ITEMS if item not in by_item)
    worst = max(by_item.values(), default=0)
    if missing and worst <= good_up_to:
        return AirDay(None, (), None, None, MappingProxyType(by_item), missing)
    primary = [item for item, index in by_item.items() if index == worst > PRIMARY_FROM]
    return AirDay(
        index=worst,
        primary=tuple(primary),
        category=category(worst),
        good=worst <= good_up_to,
        by_item=MappingProxyType(by_item),
        missing=missing,
    )


def category(index: int) -> AirCategory:
    """Find the category of an index."""
    return next((name for top, name in _CATEGORIES if index <= top), AirCategory.SEVERE)


def day_value(
    item: Item, hours: Mapping[int, Decimal], *, stated: Decimal | None
) -> Decimal | None:
    """
    Give a day's value: what its hours come to, or else the daily value that was stated.

    A day needs 20 hourly values, of ozone 14 means of eight hours (GB 3095, HJ 663; STANDARDS
    §1). Fewer have no daily value, so they set none aside: the stated one was made of hours that
    this registry may not have. Where the hours are enough they go before, since they can be
    followed. That order is the registry's reading; the standards know one source.
    """
    found = daily_value(item, hours)
    if found is None and stated is not None:
        return half_even(stated, day_places(item))
    return found


def daily_value(item: Item, hours: Mapping[int, Decimal]) -> Decimal | None:
    """
    Give a day's value from its hours, each labelled by its end (1 to 24), or nothing if too few.

    A mean of at least 20 hours, of ozone the largest mean of eight; whole numbers, CO to 0.1.
    """
    if item is Item.O3:
        return o3_of_day(hours)
    values = [hours[hour] for hour in _of_one_day(hours)]
    exact = mean(values)
    if exact is None or not validity.enough_hours(len(values)):
        return None
    return half_even(exact, day_places(item))


def o3_of_day(hours: Mapping[int, Decimal]) -> Decimal | None:
    """Give the largest valid mean of eight hours of a day, or nothing if fewer than 14 are."""
    of_day = set(_of_one_day(hours))
    means = []
    for end in range(validity.O3_FIRST_END, validity.O3_LAST_END + 1):
        window = [hours[h] for h in range(end - validity.O3_WINDOW + 1, end + 1) if h in of_day]
        exact = mean(window)
        if exact is not None and len(window) >= validity.O3_HOURS_PER_MEAN:
            means.append(exact)
    if len(means) < validity.O3_MEANS_PER_DAY:
        return None
    return half_even(max(means), day_places(Item.O3))


def _of_one_day(hours: Mapping[int, Decimal]) -> list[int]:
    strange = [hour for hour in hours if not 1 <= hour <= 24]
    if strange:
        raise ValueError(f"hours of a day are 1 to 24, not {strange}")
    return sorted(hours)


def percentile(values: Sequence[Decimal], share: Decimal) -> Fraction | None:
    """
    Give the value below which a share (0 to 1) of the values lies, exactly; nothing without any.

    HJ 663: between the two values beside the place 1 + (n − 1)·share, in proportion.
    """
    if not values:
        return None
    ordered = [Fraction(value) for value in sorted(values)]
    place = (len(ordered) - 1) * Fraction(share)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def year_value(item: Item, days: Sequence[Decimal]) -> Decimal | None:
    """
    Give the value of a year, or of the year to date, from its valid daily values.

    The 90th percentile for ozone, the 95th for CO, else the mean; whole numbers, PM2.5 and CO
    to 0.1. Whether the days are enough is for `validity` to say.
    """
    share = _PERCENTILES.get(item)
    exact = mean(days) if share is None else percentile(days, share)
    return None if exact is None else half_even(exact, _YEAR_PLACES.get(item, 0))
