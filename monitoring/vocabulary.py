"""The terms of the watch: what is measured where, how a month is warned of, what is closed."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.vocabulary import Medium


class StationKind(models.TextChoices):
    """Where a reading comes from: the air, a river or lake, or a polluter's outlet (§9, §24)."""

    AIR = "air", _("环境空气站")
    SECTION = "section", _("水质断面")
    MONITOR = "monitor", _("排污口监控")


class WaterBody(models.TextChoices):
    """Rivers and lakes have different limits for total phosphorus (GB 3838)."""

    RIVER = "river", _("河流")
    LAKE = "lake", _("湖库")


class Span(models.TextChoices):
    """Over how long a reading was taken; an hour is labelled by its end."""

    HOUR = "h", _("小时")
    DAY = "d", _("日")
    MONTH = "m", _("月")


class Item(models.TextChoices):
    """What is measured, by its code in HJ 212/524/525 (STANDARDS §6)."""

    PM25 = "a34004", "PM2.5"
    PM10 = "a34002", "PM10"
    SO2 = "a21026", "SO2"
    NO2 = "a21004", "NO2"
    CO = "a21005", "CO"
    # Over a day: the largest mean of eight hours in it (HJ 633).
    O3 = "a05024", "O3"
    PH = "w01001", "pH"
    DO = "w01009", _("溶解氧")
    CODMN = "w01019", _("高锰酸盐指数")
    COD = "w01018", _("化学需氧量")
    BOD5 = "w01017", _("五日生化需氧量")
    NH3N = "w21003", _("氨氮")
    TP = "w21011", _("总磷")
    TN = "w21001", _("总氮")
    # What outlets give off besides.
    NOX = "a21002", pgettext_lazy("item", "氮氧化物")
    PM = "a34013", pgettext_lazy("item", "颗粒物")
    FLOW = "w00000", pgettext_lazy("item", "污水流量")

    @property
    def unit(self) -> str:
        """Give the unit that the registry keeps it in."""
        return _UNITS.get(self, "μg/m³" if self.value.startswith("a") else "mg/L")


_UNITS: Final = {
    Item.CO: "mg/m³",
    Item.NOX: "mg/m³",
    Item.PM: "mg/m³",
    Item.PH: "",
    Item.FLOW: "m³",
}

AIR_ITEMS: Final = (Item.PM25, Item.PM10, Item.SO2, Item.NO2, Item.CO, Item.O3)
"""What an air station measures every hour, and what the index of a day is made of."""

WATER_ITEMS: Final = (
    Item.PH,
    Item.DO,
    Item.CODMN,
    Item.COD,
    Item.BOD5,
    Item.NH3N,
    Item.TP,
    Item.TN,
)
"""What is measured in a section; total nitrogen does not class it (STANDARDS §2)."""


class WaterClass(models.IntegerChoices):
    """The classes of surface water (GB 3838); worse than the fifth is a sixth here."""

    I = 1, "Ⅰ"  # noqa: E741 - that is its name
    II = 2, "Ⅱ"
    III = 3, "Ⅲ"
    IV = 4, "Ⅳ"
    V = 5, "Ⅴ"
    WORSE = 6, _("劣Ⅴ")


class Indicator(models.TextChoices):
    """What a place is set a target for, and judged by, over a year (§9, §10, §15)."""

    PM25 = "pm25", _("PM2.5年均浓度")
    GOOD_DAYS = "good_days", _("环境空气优良天数比率")
    GOOD_SECTIONS = "good_sections", _("水质优于Ⅲ类断面比例")

    @property
    def medium(self) -> Medium:
        """Say whether it speaks of water or air."""
        return Medium.WATER if self is Indicator.GOOD_SECTIONS else Medium.AIR

    @property
    def unit(self) -> str:
        """Give its unit."""
        return "μg/m³" if self is Indicator.PM25 else "%"

    @property
    def less_is_better(self) -> bool:
        """Say which way is better."""
        return self is Indicator.PM25


class Level(models.TextChoices):
    """How a month is warned of (§9): the law's own colours, none, or not enough data to say."""

    NONE = "none", pgettext_lazy("level", "无预警")
    UNKNOWN = "unknown", _("数据不足")
    BLUE = "blue", _("蓝色预警")
    YELLOW = "yellow", _("黄色预警")
    RED = "red", _("红色预警")

    @property
    def warns(self) -> bool:
        """Say whether it is a warning."""
        return self in {Level.BLUE, Level.YELLOW, Level.RED}


class SectionLevel(models.IntegerChoices):
    """The levels of the Yangtze basin's water rule of 2018; 0 is none, 9 not enough data."""

    NONE = 0, pgettext_lazy("level", "无预警")
    FIRST = 1, _("一级预警")
    SECOND = 2, _("二级预警")
    UNKNOWN = 9, _("数据不足")


class Action(models.TextChoices):
    """What the software proposes after a month; a person orders it (§9)."""

    NOTHING = "nothing", _("无需采取措施")
    CHASE_DATA = "chase_data", _("补齐监测数据")
    MEASURES = "measures", _("采取有力措施")
    SUSPEND = "suspend", _("提请暂停使用")
    LIFT = "lift", _("提请解除暂停")


class SuspensionScope(models.TextChoices):
    """What an order closes (§9, §19); for parks the purchase is across parks."""

    RESERVES = "reserves", _("暂停使用各级储备")
    PURCHASE = "purchase", _("暂停跨区域购买")


class SuspensionStatus(models.TextChoices):
    """Where an order stands."""

    PROPOSED = "proposed", _("拟暂停")
    DROPPED = "dropped", _("不予暂停")
    IN_FORCE = "in_force", _("暂停中")
    LIFT_PROPOSED = "lift_proposed", _("拟解除")
    LIFTED = "lifted", _("已解除")


class TargetStatus(models.TextChoices):
    """Where a target stands; one that is replaced stays on record."""

    PROPOSED = "proposed", _("待审核")
    IN_FORCE = "in_force", pgettext_lazy("target", "已下达")
    REJECTED = "rejected", pgettext_lazy("target", "已退回")
    REPLACED = "replaced", pgettext_lazy("target", "已调整")


class JudgementStatus(models.TextChoices):
    """Where a yearly judgement stands; a correction is a new version."""

    PROPOSED = "proposed", pgettext_lazy("judgement", "待确认")
    CONFIRMED = "confirmed", pgettext_lazy("judgement", "已确认")
    REJECTED = "rejected", pgettext_lazy("judgement", "已退回")
    REPLACED = "replaced", pgettext_lazy("judgement", "已更正")


class Way(models.TextChoices):
    """The ways by which a project may come by quota, each with a gate of its own (§10)."""

    OWN = "own", _("使用本级储备")
    UPPER = "upper", _("使用上级储备")
    PURCHASE = "purchase", _("跨区域购买")


GATE_STATES: Final = {
    GateState.OPEN: pgettext_lazy("gate", "开放"),
    GateState.ON_APPLICATION: pgettext_lazy("gate", "可申请"),
    GateState.CLOSED: pgettext_lazy("gate", "关闭"),
}
"""The words of the rule book's states of a gate."""


class MonitorKind(models.TextChoices):
    """How an outlet is watched (§17, §24)."""

    AUTOMATIC = "automatic", _("自动监测")
    FUGITIVE = "fugitive", _("无组织监测")
    VIDEO = "video", _("视频监控")


class CheckKind(models.TextChoices):
    """How a monitor's data are verified (§24)."""

    COMPARISON = "comparison", _("比对监测")
    SUPERVISION = "supervision", _("监督性监测")
    QUALITY = "quality", _("质量控制")


class BatchState(models.TextChoices):
    """Where a file of readings stands."""

    READING = "reading", pgettext_lazy("batch", "读取中")
    PREVIEW = "preview", pgettext_lazy("batch", "待确认")
    ACCEPTED = "accepted", pgettext_lazy("batch", "已入库")
    DISCARDED = "discarded", pgettext_lazy("batch", "已放弃")
    FAILED = "failed", pgettext_lazy("batch", "无法读取")


FIRST_MEASURED_YEAR: Final = 2021
"""The first year whose measured amounts matter: nothing before 2021 counts (§3)."""
