"""What the papers say of a claim: every figure in tonnes with six places, nothing invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from quota_registry.kernel import paper
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Period
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.papers import (
    claim_form,
    claim_summary,
    inspection_sheet,
    joint_minutes,
    official_ledger,
    review_sheet,
)
from reserve.papers.facts import LineFacts
from reserve.selectors.official import Account, Book, Movement, Part, Which
from reserve.vocabulary import ClaimStatus
from tests.papers import PRINTED, bare, full

CHINESE = {"printed_on": PRINTED, "language": "zh-hans"}


def zh(cell: Any) -> Any:
    return cell["zh"] if isinstance(cell, dict) else cell


@pytest.mark.parametrize(
    ("grams", "written"),
    [
        (None, "—"),
        (0, "0"),
        (1, "0.000001"),
        (1_234_567_890_123, "1,234,567.890123"),
        (-2_500_000, "−2.500000"),
    ],
)
def test_a_mass_on_paper_has_six_places(grams: int | None, written: str) -> None:
    assert paper.mass(grams) == written


def test_a_caption_is_chinese_and_carries_english_only_where_asked() -> None:
    assert paper.caption(Pollutant.COD.label, language="zh-hans") == {"zh": "化学需氧量", "en": ""}
    with translation.override("en"):
        assert paper.caption(Pollutant.COD.label, language="zh-hans")["zh"] == "化学需氧量"


def test_the_form_shows_all_eight_pollutants_and_a_dash_for_what_is_not_claimed() -> None:
    rows = claim_form.content(full(), **CHINESE)["lines"]["rows"]

    assert [[zh(cell) for cell in row] for row in rows] == [
        ["化学需氧量（COD）", "1,234,567.890000", "0", "0", "1,234,567.890000"],
        ["氨氮（NH3-N）", "—", "—", "—", "—"],
        ["总氮（TN）", "—", "—", "—", "—"],
        ["总磷（TP）", "—", "—", "—", "—"],
        ["二氧化硫（SO2）", "—", "—", "—", "—"],
        ["氮氧化物（NOx）", "57.600000", "5.760000", "0", "51.840000"],
        ["挥发性有机物（VOCs）", "—", "—", "—", "—"],
        ["颗粒物", "3.839815", "0", "0.383982", "3.455833"],
    ]


def test_the_form_shows_how_a_reduction_was_computed() -> None:
    rows = claim_form.content(full(), **CHINESE)["accounting"]["rows"]

    symbol, method, inputs, document = rows[1]
    assert symbol == "NOx"
    assert method["zh"] == "烟气治理\nV·h·(C₀−C₁)×10⁻⁹"
    assert inputs.replace("\N{NO-BREAK SPACE}", " ") == (
        "烟气量V = 80000 m³/h；年运行时间h = 7200 h/a；"
        "治理前排放浓度C₀ = 150 mg/m³；治理后排放浓度C₁ = 50 mg/m³"
    )
    assert document == "—"


def test_the_form_of_a_bare_draft_leaves_dashes() -> None:
    content = claim_form.content(bare(), **CHINESE)

    told = {zh(fact["label"]): zh(fact["value"]) for fact in content["facts"]}
    assert told["排污许可证编号"] == "—"
    assert told["完成日期"] == "—"
    assert "逾期理由" not in told
    assert content["accounting"]["rows"] == []
    assert content["evidence"]["rows"] == []


def test_a_division_sees_the_lines_of_its_medium_only() -> None:
    water = review_sheet.content(full(), medium=Medium.WATER, **CHINESE)
    air = review_sheet.content(full(), medium=Medium.AIR, **CHINESE)

    assert [zh(row[0]) for row in water["lines"]["rows"]] == ["化学需氧量（COD）"]
    assert [(zh(row[0]), zh(row[-1])) for row in air["lines"]["rows"]] == [
        ("氮氧化物（NOx）", "通过"),
        ("颗粒物", "不通过"),
    ]
    assert air["opinions"]["rows"][1] == ["颗粒物", "在线监测数据缺失", "—", "—"]


def test_a_division_without_a_line_has_no_sheet() -> None:
    air_only = replace(full(), lines=full().lines[:2])

    with pytest.raises(review_sheet.NothingToReview) as refused:
        review_sheet.content(air_only, medium=Medium.WATER, **CHINESE)
    assert "第4条" in str(refused.value)


def test_the_summary_counts_what_was_neither_refused_nor_withdrawn() -> None:
    withdrawn = replace(full(2), status=ClaimStatus.WITHDRAWN)
    second = replace(full(3), lines=(LineFacts(Pollutant.NOX, "flue_gas", 400_001),))

    content = claim_summary.content(
        [full(1), withdrawn, second], number="2026Q3", heading="2026年第三季度", **CHINESE
    )

    assert content["title"]["zh"] == "2026年第三季度排污总量指标储备申报汇总表"
    totals = {
        zh(part[0]): dict(zip(Pollutant, part[1:], strict=True))
        for part in content["total"]["parts"]
    }
    assert totals["核定减排量"][Pollutant.NOX] == "58.000001"
    assert totals["约束性减排"][Pollutant.NOX] == "5.760000"
    assert totals["可入库量"][Pollutant.NOX] == "52.240001"
    # The only claims of particulate matter were refused or withdrawn.
    assert totals["核定减排量"][Pollutant.PM] == "—"
    assert content["claims"][1]["parts"][0][6] == "(57.600000)"
    # What nothing was used of takes no row.
    assert [zh(part[0]) for part in content["claims"][2]["parts"]] == ["核定减排量", "可入库量"]


def test_the_minutes_give_each_seat_its_own_words_once() -> None:
    content = joint_minutes.content([full(), bare()], number="会审〔2026〕3号", **CHINESE)

    assert zh(content["facts"][0]["value"]) == "2026-05-10 至 2026-05-12"
    first, second = content["opinions"]["rows"]
    assert [zh(cell) for cell in first[2:]] == [
        "同意\n王水 2026-05-10",
        "不同意。颗粒物不予入库\n李大气 2026-05-12",
        "—",
        "颗粒物：在线监测数据缺失",
    ]
    assert second[2:] == ["—", "—", "—", "—"]
    assert content["results"]["total"]["cells"][5] == "51.840000"
    assert content["results"]["total"]["cells"][7] == "—"


def test_a_visit_that_was_not_made_yet_leaves_room_for_the_pen() -> None:
    ordered = replace(full().inspections[0], visited_on=None, finding="", first_inspector="")

    content = inspection_sheet.content(full(), ordered, **CHINESE)

    told = {zh(fact["label"]): zh(fact["value"]) for fact in content["facts"]}
    assert told["核查日期"].strip() == ""
    assert [choice["on"] for choice in content["finding"]["ticks"]] == [False, False]
    made = inspection_sheet.content(full(), full().inspections[0], **CHINESE)
    assert [choice["on"] for choice in made["finding"]["ticks"]] == [True, False]


def test_a_book_adds_up_on_every_line() -> None:
    moves = tuple(
        Movement(number, date(2026, 8, number), "RELEASE", "D", "昆山市", "P", "Q", grams)
        for number, grams in enumerate((5_000_000, -1_250_000, 3), 1)
    )
    account = Account(Part.RESERVE, Pollutant.NOX, 2_000_000, moves)
    book = Book(
        Which.REDUCTIONS,
        Place(code="320583", name="昆山市"),
        Period(date(2026, 7, 1), date(2026, 10, 1)),
        (account,),
    )

    content = official_ledger.content(book, **CHINESE)

    assert content["number"] == "320583-XJ-20260701-20260930"
    (told,) = content["details"]["accounts"]
    assert [row[6:] for row in told["rows"]] == [
        ["5.000000", "", "7.000000"],
        ["", "1.250000", "5.750000"],
        ["0.000003", "", "5.750003"],
    ]
    assert told["total"][1:] == ["5.000003", "1.250000", "5.750003"]
    nox = [zh(line[0]) + line[6] for line in content["summary"]["parts"][0]["lines"]]
    assert nox == ["期初结存2.000000", "本期增加5.000003", "本期减少1.250000", "期末结存5.750003"]
