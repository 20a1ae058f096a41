"""§9 and §19: what a month says of a place, why, and what is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from monitoring.rules.reasons import Fact, Reason
from monitoring.rules.rounding import half_even
from monitoring.rules.sections import SectionFacts, SectionVerdict, section_level
from monitoring.rules.warning_codes import LEVELS, WarningCode
from monitoring.vocabulary import Action, Indicator, Level, SectionLevel, WaterClass
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.periods import Month
from quota_registry.kernel.rulebook import RuleBook

__all__ = [
    "IndicatorFacts",
    "MonthVerdict",
    "PlaceFacts",
    "SectionFacts",
    "SectionVerdict",
    "judge",
    "section_level",
    "target_path",
]

WATCHED: Final = (Indicator.PM25, Indicator.GOOD_DAYS)
"""What is watched over the year to date; the water has its own rule, section by section."""

SEVERITY: Final = (Level.NONE, Level.UNKNOWN, Level.BLUE, Level.YELLOW, Level.RED)
"""From the lightest: what is not known is heavier than nothing, and any warning than that."""

_SENTENCE: Final = {
    Level.UNKNOWN: "1",
    Level.BLUE: "2",
    Level.YELLOW: "2",
    Level.RED: "3",
    Level.NONE: "3",
}
"""The sentence of §9 and §19: watching is the first, acting the second, suspending the third."""

_WHOLE: Final = Decimal(100)


# Without slots, so that the path and the excess are worked out once however often they are asked.
@dataclass(frozen=True, kw_only=True)
class IndicatorFacts:
    """
    An indicator of the year to the end of a month, in its own unit.

    `same_period` is last year's to the end of the same month; `last_year_to_date` is given only
    where the target's path starts from another figure. `blue_before` counts the successive
    months before this one in which the indicator was blue.
    """

    indicator: Indicator
    month: Month
    value: Decimal | None
    same_period: Decimal | None = None
    last_year: Decimal | None = None
    last_year_to_date: Decimal | None = None
    target: Decimal | None = None
    enough: bool = True
    blue_before: int = 0

    @property
    def is_blue(self) -> bool:
        """Say whether the year to date is worse than the same period of last year."""
        if self.value is None or self.same_period is None:
            return False
        if self.indicator.less_is_better:
            return self.value > self.same_period
        return self.value < self.same_period

    @property
    def blue_months(self) -> int:
        """Count the successive blue months, this one included."""
        return self.blue_before + 1 if self.is_blue else 0

    @cached_property
    def path(self) -> Fraction | None:
        """Give where the year to date should stand, if that can be said."""
        to_date = self.last_year_to_date
        return target_path(
            self.target,
            last_year_to_date=self.same_period if to_date is None else to_date,
            last_year=self.last_year,
            month=self.month,
            most=_WHOLE if self.indicator.unit == "%" else None,
        )

    @cached_property
    def excess(self) -> Fraction | None:
        """Give by what share of the path the value is on its wrong side; below zero is well."""
        path = self.path
        if self.value is None or not path:
            return None
        # In whole numbers, as one fraction: exact, and quicker than a difference and a quotient.
        above, of = self.value.as_integer_ratio()
        gap = above * path.denominator - path.numerator * of
        beyond = gap if self.indicator.less_is_better else -gap
        return Fraction(beyond, of * path.numerator)

    @property
    def is_off_path(self) -> bool:
        """Say whether the value is known to be beyond the path."""
        return self.excess is not None and self.excess.numerator > 0


def target_path(
    target: Decimal | None,
    *,
    last_year_to_date: Decimal | None,
    last_year: Decimal | None,
    month: Month,
    most: Decimal | None = None,
) -> Fraction | None:
    """
    Give the target's path at the end of a month, exactly, or nothing if there is none.

    The annual target × last year's year to date ÷ last year's annual value; with no last year
    only December has a path, the target itself. A share has `most` 100 %: no path asks for more.
    """
    if target is None:
        return None
    if month.number == 12:
        return Fraction(target)
    if last_year_to_date is None or not last_year:
        return None
    # One fraction of whole numbers: exact, and quicker than three that are multiplied.
    (a, b), (c, d), (e, f) = (
        one.as_integer_ratio() for one in (target, last_year_to_date, last_year)
    )
    path = Fraction(a * c * f, b * d * e)
    return path if most is None else min(path, Fraction(most))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """
    All that a month is judged by; a place that no section is set in is judged by its air.

    `months_without_trigger` counts the successive months before this one, since the order, whose
    verdict was `triggered` False.
    """

    month: Month
    indicators: tuple[IndicatorFacts, ...]
    sections: tuple[SectionFacts, ...] = ()
    suspended: bool = False
    months_without_trigger: int = 0
    is_park: bool = False


@dataclass(frozen=True, slots=True)
class MonthVerdict:
    """
    A month's level with every reason, what is proposed, and what later months need of it.

    `triggered` says whether a suspension's trigger (red) holds; None where that is not known.
    """

    level: Level
    reasons: tuple[Reason, ...]
    action: Action
    blue: frozenset[Indicator]
    triggered: bool | None
    sections: tuple[SectionVerdict, ...]


def judge(facts: PlaceFacts, *, book: RuleBook) -> MonthVerdict:
    """
    Judge a place's month: the worst of its indicators and sections.

    What is known to warn, warns, whatever is missing besides; where nothing warns and anything
    is missing or thin, the level is not known, never none.
    """
    watched = [facts_of for facts_of in facts.indicators if facts_of.indicator in WATCHED]
    sections = tuple(section_level(section, book=book) for section in facts.sections)
    said = [
        *(pair for indicator in watched for pair in _of_indicator(indicator, book)),
        *_of_both(watched),
        *(pair for section in sections for pair in _of_section(section)),
        *_of_gaps(watched),
    ]
    levels = {LEVELS[code] for code, _facts in said}
    level = max(levels, key=SEVERITY.index, default=Level.NONE)
    triggered = True if level is Level.RED else None if Level.UNKNOWN in levels else False
    if facts.suspended and triggered is False:
        said += _of_lift(facts, watched, book)
    return MonthVerdict(
        level=level,
        reasons=tuple(
            _reason(code, is_park=facts.is_park, figures=figures) for code, figures in said
        ),
        action=_action(level, {code for code, _facts in said}, suspended=facts.suspended),
        blue=frozenset(found.indicator for found in watched if found.is_blue),
        triggered=triggered,
        sections=sections,
    )


Said = tuple[WarningCode, dict[str, Fact]]


def _of_indicator(facts: IndicatorFacts, book: RuleBook) -> Iterator[Said]:
    codes = list(_codes_of(facts, book))
    # Only what is said needs figures, and most places have nothing said of them.
    figures = _figures(facts) if codes else {}
    for code in codes:
        if code is WarningCode.FAR_OFF_PATH:
            figures = figures | {"threshold": half_even(book.red_excess * 100, 2)}
        yield code, figures


def _codes_of(facts: IndicatorFacts, book: RuleBook) -> Iterator[WarningCode]:
    months = facts.blue_months
    if months:
        yield WarningCode.BLUE
    if months >= book.red_blue_months and facts.is_off_path:
        yield WarningCode.BLUE_MONTHS_OFF_PATH
    elif months >= book.yellow_blue_months:
        yield WarningCode.BLUE_MONTHS
    if facts.excess is not None and facts.excess > book.red_excess:
        yield WarningCode.FAR_OFF_PATH
    elif facts.is_off_path:
        yield WarningCode.OFF_PATH


def _of_both(watched: list[IndicatorFacts]) -> Iterator[Said]:
    if {facts.indicator for facts in watched if facts.is_off_path} >= set(WATCHED):
        yield WarningCode.BOTH_OFF_PATH, {}


def _of_section(verdict: SectionVerdict) -> Iterator[Said]:
    facts = verdict.facts
    if verdict.missing is not None:
        yield verdict.missing, {"section": facts.section}
    elif verdict.level is not SectionLevel.NONE:
        classes: dict[str, WaterClass | None] = {
            "class_month": facts.month,
            "class_month_before": facts.month_before,
            "class_so_far": facts.so_far,
            "class_so_far_before": facts.so_far_before,
            "class_target": facts.target,
        }
        figures: dict[str, Fact] = {"section": facts.section}
        figures |= {name: found for name, found in classes.items() if found is not None}
        first = verdict.level is SectionLevel.FIRST
        yield WarningCode.SECTION_FIRST if first else WarningCode.SECTION_SECOND, figures


def _of_gaps(watched: list[IndicatorFacts]) -> Iterator[Said]:
    by_indicator = {facts.indicator: facts for facts in watched}
    for indicator in WATCHED:
        facts = by_indicator.get(indicator)
        named: dict[str, Fact] = {"indicator": indicator}
        if facts is None or facts.value is None:
            yield WarningCode.NO_VALUE, named
            continue
        if not facts.enough:
            yield WarningCode.THIN, named
        if facts.same_period is None:
            yield WarningCode.NO_SAME_PERIOD, named
        if facts.target is None:
            yield WarningCode.NO_TARGET, named


def _of_lift(facts: PlaceFacts, watched: list[IndicatorFacts], book: RuleBook) -> Iterator[Said]:
    months = facts.months_without_trigger + 1
    if months >= book.lift_months:
        yield WarningCode.MONTHS_WITHOUT, {"months": months}
    if watched and all(found.excess is not None and found.excess <= 0 for found in watched):
        yield WarningCode.BACK_ON_PATH, {}


def _action(level: Level, said: set[WarningCode], *, suspended: bool) -> Action:
    if said & {WarningCode.MONTHS_WITHOUT, WarningCode.BACK_ON_PATH}:
        return Action.LIFT
    if level is Level.RED and not suspended:
        return Action.SUSPEND
    if level.warns:
        return Action.MEASURES
    return Action.CHASE_DATA if level is Level.UNKNOWN else Action.NOTHING


def _figures(facts: IndicatorFacts) -> dict[str, Fact]:
    figures: dict[str, Fact | None] = {
        "indicator": facts.indicator,
        "unit": facts.indicator.unit,
        "value": facts.value,
        "same_period": facts.same_period,
        "last_year": facts.last_year,
        "target": facts.target,
        "path": None if facts.path is None else half_even(facts.path, 2),
        "excess": None if facts.excess is None else half_even(facts.excess * 100, 2),
        "months": facts.blue_months,
    }
    return {name: figure for name, figure in figures.items() if figure is not None}


def _reason(code: WarningCode, *, is_park: bool, figures: dict[str, Fact]) -> Reason:
    key = f"{19 if is_park else 9}.{_SENTENCE[LEVELS[code]]}"
    return Reason(code=code, clause=clause(key), facts=figures)
