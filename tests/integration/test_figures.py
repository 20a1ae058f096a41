"""How masses, days and words look on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template import Context, Template
from django.utils import translation

from quota_registry.web import charts, figures
from quota_registry.web.tones import ICONS, TONES


def shown(source: str, **context: object) -> str:
    with translation.override("zh-hans"):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("grams", "places", "digits", "zeros", "full", "exact"),
    [
        (12_345_678, 6, "12.345678", "", "12.345678", True),
        (12_345_678, 3, "12.346", "", "12.345678", False),
        (3_000_000, 6, "3", ".000000", "3.000000", True),
        (3_000_000, 3, "3", ".000", "3.000000", True),
        (1_234_567_500_000, 6, "1,234,567.5", "00000", "1,234,567.500000", True),
        (12_000_500, 3, "12.000", "", "12.000500", False),
        (12_001_500, 3, "12.002", "", "12.001500", False),
        (999_999_999, 3, "1,000.000", "", "999.999999", False),
        (500, 3, "<0.001", "", "0.000500", False),
        (501, 3, "0.001", "", "0.000501", False),
        (1, 6, "0.000001", "", "0.000001", True),
    ],
)
def test_a_mass_is_cut_without_a_false_zero_or_a_false_digit(
    grams: int, places: int, digits: str, zeros: str, full: str, exact: bool
) -> None:
    cut = figures.cut(grams, places)
    assert (cut.digits, cut.zeros, cut.full, cut.exact) == (digits, zeros, full, exact)


def test_signs_are_true_ones() -> None:
    assert figures.written(-3_000_000) == "−3.000000"
    assert figures.written(3_000_000, signed=True) == "+3.000000"
    assert figures.written(0, signed=True) == "0.000000"


def test_decimal_tonnes_are_taken_as_exactly_as_grams() -> None:
    assert figures.as_grams(Decimal("0.000001")) == 1
    assert figures.as_grams("1.5") == 1_500_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, '<span class="mass mass-missing" data-pad="3">—</span>'),
        (0, '<span class="mass" data-pad="3">0</span>'),
        ("", ""),
        (7_000_000, '<span class="mass">7<span class="mass-zeros">.000</span></span>'),
    ],
)
def test_zero_missing_and_not_applicable_differ(value: object, expected: str) -> None:
    assert shown("{% mass value %}", value=value) == expected


def test_a_shortened_mass_tells_the_whole_truth_to_readers_and_on_focus() -> None:
    html = shown("{% mass value %}", value=12_345_678)
    assert 'tabindex="0"' in html
    assert '<span aria-hidden="true">12.346</span>' in html
    assert '<span class="mass-full">12.345678</span>' in html


def test_a_sum_leads_to_its_parts() -> None:
    assert shown("{% mass value 6 url='/x/' %}", value=5_000_000).startswith('<a class="mass" ')


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 26), "逾期 5 天"),
        (date(2026, 3, 31), "今日到期"),
        (date(2026, 4, 3), "剩 3 天"),
        (None, "—"),
    ],
)
def test_a_due_date_says_how_many_days(day: date | None, words: str) -> None:
    assert words in shown("{% due day %}", day=day, today=date(2026, 3, 31))


def test_a_day_is_one_piece_and_nothing_stays_nothing() -> None:
    assert shown("{{ day|day }}", day=date(2026, 3, 31)) == (
        '<time datetime="2026-03-31">2026-03-31</time>'
    )
    at = datetime(2026, 3, 31, 16, 5, tzinfo=UTC)
    assert shown("{{ at|moment }}", at=at) == (
        '<time datetime="2026-04-01 00:05">2026-04-01 00:05</time>'
    )
    assert shown("{{ day|day|default:'—' }}{{ day|moment }}", day=None) == "—"
    during = DateRange(date(2026, 1, 1), date(2026, 4, 1))
    assert shown("{{ during|span }}", during=during) == (
        '<span class="nowrap">2026-01-01</span> – <span class="nowrap">2026-03-31</span>'
    )


def test_a_count_stands_in_groups_of_three_in_both_languages() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert Template("{{ n }}").render(Context({"n": 33910})) == "33,910"


def test_what_is_done_is_not_overdue() -> None:
    html = shown("{% due day True %}", day=date(2026, 1, 1), today=date(2026, 3, 31))
    assert "逾期" not in html
    assert "已办结" in html


def test_nothing_in_a_label_is_taken_for_markup() -> None:
    html = shown("{% status 'filed' label %}", label="<b>已申报</b>")
    assert "&lt;b&gt;已申报&lt;/b&gt;" in html
    assert "tone-progress" in html


def test_every_tone_has_its_icon() -> None:
    assert set(TONES.values()) <= set(ICONS)


def test_an_article_carries_its_sentence() -> None:
    html = shown("{% clause '4' %}")
    assert "第4条" in html
    assert 'href="/law/#clause-4"' in html


def test_the_numbers_of_a_chart_stand_beside_it() -> None:
    table = charts.table_of(
        {
            "kind": "line",
            "categories": ["2026Q1", "2026Q2"],
            "series": [{"name": "市级", "values": ["1234.5", None]}],
            "target": {"name": "目标", "value": "-3"},
        }
    )
    assert table == {
        "head": ["", "市级"],
        "rows": [["2026Q1", "1,234.5"], ["2026Q2", "—"], ["目标", "−3"]],
    }


@pytest.mark.parametrize(
    ("sources", "size"), [(1, "xs"), (2, "xs"), (3, "s"), (6, ""), (12, "l"), (13, "xl")]
)
def test_flows_and_trees_are_as_high_as_what_stands_below_each_other(
    sources: int, size: str
) -> None:
    flows = {
        "kind": "sankey",
        "links": [{"source": str(n), "target": "middle", "value": "1"} for n in range(sources)]
        + [{"source": "middle", "target": "end", "value": str(sources)}],
    }
    assert charts.height_of(flows) == size
    leaves = [{"name": str(n)} for n in range(sources)]
    assert charts.height_of({"kind": "tree", "root": {"children": leaves}}) == size
    assert charts.height_of({"kind": "bar", "series": []}) == ""
