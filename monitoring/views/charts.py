"""A place's curves: the year to date beside last year's and its path, and the hours of a day."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from monitoring.figures import MONTHS
from monitoring.selectors.places import YearOfAir
from monitoring.vocabulary import Item
from quota_registry.kernel.periods import Month


def curves(
    years: list[YearOfAir], *, until: Month | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """Draw each indicator by month, as name and chart; months after *until* have no value yet."""
    return [(one.indicator.value, _curve(one, until)) for one in years]


def _curve(year: YearOfAir, until: Month | None) -> dict[str, Any]:
    number = year.months[0].month.year
    series: list[dict[str, Any]] = [
        {
            "name": _("本年累计"),
            "key": "out",
            "values": [
                _text(one.value if until is None or one.month <= until else None)
                for one in year.months
            ],
        },
        {
            "name": _("上年同期"),
            "key": "last",
            "values": [_text(one.same_period) for one in year.months],
        },
    ]
    paths = [_text(one.path) for one in year.months]
    if any(paths):
        series.append({"name": _("目标进度"), "key": "target", "dashed": True, "values": paths})
    chart: dict[str, Any] = {
        "kind": "line",
        "title": str(year.indicator.label),
        "subtitle": _("%(unit)s，%(year)s年1月起逐月累计")
        % {"unit": year.indicator.unit, "year": number},
        "unit": year.indicator.unit,
        "source": _("空气站日均值"),
        "axis": _("月份"),
        "categories": [str(name) for name in MONTHS],
        "series": series,
    }
    # The differences are small beside the whole: the scale starts on a line below what is shown.
    step = 25 if year.indicator.unit == "%" else 10
    if known := [float(value) for one in series for value in one["values"] if value]:
        chart["from"] = int(min(known)) // step * step
    return chart


def hours(found: Mapping[Item, list[Decimal | None]]) -> list[tuple[str, dict[str, Any]]]:
    """Draw how items run through the day, as name and chart, each over a month."""
    return [
        (
            f"hours-{item.name.lower()}",
            {
                "kind": "line",
                "title": str(item.label),
                "subtitle": _("%(unit)s，当月各时刻平均") % {"unit": item.unit},
                "unit": item.unit,
                "source": _("空气站小时值"),
                "axis": _("时刻"),
                "categories": [str(hour) for hour in range(1, 25)],
                "series": [{"name": _("平均"), "key": "out", "values": list(map(_text, means))}],
            },
        )
        for item, means in found.items()
    ]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
