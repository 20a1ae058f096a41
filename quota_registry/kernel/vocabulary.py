"""The terms that every floor shares: pollutants, media, tiers, management classes and roles."""

from __future__ import annotations

from typing import Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Medium(models.TextChoices):
    """What a pollutant enters; divisions, gates and yearly results are kept apart by it (§10)."""

    WATER = "water", _("水")
    AIR = "air", _("大气")


class Pollutant(models.TextChoices):
    """The eight pollutants of §1, in the notice's order, each by the registry's own code."""

    COD = "COD", _("化学需氧量")
    NH3N = "NH3N", _("氨氮")
    TN = "TN", _("总氮")
    TP = "TP", _("总磷")
    SO2 = "SO2", _("二氧化硫")
    NOX = "NOX", _("氮氧化物")
    VOCS = "VOCS", _("挥发性有机物")
    PM = "PM", _("颗粒物")

    @property
    def medium(self) -> Medium:
        """Say which medium the pollutant enters, and so which division answers for it."""
        return Medium.WATER if self in _WATER else Medium.AIR

    @property
    def symbol(self) -> str:
        """Give the short sign that tables use as a heading, as the bureau writes it (NH3-N)."""
        return _SYMBOLS[self]

    @property
    def spoken(self) -> str:
        """Give the short sign in the reader's language: particulates have a word, no formula."""
        return str(self.label) if self is Pollutant.PM else self.symbol

    @property
    def hj_code(self) -> str:
        """Give the code of HJ 212/524/525; VOCs as a total has none there, so ours stands in."""
        return _HJ_CODES[self]

    @classmethod
    def of_medium(cls, medium: Medium) -> tuple[Self, ...]:
        """List a medium's pollutants in the notice's order."""
        return tuple(pollutant for pollutant in cls if pollutant.medium is medium)


_WATER: Final = frozenset({Pollutant.COD, Pollutant.NH3N, Pollutant.TN, Pollutant.TP})

_SYMBOLS: Final = {
    Pollutant.COD: "COD",
    Pollutant.NH3N: "NH3-N",
    Pollutant.TN: "TN",
    Pollutant.TP: "TP",
    Pollutant.SO2: "SO2",
    Pollutant.NOX: "NOx",
    Pollutant.VOCS: "VOCs",
    Pollutant.PM: "颗粒物",
}

_HJ_CODES: Final = {
    Pollutant.COD: "w01018",
    Pollutant.NH3N: "w21003",
    Pollutant.TN: "w21001",
    Pollutant.TP: "w21011",
    Pollutant.SO2: "a21026",
    Pollutant.NOX: "a21002",
    Pollutant.VOCS: "VOCS",
    Pollutant.PM: "a34013",
}


class Tier(models.TextChoices):
    """Whose reserve it is, from the widest to the narrowest (§4, P3)."""

    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
    PARK = "park", _("园区")


class ManagementClass(models.TextChoices):
    """How closely a polluter's permit is managed (§14)."""

    KEY = "key", _("重点管理")
    SIMPLIFIED = "simplified", _("简化管理")
    REGISTERED = "registered", _("登记管理")


class Role(models.TextChoices):
    """Who acts; an appointment gives one person one role in one place for a time (§22, §23)."""

    PARK_ADMINISTRATOR = "park_administrator", _("园区管理员")
    COUNTY_OFFICER = "county_officer", _("县级经办人")
    COUNTY_SCREENER = "county_screener", _("县级初审人")
    COUNTY_HEAD = "county_head", _("县级局负责人")
    DIVISION_REVIEWER_WATER = "division_reviewer_water", _("水处审核人")
    DIVISION_REVIEWER_AIR = "division_reviewer_air", _("大气处审核人")
    GENERAL_OFFICE = "general_office", _("综合业务处")
    DIRECTOR = "director", _("市局局长")
    INSPECTOR = "inspector", _("现场核查员")
    AUDITOR = "auditor", pgettext_lazy("role", "审计员")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("系统管理员")
    SECURITY_ADMINISTRATOR = "security_administrator", _("安全管理员")
