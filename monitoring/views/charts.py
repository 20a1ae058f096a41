"""A place's curves: the year to date beside last year's and the path of its target."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from monitoring.figures import MONTHS
from monitoring.selectors.places import YearOfAir
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


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
