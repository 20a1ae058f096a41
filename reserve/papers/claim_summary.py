"""汇总表: many claims in the bureau's three groups of eight pollutants, with totals (§4, §22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.paper import mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers.facts import ClaimFacts
from reserve.papers.words import Words, counted_mass, total_of
from reserve.vocabulary import ClaimStatus, SourceKind

TEMPLATE: Final = "reserve/papers/claim_summary.typ"
PARTS: Final = (
    ("verified", _("核定减排量")),
    ("binding", _("约束性减排")),
    ("prior_use", _("建设项目")),
    ("admissible", _("可入库量")),
)
# These two are printed only where there is something to print.
OPTIONAL: Final = frozenset({"binding", "prior_use"})


def content(
    claims: Sequence[ClaimFacts], *, number: str, heading: str, printed_on: date, language: str
) -> dict[str, Any]:
    """
    Lay out the claims in their order.

    ``number`` names the paper (a batch, a quarter); ``heading`` stands above the title's words,
    such as 2026年第三季度, and may be empty.
    """
    words = Words(language)
    title = words(_("排污总量指标储备申报汇总表"))
    return {
        "language": language,
        "title": {**title, "zh": f"{heading}{title['zh']}"},
        "number": number,
        "head": words.each(
            _("序号"),
            _("申报编号\n申报单位\n状态"),
            _("排污单位名称\n项目名称\n减排类型"),
            _("减排量"),
            *(which.symbol for which in Pollutant),
        ),
        "claims": [_claim(place, claim, words) for place, claim in enumerate(claims, 1)],
        "total": {
            "label": words(_("合计")),
            "parts": [
                [words(label), *(mass(total_of(claims, which, part)) for which in Pollutant)]
                for part, label in PARTS
            ],
        },
        "notes": [
            words(_("括号内为审核不通过、不予入库或者已撤回的数量，不计入合计。")),
            words(_("可入库量＝核定减排量－已用于约束性减排的部分－已用于建设项目的部分。")),
        ],
        "signers": words.each(_("填表人（签字）"), _("审核人（签字）"), _("负责人（签字、盖章）")),
    }


def _claim(place: int, claim: ClaimFacts, words: Words) -> dict[str, Any]:
    return {
        "facts": [
            str(place),
            words.stacked(claim.number, claim.place, words.choice(ClaimStatus, claim.status)),
            words.stacked(
                claim.polluter, claim.project, words.choice(SourceKind, claim.source_kind)
            ),
        ],
        "parts": [
            [words(label), *(_amount(claim, which, part) for which in Pollutant)]
            for part, label in PARTS
            if part not in OPTIONAL or any(getattr(line, part) for line in claim.lines)
        ],
    }


def _amount(claim: ClaimFacts, which: Pollutant, part: str) -> str:
    line = claim.line(which)
    return counted_mass(claim, line, getattr(line, part) if line else 0)
