"""Blank lists to fill in: units in the headers, text cells for codes, drop-downs for terms."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

import xlsxwriter
from django.utils.functional import Promise

ROWS: Final = 5_000
"""Down to which row the cells of a template are prepared."""

DATA_SHEET: Final = "填报"
HELP_SHEET: Final = "填报说明"
CHOICE_SHEET: Final = "选项"


class Kind(StrEnum):
    """What the cells of a template's column hold."""

    TEXT = "text"
    CODE = "code"
    DAY = "day"
    MASS = "mass"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One column of a template: its header, what goes into it, and a word of help."""

    header: str
    kind: Kind = Kind.TEXT
    choices: Sequence[str] = ()
    required: bool = False
    help: str | Promise = ""
    group: str = ""
    """Columns of a group share a shade, so that eight pollutants are seen as one block."""


def make(*, title: str, blanks: Sequence[Blank], guidance: Sequence[str] = ()) -> bytes:
    """
    Make an XLSX to fill in: one header row that cannot be changed, cells below that can.

    The second sheet says what goes where, a hidden third one holds the terms of the drop-downs.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": None})
    sheet = book.add_worksheet(DATA_SHEET)
    _write_help(book, title, blanks, guidance)
    lists = _write_choices(book, blanks)
    _write_headers(book, sheet, blanks)
    for index, blank in enumerate(blanks):
        _prepare(book, sheet, index, blank, lists.get(index, ""))
    sheet.freeze_panes(1, 0)
    # The headers are how the list is known again, so they are locked; there is no password.
    sheet.protect(
        "",
        {
            "insert_rows": True,
            "delete_rows": True,
            "sort": True,
            "autofilter": True,
            "format_cells": True,
            "format_columns": True,
            "format_rows": True,
        },
    )
    book.close()
    return target.getvalue()


def _write_headers(book: Any, sheet: Any, blanks: Sequence[Blank]) -> None:
    shades = ("#EEF2F7", "#E3EEE6", "#F6EFDF", "#EFE7F3")
    groups = list(dict.fromkeys(blank.group for blank in blanks))
    for index, blank in enumerate(blanks):
        style = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "align": "center",
                "border": 1,
                "bg_color": shades[groups.index(blank.group) % len(shades)],
                "locked": True,
            }
        )
        sheet.write_string(0, index, ("*" if blank.required else "") + blank.header, style)
        if blank.help:
            sheet.write_comment(0, index, str(blank.help), {"x_scale": 2})
    sheet.set_row(0, 48)


def _prepare(book: Any, sheet: Any, index: int, blank: Blank, source: str) -> None:
    formats = {
        Kind.CODE: "@",
        Kind.TEXT: "@",
        Kind.CHOICE: "@",
        Kind.FLAG: "@",
        Kind.DAY: "yyyy-mm-dd",
        Kind.MASS: "0.######",
    }
    widths = {Kind.CODE: 26, Kind.TEXT: 32, Kind.CHOICE: 20, Kind.DAY: 13, Kind.FLAG: 9}
    cells = book.add_format({"num_format": formats[blank.kind], "locked": False})
    sheet.set_column(index, index, widths.get(blank.kind, 13), cells)
    check: dict[str, Any] = {
        "ignore_blank": True,
        "error_title": blank.header[:32],
        "error_message": str(blank.help)[:255] or blank.header[:255],
    }
    if source:
        check |= {"validate": "list", "source": source}
    elif blank.kind is Kind.MASS:
        check |= {"validate": "decimal", "criteria": ">=", "value": 0}
    elif blank.kind is Kind.DAY:
        check |= {"validate": "date", "criteria": ">=", "value": date(1990, 1, 1)}
    else:
        return
    sheet.data_validation(1, index, ROWS, index, check)


def _write_choices(book: Any, blanks: Sequence[Blank]) -> dict[int, str]:
    sheet = book.add_worksheet(CHOICE_SHEET)
    sheet.hide()
    sources: dict[int, str] = {}
    for index, blank in enumerate(blanks):
        choices = ("√",) if blank.kind is Kind.FLAG else blank.choices
        if not choices:
            continue
        column = len(sources)
        for row, choice in enumerate(choices):
            sheet.write_string(row, column, choice)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        sources[index] = f"='{CHOICE_SHEET}'!${letter}$1:${letter}${len(choices)}"
    return sources


def _write_help(book: Any, title: str, blanks: Sequence[Blank], guidance: Sequence[str]) -> None:
    sheet = book.add_worksheet(HELP_SHEET)
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90, wrapped)
    sheet.write_string(0, 0, title, bold)
    for row, line in enumerate(guidance, start=1):
        sheet.write_string(row, 1, line, wrapped)
    for row, blank in enumerate(blanks, start=len(guidance) + 2):
        sheet.write_string(row, 0, ("*" if blank.required else "") + blank.header)
        sheet.write_string(row, 1, str(blank.help))
