"""Papers as PDF: what is printed can be read back, has its head on every page, and keeps."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from quota_registry.kernel import paper
from quota_registry.kernel.vocabulary import Medium
from reserve import papers
from reserve.models import Claim, Inspection
from reserve.papers import claim_form, claim_summary, inspection_sheet, joint_minutes
from reserve.papers.review_sheet import NothingToReview
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.papers import LONG_NAME, PRINTED, bare, full, pages, text

CHINESE = {"printed_on": PRINTED, "language": "zh-hans"}


def test_a_form_says_what_was_claimed_and_where_to_sign() -> None:
    content = claim_form.content(full(), **CHINESE)
    printed = pages(paper.render(claim_form.TEMPLATE, content, printed_on=PRINTED))

    whole = "".join(printed)
    for words in (
        "排污总量指标储备申报表",
        "320583-S-2026-00007",
        "单位：吨/年",
        LONG_NAME,
        "91320583MAX010029A001Q",
        "1,234,567.890000",
        "51.840000",
        "3.455833",
        "苏环核〔2026〕33号",
        "监测报告出具较晚",
        "负责人（签字）",
        "（盖章）",
        "打印日期2026-09-30",
    ):
        assert words in whole
    for number, page in enumerate(printed, 1):
        assert f"第{number}页共{len(printed)}页" in page


def test_a_form_with_nothing_in_it_is_one_page() -> None:
    content = claim_form.content(bare(), **CHINESE)

    assert len(pages(paper.render(claim_form.TEMPLATE, content, printed_on=PRINTED))) == 1


def test_the_same_paper_is_the_same_bytes_and_fit_for_an_archive() -> None:
    content = claim_form.content(full(), **CHINESE)

    first = paper.render(claim_form.TEMPLATE, content, printed_on=PRINTED)
    second = paper.render(claim_form.TEMPLATE, content, printed_on=PRINTED)

    assert first == second
    reader = PdfReader(io.BytesIO(first))
    about = reader.xmp_metadata
    assert about is not None
    assert b"<pdfaid:part>2</pdfaid:part>" in about.stream.get_data()
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in about.stream.get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "排污总量指标储备申报表"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.timestamp() == 1_790_697_600  # that midnight in Shanghai


def test_a_sign_that_the_font_has_not_is_marked_and_nothing_fails() -> None:
    odd = replace(
        bare(), polluter="昆山示范𠮷野\x00家😀有限公司", project="#panic() $x$ \\ @ref <b>"
    )
    content = claim_form.content(odd, **CHINESE)

    whole = text(paper.render(claim_form.TEMPLATE, content, printed_on=PRINTED))

    assert "昆山示范𠮷野家〓有限公司" in whole
    # What people write is never read as markup.
    assert "#panic()$x$\\@ref<b>" in whole


def test_english_captions_stand_beside_the_chinese() -> None:
    content = claim_form.content(full(), printed_on=PRINTED, language="en")

    whole = text(paper.render(claim_form.TEMPLATE, content, printed_on=PRINTED))

    assert "排污单位名称" in whole
    assert content["title"]["en"] != ""
    assert "".join(content["title"]["en"].split()) in whole


def test_240_claims_make_one_summary_in_a_few_seconds_with_a_head_on_every_page() -> None:
    content = claim_summary.content(
        [full(number) for number in range(1, 241)], number="2026Q3", heading="", **CHINESE
    )
    began = time.perf_counter()
    printed = pages(paper.render(claim_summary.TEMPLATE, content, printed_on=PRINTED))

    assert time.perf_counter() - began < 15
    assert len(printed) > 10
    assert all("排污单位名称" in page and "VOCs" in page for page in printed[:-1])
    whole = "".join(printed)
    assert all(f"320583-S-2026-{number:05d}" in whole for number in range(1, 241))
    # 240 × 51.840000
    assert "12,441.600000" in whole


def test_the_minutes_name_the_seats_and_have_room_for_three_seals() -> None:
    content = joint_minutes.content([full(), bare()], number="会审〔2026〕3号", **CHINESE)

    whole = text(paper.render(joint_minutes.TEMPLATE, content, printed_on=PRINTED))

    assert "会审〔2026〕3号" in whole
    assert "颗粒物：在线监测数据缺失" in whole
    assert whole.count("负责人（签字）") == 3


def test_a_visit_shows_its_finding() -> None:
    content = inspection_sheet.content(full(), full().inspections[0], **CHINESE)

    whole = text(paper.render(inspection_sheet.TEMPLATE, content, printed_on=PRINTED))

    assert "现场与申报一致" in whole
    assert "吴核查" in whole


def test_a_missing_font_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "FONT_PACKAGE", "no_such_font_package")
    paper._fonts.cache_clear()
    paper._coverage.cache_clear()
    try:
        with pytest.raises(paper.FontMissing, match="no-such-font-package"):
            paper.render(
                claim_form.TEMPLATE, claim_form.content(bare(), **CHINESE), printed_on=PRINTED
            )
    finally:
        monkeypatch.undo()
        paper._fonts.cache_clear()
        paper._coverage.cache_clear()


@pytest.mark.django_db
def test_papers_are_printed_from_the_rows() -> None:
    claim = factories.claim_at(ClaimStatus.PROVINCE_CONFIRMED)

    form = text(papers.claim_form_pdf(claim, on=PRINTED))
    sheet = text(papers.review_sheet_pdf(claim, medium=Medium.AIR, on=PRINTED))
    minutes = text(papers.joint_minutes_pdf([claim], number="会审1", on=PRINTED))

    assert claim.number in form
    assert "10.000000" in form
    assert "苏环审〔2026〕1号" in form
    assert "city.air" in sheet
    assert minutes.count("同意") >= 3
    with pytest.raises(NothingToReview):
        papers.review_sheet_pdf(claim, medium=Medium.WATER, on=PRINTED)


@pytest.mark.django_db
def test_a_summary_asks_as_few_questions_for_many_claims_as_for_one() -> None:
    many = [
        factories.claim_at(ClaimStatus.FILED, factories.content(number=number)).pk
        for number in (1, 2, 3)
    ]

    def questions(keys: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            papers.claim_summary_pdf(Claim.objects.filter(pk__in=keys), number="1", on=PRINTED)
        return len(asked)

    assert questions(many) == questions(many[:1])


@pytest.mark.django_db
def test_an_ordered_visit_prints_before_it_is_made() -> None:
    claim = factories.claim_at(ClaimStatus.SCREENED)
    visit = Inspection(
        claim=claim,
        ordered_by=factories.person("city.air"),
        ordered_on=date(2026, 9, 16),
        reason="随机抽取",
    )

    whole = text(papers.inspection_sheet_pdf(visit, on=PRINTED))

    assert "随机抽取" in whole
    assert "被核查单位" in whole
