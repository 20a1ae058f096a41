"""§6 and P3: why an application stands where it stands, and what is left if some are granted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from allocation.rules.priority import Claimant
from monitoring.rules.reasons import Reason
from monitoring.rules.rounding import half_even
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.vocabulary import Pollutant


class QueueCode(TextChoices):
    """Why an application stands where it stands; the label is the sentence."""

    MET_AND_DONE = "met_and_done", _("所在地上年度目标和减排任务均完成")
    MET_NOT_DONE = "met_not_done", _("所在地上年度目标完成，减排任务未完成")
    NOT_MET = "not_met", _("所在地上年度目标未完成")
    NOT_JUDGED = "not_judged", _("所在地上年度尚未评定")
    IMPROVED = "improved", _("改善幅度%(percent)s%%")
    FILED = "filed", _("%(on)s提交")


def reasons_of(claimant: Claimant) -> Sequence[Reason]:
    """
    Say by what an application stands within its class, in the order in which it is asked.

    Its place's result of last year and how far it improved (P3), then the day of filing.
    """
    found = [_result(claimant)]
    if claimant.improvement is not None:
        percent = half_even(claimant.improvement * 100, 2)
        found.append(
            Reason(code=QueueCode.IMPROVED, clause=clause("P3.2"), facts={"percent": percent})
        )
    filed = {"on": claimant.filed_on}
    return [*found, Reason(code=QueueCode.FILED, clause=clause("P3.2"), facts=filed)]


def left_after(
    free: Mapping[Pollutant, Grams], granted: Iterable[Mapping[Pollutant, Grams]]
) -> dict[Pollutant, int]:
    """
    Say what a reserve would have left of each pollutant if these were granted.

    Less than nothing says how much is missing. What nobody asks for stays as it is.
    """
    left = {pollutant: int(grams) for pollutant, grams in free.items()}
    for wanted in granted:
        for pollutant, grams in wanted.items():
            left[pollutant] = left.get(pollutant, NOTHING) - grams
    return left


def _result(claimant: Claimant) -> Reason:
    code = QueueCode.NOT_MET
    if not claimant.judged:
        code = QueueCode.NOT_JUDGED
    elif claimant.quality_met:
        code = QueueCode.MET_AND_DONE if claimant.task_done else QueueCode.MET_NOT_DONE
    return Reason(code=code, clause=clause("P3.2"))
