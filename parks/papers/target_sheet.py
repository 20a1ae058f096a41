"""环境质量目标任务书: what a park is to reach, and may emit, as it was issued (§15, §16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy

from monitoring.models import Target
from monitoring.vocabulary import Indicator
from parks.models import ParkYear, YearLine
from parks.papers.words import article
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.paper import day, mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers.words import Words

TEMPLATE: Final = "parks/papers/target_sheet.typ"


def content(
    year: ParkYear, *, targets: Sequence[Target], lines: Sequence[YearLine], language: str
) -> dict[str, Any]:
    """Lay out the targets that were issued, with the allowed totals if they are fixed."""
    words = Words(language)
    return {
        "language": language,
        "title": words(gettext_lazy("园区环境质量目标任务书")),
        "number": year.issued_document,
        "facts": [
            words.fact(gettext_lazy("园区"), year.place.name),
            words.fact(gettext_lazy("园区代码"), year.place_id),
            words.fact(gettext_lazy("年度"), str(year.year)),
            words.fact(gettext_lazy("下达日期"), day(year.issued_on)),
            words.fact(gettext_lazy("省厅同意文号"), year.agreed_document),
            words.fact(gettext_lazy("省厅同意日期"), day(year.agreed_on)),
        ],
        "targets": {
            "title": words(gettext_lazy("一、环境质量目标")),
            "head": words.each(gettext_lazy("指标"), gettext_lazy("目标值"), gettext_lazy("单位")),
            "rows": [
                [
                    words(Indicator(target.indicator).label),
                    str(target.value),
                    Indicator(target.indicator).unit,
                ]
                for target in targets
            ],
        },
        "totals": {
            "title": words(gettext_lazy("二、允许排放量")),
            "head": words.each(
                gettext_lazy("污染物"), gettext_lazy("上年度允许"), gettext_lazy("本年度允许")
            ),
            "rows": [
                [words.pollutant(Pollutant(line.pollutant)), mass(line.before), mass(line.allowed)]
                for line in lines
            ],
            "none": words(gettext_lazy("允许排放量核定后另行下达。")),
        },
        "clauses": {
            "title": words(gettext_lazy("三、依据")),
            "rows": [article(clause(key), language) for key in ("15.2", "16.1")],
        },
        "places": [
            words.place_to_sign(
                gettext_lazy("下达单位"), gettext_lazy("（签字）"), gettext_lazy("（盖章）")
            ),
            words.place_to_sign(
                gettext_lazy("接收园区"), gettext_lazy("（签字）"), gettext_lazy("（盖章）")
            ),
        ],
    }
