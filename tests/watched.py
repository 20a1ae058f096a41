"""Months of the watch to test with: rollups as readings would leave them, targets, orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from monitoring.models import PlaceMonth, SectionMonth, Station, Suspension, Target
from monitoring.services import suspensions, targets
from monitoring.vocabulary import Indicator, StationKind, SuspensionScope
from quota_registry.kernel.periods import Month
from tests import factories

SEPTEMBER: Final = Month(2026, 9)
ON: Final = date(2026, 10, 10)

# Days enough for any month; a thousand of them make one decimal of a share exact.
MANY: Final = 1000


def air(code: str, month: Month, pm25: str, good: str, **more: Any) -> PlaceMonth:
    """Make a month of a place whose year to date comes to these values, on enough days."""
    row, _made = PlaceMonth.objects.update_or_create(
        place=factories.place(code),
        month=month.period.start,
        defaults={
            "days": 30,
            "pm25_sum": 30 * Decimal(pm25),
            "index_days": 30,
            "good_days": 27,
            "year_days": MANY,
            "year_pm25_sum": MANY * Decimal(pm25),
            "year_index_days": MANY,
            "year_good_days": int(Decimal(good) * 10),
            **more,
        },
    )
    return row


def target(code: str, indicator: Indicator, value: str, year: int = 2026) -> Target:
    """Set a target, by two people."""
    found = targets.propose(
        place=factories.place(code),
        indicator=indicator,
        year=year,
        value=Decimal(value),
        document="苏环办字〔2026〕2号",
        by=factories.person("city.air"),
        on=ON,
    )
    return targets.approve(target=found, by=factories.person("city.office"), on=ON)


def year(
    code: str,
    month: Month,
    *,
    pm25: tuple[str, str, str] = ("28.0", "30.0", "32.0"),
    good: tuple[str, str, str] = ("88.0", "86.0", "84.0"),
    set_to: tuple[str, str] = ("31.0", "84.0"),
) -> None:
    """Make what a month is judged by: now, the same period and the whole of last year, targets."""
    december = Month(month.year - 1, 12)
    air(code, month, pm25[0], good[0])
    air(code, month.plus(-12), pm25[1], good[1])
    if month.number != 12:
        air(code, december, pm25[2], good[2])
    standing = Target.objects.filter(place=code, year=month.year)
    if not standing.exists():
        target(code, Indicator.PM25, set_to[0], month.year)
        target(code, Indicator.GOOD_DAYS, set_to[1], month.year)


def section(code: str, place: str, *, target_class: int = 3, name: str = "示范断面") -> Station:
    """Make a section that counts."""
    with factories.system():
        found, _made = Station.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "kind": StationKind.SECTION,
                "place": factories.place(place),
                "body": "river",
                "target_class": target_class,
                "valid_from": date(2020, 1, 1),
            },
        )
    return found


def classes(station: Station, month: Month, of_month: int | None, so_far: int | None) -> None:
    """Make a month of a section."""
    SectionMonth.objects.update_or_create(
        station=station,
        month=month.period.start,
        defaults={"water_class": of_month, "year_class": so_far, "months": month.number},
    )


def order(
    code: str,
    starts: date,
    scope: str = SuspensionScope.RESERVES,
    *,
    ends: date | None = None,
) -> Suspension:
    """Order a suspension of a place by two people, from a day on, to the day before *ends*."""
    found = suspensions.propose(
        place=factories.place(code),
        scope=scope,
        reason="环境质量明显恶化",
        by=factories.person("city.office"),
        on=starts,
    )
    return suspensions.order(
        suspension=found,
        document="苏环办字〔2026〕9号",
        starts=starts,
        ends=ends,
        by=factories.person("city.director"),
        on=starts,
    )


def station(code: str, place: str) -> Station:
    """Make an air station that counts."""
    with factories.system():
        found, _made = Station.objects.get_or_create(
            code=code,
            defaults={
                "name": f"示范空气站{code}",
                "kind": StationKind.AIR,
                "place": factories.place(place),
                "valid_from": date(2020, 1, 1),
            },
        )
    return found
