"""How the watch says no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Refusal


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
    message = _("%(place)s自%(starts)s起已按%(document)s%(scope)s")


class AlreadyOpened(Refusal):
    """A day of it is open on application already (§10)."""

    code = "already_opened"
    message = _("%(place)s的“%(way)s”在此期间已按%(document)s开放")


class StartsTooEarly(Refusal):
    """What is ordered, lifted or opened holds from its own day on, not before."""

    code = "starts_too_early"
    message = _("生效日%(starts)s早于办理日%(on)s，不得追溯")


class EndsBeforeItStarts(Refusal):
    """A period ends after it starts."""

    code = "ends_before_it_starts"
    message = _("截止日%(ends)s不晚于起始日%(starts)s")


class LiftedBeforeItBegan(Refusal):
    """An order that has begun is lifted after its first day, since that day was closed."""

    code = "lifted_before_it_began"
    message = _("解除日%(on)s不晚于暂停起始日%(starts)s")


class OpeningClosed(Refusal):
    """What was opened on application is closed early once."""

    code = "opening_closed"
    message = _("%(document)s批准的开放已于%(on)s提前关闭")


class OverAlready(Refusal):
    """An order whose own last day has gone by needs no lift."""

    code = "over_already"
    message = _("%(document)s的暂停期间已于%(ends)s届满，无须解除")


class NoPark(Refusal):
    """Limit values are managed in parks alone (§6)."""

    code = "no_park"
    message = _("%(place)s不是园区")


class AlreadyOutstanding(Refusal):
    """A day of it is on record as outstanding (§6)."""

    code = "already_outstanding"
    message = _("%(place)s在此期间已按%(document)s认定为成效显著")


class OutstandingEnded(Refusal):
    """What is over, or was ended, is not ended again."""

    code = "outstanding_ended"
    message = _("%(document)s的认定已经终止")


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
    message = _("%(place)s不能申请开放：%(why)s")


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


class CodeTaken(Refusal):
    """A station's code is its own for ever."""

    code = "code_taken"
    message = _("点位编码%(station)s已被使用")


class NotASection(Refusal):
    """A section has a water body and a target class; nothing else has them."""

    code = "not_a_section"
    message = _("水质断面须有水体类型与目标类别，%(kind)s不符")


class OutletMisnumbered(Refusal):
    """An outlet is numbered as permits do: DW001 for water, DA001 for air."""

    code = "outlet_misnumbered"
    message = _("排放口编号%(number)s与要素“%(medium)s”不符，应为%(prefix)s加三位数字")


class OutletStands(Refusal):
    """A polluter's outlet is registered once."""

    code = "outlet_stands"
    message = _("%(polluter)s已登记排放口%(number)s")


class MonitorStands(Refusal):
    """An outlet has a kind of monitor once."""

    code = "monitor_stands"
    message = _("排放口%(number)s已登记%(kind)s")


class DatesOutOfOrder(Refusal):
    """A monitor is installed, then accepted, then networked, then compared (§17)."""

    code = "dates_out_of_order"
    message = _("日期%(date)s不合次序：安装、验收、联网、比对应依次办理")


class NotYet(Refusal):
    """What is recorded has happened."""

    code = "not_yet"
    message = _("日期%(date)s晚于今日%(on)s，尚未发生")


class NothingFound(Refusal):
    """A check ends in figures or in a verdict."""

    code = "nothing_found"
    message = _("须填写误差与允许误差，或者给出结论")


class CheckOutOfOrder(Refusal):
    """Checks are recorded in the order of their days, since each decides what counts after it."""

    code = "check_out_of_order"
    message = _("已登记%(later)s的检查，不得补登%(date)s的检查")


class PolluterUnknown(Refusal):
    """A monitor stands at a polluter that is registered in one's own places."""

    code = "polluter_unknown"
    message = _("本地没有统一社会信用代码为%(uscc)s的排污单位")


class OutletUnnamed(Refusal):
    """A new outlet has its name."""

    code = "outlet_unnamed"
    message = _("排放口%(number)s尚未登记，须填写名称")


class MeasuresNoAmounts(Refusal):
    """Only an automatic monitor measures what an outlet emits (§17)."""

    code = "measures_no_amounts"
    message = _("%(kind)s不产生监测排放量，只登记自动监测的数据")


class NotItsPollutant(Refusal):
    """An outlet into water emits no air pollutants, nor the reverse."""

    code = "not_its_pollutant"
    message = _("%(number)s为%(medium)s排放口，不登记%(pollutant)s")


class NothingMeasured(Refusal):
    """What is withdrawn is a figure that stands (§17)."""

    code = "nothing_measured"
    message = _("%(number)s在%(month)s没有可撤回的监测排放量：%(pollutants)s")


class MeasuredListTaken(Refusal):
    """A list is taken in once."""

    code = "measured_list_taken"
    message = _("该监测排放量表已入库，不重复入库")
