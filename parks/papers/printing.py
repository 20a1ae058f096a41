"""One function per paper of the parks: rows in, a PDF out, in the language active now."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

from monitoring.models import Target
from monitoring.vocabulary import TargetStatus
from parks.models import ParkYear, YearLine
from parks.papers import reward_notice, target_sheet
from parks.selectors import reward_lots
from quota_registry.kernel import paper
from quota_registry.kernel.vocabulary import Pollutant


def target_sheet_pdf(year: ParkYear, *, on: date, language: str | None = None) -> bytes:
    """Print the 目标任务书 of a year whose targets were issued."""
    targets = Target.objects.filter(
        place=year.place_id, year=year.year, status=TargetStatus.IN_FORCE
    ).order_by("indicator")
    content = target_sheet.content(
        year, targets=list(targets), lines=_lines(year), language=_language(language)
    )
    return paper.render(target_sheet.TEMPLATE, content, printed_on=on)


def reward_notice_pdf(year: ParkYear, *, on: date, language: str | None = None) -> bytes:
    """Print the 奖励额度通知单 of a year whose reward was computed, void or not."""
    content = reward_notice.content(
        year,
        lines=_lines(year),
        voided_by=reward_lots.voided_by(year),
        language=_language(language),
    )
    return paper.render(reward_notice.TEMPLATE, content, printed_on=on)


def _lines(year: ParkYear) -> list[YearLine]:
    lines = {line.pollutant: line for line in year.lines.all()}
    return [lines[pollutant] for pollutant in Pollutant if pollutant in lines]


def _language(language: str | None) -> str:
    return language or get_language() or "zh-hans"
