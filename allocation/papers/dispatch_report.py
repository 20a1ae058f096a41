"""季度调度报告: a quarter's dispatch of a place, as a PDF and as a workbook (P4)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from allocation.models import DispatchRound, Finding
from allocation.selectors import dispatch_words, dispatches
from allocation.selectors.dispatches import Beside, Matrix
from allocation.vocabulary import FindingKind
from quota_registry.kernel import paper
from quota_registry.kernel.models import Person
from quota_registry.kernel.paper import MISSING, Caption, day, mass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers.official_workbook import Sheets
from reserve.papers.words import Words

TEMPLATE: Final = "allocation/papers/dispatch_report.typ"
WIDTHS: Final = (14, 28, 34, 22, 34, 40, 13, 13, 10, 18, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported of a round: at a place, or of the whole city."""

    round: DispatchRound
    where: str
    found: Sequence[Finding]
    counted: Matrix
    beside_last: Beside | None = None
    owners: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    """Whose the tasks of a place are, by its code."""

    def owners_of(self, found: Finding) -> str:
        """Name whose the task of what was found is."""
        return "、".join(person.name for person in self.owners.get(found.place_id, ()))

    def of(self, kind: FindingKind) -> list[Finding]:
        """List what was found of one kind."""
        return [one for one in self.found if one.kind == kind]

    @property
    def number(self) -> str:
        """Name the report: quarter, version, place."""
        return f"{self.round.of}-V{self.round.version} {self.where}"


def pdf(report: Report, *, on: date, language: str) -> bytes:
    """Print the report on A4, ready to be signed."""
    return paper.render(TEMPLATE, content(report, language=language), printed_on=on)


def content(report: Report, *, language: str) -> dict[str, Any]:
    """Lay out the report: facts, counts by place and kind, then every list that has lines."""
    words = Words(language)
    made = report.round
    storable = dispatches.storable(report.found)
    title = words(gettext_lazy("季度调度报告"))
    beside = report.beside_last
    quarter = f"{made.of.year}年第{made.of.number}季度"
    return {
        "language": language,
        "title": {**title, "zh": f"{quarter}调度报告"},
        "number": report.number,
        "facts": [
            words.fact(gettext_lazy("地区"), report.where),
            words.fact(gettext_lazy("版次"), str(made.version)),
            words.fact(gettext_lazy("调度日期"), day(made.on)),
            words.fact(gettext_lazy("状态"), words(made.get_status_display())),
            words.fact(gettext_lazy("汇总人"), made.by.name),
            words.fact(
                gettext_lazy("确认人"),
                f"{made.confirmed_by.name} {day(made.confirmed_on)}" if made.confirmed_by else "",
            ),
            words.fact(
                gettext_lazy("可新增储备量"),
                "　".join(f"{Pollutant(code).symbol} {mass(n)}" for code, n in storable.items()),
                wide=True,
            ),
            words.fact(
                gettext_lazy("比上季度"),
                ""
                if beside is None
                else _both(
                    gettext_lazy("新增%(new)s项，已消除%(gone)s项"),
                    language,
                    new=len(beside.new),
                    gone=len(beside.gone),
                ),
                wide=True,
            ),
        ],
        "counts": {
            "title": words(gettext_lazy("一、各地事项")),
            "head": words.each(
                gettext_lazy("地区"),
                *(kind.label for kind in report.counted.kinds),
                gettext_lazy("合计"),
            ),
            "rows": [
                [place.name, *(str(n or "") for n in cells), str(total)]
                for place, cells, total in report.counted.rows
            ],
            "total": [
                words(gettext_lazy("合计")),
                *(str(n) for n in report.counted.totals),
                str(report.counted.total),
            ],
        },
        "lists": [
            {
                "title": words(kind.label),
                "head": words.each(
                    gettext_lazy("地区"),
                    gettext_lazy("编号"),
                    gettext_lazy("单位名称\n项目名称"),
                    gettext_lazy("情况"),
                    gettext_lazy("数量"),
                    gettext_lazy("期限"),
                    gettext_lazy("事项"),
                    pgettext_lazy("of a task", "办理人"),
                ),
                "rows": [_line(one, report, words, language) for one in rows],
            }
            for kind in FindingKind
            if (rows := report.of(kind))
        ],
        "places": [
            words.place_to_sign(
                gettext_lazy("汇总单位"), gettext_lazy("（签字）"), gettext_lazy("（盖章）")
            ),
            words.place_to_sign(
                gettext_lazy("确认"), gettext_lazy("（签字）"), gettext_lazy("（盖章）")
            ),
        ],
    }


def _line(found: Finding, report: Report, words: Words, language: str) -> list[Any]:
    amounts = dispatch_words.amounts(found)
    return [
        found.place.name,
        found.number,
        f"{found.name}\n{found.project}" if found.project else found.name,
        _said(found, language),
        "\n".join(f"{which.symbol} {mass(grams)}" for which, grams in amounts) or MISSING,
        day(found.due_on or found.task.due_on),
        words(gettext_lazy("已办结")) if found.task.done else words(gettext_lazy("未办结")),
        report.owners_of(found) or MISSING,
    ]


def _said(found: Finding, language: str) -> Caption:
    with translation.override("zh-hans"):
        chinese = dispatch_words.sentence(found)
    if not language.startswith("en"):
        return {"zh": chinese, "en": ""}
    with translation.override("en"):
        return {"zh": chinese, "en": dispatch_words.sentence(found)}


def _both(form: Any, language: str, **facts: Any) -> Caption:
    caption = paper.caption(form, language=language)
    return {key: text % facts if text else "" for key, text in caption.items()}


def workbook(report: Report, *, on: date, language: str) -> bytes:
    """Write the report as XLSX: a sheet of counts, then one for every kind that has lines."""
    target = io.BytesIO()
    with translation.override(language):
        sheets = Sheets(target, on)
        notes = (report.number, _("单位：吨/年"))
        title = _("季度调度报告")
        head = [_("地区"), *(str(kind.label) for kind in report.counted.kinds), _("合计")]
        summary = sheets.sheet(_("汇总"), title, notes, head)
        summary.set_column(0, len(head) - 1, 16)
        lines = [
            *((place.spoken, cells, total) for place, cells, total in report.counted.rows),
            (_("合计"), report.counted.totals, report.counted.total),
        ]
        for at, (name, cells, total) in enumerate(lines, start=3):
            sheets.counts(summary, at, name, [*cells, total])
        for kind in FindingKind:
            if rows := report.of(kind):
                _details(sheets, report, kind, rows, notes)
        sheets.workbook.close()
    return target.getvalue()


def _details(
    sheets: Sheets,
    report: Report,
    kind: FindingKind,
    rows: Sequence[Finding],
    notes: tuple[str, str],
) -> None:
    head = [
        _("地区"),
        _("编号"),
        _("单位名称"),
        _("统一社会信用代码"),
        _("项目名称"),
        _("情况"),
        _("申报期限"),
        _("办理期限"),
        _("事项"),
        pgettext("of a task", "办理人"),
        _("办理情况"),
        *(f"{which.symbol}（吨/年）" for which in Pollutant),
    ]
    sheet = sheets.sheet(str(kind.label), str(kind.label), notes, head)
    for column, width in enumerate((*WIDTHS, *[13] * len(Pollutant))):
        sheet.set_column(column, column, width)
    for at, one in enumerate(rows, start=3):
        amounts = dict(dispatch_words.amounts(one))
        cells = [
            one.place.spoken,
            one.number,
            one.name,
            one.uscc,
            one.project,
            dispatch_words.sentence(one),
            one.due_on.isoformat() if one.due_on else None,
            one.task.due_on.isoformat(),
            _("已办结") if one.task.done else _("未办结"),
            report.owners_of(one),
            one.task.note,
            *(amounts.get(which) for which in Pollutant),
        ]
        sheets.row(sheet, at, cells)
    sheet.autofilter(2, 0, len(rows) + 2, len(head) - 1)
