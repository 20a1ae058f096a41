"""A month of a place's air analysed: each item beside last year's, and its hours of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from monitoring.imports.moments import SHANGHAI
from monitoring.models import PlaceDay, Reading, Station
from monitoring.rules import air, validity
from monitoring.rules.air import Over
from monitoring.rules.rounding import half_even
from monitoring.vocabulary import AIR_ITEMS, Item, Span, StationKind
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Month

if TYPE_CHECKING:
    import pandas as pd

CURVED: Final = (Item.PM25, Item.O3)
"""What runs through the day in a way that tells where it comes from: traffic, heating, the sun."""

COLUMNS: Final = {item.name.lower(): item for item in AIR_ITEMS}
"""The items by their column in a day of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOfMonth:
    """
    What one item came to in a month, by its valid days.

    ``before`` is the same month last year, where enough was measured in it; ``above`` counts the
    days beyond the limit of class II, where one is on record; ``primary`` those on which the item
    led the index.
    """

    item: Item
    days: int
    value: Decimal
    before: Decimal | None
    largest: Decimal
    largest_on: date
    above: int | None
    primary: int

    @property
    def percent(self) -> Decimal | None:
        """Give by how many per cent it rose over the year before; below zero it fell."""
        if not self.before:
            return None
        return half_even((self.value - self.before) * 100 / self.before, 1)


def items_of(place: Place, month: Month) -> list[ItemOfMonth]:
    """Analyse the days of a month item by item, beside the same month last year."""
    days = _days(place, month, month.plus(-12))
    is_now = days["day"] >= month.period.start
    now, then = days[is_now], days[~is_now]
    led = now["primary"].explode().value_counts()
    return [
        _item(item, now[["day", column]].dropna(), then[column].dropna(), month, led.get(item, 0))
        for column, item in COLUMNS.items()
        if now[column].notna().any()
    ]


def hours_of_day(place: Place, month: Month) -> dict[Item, list[Decimal | None]]:
    """Give the mean of each hour of the day, 1 to 24, over a month and the stations of *place*."""
    import pandas as pd

    start, end = month.period.start, month.period.end
    assert end is not None
    stations = Station.objects.of_kind(StationKind.AIR).filter(place=place, counts=True)
    frame = pd.DataFrame.from_records(
        Reading.objects.filter(
            station_id__in=stations.order_by().values("pk"),
            span=Span.HOUR,
            item__in=CURVED,
            at__gt=_midnight(start),
            at__lte=_midnight(end),
            value__isnull=False,
        ).values_list("item", "at", "value"),
        columns=["item", "at", "value"],
    )
    if frame.empty:
        return {}
    # An hour is labelled by its end: that which ends at midnight is the day's 24th.
    ends = pd.to_datetime(frame["at"], utc=True).dt.tz_convert(SHANGHAI)
    frame["hour"] = (ends.dt.hour - 1) % 24 + 1
    means = frame["value"].astype(float).groupby([frame["item"], frame["hour"]]).mean()
    return {
        item: [_mean(means, item, hour) for hour in range(1, 25)]
        for item in CURVED
        if item in means.index.levels[0]
    }


def _days(place: Place, *months: Month) -> pd.DataFrame:
    import pandas as pd

    columns = ["day", "primary", *COLUMNS]
    asked = Q()
    for month in months:
        asked |= Q(day__gte=month.period.start, day__lt=month.period.end)
    rows = PlaceDay.objects.filter(asked, place=place).order_by("day")
    return pd.DataFrame.from_records(rows.values_list(*columns), columns=columns)


def _item(
    item: Item, now: pd.DataFrame, then: pd.Series[Any], month: Month, led: int
) -> ItemOfMonth:
    days = list(now.itertuples(index=False, name=None))
    value = air.year_value(item, [found for _day, found in days])
    assert value is not None, "an item without a day is left out"
    compared = validity.enough_days(len(then), month=month.plus(-12))
    largest_on, largest = max(days, key=lambda day: day[1])
    return ItemOfMonth(
        item=item,
        days=len(days),
        value=value,
        before=air.year_value(item, list(then)) if compared else None,
        largest=half_even(largest, air.day_places(item)),
        largest_on=largest_on,
        above=_above(item, days),
        primary=int(led),
    )


def _above(item: Item, days: list[tuple[date, Decimal]]) -> int | None:
    limits = [air.limit(item, on=day, over=Over.DAY) for day, _value in days]
    known = [limit for limit in limits if limit is not None]
    if len(known) < len(days):
        return None
    return sum(value > limit for (_day, value), limit in zip(days, known, strict=True))


def _mean(means: pd.Series[Any], item: Item, hour: int) -> Decimal | None:
    found = means.get((item.value, hour))
    return None if found is None else half_even(Decimal(repr(float(found))), 1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
