"""What is wrong with a row of readings, a sentence for every code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.vocabulary import Item
from quota_registry.kernel.imports import findings

MESSAGES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        **findings.MESSAGES,
        "no_time": _("“%(text)s”不是确定的时间，小时值请填写如2026-09-01 13:00"),
        "not_whole": _("%(text)s不是整点、整日或整月"),
        "out_of_time": _("%(text)s不在本系统收录的年份内"),
        "too_fine": _("%(text)s的小数超过五位"),
        "impossible": _("%(text)s不是可能的值（%(least)s–%(most)s %(unit)s）"),
        "unknown_station": _("没有编码为“%(text)s”的点位，请先登记"),
        "unknown_item": _("没有名为“%(text)s”的监测项目"),
        "not_measured_there": _("该点位不监测%(item)s"),
        "wrong_unit": _("单位为“%(text)s”，应为%(unit)s"),
        "in_the_future": _("%(text)s尚未结束或尚未到来"),
    }
)

REASONS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "missing": pgettext_lazy("reason", "空缺"),
        "formula": pgettext_lazy("reason", "公式"),
        "not_a_number": pgettext_lazy("reason", "不是数值"),
        "unit_in_cell": pgettext_lazy("reason", "单元格带单位"),
        "code_as_number": pgettext_lazy("reason", "编码存为数字"),
        "wrong_code": pgettext_lazy("reason", "编码格式不符"),
        "not_text": pgettext_lazy("reason", "应为文字"),
        "too_long": pgettext_lazy("reason", "文字过长"),
        "unknown_choice": pgettext_lazy("reason", "不在可选范围"),
        "no_time": pgettext_lazy("reason", "时间无法识别"),
        "not_whole": pgettext_lazy("reason", "不是整点"),
        "out_of_time": pgettext_lazy("reason", "年份超出范围"),
        "in_the_future": pgettext_lazy("reason", "尚未到来"),
        "too_fine": pgettext_lazy("reason", "小数过长"),
        "impossible": pgettext_lazy("reason", "不可能的值"),
        "unknown_station": pgettext_lazy("reason", "未知点位"),
        "unknown_item": pgettext_lazy("reason", "未知项目"),
        "not_measured_there": pgettext_lazy("reason", "不监测的项目"),
        "wrong_unit": pgettext_lazy("reason", "单位不符"),
        "twice_in_file": pgettext_lazy("reason", "重复"),
        "outside_your_places": pgettext_lazy("reason", "不在辖区"),
    }
)
"""The same in a word, by which one looks through what was refused; complete, as a test sees to."""


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Say in the language active now what is wrong."""
    if "item" in facts:
        facts = {**facts, "item": Item(facts["item"]).label}
    said = str(MESSAGES[code])
    return said % dict(facts) if facts else said
