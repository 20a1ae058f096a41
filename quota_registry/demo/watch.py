"""What the demo city measured, and what followed: two years and more, through the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from monitoring.imports.readings import Sent
from monitoring.models import Station
from monitoring.services import arrivals, months, stations
from monitoring.vocabulary import Item, Span, StationKind, WaterBody, WaterClass
from quota_registry.demo import orders, weather
from quota_registry.demo.people import Cast
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.periods import Month
from quota_registry.kernel.vocabulary import Tier

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
HOURLY: Final = ("320583A1", "320505A1")
HOURLY_DAYS: Final = 100
LAKES: Final = frozenset({"320506W3", "320509W3"})
JUDGED: Final = 12
CHUNK: Final = 60_000

Say = Callable[[str], None]


def tell(cast: Cast, *, today: date, say: Say) -> None:
    """Register stations, send readings, set targets, judge the year and the months."""
    last = Month.of(today).plus(-1)
    since = date(last.year - 2, 1, 1)
    register(cast, since)
    sent = 0
    for chunk in _chunks(readings(today, last)):
        arrivals.receive(sent=chunk, by=cast["city.office"], at=_moment(today, time(8)))
        sent += len(chunk)
    say(f"{sent} readings")

    orders.set_targets(cast, last)
    orders.judge_last_year(cast, last)
    system = Person.objects.get_system()
    for back in range(JUDGED, -1, -1):
        month = last.plus(-back)
        on = month.plus(1).period.start + timedelta(days=9)
        months.judge(month=month, by=system, on=min(on, today))
        orders.follow(cast, back, on=min(on + timedelta(days=2), today))
    orders.propose_correction(cast, last, today)
    orders.open_on_application(cast, today)
    orders.watch_outlets(cast, today)
    say(f"{JUDGED + 1} months judged")


def register(cast: Cast, since: date) -> None:
    """Register two air stations and three sections a county, one of each a park."""
    keeper = cast["city.office"]
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    for place in places.order_by("path"):
        park = place.tier == Tier.PARK
        for number in range(1, 2 if park else 3):
            stations.register(
                place=place,
                code=f"{place.code}A{number}",
                name=f"{place.name}{number}号站",
                kind=StationKind.AIR,
                valid_from=since,
                by=keeper,
                on=since,
            )
        for number in range(1, 2 if park else 4):
            code = f"{place.code}W{number}"
            stations.register(
                place=place,
                code=code,
                name=f"{place.name}示范断面{number}",
                kind=StationKind.SECTION,
                body=WaterBody.LAKE if code in LAKES else WaterBody.RIVER,
                target_class=WaterClass.III,
                valid_from=since,
                by=keeper,
                on=since,
            )


def readings(today: date, last: Month) -> Iterator[Sent]:
    """Give all that was measured: hours of some stations, days of all, months of sections."""
    hourly_since = today - timedelta(days=HOURLY_DAYS)
    for station in Station.objects.select_related("place").order_by("code"):
        if station.kind == StationKind.SECTION:
            yield from _samples(station, last)
            continue
        first, only_hours = station.valid_from, station.code in HOURLY
        for day in weather.days(first, today):
            # Of the years before one station of a place is enough.
            if day.year < last.year and not station.code.endswith("A1"):
                continue
            if not weather.is_measured(station.place_id, day, last):
                continue
            if only_hours and day >= hourly_since:
                yield from _hours(station, day, last)
                continue
            at = _moment(day)
            for item, value in weather.air_day(station.place_id, station.code, day, last).items():
                yield Sent(station.code, item.value, Span.DAY, at, value)


def _hours(station: Station, day: date, last: Month) -> Iterator[Sent]:
    for hour, values in enumerate(
        weather.air_hours(station.place_id, station.code, day, last), start=1
    ):
        at = _moment(day) + timedelta(hours=hour)
        for item, value in values.items():
            yield Sent(station.code, item.value, Span.HOUR, at, value)


def _samples(station: Station, last: Month) -> Iterator[Sent]:
    month = Month(last.year - 2, 1)
    while month <= last:
        at = _moment(month.period.start)
        values = weather.water_month(
            station.place_id, station.code, month, last, lake=station.body == WaterBody.LAKE
        )
        for item, value in values.items():
            mark = "L" if item is Item.NH3N and value < Decimal("0.4") else ""
            shown = Decimal("0.025") if mark else value
            yield Sent(station.code, item.value, Span.MONTH, at, shown, mark)
        month = month.plus(1)


def _chunks(sent: Iterator[Sent]) -> Iterator[list[Sent]]:
    chunk: list[Sent] = []
    for one in sent:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _moment(day: date, at: time = time()) -> datetime:
    return datetime.combine(day, at, SHANGHAI)
