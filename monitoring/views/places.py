"""A place's year of watching, and the days of one month behind its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from monitoring.figures import MONTHS
from monitoring.models import PlaceDay, SectionMonth
from monitoring.rules import validity
from monitoring.rules.air import AirCategory, category, day_places
from monitoring.selectors import analyses, completeness, gates, places, warnings
from monitoring.views.charts import curves, hours
from monitoring.views.gates import by_medium
from monitoring.vocabulary import AIR_ITEMS, Item, Level, WaterClass
from quota_registry.kernel.calendar import months_after
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Month
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import DetailPage
from quota_registry.kernel.vocabulary import Tier

FIRST_YEAR = 2015
DAYS = range(1, 32)
FIELDS = ("pm25", "pm10", "so2", "no2", "co", "o3")


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the calendar of the air: its index and category, where there is one."""

    day: date
    index: int | None

    @property
    def category(self) -> AirCategory | None:
        """Name how good the day was."""
        return None if self.index is None else category(self.index)


class OfWatchedPlace(DetailPage):
    """A page of a county or park; others are not watched."""

    permission = Permission.SEE_MONITORING
    model = Place
    lookup = "code"
    object: Place

    def get_queryset(self) -> Any:
        return Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK])

    def place_of(self, found: Place) -> Place:
        return found


class WatchedPlace(OfWatchedPlace):
    """A place's year: air, days, sections, warnings, orders, the gate, and how complete it is."""

    template_name = "monitoring/place.html"

    def get_title(self) -> str:
        return self.object.spoken

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("预警日历"), f"{reverse('monitoring:calendar')}?year={self.year}")]

    @property
    def year(self) -> int:
        """Return the year that the address asks for, this one unless it does."""
        asked = self.request.GET.get("year", "") or str(self.on.year)
        if not asked.isdecimal() or not FIRST_YEAR <= int(asked) <= self.on.year:
            raise Http404
        return int(asked)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, year = self.object, self.year
        air, sections = places.air_of(place, year), places.sections_of(place, year)
        found = warnings.newest_of(place, year)
        book = rulebooks.in_force(self.on)
        return super().get_context_data(
            year=year,
            years=range(self.on.year, max(FIRST_YEAR, self.on.year - 4) - 1, -1),
            charts=curves(air),
            has_air=any(one.value is not None for each in air for one in each.months),
            air_days=_days(places.index_of_days(place, year), year),
            day_numbers=DAYS,
            categories=list(AirCategory),
            month_names=MONTHS,
            sections=[(one, [_class(row) for row in one.months]) for one in sections],
            warnings=[(one, Level(one.level)) for one in found],
            tasks=warnings.open_tasks_of(place),
            orders=gates.suspensions_closing(place, on=self.on),
            media=by_medium(gates.gates_of(place, on=self.on, book=book)),
            completeness=[
                (one, MONTHS[one.month.number - 1])
                for one in completeness.of_places([place], year, until=self.on)[place.pk]
            ],
            **kwargs,
        )


class MonthOfPlace(OfWatchedPlace):
    """The days of a place's month with its stations' days, and its sections' values."""

    template_name = "monitoring/place_month.html"

    @property
    def month(self) -> Month:
        """Return the month that the address names."""
        try:
            return Month.named(self.kwargs["month"])
        except ValueError:
            raise Http404 from None

    def get_title(self) -> str:
        month = self.month
        return _("%(place)s %(year)s年%(month)s月监测数据") % {
            "place": self.object.spoken,
            "year": month.year,
            "month": month.number,
        }

    def get_trail(self) -> list[tuple[str, str]]:
        year = self.month.year
        place = f"{reverse('monitoring:place', args=[self.object.code])}?year={year}"
        return [
            (_("预警日历"), f"{reverse('monitoring:calendar')}?year={year}"),
            (self.object.spoken, place),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, month = self.object, self.month
        asked = self.request.GET.get("item", Item.PM25.value)
        if asked not in AIR_ITEMS:
            raise Http404
        rows = [_row(day) for day in places.days_of(place, month)]
        return super().get_context_data(
            month=month,
            before=month.plus(-1),
            after=month.plus(1) if (month.period.end or self.on) <= self.on else None,
            warning=warnings.newest_warning(place.pk, month.period.start),
            items=[Item(one) for one in AIR_ITEMS],
            item=Item(asked),
            days=rows,
            analysed=analyses.items_of(place, month),
            needed=validity.days_needed(month),
            hours=hours(analyses.hours_of_day(place, month)),
            stations=places.stations_of(place, month, Item(asked)),
            sections=places.section_months(place, month),
            **kwargs,
        )


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of a place's air as the table of its month shows it."""

    day: date
    values: list[tuple[Item, str]]
    index: int | None
    category: AirCategory | None
    primary: list[str]
    stations: int


def _row(day: PlaceDay) -> DayRow:
    return DayRow(
        day=day.day,
        values=[
            (item, _written(item, getattr(day, name)))
            for item, name in zip(AIR_ITEMS, FIELDS, strict=True)
        ],
        index=day.index,
        category=None if day.index is None else category(day.index),
        primary=[str(Item(code).label) for code in day.primary if code in Item.values],
        stations=day.stations,
    )


def _written(item: Item, value: Decimal | None) -> str:
    """Write a day's value to as many decimals as it is rounded to."""
    return "—" if value is None else f"{value:.{day_places(item)}f}"


def _class(row: SectionMonth | None) -> str:
    return str(WaterClass(row.water_class).label) if row and row.water_class else ""


def _days(
    found: dict[date, int | None], year: int
) -> list[tuple[Month, Any, list[DayCell | None]]]:
    """Lay the days of a year out by month; days that a month has not are None."""
    rows = []
    for number in range(1, 13):
        start = date(year, number, 1)
        length = (months_after(start, 1) - start).days
        cells = [
            DayCell(start.replace(day=day), found.get(start.replace(day=day)))
            if day <= length
            else None
            for day in DAYS
        ]
        rows.append((Month(year, number), MONTHS[number - 1], cells))
    return rows
