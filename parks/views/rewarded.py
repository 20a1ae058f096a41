"""What a page says of the rewards that earlier versions of a park's year brought in (§21)."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parks.selectors.rewarded import RewardedBefore
from parks.vocabulary import YearStatus

FIRST_CLOSE: Final = _("先将本版办结，再在本年度提议作废，由局长批准。")
WHAT_NEXT: Final = {
    YearStatus.TOTALS_FIXED: FIRST_CLOSE,
    YearStatus.REWARD_SENT: FIRST_CLOSE,
    YearStatus.REWARDED: FIRST_CLOSE,
    YearStatus.CLOSED: _("本版已办结：可在本年度提议作废，由局长批准。"),
    YearStatus.VOID_PROPOSED: _("已提议作废，待局长批准。"),
}
"""What is left to do about a version that earns less: only a closed year's rewards are voided."""


def beside_before(before: list[RewardedBefore], status: str) -> dict[str, Any]:
    """Give a page what earlier versions brought in, whether this one earns less, what to do."""
    return {
        "before": before,
        "less": any(one.short for one in before),
        "advice": WHAT_NEXT.get(YearStatus(status), "") if status else "",
    }
