"""The terms of the desk: what is built, what it draws on, and where an application stands."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.vocabulary import Way


class ProjectKind(models.TextChoices):
    """What a construction project is to its plant (§7)."""

    NEW = "NEW", pgettext_lazy("project", "新建")
    REBUILT = "REBUILT", pgettext_lazy("project", "改建")
    EXPANDED = "EXPANDED", pgettext_lazy("project", "扩建")


class LakeTaiZone(models.TextChoices):
    """The protection zone of Lake Tai that the site lies in (STANDARDS §6)."""

    FIRST = "first", _("太湖一级保护区")
    SECOND = "second", _("太湖二级保护区")
    THIRD = "third", _("太湖三级保护区")
    OUTSIDE = "outside", _("保护区外")


class StrategicClass(models.TextChoices):
    """The nine classes of strategic emerging industry; never derived from the industry code."""

    INFORMATION = "1", _("新一代信息技术产业")
    EQUIPMENT = "2", _("高端装备制造产业")
    MATERIALS = "3", _("新材料产业")
    BIOLOGY = "4", _("生物产业")
    VEHICLES = "5", _("新能源汽车产业")
    ENERGY = "6", _("新能源产业")
    ENVIRONMENT = "7", _("节能环保产业")
    DIGITAL = "8", _("数字创意产业")
    SERVICES = "9", _("相关服务业")


class Priority(models.TextChoices):
    """What the reserves serve first (§6); strategic emerging industry is a fact of its own."""

    LIVELIHOOD = "livelihood", _("市级以上重大民生项目")
    SCITECH = "scitech", _("重大科技示范项目")
    INDUSTRIAL = "industrial", _("本区域重大产业项目")
    EARLY_REDUCER = "early_reducer", _("减排任务提前完成的企业")
    NONE = "none", _("无")


class ExemptKind(models.TextChoices):
    """Kinds of project that replace nothing (环发〔2014〕197号); the rule book lists them."""

    TOWN_SEWAGE_WORKS = "TOWN_SEWAGE_WORKS", _("城镇污水处理厂")
    WASTE_PLANT = "WASTE_PLANT", _("垃圾处理场")
    HAZARDOUS_WASTE_PLANT = "HAZARDOUS_WASTE_PLANT", _("危险废物和医疗废物处置厂")


class ApplicationStatus(models.TextChoices):
    """Where an application stands; each a sentence of its own (§8, §23)."""

    DRAFT = "draft", pgettext_lazy("application", "草稿")
    FILED = "filed", pgettext_lazy("application", "已提交")
    SCREENED = "screened", pgettext_lazy("application", "已初审")
    ASSESSED = "assessed", _("处室已核")
    HELD = "held", _("指标已预留")
    VOUCHERED = "vouchered", _("已出具凭证")
    APPROVED = "approved", _("环评已批复")
    IN_USE = "in_use", _("已投入使用")
    REFUSED = "refused", _("不予受理")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "已撤销")
    EXPIRED = "expired", _("预留已失效")
    GIVEN_BACK = "given_back", _("指标已退回")
    ANNULLED = "annulled", _("凭证已作废")


class VoucherStatus(models.TextChoices):
    """Whether a voucher is good; it follows from where its application stands."""

    VALID = "valid", pgettext_lazy("voucher", "有效")
    USED = "used", pgettext_lazy("voucher", "已使用")
    RETURNED = "returned", pgettext_lazy("voucher", "已退回")
    VOID = "void", pgettext_lazy("voucher", "已作废")


class TradeKind(models.TextChoices):
    """Between whom a trade passes: both in this city, or one of them in another (YRD)."""

    LOCAL = "local", _("市内交易")
    INBOUND = "inbound", _("市外购入")
    OUTBOUND = "outbound", _("向市外出让")


class TradeStatus(models.TextChoices):
    """Where a trade stands (§8, §13)."""

    OFFERED = "offered", _("已提出")
    CONSENTED = "consented", _("储备已同意出让")
    ACCEPTED = "accepted", _("买方已接受")
    POSTED = "posted", _("已成交")
    REFUSED = "refused", _("未成交")
    WITHDRAWN = "withdrawn", pgettext_lazy("trade", "已撤回")


VOUCHER_OF: Final = {
    ApplicationStatus.VOUCHERED: VoucherStatus.VALID,
    ApplicationStatus.APPROVED: VoucherStatus.VALID,
    ApplicationStatus.IN_USE: VoucherStatus.USED,
    ApplicationStatus.GIVEN_BACK: VoucherStatus.RETURNED,
    ApplicationStatus.ANNULLED: VoucherStatus.VOID,
}

GRANTED: Final = (
    ApplicationStatus.VOUCHERED,
    ApplicationStatus.APPROVED,
    ApplicationStatus.IN_USE,
)
"""The statuses under which a project has its quota."""

WAITING: Final = (
    ApplicationStatus.FILED,
    ApplicationStatus.SCREENED,
    ApplicationStatus.ASSESSED,
)
"""The statuses in which an application competes with others for what a reserve has."""


OPEN: Final = (ApplicationStatus.DRAFT, *WAITING, ApplicationStatus.HELD)
"""The statuses of which a project has one application at a time."""

TAKEN: Final = (ApplicationStatus.HELD, *GRANTED)
"""The statuses under which mass has left the accounts that an application names."""

STANDING: Final = (*WAITING, *TAKEN)
"""The statuses under which an application stands on its project, which is not changed then."""

OVER: Final = (
    ApplicationStatus.REFUSED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.EXPIRED,
    ApplicationStatus.GIVEN_BACK,
    ApplicationStatus.ANNULLED,
)
"""The statuses under which an application draws on nothing any more."""


GIVEN_UP: Final = (ApplicationStatus.WITHDRAWN, ApplicationStatus.GIVEN_BACK)
"""The statuses by which somebody says that a project is not built, or needs nothing more."""


class Draw(models.TextChoices):
    """What a source is to the project that draws on it (RULES §3)."""

    OWN_RESERVE = "own_reserve", _("本级储备")
    UPPER_RESERVE = "upper_reserve", _("上级储备")
    OTHER_RESERVE = "other_reserve", _("跨区域购买储备指标")
    OWN_HOLDING = "own_holding", _("自持指标")
    TRADE_INSIDE = "trade_inside", _("区域内交易")
    TRADE_ACROSS = "trade_across", _("跨区域交易")
    FORBIDDEN = "forbidden", _("不得使用")

    @property
    def way(self) -> Way | None:
        """Say which passage of the gate it takes; none for what no gate closes (RULES §3)."""
        return _WAYS.get(self)


_WAYS: Final = {
    Draw.OWN_RESERVE: Way.OWN,
    Draw.UPPER_RESERVE: Way.UPPER,
    Draw.OTHER_RESERVE: Way.PURCHASE,
    Draw.TRADE_ACROSS: Way.PURCHASE,
}


class Moment(models.TextChoices):
    """When an assessment sheet was stored."""

    FILED = "filed", pgettext_lazy("moment", "提交时")
    HELD = "held", pgettext_lazy("moment", "预留时")
    RELEASED = "released", pgettext_lazy("moment", "投放时")


class Hand(models.TextChoices):
    """What a signature on an application is."""

    RELEASE = "release", _("同意投放")
    COUNTERSIGN = "countersign", pgettext_lazy("hand", "双签")


class GiveBackKind(models.TextChoices):
    """Why mass goes back from a project into the accounts it came from."""

    EXCESS = "excess", _("批复增量小于申请增量")
    ABANDONED = "abandoned", _("项目取消或缩减")
    ANNULLED = "annulled", _("凭证作废")


class ListKind(models.TextChoices):
    """The two lists that the bureau brings in every quarter; the third source is the registry's."""

    EIA = "eia", _("环评审批清单")
    CANCELLED = "cancelled", _("排污许可证注销清单")


class CancelReason(models.TextChoices):
    """Why a permit was cancelled; a closure frees quota, a relocation is to be decided on."""

    CLOSED = "closed", pgettext_lazy("cancelled", "关闭")
    BANKRUPT = "bankrupt", _("破产")
    MOVED = "moved", _("搬迁")
    OTHER = "other", pgettext_lazy("cancelled", "其他")

    @property
    def closes(self) -> bool:
        """Say whether the polluter is gone, and its quota can be stored (§3)."""
        return self in {CancelReason.CLOSED, CancelReason.BANKRUPT}


class RoundStatus(models.TextChoices):
    """Where a version of a quarter's dispatch stands."""

    PROPOSED = "proposed", pgettext_lazy("dispatch", "待确认")
    CONFIRMED = "confirmed", pgettext_lazy("dispatch", "已确认")
    REPLACED = "replaced", pgettext_lazy("dispatch", "已有新版本")


class FindingKind(models.TextChoices):
    """What a dispatch finds; each is a rule of its own in `allocation.rules.dispatch`."""

    EIA_UNVOUCHERED = "eia_unvouchered", _("无量审批")
    EIA_BAD_VOUCHER = "eia_bad_voucher", _("凭证不符")
    EIA_PROBABLE = "eia_probable", _("疑似对应凭证")
    AMOUNTS_DIFFER = "amounts_differ", _("批复量与凭证不一致")
    CLOSED_UNCLAIMED = "closed_unclaimed", _("关闭未申报")
    AMOUNTS_FELL = "amounts_fell", _("许可量减少未申报")
    MOVED_UNDECIDED = "moved_undecided", _("搬迁待定")
    VOUCHER_UNAPPROVED = "voucher_unapproved", _("有凭证无环评")
    TRADE_UNUSED = "trade_unused", _("已购未用")
    HOLD_LAPSING = "hold_lapsing", _("预留将失效")

    @property
    def alarms(self) -> bool:
        """Say whether it is an approval without quota, which is strictly forbidden (§21)."""
        return self in {FindingKind.EIA_UNVOUCHERED, FindingKind.EIA_BAD_VOUCHER}
