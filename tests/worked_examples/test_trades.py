"""§8, §13 and the pilots by hand: what may be sold to whom, on which day, for how much."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from allocation.rules.facts import SourceFacts
from allocation.rules.sheet_codes import SheetCode
from allocation.rules.sheet_rows import Row
from allocation.rules.trade import AT_OFFER, TradeFacts, assess, total_of
from allocation.vocabulary import Draw, TradeKind
from monitoring.rules.gate import SuspensionFacts, gate
from monitoring.vocabulary import SuspensionScope, Way
from quota_registry.kernel.mass import Grams, grams_of
from quota_registry.kernel.parameters import PilotPair
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier
from tests.factories import ON

BOOK = RuleBook.default()
PILOT = replace(BOOK, pilot_list=(PilotPair("320583", Pollutant.NOX),))
T = 1_000_000


def line(draw: Draw = Draw.TRADE_INSIDE, **more: object) -> SourceFacts:
    facts = {
        "pollutant": Pollutant.NOX,
        "name": "卖方",
        "draw": draw,
        "grams": Grams(5 * T),
        "available": Grams(10 * T),
        "plain": Grams(10 * T),
    }
    return SourceFacts(**facts | more)  # type: ignore[arg-type]  # a test's facts


def judged(
    *lines: SourceFacts, kind: TradeKind = TradeKind.LOCAL, book: RuleBook = BOOK, **more: object
) -> list[Row]:
    facts = TradeFacts(kind=kind, lines=lines, county="320583", county_name="昆山市", **more)  # type: ignore[arg-type]
    return assess(facts, book=book)


def blocking(rows: list[Row]) -> set[str]:
    return {str(row.reasons[0].code.value) for row in rows if row.blocks}


@pytest.mark.parametrize(
    ("grams", "price", "total"),
    [
        ("1", "12000", "12000.00"),
        ("1.5", "12000.50", "18000.75"),
        # 0.000001 t at 5 000 yuan is half a fen: up.
        ("0.000001", "5000", "0.01"),
        ("0.000001", "4999.99", "0.00"),
        ("3.333333", "3333.33", "11111.10"),
        ("9000000", "9999999.99", "89999999910000.00"),
    ],
)
def test_a_total_is_exact_to_the_fen(grams: str, price: str, total: str) -> None:
    assert total_of(grams_of(grams), Decimal(price)) == Decimal(total)


def test_inside_a_county_nothing_but_the_stock_is_asked() -> None:
    rows = judged(line())
    assert [row.reasons[0].code for row in rows] == [SheetCode.TRADE_INSIDE, SheetCode.IN_STOCK]
    assert blocking(rows) == set()
    assert blocking(judged(line(available=Grams(5 * T - 1)))) == {"not_in_stock"}
    assert blocking(judged(line(available=Grams(5 * T)))) == set()


def test_across_a_county_the_gate_answers_for_the_buyer() -> None:
    shut = gate(medium=Medium.AIR, judgements=(), on=ON, book=BOOK)[Way.PURCHASE]
    assert shut.open is False
    rows = judged(line(Draw.TRADE_ACROSS, passage=shut))
    assert [row.check.value for row in rows if row.blocks] == ["gate"]
    order = SuspensionFacts(
        scope=SuspensionScope.PURCHASE, starts=ON, ends=None, place="昆山市", document="1号"
    )
    ordered = gate(medium=Medium.AIR, judgements=(), suspensions=[order], on=ON, book=BOOK)
    rows = judged(line(Draw.TRADE_ACROSS, passage=ordered[Way.PURCHASE]))
    assert [row.check.value for row in rows if row.blocks] == ["suspension"]


@pytest.mark.parametrize(
    ("draw", "found"),
    [
        (Draw.OWN_RESERVE, {"not_for_sale"}),
        (Draw.UPPER_RESERVE, {"not_for_sale"}),
        (Draw.FORBIDDEN, {"forbidden"}),
        (Draw.OTHER_RESERVE, set()),
    ],
)
def test_a_reserve_is_sold_to_other_areas_alone(draw: Draw, found: set[str]) -> None:
    rows = judged(line(draw, tier=Tier.COUNTY))
    assert blocking(rows) == found
    assert {row.check for row in rows if row.blocks} <= AT_OFFER


def test_a_reserve_s_band_of_lake_tai_is_sold_to_strategic_projects_alone() -> None:
    banded = line(Draw.OTHER_RESERVE, tier=Tier.COUNTY, plain=Grams(5 * T - 1))
    rows = judged(banded)
    assert blocking(rows) == {"tai_not_sold"}
    assert "0.000001" in next(row.sentence for row in rows if row.blocks)
    assert blocking(judged(banded, strategic=True)) == set()
    assert blocking(judged(line(Draw.OTHER_RESERVE, tier=Tier.COUNTY, plain=Grams(5 * T)))) == set()
    # What a polluter holds is its own to sell, wherever it was freed.
    assert blocking(judged(line(plain=Grams(0)))) == set()


@pytest.mark.parametrize("kind", [TradeKind.INBOUND, TradeKind.OUTBOUND])
def test_across_the_city_s_border_only_what_the_pilot_list_names(kind: TradeKind) -> None:
    assert blocking(judged(line(), kind=kind)) == {"not_pilot"}
    assert blocking(judged(line(), kind=kind, book=PILOT)) == set()
    water = line(pollutant=Pollutant.COD)
    assert blocking(judged(water, kind=kind, book=PILOT)) == {"not_pilot"}


def test_what_comes_in_is_not_looked_for_here_and_answers_to_the_gate() -> None:
    shut = gate(medium=Medium.AIR, judgements=(), on=ON, book=BOOK)[Way.PURCHASE]
    rows = judged(line(available=Grams(0), passage=shut), kind=TradeKind.INBOUND, book=PILOT)
    assert [row.check.value for row in rows if row.blocks] == ["gate"]
    assert "stock" not in {row.check.value for row in rows}


def test_every_finding_cites_its_clause() -> None:
    rows = judged(line(), kind=TradeKind.OUTBOUND)
    assert [(row.check.value, row.clause.key) for row in rows] == [
        ("source", "YRD5.1"),
        ("pilot", "YRD5.1"),
        ("stock", "8.2"),
    ]
