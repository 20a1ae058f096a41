"""The Yangtze basin's water rule of 2018: when a section's month is warned of (§9, §19)."""

from __future__ import annotations

from dataclasses import dataclass

from monitoring.rules.warning_codes import WarningCode
from monitoring.vocabulary import SectionLevel, WaterClass
from quota_registry.kernel.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionFacts:
    """A section's classes this year and in the same period of the last, and this year's target."""

    section: str
    month: WaterClass | None
    month_before: WaterClass | None
    so_far: WaterClass | None
    so_far_before: WaterClass | None
    target: WaterClass | None


@dataclass(frozen=True, slots=True)
class SectionVerdict:
    """A section's level by the Yangtze basin's rule, and what it was judged by."""

    level: SectionLevel
    facts: SectionFacts
    missing: WarningCode | None = None


def section_level(facts: SectionFacts, *, book: RuleBook) -> SectionVerdict:
    """
    Judge a section by the Yangtze basin's water rule of 2018.

    It is warned of where month and year to date have both fallen and are worse than III, and
    the year to date misses its target: by two classes first level, by one second. Without this
    month's classes nothing is known; other gaps matter only where the rule would need them.
    """
    if facts.month is None or facts.so_far is None:
        return SectionVerdict(SectionLevel.UNKNOWN, facts, WarningCode.SECTION_NO_CLASS)
    if min(facts.month, facts.so_far) <= book.good_water_class:
        return SectionVerdict(SectionLevel.NONE, facts)
    if facts.target is not None and facts.so_far <= facts.target:
        return SectionVerdict(SectionLevel.NONE, facts)
    falls = [
        now - before
        for now, before in ((facts.month, facts.month_before), (facts.so_far, facts.so_far_before))
        if before is not None
    ]
    if min(falls, default=book.first_level_classes) < book.second_level_classes:
        return SectionVerdict(SectionLevel.NONE, facts)
    if len(falls) < 2:
        return SectionVerdict(SectionLevel.UNKNOWN, facts, WarningCode.SECTION_NO_SAME_PERIOD)
    if facts.target is None:
        return SectionVerdict(SectionLevel.UNKNOWN, facts, WarningCode.SECTION_NO_TARGET)
    gravely = min(falls) >= book.first_level_classes
    return SectionVerdict(SectionLevel.FIRST if gravely else SectionLevel.SECOND, facts)
