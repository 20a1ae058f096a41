"""The year of a park as a table: what follows what, who does it, apart from whom (§15–18)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from parks.vocabulary import YearStatus as Y
from quota_registry.kernel.permissions import Permission as P
from quota_registry.kernel.workflow import Transition, Workflow, register

YEAR: Final = register(
    Workflow(
        name="park_year",
        initial=Y.OPEN,
        birth=("open", _("启动")),
        transitions=(
            Transition((Y.OPEN,), "judge", Y.JUDGED, _("登记上年度判定"), P.KEEP_PARK_YEAR),
            Transition(
                (Y.JUDGED,), "send_targets", Y.TARGETS_SENT, _("目标报省厅"), P.KEEP_PARK_YEAR
            ),
            Transition(
                (Y.TARGETS_SENT,),
                "set_targets_again",
                Y.JUDGED,
                _("省厅未同意，重新设定"),
                P.KEEP_PARK_YEAR,
                needs_note=True,
            ),
            Transition(
                (Y.TARGETS_SENT,),
                "agree_targets",
                Y.TARGETS_AGREED,
                _("登记省厅同意"),
                P.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TARGETS_AGREED,),
                "issue_targets",
                Y.TARGETS_ISSUED,
                _("下达目标"),
                P.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TARGETS_ISSUED,),
                "take_totals",
                Y.TOTALS_TAKEN,
                _("采用年度总量"),
                P.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TOTALS_TAKEN,),
                "propose_totals",
                Y.TOTALS_PROPOSED,
                _("提出两项总量"),
                P.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.TOTALS_PROPOSED,),
                "return_totals",
                Y.TOTALS_TAKEN,
                _("退回两项总量"),
                P.APPROVE_PARK_YEAR,
                ("propose_totals",),
                needs_note=True,
            ),
            Transition(
                (Y.TOTALS_PROPOSED,),
                "fix_totals",
                Y.TOTALS_FIXED,
                _("核定两项总量"),
                P.APPROVE_PARK_YEAR,
                ("propose_totals",),
            ),
            Transition(
                (Y.TOTALS_FIXED,),
                "send_reward",
                Y.REWARD_SENT,
                _("奖励额度报省厅"),
                P.KEEP_PARK_YEAR,
            ),
            Transition(
                (Y.REWARD_SENT,),
                "compute_reward_again",
                Y.TOTALS_FIXED,
                _("省厅未确认，重新核算"),
                P.KEEP_PARK_YEAR,
                needs_note=True,
            ),
            Transition(
                (Y.REWARD_SENT,),
                "confirm_reward",
                Y.REWARDED,
                _("登记省厅确认并入库"),
                P.KEEP_PARK_YEAR,
                ("send_reward", "propose_totals", "fix_totals"),
                posts=_("奖励入库：园区储备库"),
            ),
            Transition((Y.REWARDED,), "close", Y.CLOSED, _("办结"), P.KEEP_PARK_YEAR),
            Transition(
                (Y.CLOSED,), "replace", Y.REPLACED, _("以新版重新办理"), P.KEEP_PARK_YEAR
            ),
        ),
    )
)
