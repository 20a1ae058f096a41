"""The terms of the stock: what a reduction comes from, where a claim stands, what accounts hold."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.vocabulary import Medium, Tier


class SourceKind(models.TextChoices):
    """What a claimed reduction comes from (减排类型), in the words of §3, §11, §12 and §13."""

    INFRASTRUCTURE = "infrastructure", _("生态环境基础设施建设")
    REDUCTION_WORKS = "reduction_works", _("减排工程")
    CAPACITY_WORKS = "capacity_works", _("扩容工程")
    TOWN_SEWAGE = "town_sewage", _("城镇污水治理")
    WATER_REUSE = "water_reuse", _("再生水循环利用")
    LIVESTOCK = "livestock", _("畜禽养殖治理")
    RURAL_SEWAGE = "rural_sewage", _("农村生活污水治理")
    AQUACULTURE = "aquaculture", _("规模化水产养殖治理")
    GREEN_ISLAND = "green_island", _("绿岛")
    ECO_ISLAND = "eco_island", _("生态岛")
    BUFFER_ZONE = "buffer_zone", _("生态安全缓冲区")
    CLOSURE = "closure", _("企业关闭")
    TECHNICAL_PROGRESS = "technical_progress", _("技术进步")
    DEEP_TREATMENT = "deep_treatment", _("深度治理")
    OWN_TREATMENT = "own_treatment", _("污染治理设施建设")
    CLEAN_PRODUCTION = "clean_production", _("清洁生产")

    @property
    def needs_all_evidence(self) -> bool:
        """Say whether §11–12 admit this kind only with all three evidence flags."""
        return self in _PUBLIC_AND_ECOLOGICAL

    @property
    def may_become_holding(self) -> bool:
        """Say whether it is a polluter's own treatment, which §13 lets it keep as a holding."""
        return self in _POLLUTERS_OWN

    @property
    def permit_is_optional(self) -> bool:
        """Say whether such works commonly have no discharge permit, so that acceptance counts."""
        return self in _WITHOUT_PERMIT


_PUBLIC_AND_ECOLOGICAL: Final = frozenset(
    {
        SourceKind.INFRASTRUCTURE,
        SourceKind.REDUCTION_WORKS,
        SourceKind.CAPACITY_WORKS,
        SourceKind.TOWN_SEWAGE,
        SourceKind.WATER_REUSE,
        SourceKind.LIVESTOCK,
        SourceKind.RURAL_SEWAGE,
        SourceKind.AQUACULTURE,
        SourceKind.GREEN_ISLAND,
        SourceKind.ECO_ISLAND,
        SourceKind.BUFFER_ZONE,
    }
)

_POLLUTERS_OWN: Final = frozenset(
    {
        SourceKind.TECHNICAL_PROGRESS,
        SourceKind.DEEP_TREATMENT,
        SourceKind.OWN_TREATMENT,
        SourceKind.CLEAN_PRODUCTION,
    }
)

_WITHOUT_PERMIT: Final = frozenset(
    {
        SourceKind.CAPACITY_WORKS,
        SourceKind.LIVESTOCK,
        SourceKind.RURAL_SEWAGE,
        SourceKind.AQUACULTURE,
        SourceKind.GREEN_ISLAND,
        SourceKind.ECO_ISLAND,
        SourceKind.BUFFER_ZONE,
    }
)


class Destination(models.TextChoices):
    """Where the admissible mass of a claim goes: into the reserve, or to the polluter (§4, §13)."""

    RESERVE = "reserve", _("纳入储备库")
    HOLDING = "holding", _("排污单位自持")


class ClaimStatus(models.TextChoices):
    """Where a claim stands on its way into the reserve (§4, §20–23)."""

    DRAFT = "draft", _("草稿")
    FILED = "filed", _("已申报")
    RECEIVED = "received", _("初审中")
    SCREENED = "screened", _("初审通过")
    REVIEWED = "reviewed", _("要素处室已审核")
    JOINT_REVIEWED = "joint_reviewed", _("会审通过")
    PROVINCE_CONFIRMED = "province_confirmed", _("省级已确认")
    ADMITTED = "admitted", _("已入库")
    RETURNED = "returned", _("已退回")
    REFUSED = "refused", _("不予入库")
    WITHDRAWN = "withdrawn", _("已撤回")

    @property
    def is_final(self) -> bool:
        """Say whether nothing follows this status any more."""
        return self in {ClaimStatus.ADMITTED, ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN}

    @property
    def bars_the_same_project(self) -> bool:
        """Say whether a claim of this status stands in the way of the same project again."""
        return self not in {ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN}


class LineStatus(models.TextChoices):
    """What the division of its medium said of one pollutant's line (§4)."""

    PENDING = "pending", _("待审核")
    ACCEPTED = "accepted", pgettext_lazy("claim line", "通过")
    REFUSED = "refused", pgettext_lazy("claim line", "不通过")


class EvidenceKind(models.TextChoices):
    """What a file attached to a claim is there to prove."""

    MONITORABLE = "monitorable", _("可监测证明")
    REPORTABLE = "reportable", _("可报告（可统计）证明")
    VERIFIABLE = "verifiable", _("可核查证明")
    PERMIT = "permit", _("排污许可证变更材料")
    ACCEPTANCE = "acceptance", _("工程验收材料")
    CLOSURE = "closure", _("关闭证明")
    CALCULATION = "calculation", _("减排量核算书")
    APPROVAL = "approval", _("核定文件")
    COMPLIANCE = "compliance", _("达标排放证明")
    BATCH_SCAN = "batch_scan", _("批次汇总表盖章扫描件")
    PHOTO = "photo", _("现场核查照片")
    OTHER = "other", pgettext_lazy("evidence", "其他材料")


class AccountingMethod(models.TextChoices):
    """How a reduction was computed; the formulas stand in reserve.rules.accounting (§2)."""

    SEWAGE_WORKS = "sewage_works", _("城镇污水处理厂新建、扩建、管网")
    STANDARD_UPGRADE = "standard_upgrade", _("提标改造")
    WATER_REUSE = "water_reuse", _("再生水回用")
    INDUSTRIAL_WASTEWATER = "industrial_wastewater", _("工业废水治理")
    FLUE_GAS = "flue_gas", _("烟气治理")
    VOCS_SUBSTITUTION = "vocs_substitution", _("VOCs源头替代")
    VOCS_END_OF_PIPE = "vocs_end_of_pipe", _("VOCs末端治理")
    CLOSURE = "closure", _("企业关闭核算")
    LIVESTOCK = "livestock", _("畜禽养殖核算")
    RURAL_SEWAGE = "rural_sewage", _("农村生活污水核算")
    STATED_WITH_PLAN = "stated_with_plan", _("按监测方案申报量")
    APPROVAL_DOCUMENT = "approval_document", _("核定文件")
    STATED_BY_BUREAU = "stated_by_bureau", _("生态环境局填报量")


class AccountKind(models.TextChoices):
    """What an account of the ledger means; who may own it is a CHECK of the database."""

    ORIGIN = "ORIGIN", _("来源")
    RESERVE = "RESERVE", _("储备库")
    HOLDING = "HOLDING", _("排污单位持有")
    HELD = "HELD", _("预留")
    USED = "USED", _("建设项目使用")
    BINDING = "BINDING", _("约束性减排")
    PRIOR_USE = "PRIOR_USE", _("已用于建设项目")
    COVER = "COVER", _("抵扣亏欠")
    VOID = "VOID", _("作废")
    OUTSIDE = "OUTSIDE", _("市外")

    @property
    def may_be_negative(self) -> bool:
        """Say whether balances of this kind may fall below zero: only where mass comes from."""
        return self in {AccountKind.ORIGIN, AccountKind.OUTSIDE}


class LotSourceKind(models.TextChoices):
    """What brought a lot into being; with its number and pollutant it exists once."""

    CLAIM = "CLAIM", _("减排项目申报")
    REWARD = "REWARD", _("园区奖励")
    INBOUND_TRADE = "INBOUND_TRADE", _("市外购入")
    OPENING = "OPENING", _("期初库存")


class OpeningKind(models.TextChoices):
    """What a line of a place's opening stock brings."""

    RESERVE = "reserve", _("储备库批次")
    HOLDING = "holding", _("排污单位持有")
    VOUCHER = "voucher", _("未用凭证")
    DEBT = "debt", _("亏欠")


class TransferKind(models.TextChoices):
    """What a transfer of the ledger records."""

    OPENING = "OPENING", _("期初登记")
    ADMISSION = "ADMISSION", pgettext_lazy("transfer", "入库")
    BUY_IN = "BUY_IN", _("收储")
    REWARD = "REWARD", _("奖励入库")
    HOLD = "HOLD", pgettext_lazy("transfer", "预留")
    UNHOLD = "UNHOLD", _("解除预留")
    RELEASE = "RELEASE", _("投放出库")
    GIVE_BACK = "GIVE_BACK", _("退回储备库")
    TRADE = "TRADE", pgettext_lazy("transfer", "交易")
    TRADE_IN = "TRADE_IN", _("市外买入")
    TRADE_OUT = "TRADE_OUT", _("卖出市外")
    VOID = "VOID", pgettext_lazy("transfer", "作废")
    REPAYMENT = "REPAYMENT", _("抵扣")
    CORRECTION = "CORRECTION", _("更正")
    REVERSAL = "REVERSAL", _("冲正")


class BandOfLakeTai(models.TextChoices):
    """Whether the works lay within five kilometres of Lake Tai, a fact of the claim (YRD)."""

    WITHIN = "within", _("环太湖五公里范围内")
    OUTSIDE = "outside", _("环太湖五公里范围外")


class Fate(models.TextChoices):
    """What became of one part of a verified amount (§3, §4, §13, §21)."""

    BINDING = "binding", _("用于约束性减排")
    PRIOR_USE = "prior_use", _("曾用于建设项目")
    COVER = "cover", _("抵扣此前亏欠")
    PROVINCE = "province", _("纳入省级储备库")
    CITY = "city", _("纳入市级储备库")
    LOCAL = "local", _("纳入县级或园区储备库")
    HOLDING = "holding", pgettext_lazy("fate", "排污单位自持")


DIVISION_OF: Final = {Medium.WATER: _("水处"), Medium.AIR: _("大气处")}
"""The division of the city bureau that reviews lines of a medium (§4)."""

LOCAL_TIERS: Final = (Tier.COUNTY, Tier.PARK)
"""The tiers that take the larger part of the 3 : 7 split."""
