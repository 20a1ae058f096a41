"""The columns in which the parks' calendar and ranking are taken home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parks.selectors.calendar import Cell, Row
from parks.vocabulary import YearStep
from quota_registry.kernel.views import Column


def _at(index: int, of: Callable[[Cell], Any]) -> Callable[[Row], Any]:
    return lambda row: of(row.cells[index])


CALENDAR: Final = (
    Column(_("园区代码"), "place.code"),
    Column(_("园区"), "place.spoken"),
    Column(_("状态"), lambda row: row.year.get_status_display() if row.year else _("尚未启动")),
    *(
        Column(format_lazy("{} · {}", step.label, word), _at(index, of), kind)
        for index, step in enumerate(YearStep)
        for word, of, kind in (
            (_("期限"), lambda cell: cell.deadline.due, "day"),
            (_("实际日期"), lambda cell: cell.done_on, "day"),
            (pgettext_lazy("step", "进度"), lambda cell: cell.stands.label, "text"),
        )
    ),
)

RANKING: Final = (
    Column(_("名次"), "rank", "number"),
    Column(_("园区代码"), "place.code"),
    Column(_("园区"), "place.spoken"),
    Column(_("成员单位（家）"), "members", "number"),
    Column(_("排放总量（吨/年）"), "emitted", "mass"),
    Column(_("产值（万元）"), "output", "number"),
    Column(_("排放强度（克/万元）"), "intensity", "number"),
)
