"""The terms of the parks' year (限值限量管理), as the notice uses them (§15–18)."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FIRST_YEAR: Final = 2021
"""The first year that the parks have: what was done before 2021 counts for nothing (§3)."""


class ParkLevel(TextChoices):
    """By whom a park was approved."""

    NATIONAL = "national", _("国家级")
    PROVINCIAL = "provincial", _("省级")
    LOCAL = "local", _("市县级")


class TotalsSource(TextChoices):
    """Where an amount comes from; the first that states it counts (STANDARDS §4)."""

    AUTOMATIC = "automatic", _("自动监测")
    MANUAL = "manual", _("手工监测")
    BALANCE = "balance", _("物料衡算")


class TotalsStatus(TextChoices):
    """Where a park's annual totals stand."""

    DRAFT = "draft", _("填报中")
    CHECKING = "checking", _("园区审核中")
    FILED = "filed", _("已上报")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已接受")
    REPLACED = "replaced", _("已由新版替代")


class YearStatus(TextChoices):
    """Where a park's year stands."""

    OPEN = "open", _("已启动")
    JUDGED = "judged", _("上年度已判定")
    TARGETS_SENT = "targets_sent", _("目标已报省厅")
    TARGETS_AGREED = "targets_agreed", _("省厅已同意目标")
    TARGETS_ISSUED = "targets_issued", _("目标已下达")
    TOTALS_TAKEN = "totals_taken", _("年度总量已采用")
    TOTALS_PROPOSED = "totals_proposed", _("两项总量待审定")
    TOTALS_FIXED = "totals_fixed", _("两项总量已核定")
    REWARD_SENT = "reward_sent", _("奖励额度已报省厅")
    REWARDED = "rewarded", _("奖励额度已入库")
    CLOSED = "closed", _("年度已办结")
    VOID_PROPOSED = "void_proposed", _("奖励待作废")
    REPLACED = "replaced", _("已由新版替代")


class YearStep(TextChoices):
    """The five steps of the year that the law sets a day for, in their order."""

    JUDGEMENT = "judgement", _("判定上年度目标")
    TARGETS = "targets", _("下达本年度目标")
    TOTALS = "totals", _("上报年度总量")
    ALLOWED_TOTAL = "allowed_total", _("核定允许与实际总量")
    REWARD = "reward", _("奖励额度入库")


class Punctuality(TextChoices):
    """How a step stands beside the day by which it is due."""

    IN_TIME = "in_time", _("按期完成")
    LATE = "late", _("逾期完成")
    AHEAD = "ahead", _("未到期")
    DUE_SOON = "due_soon", _("即将到期")
    OVERDUE = "overdue", _("已逾期")


class TotalMethod(TextChoices):
    """How an allowed or an actual total was found (§16)."""

    CARRIED = "carried", _("按上年度核定")
    PERMITS = "permits", _("成员单位许可量之和")
    REPORTED = "reported", _("园区上报总量加和")
    MEASURED = "measured", _("监测数据测算")
    DOCUMENT = "document", _("文件核定")


class RewardReason(TextChoices):
    """Why a reward is nothing, or less than what was saved would earn (§18, §21)."""

    TARGET_MISSED = "target_missed", _("上年度环境质量目标未完成")
    TASK_NOT_DONE = "task_not_done", _("约束性减排任务未完成")
    NO_ALLOWED_TOTAL = "no_allowed_total", _("没有核定允许排放量")
    NO_ACTUAL_TOTAL = "no_actual_total", _("没有核定实际排放量")
    TOTAL_EXCEEDED = "total_exceeded", _("实际排放量超过允许排放量")
    PAID_BY_CLAIMS = "paid_by_claims", _("同一减排量已由项目申报入账，不重复奖励")
    CAPPED = "capped", _("以奖励额度上限为限")


class Doubt(TextChoices):
    """Why a stated amount deserves a second look (§16, §17)."""

    OVER_PERMIT = "over_permit", _("超过许可排放量")
    BELOW_MEASURED = "below_measured", _("低于自动监测测得的排放量")
    FAR_FROM_LAST = "far_from_last", _("与上年相差过大")
