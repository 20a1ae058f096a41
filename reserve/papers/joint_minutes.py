"""会审纪要: what the joint review concluded on many claims, signed by its three seats (§23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.paper import MISSING, Caption, mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Opinion
from reserve.papers.facts import ClaimFacts
from reserve.papers.words import Words, counted_mass, total_of
from reserve.vocabulary import ClaimStatus, LineStatus

TEMPLATE: Final = "reserve/papers/joint_minutes.typ"
AGREES: Final = pgettext_lazy("opinion", "同意")
DISAGREES: Final = pgettext_lazy("opinion", "不同意")
CONCLUDED: Final = frozenset(
    {ClaimStatus.JOINT_REVIEWED, ClaimStatus.PROVINCE_CONFIRMED, ClaimStatus.ADMITTED}
)


def content(
    claims: Sequence[ClaimFacts], *, number: str, printed_on: date, language: str
) -> dict[str, Any]:
    """Lay out the minutes over the claims in their order; ``number`` names the meeting."""
    words = Words(language)
    days = sorted({given.on for claim in claims for given in claim.opinions})
    return {
        "language": language,
        "title": words(_("排污总量指标储备联合会审纪要")),
        "number": number,
        "facts": [
            words.fact(_("会审日期"), _span(days)),
            words.fact(_("会审件数"), str(len(claims))),
            words.fact(_("主持单位"), words(Opinion.Seat.OFFICE.label)),
            words.fact(
                _("会审单位"),
                _joined([words(seat.label) for seat in Opinion.Seat]),
            ),
            words.fact(_("依据条款"), clause("23.1").zh, wide=True),
        ],
        "results": {
            "title": words(_("一、会审结果（可入库量）")),
            "head": words.each(
                _("序号"),
                _("申报编号\n申报单位"),
                _("排污单位名称\n项目名称"),
                *(which.symbol for which in Pollutant),
                _("结论"),
            ),
            "rows": [_result(place, claim, words) for place, claim in enumerate(claims, 1)],
            "total": {
                "label": words(_("合计")),
                "cells": [mass(total_of(claims, which, "admissible")) for which in Pollutant],
            },
            "note": words(_("括号内为审核不通过、不予入库或者已撤回的数量，不计入合计。")),
        },
        "opinions": {
            "title": words(_("二、会审意见")),
            "head": words.each(
                _("序号"),
                _("申报编号"),
                *(seat.label for seat in Opinion.Seat),
                _("不通过的污染物"),
            ),
            "rows": [_opinions(place, claim, words) for place, claim in enumerate(claims, 1)],
        },
        "places": [
            words.place_to_sign(seat.label, _("负责人（签字）"), _("（盖章）"), room=12)
            for seat in Opinion.Seat
        ],
    }


def _result(place: int, claim: ClaimFacts, words: Words) -> list[Any]:
    return [
        str(place),
        f"{claim.number}\n{claim.place}",
        f"{claim.polluter}\n{claim.project}",
        *(_admissible(claim, which) for which in Pollutant),
        words(ClaimStatus.JOINT_REVIEWED.label)
        if claim.status in CONCLUDED
        else words.choice(ClaimStatus, claim.status),
    ]


def _admissible(claim: ClaimFacts, which: Pollutant) -> str:
    line = claim.line(which)
    return counted_mass(claim, line, line.admissible if line else 0)


def _opinions(place: int, claim: ClaimFacts, words: Words) -> list[Any]:
    refused = [
        f"{line.pollutant.symbol}：{line.reason or MISSING}"
        for line in claim.lines
        if line.status is LineStatus.REFUSED
    ]
    return [
        str(place),
        claim.number,
        *(_opinion(claim, seat, words) for seat in Opinion.Seat),
        "\n".join(refused) or MISSING,
    ]


def _opinion(claim: ClaimFacts, seat: str, words: Words) -> Caption | str:
    given = claim.opinion(seat)
    if given is None:
        return MISSING
    verdict = words(AGREES if given.agrees else DISAGREES)
    # The text often begins with the verdict itself; it is not said twice.
    said = given.text if given.text.startswith(verdict["zh"]) else f"{verdict['zh']}。{given.text}"
    return {**verdict, "zh": f"{said.rstrip('。')}\n{given.by} {given.on.isoformat()}"}


def _span(days: list[date]) -> str:
    if not days:
        return MISSING
    first, last = days[0].isoformat(), days[-1].isoformat()
    return first if first == last else f"{first} 至 {last}"


def _joined(captions: list[Caption]) -> Caption:
    return {
        "zh": "、".join(given["zh"] for given in captions),
        "en": ", ".join(given["en"] for given in captions if given["en"]),
    }
