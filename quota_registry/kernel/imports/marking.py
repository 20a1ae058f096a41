"""A copy of an uploaded list in which every doubtful cell is coloured and says why."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from quota_registry.kernel.imports import sheets
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.imports.formulas import column_number
from quota_registry.kernel.imports.hostile import FileKind, examine

MOST_BYTES: Final = 6 * 2**20
"""Above this a copy of the whole list takes too long: the findings are listed alone."""

COLOURS: Final = {
    Severity.ERROR: "F8C9C4",
    Severity.REFUSAL: "F3B0B8",
    Severity.HINDRANCE: "FBE3B6",
    Severity.WARNING: "FFF3B0",
    Severity.NOTE: "DCEBF7",
}
_WORST: Final = (
    Severity.ERROR,
    Severity.REFUSAL,
    Severity.HINDRANCE,
    Severity.WARNING,
    Severity.NOTE,
)


def marked_copy(content: bytes, findings: Iterable[Finding], *, file: str) -> bytes:
    """
    Give the list back as XLSX, its cells coloured by what was found, the reasons as comments.

    The sheet 导入检查 at the end lists everything found, one line each.

    :raises HostileFile: if the file may not be opened.
    """
    found = list(findings)
    if len(content) > MOST_BYTES:
        book = openpyxl.Workbook()
        book.remove(book.active)
    elif examine(content) is FileKind.XLSX:
        book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
        _mark(book, found)
    else:
        book = _book_of(sheets.read(content, file=file))
        _mark(book, found)
    _list(book, found)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _book_of(read: Sequence[sheets.Sheet]) -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in read:
        copy = book.create_sheet(sheet.name)
        for row, cells in enumerate(sheet.rows, start=1):
            for column, text in enumerate(cells, start=1):
                _write(copy, row, column, str(text))
    return book


def _write(sheet: Any, row: int, column: int, text: str) -> None:
    # Said to be text, so that what looks like a formula does not become one.
    cell = sheet.cell(row=row, column=column)
    cell.value = text
    cell.data_type = "s"


def _mark(book: Any, findings: Sequence[Finding]) -> None:
    cells: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        cells[finding.sheet, finding.row, column_number(finding.column)].append(finding)
    for (name, row, column), here in cells.items():
        if name not in book.sheetnames:
            continue
        cell = book[name].cell(row=row, column=column)
        if isinstance(cell, MergedCell):
            continue
        worst = min((finding.severity for finding in here), key=_WORST.index)
        cell.fill = PatternFill("solid", start_color=COLOURS[worst])
        cell.comment = Comment("\n".join(map(_sentence, here)), _("登记系统"), height=90, width=320)


def _sentence(finding: Finding) -> str:
    reference = f"（{finding.clause.reference}）" if finding.clause else ""
    return f"{severity_label(finding.severity)}：{finding.message}{reference}"


def severity_label(severity: Severity) -> str:
    """Name a severity for people, in the language active now."""
    return {
        Severity.ERROR: _("错误"),
        Severity.REFUSAL: _("不予受理"),
        Severity.HINDRANCE: _("不得申报"),
        Severity.WARNING: _("提示"),
        Severity.NOTE: _("说明"),
    }[severity]


def _list(book: Any, findings: Sequence[Finding]) -> None:
    sheet = book.create_sheet(_("导入检查"))
    headings = (_("工作表"), _("单元格"), _("列"), _("类别"), _("问题"), _("依据"))
    for column, heading in enumerate(headings, start=1):
        _write(sheet, 1, column, heading)
    for row, finding in enumerate(findings, start=2):
        words = (
            finding.sheet,
            finding.cell,
            finding.header,
            severity_label(finding.severity),
            finding.message,
            finding.clause.reference if finding.clause else "",
        )
        for column, word in enumerate(words, start=1):
            _write(sheet, row, column, word)
    for letter, width in zip("ABCDEF", (18, 10, 34, 12, 70, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
