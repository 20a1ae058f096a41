"""排污总量指标凭证: who may build what with whose quota, by which clause, and how to check it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from allocation.selectors import verification
from allocation.selectors.issued import Back, Issued, Line, Name, Said, Signed, Source
from allocation.vocabulary import VoucherStatus
from quota_registry.kernel import paper
from quota_registry.kernel.paper import MISSING, Caption, day
from reserve.papers.words import Words

TEMPLATE: Final = "allocation/papers/voucher.typ"


def content(issued: Issued, *, code: str, language: str) -> dict[str, Any]:
    """Lay out a voucher, with its *code*; *language* ``en`` sets English beneath the Chinese."""
    words, said = Words(language), issued.said
    address = verification.address_of(said.number, code)
    return {
        "language": language,
        "title": words(gettext_lazy("排污总量指标凭证")),
        "number": said.number,
        "standing": words(issued.standing) if issued.standing else None,
        "facts": _facts(issued, words),
        "lines": {
            "title": words(gettext_lazy("一、新增排放量与须替代量")),
            "head": words.each(
                gettext_lazy("污染物"),
                gettext_lazy("新增排放量"),
                gettext_lazy("替代倍数"),
                gettext_lazy("依据条款"),
                gettext_lazy("须替代量"),
            ),
            "rows": [_line(line, words) for line in said.lines],
        },
        "sources": {
            "title": words(gettext_lazy("二、指标来源")),
            "head": words.each(
                gettext_lazy("污染物"),
                gettext_lazy("来源账户"),
                gettext_lazy("减排项目编号"),
                gettext_lazy("形成日期"),
                gettext_lazy("省级编号"),
                gettext_lazy("数量"),
            ),
            "rows": _sources(said, words),
        },
        "signatures": {
            "title": words(gettext_lazy("三、签署")),
            "head": words.each(
                gettext_lazy("签署事项"),
                gettext_lazy("地区"),
                gettext_lazy("签署人"),
                gettext_lazy("签署日期"),
                gettext_lazy("文号"),
            ),
            "rows": [_signed(one, words) for one in said.signatures],
        },
        "back": {
            "title": words(gettext_lazy("四、退回记录")),
            "head": words.each(
                gettext_lazy("日期"),
                gettext_lazy("原因"),
                gettext_lazy("文号"),
                gettext_lazy("污染物"),
                gettext_lazy("退回量"),
            ),
            "rows": [row for one in issued.back for row in _back(one, words)]
            + [_left(issued, words)],
        }
        if issued.back
        else None,
        "seal": {
            "signer": words(gettext_lazy("签发人")),
            "name": said.issued_by,
            "seal": words(gettext_lazy("（盖章）")),
            "on": day(said.issued_on),
        },
        "check": {
            "qr": paper.qr(address),
            "qr_text": address,
            "how": words(
                gettext_lazy("扫描二维码，或在下列网址输入编号和验证码，可以查验本凭证。")
            ),
            "address": address.partition("?")[0],
            "label": words(gettext_lazy("验证码")),
            "code": verification.spoken(code),
        },
    }


def _facts(issued: Issued, words: Words) -> list[dict[str, Any]]:
    said = issued.said
    facts = [
        words.fact(gettext_lazy("出具机关"), _bureau(said.bureau, words)),
        words.fact(gettext_lazy("出具日期"), day(said.issued_on)),
        words.fact(gettext_lazy("凭证状态"), words.choice(VoucherStatus, issued.status)),
        words.fact(gettext_lazy("规则手册版本"), said.rule_book),
        words.fact(gettext_lazy("排污单位"), said.polluter, wide=True),
        words.fact(gettext_lazy("统一社会信用代码"), said.uscc),
        words.fact(gettext_lazy("申请编号"), said.application),
        words.fact(gettext_lazy("建设项目"), said.project, wide=True),
        words.fact(gettext_lazy("项目编号"), said.project_number),
        words.fact(gettext_lazy("项目性质"), words(said.kind.label)),
        words.fact(gettext_lazy("建设地点"), _site(said, words)),
        words.fact(gettext_lazy("战略性新兴产业"), words.yes_or_no(said.strategic)),
    ]
    if said.supplements:
        facts.append(words.fact(gettext_lazy("补充申请所补"), said.supplements, wide=True))
    if said.reason:
        facts.append(words.fact(gettext_lazy("例外理由"), said.reason, wide=True))
    return facts


def _bureau(bureau: Name, words: Words) -> Caption:
    def say() -> str:
        return _("%(place)s生态环境主管部门") % {"place": bureau.spoken}

    return paper.both(say, language=words.language)


def _site(said: Said, words: Words) -> Caption:
    named = paper.both(lambda: said.place.spoken, language=words.language)
    return words.stacked(named, said.site) if said.site else named


def _line(line: Line, words: Words) -> list[Any]:
    return [
        words.pollutant(line.pollutant),
        paper.mass(line.increment),
        line.ratio,
        f"{_reference(line)}（{line.clause.key}）",
        paper.mass(line.required),
    ]


def _reference(line: Line) -> str:
    with override("zh-hans"):
        return line.clause.reference


def _sources(said: Said, words: Words) -> list[Any]:
    """List the sources pollutant by pollutant, each with its total where it has several."""
    rows: list[Any] = []
    for line in said.lines:
        own = [source for source in said.sources if source.pollutant is line.pollutant]
        rows += [_source(source, words) for source in own]
        if len(own) > 1:
            total = [
                words(gettext_lazy("小计")),
                "",
                "",
                "",
                paper.mass(said.total(line.pollutant)),
            ]
            rows.append({"heavy": [words.pollutant(line.pollutant), *total]})
    return rows


def _source(source: Source, words: Words) -> list[Any]:
    owner = paper.both(lambda: source.owner.spoken, language=words.language)
    tier: str | Promise = source.tier.label if source.tier else gettext_lazy("自持指标")
    kind = words(source.kind.label)
    more = [words(gettext_lazy("环太湖五公里"))] if source.lake_tai else []
    return [
        words.pollutant(source.pollutant),
        words.stacked(owner, words(tier)),
        words.stacked(source.paper, kind, *more),
        day(source.vintage),
        source.provincial_number or MISSING,
        paper.mass(source.grams),
    ]


def _signed(one: Signed, words: Words) -> list[Any]:
    place = one.place
    return [
        words(one.label),
        paper.both(lambda: place.spoken, language=words.language) if place else MISSING,
        one.by,
        day(one.on),
        one.document or MISSING,
    ]


def _back(one: Back, words: Words) -> list[list[Any]]:
    return [
        [
            day(one.on),
            words(one.kind.label),
            one.document or MISSING,
            words.pollutant(pollutant),
            paper.mass(grams),
        ]
        for pollutant, grams in one.grams.items()
    ]


def _left(issued: Issued, words: Words) -> dict[str, list[Any]]:
    """Say what the project still has, as the last row."""
    left = issued.left
    return {
        "heavy": [
            words(gettext_lazy("项目现有")),
            "",
            "",
            words.stacked(*(words.pollutant(pollutant) for pollutant in left)),
            "\n".join(paper.mass(grams) for grams in left.values()),
        ]
    }
