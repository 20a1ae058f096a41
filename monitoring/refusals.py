"""How the watch says no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Refusal


class DocumentMissing(Refusal):
    """An order, a target or a result comes with the number of its paper."""

    code = "document_missing"
    message = _("须注明文号")


class ReasonMissing(Refusal):
    """Whoever proposes or opens something says why."""

    code = "reason_missing"
    message = _("须说明事由")


class AlreadyProposed(Refusal):
    """The same is proposed already and waits for its second person."""

    code = "already_proposed"
    message = _("%(place)s已有同一事项待办理：%(what)s")


class AlreadySuspended(Refusal):
    """The place is suspended in this scope already (§9, §19)."""

    code = "already_suspended"
    message = _("%(place)s在%(starts)s起已由%(document)s%(scope)s")


class StartsTooEarly(Refusal):
    """An order closes from its own day on, not before."""

    code = "starts_too_early"
    message = _("暂停起始日%(starts)s早于下达日%(on)s")


class EndsBeforeItStarts(Refusal):
    """A period ends after it starts."""

    code = "ends_before_it_starts"
    message = _("截止日%(ends)s不晚于起始日%(starts)s")


class LiftedBeforeItBegan(Refusal):
    """An order is lifted on a day on which it closes something."""

    code = "lifted_before_it_began"
    message = _("解除日%(on)s不晚于暂停起始日%(starts)s")


class WrongTier(Refusal):
    """Only counties and parks are judged, warned and suspended."""

    code = "wrong_tier"
    message = _("%(place)s不是县（市、区）或园区")


class WrongValue(Refusal):
    """A target lies in the range of its indicator."""

    code = "wrong_value"
    message = _("%(indicator)s的目标值%(value)s超出范围")


class NothingToJudge(Refusal):
    """The year is not over, so nothing can be judged of it."""

    code = "year_not_over"
    message = _("%(year)s年尚未结束，不能评定")


class NotImproved(Refusal):
    """Only where the place improved may anything be opened on application (§10)."""

    code = "not_improved"
    message = _(
        "%(place)s上年度%(medium)s环境质量改善幅度为%(improvement)s，低于%(least)s，不能申请开放"
    )


class NotOnApplication(Refusal):
    """The gate there is open anyway, or closed all year: there is nothing to apply for (§10)."""

    code = "not_on_application"
    message = _("%(place)s的“%(way)s”当前为“%(state)s”，不属于可申请开放的情形")


class NoSuchTask(Refusal):
    """A result is recorded of a task that was set."""

    code = "no_such_task"
    message = _("%(place)s%(year)s年没有%(pollutant)s减排任务")


class MonthNotOver(Refusal):
    """A month is judged when all its days are known (§9)."""

    code = "month_not_over"
    message = _("%(month)s尚未结束，不能生成预警")


class NoMeasure(Refusal):
    """A place answers a warning by what it does, by whom and by when (§9)."""

    code = "no_measure"
    message = _("须填写措施内容和责任人")


class TaskClosed(Refusal):
    """A task that is closed takes no more measures."""

    code = "task_closed"
    message = _("该整改任务已办结")


class NothingDoneYet(Refusal):
    """A task closes with at least one measure on record (§9)."""

    code = "nothing_done_yet"
    message = _("尚未登记任何措施，不能办结")
