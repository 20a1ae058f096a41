"""审核意见单: what a division of the city bureau says of the lines of its medium (§4)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.paper import MISSING, Caption, day, mass
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.vocabulary import Medium
from reserve.papers.facts import ClaimFacts, LineFacts
from reserve.papers.words import Words, claim_code
from reserve.vocabulary import DIVISION_OF, LineStatus, SourceKind

TEMPLATE: Final = "reserve/papers/review_sheet.typ"
TITLES: Final = {
    Medium.WATER: _("排污总量指标储备审核意见单（水处）"),
    Medium.AIR: _("排污总量指标储备审核意见单（大气处）"),
}


class NothingToReview(Refusal):
    """A claim has no line of this medium, so that its division has nothing to say."""

    code = "nothing_to_review"
    message = _("申报%(number)s没有由%(division)s审核的污染物")


def content(
    claim: ClaimFacts, *, medium: Medium, printed_on: date, language: str
) -> dict[str, Any]:
    """
    Lay out a division's opinion, filled in as far as it has been given.

    :raises NothingToReview: if the claim has no line of the medium.
    """
    lines = claim.lines_of(medium)
    if not lines:
        raise NothingToReview(
            clause=clause("4.1"), number=claim.number, division=str(DIVISION_OF[medium])
        )
    words = Words(language)
    visit = claim.inspections[-1] if claim.inspections else None
    return {
        "language": language,
        "title": words(TITLES[medium]),
        "number": claim.number,
        **claim_code(claim, printed_on),
        "facts": [
            words.fact(_("申报单位"), claim.place),
            words.fact(_("纳入储备库的地区"), claim.beneficiary),
            words.fact(_("排污单位名称"), claim.polluter, wide=True),
            words.fact(_("统一社会信用代码"), claim.uscc),
            words.fact(_("排污许可证编号"), claim.permit),
            words.fact(_("项目名称"), claim.project, wide=True),
            words.fact(_("减排类型"), words.choice(SourceKind, claim.source_kind)),
            words.fact(_("审核版次"), str(claim.version)),
            words.fact(_("申报日期"), day(claim.filed_on)),
            words.fact(_("现场核查日期"), day(visit.visited_on if visit else None)),
        ],
        "lines": {
            "title": words(_("一、审核的污染物")),
            "head": words.each(
                _("污染物"),
                _("核定减排量"),
                _("其中：\n已用于约束性减排"),
                _("其中：\n已用于建设项目"),
                _("可入库量"),
                _("审核结果"),
            ),
            "rows": [_line(line, words) for line in lines],
        },
        "opinions": {
            "title": words(_("二、理由和审核人")),
            "head": words.each(_("污染物"), _("理由"), _("审核人"), _("审核日期")),
            "rows": [
                [
                    line.pollutant.symbol,
                    line.reason or MISSING,
                    line.reviewer or MISSING,
                    day(line.reviewed_on),
                ]
                for line in lines
            ],
        },
        "places": [
            words.place_to_sign(_("审核意见"), _("审核人（签字）"), room=22),
            words.place_to_sign(
                DIVISION_OF[medium], _("处室负责人（签字）"), _("（盖章）"), room=18
            ),
        ],
    }


def _line(line: LineFacts, words: Words) -> list[Caption | str]:
    return [
        words.pollutant(line.pollutant),
        *map(mass, (line.verified, line.binding, line.prior_use, line.admissible)),
        words.choice(LineStatus, line.status),
    ]
