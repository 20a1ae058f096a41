"""The registry's own lists of readings to fill in, which read back through the same forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from monitoring.imports import forms
from monitoring.vocabulary import AIR_ITEMS, WATER_ITEMS, Item, Span
from quota_registry.kernel.imports import templates
from quota_registry.kernel.imports.templates import Blank, Kind

WIDE: Final[Mapping[str, tuple[str | Promise, Span, tuple[Item, ...]]]] = MappingProxyType(
    {
        "air-hours": (gettext_lazy("环境空气小时值"), Span.HOUR, AIR_ITEMS),
        "air-days": (gettext_lazy("环境空气日均值"), Span.DAY, AIR_ITEMS),
        "water-months": (gettext_lazy("水质断面月均值"), Span.MONTH, WATER_ITEMS),
    }
)
ITEMS: Final = "items"

KINDS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {**{key: title for key, (title, *_rest) in WIDE.items()}, ITEMS: gettext_lazy("逐项监测值")}
)
"""The lists that there are, by the word in their address."""


def xlsx(kind: str) -> bytes:
    """Make a blank list with its help, one row for each hour, day or month, or each value."""
    return templates.make(
        title=_("监测数据导入模板：%(kind)s") % {"kind": KINDS[kind]},
        blanks=_blanks(kind),
        guidance=(
            _("点位须先在系统中登记；每个点位、项目、时间只填一次，重复的以前一行为准。"),
            _("小时值的时间为该小时结束时刻，如2026-09-01 13:00；24:00即次日00:00。"),
            _("只填数值，单位见表头；没有数据的留空，仪器无值填横线或-99，低于检出限如0.025L。"),
        ),
    )


def blank_csv(kind: str) -> bytes:
    """Make the same list as CSV: the header row alone, UTF-8 with its mark."""
    out = io.StringIO()
    csv.writer(out).writerow([blank.header for blank in _blanks(kind)])
    return ("\ufeff" + out.getvalue()).encode()


def _blanks(kind: str) -> Sequence[Blank]:
    code = Blank(header=forms.STATION[0], kind=Kind.CODE, required=True, help=_("登记时的点位编码"))
    if kind == ITEMS:
        return (
            code,
            Blank(
                header=forms.SPAN,
                kind=Kind.CHOICE,
                choices=list(forms.SPANS),
                required=True,
                help=_("该值是小时值、日均值还是月均值"),
            ),
            _time(Span.HOUR),
            Blank(header=forms.ITEM, required=True, help=_("项目名称或行业标准代码，如PM2.5")),
            Blank(header=forms.VALUE, kind=Kind.CODE, required=True, help=_("如35、0.025L")),
            Blank(header=forms.UNIT, help=_("如μg/m³；填写时须与系统所用单位一致")),
        )
    _title, span, columns = WIDE[kind]
    return (code, _time(span), *(Blank(header=_header(item), kind=Kind.CODE) for item in columns))


def _time(span: Span) -> Blank:
    examples = {Span.HOUR: "2026-09-01 13:00", Span.DAY: "2026-09-01", Span.MONTH: "2026-09"}
    return Blank(
        header=forms.TIMES[span][0],
        kind=Kind.CODE,
        required=True,
        help=_("如%(example)s") % {"example": examples[span]},
    )


def _header(item: Item) -> str:
    with override(None):
        return f"{item.label}（{item.unit}）" if item.unit else str(item.label)
