"""现场核查表: a visit to the site, to be filled in there or printed from the record (§21)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.paper import MISSING, day, mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Inspection
from reserve.papers.facts import ClaimFacts, InspectionFacts
from reserve.papers.words import Words, claim_code
from reserve.vocabulary import EvidenceKind, SourceKind

TEMPLATE: Final = "reserve/papers/inspection_sheet.typ"
ITEMS: Final = (
    _("减排工程或者关闭措施与申报一致"),
    _("治理设施正常运行，未擅自停用"),
    _("监测、计量设施满足可监测、可报告、可核查要求"),
    _("排污许可证已按减排后的排放量变更或者注销"),
    _("减排量未重复使用"),
)


def content(
    claim: ClaimFacts, visit: InspectionFacts, *, printed_on: date, language: str
) -> dict[str, Any]:
    """Lay out a visit; what is not on record yet stays blank for the pen."""
    words = Words(language)
    made = visit.visited_on is not None
    photos = sum(proof.kind == EvidenceKind.PHOTO for proof in claim.evidence)
    return {
        "language": language,
        "title": words(_("减排项目现场核查表")),
        "number": claim.number,
        **claim_code(claim, printed_on),
        "facts": [
            words.fact(_("排污单位名称"), claim.polluter, wide=True),
            words.fact(_("统一社会信用代码"), claim.uscc),
            words.fact(_("申报单位"), claim.place),
            words.fact(_("地址"), claim.address, wide=True),
            words.fact(_("项目名称"), claim.project, wide=True),
            words.fact(_("减排类型"), words.choice(SourceKind, claim.source_kind)),
            words.fact(_("完成日期"), day(claim.finished_on)),
            words.fact(_("下达人"), visit.ordered_by),
            words.fact(_("下达日期"), day(visit.ordered_on)),
            words.fact(_("核查事由"), visit.reason, wide=True),
            words.fact(_("核查日期"), day(visit.visited_on) if made else "　"),
            words.fact(_("现场照片"), str(photos) if made else "　"),
            words.fact(_("核查人（一）"), visit.first_inspector or "　"),
            words.fact(_("核查人（二）"), visit.second_inspector or "　"),
        ],
        "lines": {
            "title": words(_("一、申报的减排量")),
            "head": words.each(_("污染物"), _("核定减排量"), _("污染物"), _("核定减排量")),
            "rows": _two_abreast(claim, words),
        },
        "items": {
            "title": words(_("二、核查内容")),
            "head": words.each(_("序号"), _("内容"), _("是"), _("否"), _("说明")),
            "rows": [
                [str(number), words(item), "□", "□", ""] for number, item in enumerate(ITEMS, 1)
            ],
        },
        "finding": {
            "title": words(_("三、情况说明和结论")),
            "remarks": visit.remarks,
            "label": words(_("结论")),
            "ticks": [
                {"on": visit.finding == choice, "words": words(choice.label)}
                for choice in Inspection.Finding
            ],
        },
        "places": [
            words.place_to_sign(_("核查人员"), _("核查人（一）（签字）"), room=6),
            words.place_to_sign(_("核查人员"), _("核查人（二）（签字）"), room=6),
            words.place_to_sign(_("被核查单位"), _("代表（签字）"), _("（盖章）"), room=12),
        ],
    }


def _two_abreast(claim: ClaimFacts, words: Words) -> list[list[Any]]:
    def pair(which: Pollutant) -> list[Any]:
        line = claim.line(which)
        return [words.pollutant(which), mass(line.verified) if line else MISSING]

    left, right = list(Pollutant)[:4], list(Pollutant)[4:]
    return [[*pair(water), *pair(air)] for water, air in zip(left, right, strict=True)]
