"""How the parks say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Refusal, Stale


class ReasonMissing(Refusal):
    """A figure other than the computed one, and a year taken up again, have their reason."""

    code = "reason_missing"
    message = _("须说明理由")


class StepInTheFuture(Refusal):
    """What has not happened yet cannot be recorded."""

    code = "step_in_the_future"
    message = _("%(day)s尚未到，不得登记")


class NotAPark(Refusal):
    """Only parks have a year of limits and totals (§15)."""

    code = "not_a_park"
    message = _("%(place)s不是园区")


class AlreadyUnderWay(Refusal):
    """A version of the year is being worked on."""

    code = "already_under_way"
    message = _("%(place)s%(year)s年度已启动，尚未办结")


class NotJudged(Refusal):
    """Last year's results of both media are confirmed first (§15)."""

    code = "not_judged"
    message = _("%(place)s%(year)s年度评定尚未确认：%(media)s")


class NoTargets(Refusal):
    """Targets are sent for both media (§15)."""

    code = "no_targets"
    message = _("%(place)s尚未设定%(year)s年度目标：%(media)s")


class TargetsChanged(Refusal):
    """What is agreed to and issued is what was sent (§15)."""

    code = "targets_changed"
    message = _("报省厅之后目标有改动：%(indicators)s；须重新设定并再次报省厅")


class GroundCorrected(Refusal):
    """A year goes on from what stands, not from what was corrected since it was taken."""

    code = "ground_corrected"
    message = _("本年度采用的%(what)s已更正，须重新采用后再办理")


class GroundStands(Refusal):
    """What was not corrected is not taken again: what rests on it stands."""

    code = "ground_stands"
    message = _("本年度采用的评定和年度排放总量没有更正，无须重新采用")


class TotalsNotAccepted(Refusal):
    """The park's annual totals are accepted first (§16)."""

    code = "totals_not_accepted"
    message = _("%(place)s%(year)s年度排放总量尚未审核接受")


class YearNotOver(Refusal):
    """Totals are of a year that is over (§16)."""

    code = "year_not_over"
    message = _("%(year)s年度尚未结束，不能填报")


class TotalsUnderWay(Refusal):
    """A version of the totals is open already."""

    code = "totals_under_way"
    message = _("%(place)s%(year)s年度总量第%(version)s版正在办理")


class ClaimedSince(Refusal):
    """What claims were verified for has grown since the reward was computed."""

    code = "claimed_since"
    message = _(
        "报送奖励以来，成员单位该年完成的减排又有项目申报（%(pollutants)s），同一减排不得重复奖励，请重新核算"
    )


class NothingToVoid(Refusal):
    """A reward that never entered, or was voided, is not voided (§21)."""

    code = "nothing_to_void"
    message = _("%(place)s%(year)s年度没有已入库且未作废的奖励")


class WrongCells(Refusal):
    """Totals move on when no cell of them is wrong."""

    code = "wrong_cells"
    message = _("还有%(wrong)s个错误单元格，须改正后才能提交")


class NothingStated(Refusal):
    """Totals without a row say nothing."""

    code = "nothing_stated"
    message = _("还没有填报任何单位")


class WrittenMeanwhile(Stale):
    """Somebody else saved the sheet since it was opened."""

    code = "written_meanwhile"
    message = _("年度总量已被他人修改，请刷新后再填")


class NotAMember(Refusal):
    """Only polluters that lay in the park that year are counted."""

    code = "not_a_member"
    message = _("%(name)s在%(year)s年不是园区成员单位")


class MemberElsewhere(Refusal):
    """A polluter lies in one park at a time."""

    code = "member_elsewhere"
    message = _("%(name)s在此期间已是%(place)s的成员单位")


class ServesAlready(Refusal):
    """A works serves a park once at a time."""

    code = "serves_already"
    message = _("%(name)s在此期间已为%(place)s处理污水")


class EndsBeforeItBegins(Refusal):
    """Who leaves has been there for a day at least."""

    code = "ends_before_it_begins"
    message = _("截止日期%(left)s不晚于起始日期%(joined)s")


class ListTaken(Refusal):
    """A workbook is taken in once; a correction is another one."""

    code = "list_taken"
    message = _("该表已导入；如需更正，请导入更正后的表")
