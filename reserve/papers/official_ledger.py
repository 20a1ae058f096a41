"""两本台账: 主要污染物削减台账 and 建设项目总量平衡台账, page by page (§23)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.paper import MISSING, Caption, day, mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers.words import Words
from reserve.selectors.official import Account, Book, Part, Which
from reserve.vocabulary import TransferKind

TEMPLATE: Final = "reserve/papers/official_ledger.typ"
MARKS: Final = {Which.REDUCTIONS: "XJ", Which.BALANCES: "PH"}
SUBJECTS: Final = {Which.REDUCTIONS: _("减排项目"), Which.BALANCES: _("建设项目")}
HOLDERS: Final = {Which.REDUCTIONS: _("归属"), Which.BALANCES: _("建设单位")}
LINES: Final = (
    ("opening", _("期初结存")),
    ("came_in", _("本期增加")),
    ("went_out", _("本期减少")),
    ("closing", _("期末结存")),
)


def number_of(book: Book) -> str:
    """Name a book by place, kind and period, such as 320583-XJ-20260701-20260930."""
    return f"{book.place.code}-{MARKS[book.which]}-{book.period.start:%Y%m%d}-{_last(book):%Y%m%d}"


def content(book: Book, *, printed_on: date, language: str) -> dict[str, Any]:
    """Lay out a book: the summary of all eight pollutants, then every account that moved."""
    words = Words(language)
    told = [account for account in book.accounts if account.opening or account.movements]
    return {
        "language": language,
        "title": words(book.which.label),
        "number": number_of(book),
        "facts": [
            words.fact(_("地区"), book.place.name),
            words.fact(_("期间"), f"{day(book.period.start)} 至 {day(_last(book))}"),
            words.fact(_("依据条款"), clause("23.2").zh, wide=True),
        ],
        "summary": {
            "title": words(_("一、汇总（期初结存＋本期增加－本期减少＝期末结存）")),
            "head": [
                *words.each(_("栏目"), _("项目")),
                *(which.symbol for which in Pollutant),
            ],
            "parts": [_part(book, part, words) for part in book.parts()],
        },
        "details": {
            "title": words(_("二、明细")),
            "none": words(_("本期无结存，也无增减。")),
            "head": words.each(*detail_head(book.which)),
            "accounts": [_account(account, words) for account in told],
        },
        "signers": words.each(_("填表人（签字）"), _("审核人（签字）"), _("负责人（签字、盖章）")),
    }


def detail_head(which: Which) -> list[Any]:
    """Name the columns of the details, which PDF and sheet share."""
    return [
        _("日期"),
        _("事项"),
        _("文号或凭据"),
        HOLDERS[which],
        SUBJECTS[which],
        _("来源或去向"),
        _("增加"),
        _("减少"),
        _("结存"),
    ]


def _last(book: Book) -> date:
    last = book.period.last
    if last is None:
        raise ValueError("an official ledger covers a period that ends")
    return last


def _part(book: Book, part: Part, words: Words) -> dict[str, Any]:
    accounts = {account.pollutant: account for account in book.accounts if account.part is part}
    return {
        "label": words(part.label),
        "lines": [
            [
                words(label),
                *(
                    mass(getattr(accounts[which], name) if which in accounts else 0)
                    for which in Pollutant
                ),
            ]
            for name, label in LINES
        ],
    }


def _account(account: Account, words: Words) -> dict[str, Any]:
    rows: list[list[Caption | str]] = []
    left = account.opening
    for move in account.movements:
        left += move.grams
        rows.append(
            [
                day(move.on),
                words.choice(TransferKind, move.kind),
                move.document,
                move.holder,
                move.subject or MISSING,
                move.against or MISSING,
                mass(move.grams) if move.grams > 0 else "",
                mass(-move.grams) if move.grams < 0 else "",
                mass(left),
            ]
        )
    part = words(account.part.label)
    which = words.pollutant(account.pollutant)
    return {
        "title": {"zh": f"{part['zh']} · {which['zh']}", "en": f"{part['en']} · {which['en']}"}
        if part["en"]
        else {"zh": f"{part['zh']} · {which['zh']}", "en": ""},
        "opening": [words(_("期初结存")), mass(account.opening)],
        "rows": rows,
        "total": [
            words(_("本期合计和期末结存")),
            mass(account.came_in),
            mass(account.went_out),
            mass(account.closing),
        ],
    }
