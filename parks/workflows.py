"""The ways of annual totals and of a park's year, as tables: who does what, apart from whom."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from parks.vocabulary import TotalsStatus as T
from parks.vocabulary import YearStatus as Y
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.workflow import Transition, Workflow, register

TOTALS: Final = register(
    Workflow(
        name="annual_totals",
        model="annualtotals",
        initial=T.DRAFT,
        birth=("begin", _("开始填报")),
        also={"write": "writers"},
        transitions=(
            Transition(
                (T.DRAFT,), "hand_in", T.CHECKING, _("提交园区审核"), Permission.FILL_TOTALS
            ),
            Transition(
                (T.CHECKING,), "revise", T.DRAFT, _("退回填报人修改"), Permission.FILL_TOTALS
            ),
            Transition(
                (T.CHECKING,),
                "file",
                T.FILED,
                _("审核并上报"),
                Permission.FILL_TOTALS,
                ("hand_in", "write"),
            ),
            Transition((T.FILED,), "take_back", T.DRAFT, _("撤回修改"), Permission.FILL_TOTALS),
            Transition(
                (T.FILED,),
                "send_back",
                T.RETURNED,
                _("退回园区"),
                Permission.ACCEPT_TOTALS,
                needs_note=True,
            ),
            Transition(
                (T.FILED,),
                "accept",
                T.ACCEPTED,
                _("接受"),
                Permission.ACCEPT_TOTALS,
                ("hand_in", "write", "file"),
            ),
            Transition(
                (T.ACCEPTED,), "replace", T.REPLACED, _("以新版更正"), Permission.ACCEPT_TOTALS
            ),
        ),
    )
)

YEAR: Final = register(
    Workflow(
        name="park_year",
        model="parkyear",
        initial=Y.OPEN,
        birth=("open", _("启动")),
        transitions=(
            Transition(
                (Y.OPEN,), "judge", Y.JUDGED, _("登记上年度判定"), Permission.KEEP_PARK_YEAR
            ),
            Transition(
                (Y.JUDGED,),
                "send_targets",
                Y.TARGETS_SENT,
                _("目标报省厅"),
                Permission.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TARGETS_SENT, Y.TARGETS_AGREED),
                "set_targets_again",
                Y.JUDGED,
                _("重新设定目标"),
                Permission.KEEP_PARK_YEAR,
                needs_note=True,
            ),
            Transition(
                (Y.TARGETS_SENT,),
                "agree_targets",
                Y.TARGETS_AGREED,
                _("登记省厅同意"),
                Permission.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TARGETS_AGREED,),
                "issue_targets",
                Y.TARGETS_ISSUED,
                _("下达目标"),
                Permission.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TARGETS_ISSUED,),
                "take_totals",
                Y.TOTALS_TAKEN,
                _("采用年度总量"),
                Permission.KEEP_PARK_YEAR,
            ),
            # What was corrected since it was taken is taken again, and all that rests on it anew.
            Transition(
                (Y.TOTALS_TAKEN, Y.TOTALS_PROPOSED, Y.TOTALS_FIXED, Y.REWARD_SENT),
                "take_again",
                Y.TOTALS_TAKEN,
                _("依据已更正，重新采用"),
                Permission.KEEP_PARK_YEAR,
                needs_note=True,
            ),
            Transition(
                (Y.TOTALS_TAKEN,),
                "propose_totals",
                Y.TOTALS_PROPOSED,
                _("提出两项总量"),
                Permission.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TOTALS_PROPOSED,),
                "return_totals",
                Y.TOTALS_TAKEN,
                _("退回两项总量"),
                Permission.APPROVE_PARK_YEAR,
                ("propose_totals",),
                needs_note=True,
            ),
            Transition(
                (Y.TOTALS_PROPOSED,),
                "fix_totals",
                Y.TOTALS_FIXED,
                _("核定两项总量"),
                Permission.APPROVE_PARK_YEAR,
                ("propose_totals",),
            ),
            Transition(
                (Y.TOTALS_FIXED,),
                "send_reward",
                Y.REWARD_SENT,
                _("奖励额度报省厅"),
                Permission.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.REWARD_SENT,),
                "compute_reward_again",
                Y.TOTALS_FIXED,
                _("省厅未确认，重新核算"),
                Permission.KEEP_PARK_YEAR,
                needs_note=True,
            ),
            Transition(
                (Y.REWARD_SENT,),
                "confirm_reward",
                Y.REWARDED,
                _("登记省厅确认并入库"),
                Permission.KEEP_PARK_YEAR,
                ("send_reward", "propose_totals", "fix_totals"),
                posts=_("奖励入库：园区储备库"),
            ),
            Transition((Y.REWARDED,), "close", Y.CLOSED, _("年度办结"), Permission.KEEP_PARK_YEAR),
            # What a reward paid wrongly is voided by two people; the year may be taken up again.
            Transition(
                (Y.CLOSED,),
                "propose_void",
                Y.VOID_PROPOSED,
                _("提议作废奖励"),
                Permission.KEEP_PARK_YEAR,
                needs_note=True,
            ),
            Transition(
                (Y.VOID_PROPOSED,),
                "void_reward",
                Y.CLOSED,
                _("作废奖励"),
                Permission.VOID_CLAIM,
                ("propose_void",),
                posts=_("奖励作废：未用的转入作废账户，已用的记为园区亏欠"),
            ),
            Transition(
                (Y.VOID_PROPOSED,),
                "reject_void",
                Y.CLOSED,
                _("否决作废提议"),
                Permission.VOID_CLAIM,
                ("propose_void",),
                needs_note=True,
            ),
            Transition(
                (Y.VOID_PROPOSED,),
                "take_back_void",
                Y.CLOSED,
                _("撤回作废提议"),
                Permission.KEEP_PARK_YEAR,
                needs_note=True,
            ),
            Transition(
                (Y.CLOSED,), "replace", Y.REPLACED, _("以新版重新办理"), Permission.KEEP_PARK_YEAR
            ),
        ),
    )
)
