"""预警通知单: what a month warns a place of, by which articles and figures, and what is asked."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext_lazy

from monitoring.figures import IndicatorRow, indicators_of
from monitoring.models import PlaceWarning
from monitoring.rules.reasons import Reason, read
from monitoring.rules.warning_codes import WarningCode
from monitoring.vocabulary import Action, Level, SectionLevel, WaterClass
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.paper import MISSING, Caption, both, day
from quota_registry.kernel.vocabulary import Tier
from reserve.papers.words import Words

TEMPLATE: Final = "monitoring/papers/warning_notice.typ"

ASKED: Final = (
    gettext_lazy("采取有力措施，进一步加大污染物减排力度，推动环境质量尽快好转。"),
    gettext_lazy("于%(due)s前在系统中登记措施、责任人、完成日期，并附证明文件。"),
)


def content(warning: PlaceWarning, *, due: date, language: str) -> dict[str, Any]:
    """Lay out the notice of a warned month, whose measures are *due* on a day."""
    words = Words(language)
    run, place = warning.run, warning.place
    reasons = [read(document, WarningCode) for document in warning.reasons]
    article = 19 if place.tier == Tier.PARK else 9
    cited = list(dict.fromkeys([reason.clause.key for reason in reasons] + [f"{article}.2"]))
    return {
        "language": language,
        "title": words(gettext_lazy("生态环境质量月度预警通知单")),
        "number": warning.number,
        # Nothing on it is a mass.
        "words": {"unit": {"zh": "", "en": ""}},
        "facts": [
            words.fact(gettext_lazy("预警地区"), place.name),
            words.fact(gettext_lazy("地区代码"), place.code),
            words.fact(
                gettext_lazy("评判月份"),
                f"{run.month.year}年{run.month.month}月（第{run.version}版）",
            ),
            words.fact(gettext_lazy("发出日期"), day(run.on)),
            words.fact(gettext_lazy("预警级别"), words.choice(Level, warning.level)),
            words.fact(gettext_lazy("建议措施"), words.choice(Action, warning.action)),
        ],
        "reasons": {
            "title": words(gettext_lazy("一、预警原因")),
            "head": words.each(gettext_lazy("序号"), gettext_lazy("原因"), gettext_lazy("条款")),
            "rows": [
                [str(number), _sentence(reason, language), reason.clause.key]
                for number, reason in enumerate(reasons, 1)
            ],
        },
        "figures": {
            "title": words(gettext_lazy("二、评判数据")),
            "head": words.each(
                gettext_lazy("指标"),
                gettext_lazy("本年累计"),
                gettext_lazy("上年同期"),
                gettext_lazy("年度目标"),
                gettext_lazy("目标进度"),
                gettext_lazy("累计有效天数"),
            ),
            "rows": [_row(one, words) for one in indicators_of(warning.figures)],
        },
        "sections": {
            "title": words(gettext_lazy("三、水质断面")),
            "head": words.each(
                gettext_lazy("断面"),
                gettext_lazy("当月"),
                gettext_lazy("上年同月"),
                gettext_lazy("累计"),
                gettext_lazy("上年同期累计"),
                gettext_lazy("目标"),
                gettext_lazy("断面预警"),
            ),
            "rows": [
                [
                    one["section"],
                    *(
                        _class(one[name], words)
                        for name in ("month", "month_before", "so_far", "so_far_before", "target")
                    ),
                    words(SectionLevel(one["level"]).label),
                ]
                for one in warning.figures["sections"]
            ]
            or [[MISSING] * 7],
        },
        "clauses": {
            "title": words(gettext_lazy("四、依据")),
            "rows": [_article(clause(key), language) for key in cited],
        },
        "asked": {
            "title": words(gettext_lazy("五、要求")),
            "rows": [_asked(form, day(due), language) for form in ASKED],
        },
        "places": [
            words.place_to_sign(
                gettext_lazy("发出单位"),
                gettext_lazy("（签字）"),
                gettext_lazy("（盖章）"),
                room=16,
            ),
            words.place_to_sign(
                gettext_lazy("接收单位"),
                gettext_lazy("（签字）"),
                gettext_lazy("（盖章）"),
                room=16,
            ),
        ],
    }


def _sentence(reason: Reason, language: str) -> Caption:
    return both(lambda: reason.sentence, language=language)


def _asked(form: Any, due: str, language: str) -> Caption:
    return both(lambda: str(form) % {"due": due}, language=language)


def _article(found: Clause, language: str) -> dict[str, Any]:
    with translation.override("zh-hans"):
        reference = found.reference
    return {
        "reference": reference,
        "zh": found.zh,
        "en": found.en if language.startswith("en") else "",
    }


def _row(one: IndicatorRow, words: Words) -> list[Any]:
    name = words(one.indicator.label)
    unit = one.indicator.unit
    figures = (one.value, one.same_period, one.target, one.path)
    return [
        {**name, "zh": f"{name['zh']}（{unit}）"},
        *(figure or MISSING for figure in figures),
        f"{one.days['year']} / {one.days['year_needed']}",
    ]


def _class(number: int | None, words: Words) -> Any:
    return words(WaterClass(number).label) if number else MISSING
