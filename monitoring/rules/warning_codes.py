"""§9 and §19: the sentences of a monthly warning, each with the level it stands for."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from monitoring.vocabulary import Level


class WarningCode(TextChoices):
    """Why a month is warned of, or cannot be judged, or a suspension may end."""

    BLUE = "blue", _("%(indicator)s本年累计%(value)s%(unit)s，差于上年同期%(same_period)s%(unit)s")
    BLUE_MONTHS = "blue_months", _("%(indicator)s已连续%(months)s个月差于上年同期")
    BLUE_MONTHS_OFF_PATH = (
        "blue_months_off_path",
        _("%(indicator)s已连续%(months)s个月差于上年同期，且偏离目标进度%(path)s%(unit)s"),
    )
    OFF_PATH = (
        "off_path",
        _(
            "%(indicator)s本年累计%(value)s%(unit)s，偏离目标进度%(path)s%(unit)s，"
            "幅度百分之%(excess)s"
        ),
    )
    FAR_OFF_PATH = (
        "far_off_path",
        _(
            "%(indicator)s本年累计%(value)s%(unit)s，偏离目标进度%(path)s%(unit)s，"
            "幅度百分之%(excess)s，超过百分之%(threshold)s"
        ),
    )
    BOTH_OFF_PATH = "both_off_path", _("PM2.5浓度与优良天数比率均偏离目标进度")
    SECTION_FIRST = (
        "section_first",
        _(
            "断面%(section)s当月%(class_month)s类、累计%(class_so_far)s类，"
            "上年同期当月%(class_month_before)s类、累计%(class_so_far_before)s类，"
            "目标%(class_target)s类，达到一级预警条件"
        ),
    )
    SECTION_SECOND = (
        "section_second",
        _(
            "断面%(section)s当月%(class_month)s类、累计%(class_so_far)s类，"
            "上年同期当月%(class_month_before)s类、累计%(class_so_far_before)s类，"
            "目标%(class_target)s类，达到二级预警条件"
        ),
    )
    NO_VALUE = "no_value", _("缺少%(indicator)s本年累计数据")
    THIN = "thin", _("%(indicator)s有效数据不足")
    NO_SAME_PERIOD = "no_same_period", _("缺少%(indicator)s上年同期数据")
    NO_TARGET = "no_target", _("%(indicator)s未下达年度目标")
    SECTION_NO_CLASS = "section_no_class", _("断面%(section)s缺少当月或累计水质类别")
    SECTION_NO_SAME_PERIOD = "section_no_same_period", _("断面%(section)s缺少上年同期水质类别")
    SECTION_NO_TARGET = "section_no_target", _("断面%(section)s未下达水质目标")
    MONTHS_WITHOUT = "months_without", _("已连续%(months)s个月未触发暂停条件")
    BACK_ON_PATH = "back_on_path", _("本年累计值已回到目标进度之内")


LEVELS: Final = MappingProxyType(
    {
        WarningCode.BLUE: Level.BLUE,
        WarningCode.BLUE_MONTHS: Level.YELLOW,
        WarningCode.BLUE_MONTHS_OFF_PATH: Level.RED,
        WarningCode.OFF_PATH: Level.YELLOW,
        WarningCode.FAR_OFF_PATH: Level.RED,
        WarningCode.BOTH_OFF_PATH: Level.RED,
        WarningCode.SECTION_FIRST: Level.RED,
        WarningCode.SECTION_SECOND: Level.YELLOW,
        WarningCode.NO_VALUE: Level.UNKNOWN,
        WarningCode.THIN: Level.UNKNOWN,
        WarningCode.NO_SAME_PERIOD: Level.UNKNOWN,
        WarningCode.NO_TARGET: Level.UNKNOWN,
        WarningCode.SECTION_NO_CLASS: Level.UNKNOWN,
        WarningCode.SECTION_NO_SAME_PERIOD: Level.UNKNOWN,
        WarningCode.SECTION_NO_TARGET: Level.UNKNOWN,
        WarningCode.MONTHS_WITHOUT: Level.NONE,
        WarningCode.BACK_ON_PATH: Level.NONE,
    }
)
"""What each sentence alone makes of the month."""

WITHOUT_TARGET: Final = frozenset({WarningCode.NO_TARGET, WarningCode.SECTION_NO_TARGET})
"""Where a target is to be set."""

WITHOUT_DATA: Final = (
    frozenset(code for code, level in LEVELS.items() if level is Level.UNKNOWN) - WITHOUT_TARGET
)
"""Where data are missing or thin, whatever else warns of the month."""
