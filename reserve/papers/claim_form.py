"""申报表: what a place declares, on one sheet, to be signed, sealed and filed (§4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.paper import MISSING, Caption, day, mass
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
from reserve.papers.facts import ClaimFacts, LineFacts
from reserve.papers.words import Words, claim_code
from reserve.rules.accounting import Method
from reserve.rules.methods import METHODS
from reserve.vocabulary import AccountingMethod, Destination, EvidenceKind, SourceKind

TEMPLATE: Final = "reserve/papers/claim_form.typ"


def content(claim: ClaimFacts, *, printed_on: date, language: str) -> dict[str, Any]:
    """Lay out a claim as its form has it."""
    words = Words(language)
    return {
        "language": language,
        "title": words(_("排污总量指标储备申报表")),
        "number": claim.number,
        **claim_code(claim, printed_on),
        "facts": facts(claim, words),
        "lines": {
            "title": words(_("一、减排量")),
            "head": words.each(
                _("污染物"),
                _("核定减排量"),
                _("其中：\n已用于约束性减排"),
                _("其中：\n已用于建设项目"),
                _("可入库量"),
            ),
            "rows": [_line(which, claim.line(which), words) for which in Pollutant],
        },
        "accounting": {
            "title": words(_("二、核算依据")),
            "head": words.each(_("污染物"), _("核算方法及公式"), _("参数"), _("核定文件")),
            "rows": [_accounting(line, words) for line in _in_order(claim)],
            "none": words(_("未填报减排量")),
        },
        "evidence": {
            "title": words(_("三、证明材料")),
            "head": words.each(
                _("序号"), _("证明内容"), _("文件名"), _("字节"), _("SHA-256（前16位）")
            ),
            "rows": [
                [
                    str(number),
                    words.choice(EvidenceKind, proof.kind),
                    proof.name,
                    f"{proof.size:,}",
                    proof.sha256[:16],
                ]
                for number, proof in enumerate(claim.evidence, 1)
            ],
            "none": words(_("未附证明材料")),
        },
        "places": [
            words.place_to_sign(
                _("申报单位"),
                _("负责人（签字）"),
                _("（盖章）"),
                text=words(_("本单位对申报内容的真实性、准确性负责，所报减排量未重复使用。"))["zh"],
            ),
            words.place_to_sign(
                _("驻地生态环境局初审意见"),
                _("初审人（签字）"),
                _("（盖章）"),
                text=_screening(claim),
            ),
        ],
    }


def facts(claim: ClaimFacts, words: Words) -> list[dict[str, Any]]:
    """Tell who declares what, in the order of the form."""
    flags = [
        {"on": on, "words": words(label)}
        for on, label in (
            (claim.monitorable, _("可监测")),
            (claim.reportable, _("可报告（可统计）")),
            (claim.verifiable, _("可核查")),
        )
    ]
    found = [
        words.fact(_("申报单位"), claim.place),
        words.fact(_("纳入储备库的地区"), claim.beneficiary),
        words.fact(_("排污单位名称"), claim.polluter, wide=True),
        words.fact(_("统一社会信用代码"), claim.uscc),
        words.fact(_("排污许可证编号"), claim.permit),
        words.fact(_("管理类别"), words.choice(ManagementClass, claim.management_class)),
        words.fact(_("行业代码"), claim.industry),
        words.fact(_("项目名称"), claim.project, wide=True),
        words.fact(_("减排类型"), words.choice(SourceKind, claim.source_kind)),
        words.fact(_("去向"), words.choice(Destination, claim.destination)),
        words.fact(_("完成日期"), day(claim.finished_on)),
        words.fact(_("许可证变更日期"), day(claim.permit_changed_on)),
        words.fact(_("验收日期"), day(claim.accepted_on)),
        words.fact(_("申报期限"), day(claim.due_on)),
        words.fact(_("申报日期"), day(claim.filed_on)),
        words.fact(_("经办人"), claim.drafted_by),
        words.fact(_("环太湖五公里内"), words.yes_or_no(claim.lake_tai_band)),
        words.fact(_("版次"), str(claim.version)),
        {"label": words(_("三可")), "ticks": flags, "value": "", "wide": True},
    ]
    if claim.late_reason:
        found.append(words.fact(_("逾期理由"), claim.late_reason, wide=True))
    found.append(words.fact(_("备注"), claim.remarks, wide=True))
    return found


def inputs(method: Method, given: Mapping[str, Any], words: Words) -> str:
    """Write the numbers that went into a method, each with its name and unit."""
    known = {needed.name: needed for needed in method.inputs}
    rows = given.get("rows", ()) if method.repeated else [given]
    written = []
    for row in rows:
        pairs = []
        for name, value in row.items():
            needed = known.get(name)
            if value in (None, ""):
                continue
            label = words(needed.label)["zh"] if needed else name
            unit = f"\N{NO-BREAK SPACE}{needed.unit}" if needed else ""
            pairs.append(f"{label}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{value}{unit}")
        written.append("；".join(pairs))
    return "\n".join(text for text in written if text)


def _in_order(claim: ClaimFacts) -> list[LineFacts]:
    return [line for which in Pollutant if (line := claim.line(which)) is not None]


def _line(which: Pollutant, line: LineFacts | None, words: Words) -> list[Caption | str]:
    if line is None:
        return [words.pollutant(which), *[MISSING] * 4]
    return [
        words.pollutant(which),
        *map(mass, (line.verified, line.binding, line.prior_use, line.admissible)),
    ]


def _accounting(line: LineFacts, words: Words) -> list[Caption | str]:
    method = METHODS[AccountingMethod(line.method)]
    label = words(method.code.label)
    return [
        line.pollutant.symbol,
        {**label, "zh": f"{label['zh']}\n{method.formula}"}
        if method.formula != label["zh"]
        else label,
        inputs(method, line.inputs, words) or MISSING,
        line.document or MISSING,
    ]


def _screening(claim: ClaimFacts) -> str:
    step = claim.last_step("screen")
    if step is None:
        return ""
    return f"{step.note or '初审通过'}（{step.person}，{step.on.isoformat()}）"
