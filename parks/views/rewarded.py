"""What a page says of the rewards that earlier versions of a park's year brought in (§21)."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parks.selectors.rewarded import RewardedBefore
from parks.vocabulary import YearStatus

WHAT_NEXT: Final = {
    YearStatus.TOTALS_FIXED: _("作废后再将本版奖励报省厅。"),
    YearStatus.REWARD_SENT: _("本版奖励已报省厅：作废后退回重新计算。"),
    YearStatus.REWARDED: _("本版奖励已办理入库：作废后以新版重新办理。"),
    YearStatus.CLOSED: _("本版已办结：作废后以新版重新办理。"),
}
"""What is left to do, once earlier rewards are voided, to a version that earns less."""


def beside_before(before: list[RewardedBefore], status: str) -> dict[str, Any]:
    """Give a page what earlier versions brought in, whether this one earns less, what to do."""
    return {
        "before": before,
        "less": any(one.short for one in before),
        "advice": WHAT_NEXT.get(YearStatus(status), "") if status else "",
    }
