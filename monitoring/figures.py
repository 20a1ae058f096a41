"""The words and the shape in which the stored figures of a month are shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.vocabulary import Indicator, SectionLevel, WaterClass

MONTHS: Final[tuple[str | Promise, ...]] = (
    pgettext_lazy("month", "1月"),
    pgettext_lazy("month", "2月"),
    pgettext_lazy("month", "3月"),
    pgettext_lazy("month", "4月"),
    pgettext_lazy("month", "5月"),
    pgettext_lazy("month", "6月"),
    pgettext_lazy("month", "7月"),
    pgettext_lazy("month", "8月"),
    pgettext_lazy("month", "9月"),
    pgettext_lazy("month", "10月"),
    pgettext_lazy("month", "11月"),
    pgettext_lazy("month", "12月"),
)

NAMES: Final[dict[str, str | Promise]] = {
    "value": _("本年累计"),
    "same_period": _("上年同期"),
    "last_year": _("上年全年"),
    "last_year_to_date": _("上年进度基数"),
    "target": _("年度目标"),
    "path": _("目标进度"),
    "excess": _("偏离目标进度（%）"),
    "enough": _("数据充足"),
    "blue_before": _("此前连续差于同期月数"),
    "days.month": _("当月有效天数"),
    "days.month_needed": _("当月应有天数"),
    "days.year": _("累计有效天数"),
    "days.year_needed": _("累计应有天数"),
    "month": _("当月类别"),
    "month_before": _("上年同月类别"),
    "so_far": _("累计类别"),
    "so_far_before": _("上年同期累计类别"),
    "target_class": _("目标类别"),
    "level": _("断面预警"),
    "suspended": _("处于暂停期间"),
    "months_without_trigger": _("连续未触发月数"),
}


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator as it was judged; a figure that was not known is None."""

    indicator: Indicator
    value: str | None
    same_period: str | None
    last_year: str | None
    target: str | None
    path: str | None
    excess: str | None
    enough: bool
    blue: int
    days: dict[str, int]

    @property
    def change(self) -> Decimal | None:
        """Give how the value differs from the same period of last year, in its unit."""
        if self.value is None or self.same_period is None:
            return None
        return Decimal(self.value) - Decimal(self.same_period)

    @property
    def is_worse(self) -> bool:
        """Say whether the change is for the worse."""
        change = self.change
        return change is not None and (change > 0 if self.indicator.less_is_better else change < 0)

    @property
    def is_off_path(self) -> bool:
        """Say whether the value is beyond its path."""
        return self.excess is not None and Decimal(self.excess) > 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that another version gave otherwise, in words."""

    name: str
    before: str
    after: str


def indicators_of(document: dict[str, Any]) -> list[IndicatorRow]:
    """Put the indicators that a month was judged by into rows."""
    return [
        IndicatorRow(
            indicator=Indicator(name),
            value=one["value"],
            same_period=one["same_period"],
            last_year=one["last_year"],
            target=one["target"],
            path=one["path"],
            excess=one["excess"],
            enough=one["enough"],
            blue=one["blue_before"],
            days=one["days"],
        )
        for name, one in document["indicators"].items()
    ]


def named(difference: dict[str, Any]) -> Difference:
    """Put a figure that changed into words: whose it is, what it was, what it became."""
    owner, mark, name = difference["name"].partition(".")
    if not mark:
        words = str(NAMES[owner])
    elif owner in Indicator.values:
        words = f"{Indicator(owner).label} · {NAMES[name]}"
    else:
        name = "target_class" if name == "target" else name
        words = f"{owner} · {NAMES[name]}"
    in_class = bool(mark) and owner not in Indicator.values
    return Difference(
        name=words,
        before=_said(difference["before"], name, in_class=in_class),
        after=_said(difference["after"], name, in_class=in_class),
    )


def _said(value: Any, name: str, *, in_class: bool) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if in_class:
        return str((SectionLevel if name == "level" else WaterClass)(value).label)
    return str(value)
