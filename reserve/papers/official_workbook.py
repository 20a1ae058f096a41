"""The two official ledgers as a workbook: figures only, no formula, ready to print on A4 (§23)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from quota_registry.kernel.mass import tonnes
from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers.official_ledger import LINES, detail_head, number_of
from reserve.selectors.official import Book
from reserve.vocabulary import TransferKind

FIGURE: Final = "#,##0.000000"
UNIT: Final = "吨/年"
A4: Final = 9
WIDTHS: Final = (24, 14, 12, 12, 26, 26, 34, 26, 16, 16, 16)


class Sheets:
    """Writes texts as texts and masses as numbers, whatever they look like."""

    def __init__(self, target: io.BytesIO, created: date) -> None:
        self.workbook: Workbook = xlsxwriter.Workbook(
            target,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        # The same book printed on the same day gives the same bytes.
        self.workbook.set_properties({"created": datetime.combine(created, time())})
        line = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_size": 9}
        self.title = self.workbook.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.note = self.workbook.add_format({"font_size": 9})
        self.head = self.workbook.add_format(
            {**line, "bold": True, "align": "center", "bg_color": "#EFEFEF"}
        )
        self.text = self.workbook.add_format(line)
        self.figure = self.workbook.add_format({**line, "num_format": FIGURE, "align": "right"})
        self.count = self.workbook.add_format({**line, "num_format": "0", "align": "right"})

    def sheet(self, name: str, title: str, notes: tuple[str, str], head: list[str]) -> Worksheet:
        """Begin a sheet: title, notes and head, repeated on every printed page."""
        sheet = self.workbook.add_worksheet(name)
        last = len(head) - 1
        sheet.merge_range(0, 0, 0, last, title, self.title)
        sheet.write_string(1, 0, notes[0], self.note)
        sheet.write_string(1, last - 1, notes[1], self.note)
        for column, words in enumerate(head):
            sheet.write_string(2, column, words, self.head)
        sheet.set_row(0, 28)
        sheet.set_row(2, 30)
        sheet.freeze_panes(3, 2)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.repeat_rows(0, 2)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L" + notes[0].replace("&", "&&") + "&R" + _("第 &P 页 共 &N 页"))
        return sheet

    def row(self, sheet: Worksheet, at: int, cells: list[Any]) -> None:
        """Write a row: an integer is grams, a string text, nothing a blank."""
        for column, cell in enumerate(cells):
            if cell is None:
                sheet.write_blank(at, column, None, self.text)
            elif isinstance(cell, int):
                sheet.write_number(at, column, float(tonnes(cell)), self.figure)
            else:
                sheet.write_string(at, column, str(cell), self.text)

    def counts(self, sheet: Worksheet, at: int, name: str, counts: Sequence[int]) -> None:
        """Write a row of how many there are, behind its name."""
        sheet.write_string(at, 0, name, self.text)
        for column, count in enumerate(counts, start=1):
            sheet.write_number(at, column, count, self.count)


def workbook(book: Book, *, printed_on: date, language: str) -> bytes:
    """Write a book as XLSX with a summary and a sheet of details."""
    target = io.BytesIO()
    with override(language):
        sheets = Sheets(target, printed_on)
        _summary(sheets, book)
        _details(sheets, book)
        sheets.workbook.close()
    return target.getvalue()


def _notes(book: Book) -> tuple[str, str]:
    last = book.period.last
    return (
        f"{number_of(book)}　{book.place.name}　{book.period.start} – {last}",
        _("单位：吨/年"),
    )


def _in_tonnes(words: Any) -> str:
    return f"{words}（{UNIT}）"


def _summary(sheets: Sheets, book: Book) -> None:
    head = [_("栏目"), _("项目"), *(_in_tonnes(which.symbol) for which in Pollutant)]
    sheet = sheets.sheet(_("汇总"), str(book.which.label), _notes(book), head)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 9, 15)
    at = 3
    for part in book.parts():
        accounts = {one.pollutant: one for one in book.accounts if one.part is part}
        for name, label in LINES:
            figures = [
                getattr(accounts[which], name) if which in accounts else 0 for which in Pollutant
            ]
            sheets.row(sheet, at, [str(part.label), str(label), *figures])
            at += 1


def _details(sheets: Sheets, book: Book) -> None:
    named = [str(words) for words in detail_head(book.which)]
    head = [_("栏目"), _("污染物"), *named[:-3], *(_in_tonnes(words) for words in named[-3:])]
    sheet = sheets.sheet(_("明细"), str(book.which.label), _notes(book), head)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    at = 3
    for account in book.accounts:
        if not (account.opening or account.movements):
            continue
        left = account.opening
        before = [str(account.part.label), account.pollutant.symbol]
        nothing = [None] * 5
        sheets.row(sheet, at, [*before, _("期初结存"), *nothing, None, None, left])
        for move in account.movements:
            at += 1
            left += move.grams
            told = [
                move.on.isoformat(),
                str(TransferKind(move.kind).label),
                move.document,
                move.holder,
                move.subject,
                move.against,
                max(move.grams, 0) or None,
                max(-move.grams, 0) or None,
                left,
            ]
            sheets.row(sheet, at, [*before, *told])
        at += 1
        totals = [account.came_in, account.went_out, account.closing]
        sheets.row(sheet, at, [*before, _("本期合计"), *nothing, *totals])
        at += 1
    sheet.autofilter(2, 0, max(at - 1, 2), len(head) - 1)
