"""What verdicts of the watch say: missing data are never good, and a reason can be said again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules import air, gate, reasons, rounding, validity, warning, water
from monitoring.rules.gate import JudgementFacts, SuspensionFacts
from monitoring.rules.gate_codes import GateCode
from monitoring.rules.reasons import Reason
from monitoring.rules.warning import IndicatorFacts, PlaceFacts, SectionFacts
from monitoring.rules.warning_codes import LEVELS, WarningCode
from monitoring.vocabulary import (
    AIR_ITEMS,
    Action,
    Indicator,
    Item,
    Level,
    SuspensionScope,
    WaterBody,
    WaterClass,
    Way,
)
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.periods import Month
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant

BOOK = RuleBook.default()
JUNE = Month(2026, 6)
MARCH_1 = date(2026, 3, 1)
concentrations = st.decimals(0, 900, places=1)


def facts(indicator: Indicator, value: str | None = "30", **changes: object) -> IndicatorFacts:
    given: dict[str, object] = {
        "indicator": indicator,
        "month": JUNE,
        "value": None if value is None else Decimal(value),
        "same_period": Decimal(30),
        "last_year": Decimal(30),
        "target": Decimal(30),
    }
    return IndicatorFacts(**given | changes)  # type: ignore[arg-type]


PM25, DAYS = facts(Indicator.PM25), facts(Indicator.GOOD_DAYS)


class TestMissingData:
    @pytest.mark.parametrize(
        ("indicators", "codes"),
        [
            ((), ["no_value", "no_value"]),
            ((PM25,), ["no_value"]),
            ((PM25, facts(Indicator.GOOD_DAYS, None)), ["no_value"]),
            ((PM25, facts(Indicator.GOOD_DAYS, enough=False)), ["thin"]),
            ((PM25, facts(Indicator.GOOD_DAYS, same_period=None)), ["no_same_period"]),
            ((PM25, facts(Indicator.GOOD_DAYS, target=None)), ["no_target"]),
        ],
    )
    def test_a_month_that_is_not_known_is_not_good(
        self, indicators: tuple[IndicatorFacts, ...], codes: list[str]
    ) -> None:
        found = warning.judge(PlaceFacts(month=JUNE, indicators=indicators), book=BOOK)

        assert (found.level, found.action) == (Level.UNKNOWN, Action.CHASE_DATA)
        assert [reason.code.value for reason in found.reasons] == codes
        assert found.triggered is None

    def test_what_is_known_to_warn_warns_and_says_what_is_missing(self) -> None:
        red = facts(Indicator.PM25, "40", enough=False)

        found = warning.judge(PlaceFacts(month=JUNE, indicators=(red,)), book=BOOK)

        assert (found.level, found.action) == (Level.RED, Action.SUSPEND)
        assert [reason.code.value for reason in found.reasons] == [
            "blue",
            "far_off_path",
            "thin",
            "no_value",
        ]
        assert found.triggered is True
        assert found.blue == {Indicator.PM25}

    def test_a_section_that_is_not_known_names_itself(self) -> None:
        silent = SectionFacts(
            section="示范断面",
            month=None,
            month_before=WaterClass.II,
            so_far=WaterClass.II,
            so_far_before=WaterClass.II,
            target=WaterClass.III,
        )

        found = warning.judge(
            PlaceFacts(month=JUNE, indicators=(PM25, DAYS), sections=(silent,)), book=BOOK
        )

        assert found.level is Level.UNKNOWN
        assert found.reasons[0].sentence == "断面示范断面缺少当月或累计水质类别"

    def test_an_air_day_needs_all_six_unless_it_is_bad_already(self) -> None:
        values: dict[Item, Decimal | None] = dict.fromkeys(AIR_ITEMS, Decimal(1))

        for item in AIR_ITEMS:
            day = air.air_day(values | {item: None}, on=MARCH_1)
            assert (day.index, day.good, day.category, day.missing) == (None, None, None, (item,))
        assert air.air_day({}, on=MARCH_1).missing == AIR_ITEMS
        bad = air.air_day({Item.PM25: Decimal(68)}, on=MARCH_1)
        assert (bad.index, bad.good, bad.primary) == (108, False, (Item.PM25,))
        # The same 68 is a good 92 a day earlier, so there the rest would be needed.
        assert air.air_day({Item.PM25: Decimal(68)}, on=date(2026, 2, 28)).good is None

    def test_a_section_needs_four_items_unless_it_is_bad_already(self) -> None:
        good = {
            Item.DO: Decimal(8),
            Item.CODMN: Decimal(2),
            Item.NH3N: Decimal("0.1"),
            Item.TP: Decimal("0.01"),
        }
        river = WaterBody.RIVER

        assert water.classify(good, body=river).water_class is WaterClass.I
        for item in good:
            found = water.classify(good | {item: None}, body=river)
            assert (found.water_class, found.missing) == (None, (item,))
        third = water.classify({Item.NH3N: Decimal(1)}, body=river)
        assert (third.water_class, third.by_item) == (None, {Item.NH3N: WaterClass.III})
        fourth = water.classify({Item.NH3N: Decimal("1.5")}, body=river)
        assert fourth.water_class is WaterClass.IV
        bad = water.classify({Item.NH3N: Decimal(3)}, body=river)
        assert (bad.water_class, bad.worst) == (WaterClass.WORSE, (Item.NH3N,))
        assert water.classify({Item.TN: Decimal(9)}, body=river).water_class is None
        assert water.classify(good | {Item.PH: Decimal("9.1")}, body=river).worst == (Item.PH,)


class TestAirDay:
    def test_all_worst_items_above_50_are_primary(self) -> None:
        clean: dict[Item, Decimal | None] = dict.fromkeys(AIR_ITEMS, Decimal(1))

        tie = air.air_day(clean | {Item.NO2: Decimal(80), Item.O3: Decimal(160)}, on=MARCH_1)
        none = air.air_day(clean | {Item.PM25: Decimal(35)}, on=MARCH_1)

        assert (tie.index, tie.primary, tie.good) == (100, (Item.NO2, Item.O3), True)
        assert (none.index, none.primary) == (50, ())

    def test_the_books_limit_of_a_good_day_is_taken(self) -> None:
        values: dict[Item, Decimal | None] = dict.fromkeys(AIR_ITEMS, Decimal(1))
        values[Item.PM25] = Decimal(60)

        assert air.air_day(values, on=MARCH_1, good_up_to=100).good is True
        assert air.air_day(values, on=MARCH_1, good_up_to=99).good is False

    def test_no_concentration_is_below_zero(self) -> None:
        with pytest.raises(ValueError, match="-1"):
            air.iaqi(Item.PM25, Decimal(-1), on=MARCH_1)

    def test_water_has_no_index(self) -> None:
        assert air.iaqi(Item.PH, Decimal(7), on=MARCH_1) is None

    @given(st.sampled_from(AIR_ITEMS), concentrations, concentrations)
    def test_more_in_the_air_is_no_lower_an_index(self, item: Item, a: Decimal, b: Decimal) -> None:
        less, more = (air.iaqi(item, value, on=MARCH_1) for value in sorted((a, b)))

        assert less is not None
        assert more is not None
        assert 0 <= less <= more <= 500

    @given(st.lists(concentrations, min_size=1), st.decimals(0, 1, places=2))
    def test_a_percentile_lies_among_the_values(
        self, values: list[Decimal], share: Decimal
    ) -> None:
        found = air.percentile(values, share)

        assert found is not None
        assert min(values) <= found <= max(values)


class TestValidity:
    @pytest.mark.parametrize(
        ("month", "days", "enough"),
        [(1, 26, False), (1, 27, True), (2, 24, False), (2, 25, True), (4, 26, False)],
    )
    def test_days_of_a_month(self, month: int, days: int, enough: bool) -> None:
        assert validity.enough_days(days, month=Month(2026, month)) is enough

    @pytest.mark.parametrize(
        ("month", "days", "enough"),
        [
            (1, 26, False),
            (1, 27, True),
            (2, 51, False),
            (2, 52, True),
            (6, 159, False),
            (6, 160, True),
            (12, 323, False),
            (12, 324, True),
        ],
    )
    def test_days_of_the_year_so_far(self, month: int, days: int, enough: bool) -> None:
        assert validity.enough_days_so_far(days, month=Month(2026, month)) is enough

    def test_hours_and_years(self) -> None:
        assert [validity.enough_hours(hours) for hours in (19, 20)] == [False, True]
        assert [validity.enough_days_of_year(days) for days in (323, 324)] == [False, True]
        assert [validity.enough_months_of_year(months) for months in (7, 8)] == [False, True]


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        (Decimal("2.5"), 0, "2"),
        (Decimal("3.5"), 0, "4"),
        (Decimal("2.51"), 0, "3"),
        (Decimal("0.25"), 1, "0.2"),
        (Decimal("0.35"), 1, "0.4"),
        (Decimal("0.125"), 2, "0.12"),
        (Decimal("-2.5"), 0, "-2"),
        (Fraction(1, 3), 3, "0.333"),
        (7, 1, "7.0"),
    ],
)
def test_rounding_half_to_even(value: Decimal | Fraction | int, places: int, rounded: str) -> None:
    assert str(rounding.half_even(value, places)) == rounded


class TestReasons:
    def test_every_code_has_a_level(self) -> None:
        assert LEVELS.keys() == set(WarningCode)

    def test_a_warning_says_its_figures_in_both_languages(self) -> None:
        found = warning.judge(
            PlaceFacts(month=JUNE, indicators=(facts(Indicator.PM25, "34.5"), DAYS), is_park=True),
            book=BOOK,
        )
        red = found.reasons[1]

        with translation.override("zh-hans"):
            assert str(red) == (
                "PM2.5年均浓度本年累计34.5μg/m³，偏离目标进度30.00μg/m³，"
                "幅度百分之15.00，超过百分之10.00（第19条）"
            )
        with translation.override("en"):
            assert "by 15.00 per cent" in red.sentence
        assert red.clause.key == "19.3"
        assert found.reasons[0].clause.key == "19.2"

    def test_a_gate_says_why_in_both_languages(self) -> None:
        judgement = JudgementFacts(
            year=2025,
            medium=Medium.WATER,
            quality_met=False,
            task_done=False,
            improvement=None,
            confirmed_on=date(2026, 1, 20),
        )
        order = SuspensionFacts(
            scope=SuspensionScope.PURCHASE,
            starts=date(2026, 5, 1),
            ends=None,
            place="示范园区",
            document="示环〔2026〕5号",
        )

        found = gate.gate(
            medium=Medium.WATER,
            judgements=[judgement],
            suspensions=[order],
            on=date(2026, 5, 4),
            book=BOOK,
            is_park=True,
        )[Way.PURCHASE]

        with translation.override("zh-hans"):
            assert [str(reason) for reason in found.reasons] == [
                "示范园区已按示环〔2026〕5号暂缓跨园区购买指标，自2026-05-01起（第19条）",
                "2025年度水环境质量未达考核目标，且未完成约束性总量减排任务"
                "（2026-01-20确认）（第10条）",
                "2026-12-31前（含当日）不可跨区域购买（第10条）",
            ]
        with translation.override("en"):
            assert "buying across parks" in found.reasons[0].sentence

    @pytest.mark.parametrize("codes", [WarningCode, GateCode])
    def test_every_sentence_takes_its_facts_and_comes_back_from_json(
        self, codes: type[WarningCode] | type[GateCode]
    ) -> None:
        everything = {
            "indicator": Indicator.PM25,
            "medium": Medium.AIR,
            "way": Way.UPPER,
            "section": "示范断面",
            "place": "示范市",
            "document": "示环〔2026〕5号",
            "unit": "μg/m³",
            "months": 3,
            "year": 2025,
            **dict.fromkeys(
                ("confirmed_on", "until", "since"),
                date(2026, 1, 20),
            ),
            **dict.fromkeys(
                (
                    "class_month",
                    "class_month_before",
                    "class_so_far",
                    "class_so_far_before",
                    "class_target",
                ),
                WaterClass.IV,
            ),
            **dict.fromkeys(
                (
                    "value",
                    "same_period",
                    "path",
                    "excess",
                    "threshold",
                    "improvement",
                    "least",
                ),
                Decimal("1.50"),
            ),
        }
        for code in codes:
            reason = Reason(code=code, clause=clause("9.1"), facts=everything)
            stored = json.loads(json.dumps(reason.to_document(), ensure_ascii=False))

            again = reasons.read(stored, codes)

            for language in ("zh-hans", "en"):
                with translation.override(language):
                    assert "%" not in reason.sentence
                    assert again.sentence == reason.sentence

    def test_a_pollutant_of_the_other_medium_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="does not enter"):
            gate.gate(
                medium=Medium.AIR,
                judgements=[],
                pollutant=Pollutant.COD,
                on=date(2026, 5, 4),
                book=BOOK,
            )
