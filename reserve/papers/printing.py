"""One function per paper: rows in, a PDF out, in the language active now or the one named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language

from quota_registry.kernel import paper
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Period
from quota_registry.kernel.vocabulary import Medium
from reserve.models import Claim, Inspection
from reserve.papers import (
    claim_form,
    claim_summary,
    inspection_sheet,
    joint_minutes,
    official_ledger,
    official_workbook,
    review_sheet,
)
from reserve.papers.gathering import facts_of, inspection_facts
from reserve.selectors import official
from reserve.selectors.official import Which


def claim_form_pdf(claim: Claim, *, on: date, language: str | None = None) -> bytes:
    """Print the 申报表 of a claim as it stands now."""
    (facts,) = facts_of([claim])
    content = claim_form.content(facts, printed_on=on, language=_spoken(language))
    return paper.render(claim_form.TEMPLATE, content, printed_on=on)


def review_sheet_pdf(
    claim: Claim, *, medium: Medium, on: date, language: str | None = None
) -> bytes:
    """
    Print the 审核意见单 of one division for a claim.

    :raises NothingToReview: if the claim has no line of the medium.
    """
    (facts,) = facts_of([claim])
    content = review_sheet.content(facts, medium=medium, printed_on=on, language=_spoken(language))
    return paper.render(review_sheet.TEMPLATE, content, printed_on=on)


def inspection_sheet_pdf(inspection: Inspection, *, on: date, language: str | None = None) -> bytes:
    """Print the 现场核查表 of a visit, blank where it has not been made yet."""
    (facts,) = facts_of([inspection.claim])
    content = inspection_sheet.content(
        facts, inspection_facts(inspection), printed_on=on, language=_spoken(language)
    )
    return paper.render(inspection_sheet.TEMPLATE, content, printed_on=on)


def joint_minutes_pdf(
    claims: Iterable[Claim], *, number: str, on: date, language: str | None = None
) -> bytes:
    """Print the 会审纪要 over these claims; ``number`` names the meeting."""
    content = joint_minutes.content(
        facts_of(claims), number=number, printed_on=on, language=_spoken(language)
    )
    return paper.render(joint_minutes.TEMPLATE, content, printed_on=on)


def claim_summary_pdf(
    claims: Iterable[Claim],
    *,
    number: str,
    on: date,
    heading: str = "",
    language: str | None = None,
) -> bytes:
    """Print the 汇总表 of these claims in their order; ``heading`` stands before its title."""
    content = claim_summary.content(
        facts_of(claims),
        number=number,
        heading=heading,
        printed_on=on,
        language=_spoken(language),
    )
    return paper.render(claim_summary.TEMPLATE, content, printed_on=on)


def official_ledger_pdf(
    which: Which, *, place: Place, period: Period, on: date, language: str | None = None
) -> bytes:
    """Print one of the two official ledgers of a place over a period that ends."""
    book = official.book(which, place=place, period=period)
    content = official_ledger.content(book, printed_on=on, language=_spoken(language))
    return paper.render(official_ledger.TEMPLATE, content, printed_on=on)


def official_ledger_xlsx(
    which: Which, *, place: Place, period: Period, on: date, language: str | None = None
) -> bytes:
    """Write one of the two official ledgers as a workbook with the same figures."""
    book = official.book(which, place=place, period=period)
    return official_workbook.workbook(book, printed_on=on, language=_spoken(language))


def _spoken(language: str | None) -> str:
    return language or get_language() or "zh-hans"
