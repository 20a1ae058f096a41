"""奖励额度通知单: what a park earned of each pollutant, and by which figures (§18)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy

from parks.models import ParkYear, YearLine
from parks.papers.words import article
from parks.vocabulary import RewardReason
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.paper import day, mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Transfer
from reserve.papers.words import Words

TEMPLATE: Final = "parks/papers/reward_notice.typ"
MARKS: Final = "①②③④⑤⑥⑦⑧⑨"


def content(
    year: ParkYear, *, lines: Sequence[YearLine], voided_by: Transfer | None, language: str
) -> dict[str, Any]:
    """Lay out a reward that was confirmed, that waits for the province, or that was voided."""
    words = Words(language)
    # Each reason is told once, beneath the table, so that the paper keeps to one page.
    told = [one for one in RewardReason if any(one in line.reward_reasons for line in lines)]
    marks = dict(zip(told, MARKS, strict=False))
    return {
        "language": language,
        "title": words(gettext_lazy("园区排污总量指标奖励额度通知单")),
        "number": year.number,
        "facts": [
            words.fact(gettext_lazy("园区"), year.place.name),
            words.fact(gettext_lazy("园区代码"), year.place_id),
            words.fact(gettext_lazy("核算年度"), str(year.result_year)),
            words.fact(gettext_lazy("规则版本"), year.rule_book.number if year.rule_book else ""),
            words.fact(gettext_lazy("报省文号"), year.reward_sent_document),
            words.fact(gettext_lazy("报省日期"), day(year.reward_sent_on)),
            words.fact(gettext_lazy("省厅确认文号"), year.confirmed_document),
            words.fact(gettext_lazy("省厅确认日期"), day(year.confirmed_on)),
            *_void(voided_by, words),
        ],
        "rewards": {
            "title": words(gettext_lazy("一、奖励额度")),
            "head": words.each(
                gettext_lazy("污染物"),
                gettext_lazy("允许排放量"),
                gettext_lazy("实际排放量"),
                gettext_lazy("已申报核实"),
                gettext_lazy("奖励额度"),
                gettext_lazy("说明"),
            ),
            "rows": [
                [
                    words.pollutant(Pollutant(line.pollutant)),
                    mass(line.before),
                    mass(line.actual),
                    mass(line.verified),
                    mass(line.reward),
                    "".join(mark for one, mark in marks.items() if one in line.reward_reasons),
                ]
                for line in lines
            ],
            "notes": [{"mark": mark, "said": words(one.label)} for one, mark in marks.items()],
        },
        "clauses": {
            "title": words(gettext_lazy("二、依据")),
            "rows": [article(clause(key), language) for key in ("18.1", "21.1")],
        },
        "places": [
            words.place_to_sign(
                gettext_lazy("核定单位"), gettext_lazy("（签字）"), gettext_lazy("（盖章）")
            ),
            words.place_to_sign(
                gettext_lazy("接收园区"), gettext_lazy("（签字）"), gettext_lazy("（盖章）")
            ),
        ],
    }


def _void(voided_by: Transfer | None, words: Words) -> list[dict[str, str]]:
    """Say on a paper that is void by now under which document, and since when (§21)."""
    if voided_by is None:
        return []
    return [
        words.fact(gettext_lazy("奖励已作废，文号"), voided_by.document),
        words.fact(gettext_lazy("作废日期"), day(voided_by.effective_on)),
    ]
