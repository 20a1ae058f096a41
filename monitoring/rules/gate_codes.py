"""§9, §10 and §19: the sentences of the gate."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GateCode(TextChoices):
    """Why a way to quota is open, waits for an application, or is closed."""

    MET_AND_DONE = (
        "met_and_done",
        _(
            "%(year)s年度%(medium)s环境质量达到考核目标，且完成约束性总量减排任务（%(confirmed_on)s确认）"
        ),
    )
    MET_NOT_DONE = (
        "met_not_done",
        _(
            "%(year)s年度%(medium)s环境质量达到考核目标，但未完成约束性总量减排任务（%(confirmed_on)s确认）"
        ),
    )
    DONE_NOT_MET = (
        "done_not_met",
        _(
            "%(year)s年度%(medium)s污染物完成约束性总量减排任务，但环境质量未达考核目标（%(confirmed_on)s确认）"
        ),
    )
    NEITHER = (
        "neither",
        _(
            "%(year)s年度%(medium)s环境质量未达考核目标，且未完成约束性总量减排任务（%(confirmed_on)s确认）"
        ),
    )
    CONTINUES = "continues", _("上年度评定尚未确认，沿用前一次评定结果，最迟至%(until)s")
    CLOSURE_ENDED = "closure_ended", _("当年不可使用的期限已于%(until)s届满")
    LAPSED = "lapsed", _("%(medium)s环境上年度评定尚未确认，前一次评定结果已于%(until)s停止沿用")
    NONE_ON_RECORD = "none_on_record", _("%(medium)s环境尚无已确认的年度评定结果")

    OPEN = "open", _("可以%(way)s")
    CLOSED = "closed", _("%(until)s前（含当日）不可%(way)s")
    NEEDS_OPENING = "needs_opening", _("%(way)s须经申请，由市生态环境局批准")
    OPENED = "opened", _("已按%(document)s批准%(way)s，至%(until)s")
    NOT_IMPROVED = (
        "not_improved",
        _("环境质量改善幅度百分之%(improvement)s，低于百分之%(least)s，不得申请"),
    )
    IMPROVEMENT_UNKNOWN = "improvement_unknown", _("环境质量改善幅度未知，不得申请")

    RESERVES_SUSPENDED = (
        "reserves_suspended",
        _("%(place)s已按%(document)s暂停使用各级储备库指标，自%(since)s起"),
    )
    PURCHASE_SUSPENDED = (
        "purchase_suspended",
        _("%(place)s已按%(document)s暂停跨县（市、区）域购买指标，自%(since)s起"),
    )
    PARK_PURCHASE_SUSPENDED = (
        "park_purchase_suspended",
        _("%(place)s已按%(document)s暂缓跨园区购买指标，自%(since)s起"),
    )
