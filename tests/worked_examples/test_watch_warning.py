"""The cases of STANDARDS §3, computed by hand: the basin's rule and the engine of three colours."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from monitoring.rules import warning
from monitoring.rules.warning import IndicatorFacts, PlaceFacts, SectionFacts
from monitoring.vocabulary import Action, Indicator, Level, SectionLevel, WaterClass
from quota_registry.kernel.periods import Month
from quota_registry.kernel.rulebook import RuleBook

BOOK = RuleBook.default()
JUNE = Month(2026, 6)
I, II, III, IV, V, WORSE = WaterClass  # noqa: E741 - that is its name


def section(
    month: tuple[WaterClass | None, WaterClass | None],
    so_far: tuple[WaterClass | None, WaterClass | None],
    target: WaterClass | None,
) -> SectionFacts:
    return SectionFacts(
        section="示范断面",
        month_before=month[0],
        month=month[1],
        so_far_before=so_far[0],
        so_far=so_far[1],
        target=target,
    )


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        # The five cases of STANDARDS, each from last year's class to this year's.
        (section((III, IV), (III, IV), III), SectionLevel.SECOND),
        (section((III, V), (III, V), III), SectionLevel.FIRST),
        (section((II, III), (II, III), II), SectionLevel.NONE),
        (section((III, IV), (III, III), III), SectionLevel.NONE),
        (section((II, IV), (III, IV), III), SectionLevel.SECOND),
        # One of the two fallen by two, the other by one.
        (section((III, IV), (II, IV), III), SectionLevel.SECOND),
        (section((II, IV), (II, IV), III), SectionLevel.FIRST),
        (section((V, WORSE), (IV, WORSE), IV), SectionLevel.SECOND),
        (section((IV, WORSE), (IV, WORSE), IV), SectionLevel.FIRST),
        # Bad, but no worse than last year; worse, but within the target.
        (section((V, V), (V, V), III), SectionLevel.NONE),
        (section((V, IV), (III, IV), III), SectionLevel.NONE),
        (section((III, IV), (III, IV), IV), SectionLevel.NONE),
        # Without this month's classes nothing is known.
        (section((III, None), (III, IV), III), SectionLevel.UNKNOWN),
        (section((III, IV), (III, None), III), SectionLevel.UNKNOWN),
        # Last year and the target matter only where the rule would need them.
        (section((None, III), (None, IV), III), SectionLevel.NONE),
        (section((None, IV), (None, IV), III), SectionLevel.UNKNOWN),
        (section((None, IV), (III, IV), III), SectionLevel.UNKNOWN),
        (section((None, IV), (IV, IV), III), SectionLevel.NONE),
        (section((III, IV), (III, IV), None), SectionLevel.UNKNOWN),
        (section((IV, IV), (III, IV), None), SectionLevel.NONE),
    ],
)
def test_a_section_by_the_basins_rule(facts: SectionFacts, level: SectionLevel) -> None:
    assert warning.section_level(facts, book=BOOK).level is level


def pm25(value: str | None, *, blue_before: int = 0, enough: bool = True) -> IndicatorFacts:
    """PM2.5 whose path is 40 and whose same period of last year was 40: 30 × 40 ÷ 30."""
    return IndicatorFacts(
        indicator=Indicator.PM25,
        month=JUNE,
        value=None if value is None else Decimal(value),
        same_period=Decimal(40),
        last_year=Decimal(30),
        target=Decimal(30),
        enough=enough,
        blue_before=blue_before,
    )


def pm25_with_room(value: str, *, blue_before: int = 0) -> IndicatorFacts:
    """PM2.5 whose path, 60 × 40 ÷ 30 = 80, is far above its same period of last year, 40."""
    return IndicatorFacts(
        indicator=Indicator.PM25,
        month=JUNE,
        value=Decimal(value),
        same_period=Decimal(40),
        last_year=Decimal(30),
        target=Decimal(60),
        blue_before=blue_before,
    )


def good_days(value: str | None, *, blue_before: int = 0, enough: bool = True) -> IndicatorFacts:
    """Good days whose path is 80 % and whose same period of last year was 80 %."""
    return IndicatorFacts(
        indicator=Indicator.GOOD_DAYS,
        month=JUNE,
        value=None if value is None else Decimal(value),
        same_period=Decimal(80),
        last_year=Decimal(86),
        target=Decimal(86),
        enough=enough,
        blue_before=blue_before,
    )


FINE = pm25("40.0"), good_days("80.0")


@pytest.mark.parametrize(
    ("target", "to_date", "last_year", "month", "path"),
    [
        ("28", "38", "33", 6, Fraction(28 * 38, 33)),  # 32.24
        ("28", "38", "33", 12, Fraction(28)),
        ("28", None, None, 11, None),
        ("28", "38", None, 11, None),
        ("28", None, None, 12, Fraction(28)),
        (None, "38", "33", 6, None),
        (None, "38", "33", 12, None),
        ("28", "38", "0", 6, None),
    ],
)
def test_the_targets_path(
    target: str | None,
    to_date: str | None,
    last_year: str | None,
    month: int,
    path: Fraction | None,
) -> None:
    found = warning.target_path(
        None if target is None else Decimal(target),
        last_year_to_date=None if to_date is None else Decimal(to_date),
        last_year=None if last_year is None else Decimal(last_year),
        month=Month(2026, month),
    )

    assert found == path


def test_no_path_asks_for_more_than_all_days() -> None:
    # 86 × 100 ÷ 84.4 = 101.9 %.
    facts = IndicatorFacts(
        indicator=Indicator.GOOD_DAYS,
        month=Month(2026, 2),
        value=Decimal(100),
        same_period=Decimal(100),
        last_year=Decimal("84.4"),
        target=Decimal(86),
    )

    assert facts.path == 100
    assert not facts.is_off_path


@pytest.mark.parametrize(
    ("indicators", "level", "codes"),
    [
        (FINE, Level.NONE, []),
        # Blue: worse than the same period, the path not touched.
        ((pm25_with_room("40.0"), FINE[1]), Level.NONE, []),
        ((pm25_with_room("40.1"), FINE[1]), Level.BLUE, ["blue"]),
        ((pm25_with_room("40.1", blue_before=1), FINE[1]), Level.YELLOW, ["blue", "blue_months"]),
        # Three months, but on the path: not red.
        ((pm25_with_room("40.1", blue_before=2), FINE[1]), Level.YELLOW, ["blue", "blue_months"]),
        # Not blue this month: the months before do not count.
        ((pm25_with_room("40.0", blue_before=5), FINE[1]), Level.NONE, []),
        # Beyond the path: 44.0 is 10 % of 40 exactly, 72.0 of 80.
        ((pm25("40.1"), FINE[1]), Level.YELLOW, ["blue", "off_path"]),
        ((pm25("44.0"), FINE[1]), Level.YELLOW, ["blue", "off_path"]),
        ((pm25("44.1"), FINE[1]), Level.RED, ["blue", "far_off_path"]),
        ((FINE[0], good_days("79.9")), Level.YELLOW, ["blue", "off_path"]),
        ((FINE[0], good_days("72.0")), Level.YELLOW, ["blue", "off_path"]),
        ((FINE[0], good_days("71.9")), Level.RED, ["blue", "far_off_path"]),
        # Blue in two months and beyond: yellow twice over. In three and beyond: red.
        (
            (pm25("41", blue_before=1), FINE[1]),
            Level.YELLOW,
            ["blue", "blue_months", "off_path"],
        ),
        (
            (pm25("41", blue_before=2), FINE[1]),
            Level.RED,
            ["blue", "blue_months_off_path", "off_path"],
        ),
        # Both beyond, each by little.
        (
            (pm25("40.1"), good_days("79.9")),
            Level.RED,
            ["blue", "off_path", "blue", "off_path", "both_off_path"],
        ),
        # One blue last month and another this month are not one blue in two.
        ((pm25_with_room("41"), good_days("80.0", blue_before=1)), Level.BLUE, ["blue"]),
    ],
)
def test_the_colours_of_the_air(
    indicators: tuple[IndicatorFacts, ...], level: Level, codes: list[str]
) -> None:
    found = warning.judge(PlaceFacts(month=JUNE, indicators=indicators), book=BOOK)

    assert found.level is level
    assert [reason.code.value for reason in found.reasons] == codes


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ([section((III, III), (III, III), III)], Level.NONE),
        ([section((III, IV), (III, IV), III)], Level.YELLOW),
        ([section((III, V), (III, V), III)], Level.RED),
        ([section((III, None), (III, IV), III)], Level.UNKNOWN),
        # A place takes the worst of its sections.
        (
            [
                section((III, III), (III, III), III),
                section((III, V), (III, V), III),
                section((III, IV), (III, IV), III),
                section((III, None), (III, IV), III),
            ],
            Level.RED,
        ),
    ],
)
def test_a_place_takes_the_worst_of_its_sections(facts: list[SectionFacts], level: Level) -> None:
    found = warning.judge(PlaceFacts(month=JUNE, indicators=FINE, sections=tuple(facts)), book=BOOK)

    assert found.level is level


@pytest.mark.parametrize(
    ("indicators", "suspended", "months", "level", "action"),
    [
        (FINE, False, 0, Level.NONE, Action.NOTHING),
        ((pm25_with_room("41"), FINE[1]), False, 0, Level.BLUE, Action.MEASURES),
        ((pm25("41"), FINE[1]), False, 0, Level.YELLOW, Action.MEASURES),
        ((pm25("50"), FINE[1]), False, 0, Level.RED, Action.SUSPEND),
        ((pm25("50"), FINE[1]), True, 0, Level.RED, Action.MEASURES),
        ((pm25("50"), FINE[1]), True, 9, Level.RED, Action.MEASURES),
        # Off the path but without the trigger: the second such month lifts.
        ((pm25("41"), FINE[1]), True, 0, Level.YELLOW, Action.MEASURES),
        ((pm25("41"), FINE[1]), True, 1, Level.YELLOW, Action.LIFT),
        # Back on the path lifts at once.
        (FINE, True, 0, Level.NONE, Action.LIFT),
        ((pm25_with_room("41"), FINE[1]), True, 0, Level.BLUE, Action.LIFT),
        # What is not known lifts nothing.
        ((FINE[0], good_days(None)), True, 5, Level.UNKNOWN, Action.CHASE_DATA),
        ((pm25("41"), good_days(None)), True, 5, Level.YELLOW, Action.MEASURES),
        ((FINE[0], good_days(None)), False, 0, Level.UNKNOWN, Action.CHASE_DATA),
    ],
)
def test_what_is_proposed(
    indicators: tuple[IndicatorFacts, ...],
    suspended: bool,
    months: int,
    level: Level,
    action: Action,
) -> None:
    found = warning.judge(
        PlaceFacts(
            month=JUNE,
            indicators=indicators,
            suspended=suspended,
            months_without_trigger=months,
        ),
        book=BOOK,
    )

    assert (found.level, found.action) == (level, action)
