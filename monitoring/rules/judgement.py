"""§10 and §15: whether a year met its targets, how it improved, and whether its tasks are done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from monitoring.vocabulary import Indicator
from quota_registry.kernel.vocabulary import Medium, Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorResult:
    """A year's value of an indicator against its target, both in the indicator's unit."""

    indicator: Indicator
    value: Decimal | None
    target: Decimal | None
    enough: bool = True

    @property
    def gap(self) -> Decimal | None:
        """Give by how much the target is missed (§5); zero or less if it is met, None unknown."""
        if self.value is None or self.target is None:
            return None
        gap = self.value - self.target
        return gap if self.indicator.less_is_better else -gap

    @property
    def met(self) -> bool | None:
        """Say whether the target was met; thin data can show that it was not, never that it was."""
        if self.gap is None:
            return None
        if self.gap > 0:
            return False
        return True if self.enough else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A binding reduction task of a place: its pollutant, and whether it was recorded done."""

    pollutant: Pollutant
    recorded_done: bool


def quality_met(results: Iterable[IndicatorResult], *, medium: Medium) -> bool | None:
    """
    Say whether a medium's targets were all met; None where what is on record does not tell.

    One that was missed decides. An indicator without a value, a target or enough data leaves it
    open, and so does a medium without any indicator.
    """
    found = [result.met for result in results if result.indicator.medium is medium]
    if False in found:
        return False
    return None if None in found or not found else True


def improvement(medium: Medium, *, this: Decimal | None, before: Decimal | None) -> Decimal | None:
    """
    Give the improvement of a year over the one before as a share (0.05 is 5 %), None if unknown.

    Air answers by annual PM2.5, as its relative fall (35 to 28 is 0.2). Water answers by the
    share of sections at class III or better, in per cent, as its rise in percentage points: from
    90 to 95 is 0.05. Both are rounded down to four decimals, so that rounding never grants
    anything. That the two are measured against one threshold of the rule book is the registry's
    reading of 改善幅度.
    """
    if this is None or before is None:
        return None
    if medium is Medium.WATER:
        exact = (Fraction(this) - Fraction(before)) / 100
    elif before > 0:
        exact = (Fraction(before) - Fraction(this)) / Fraction(before)
    else:
        return None
    return Decimal(floor(exact * 10**4)).scaleb(-4)


def task_done(tasks: Iterable[TaskFacts], *, medium: Medium) -> bool:
    """Say whether all tasks of a medium are recorded done; a medium without one counts as done."""
    return all(task.recorded_done for task in tasks if task.pollutant.medium is medium)
