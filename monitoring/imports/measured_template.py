"""The registry's own list of measured amounts: the monitors filled in, a line for each month."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import xlsxwriter
from django.utils.translation import gettext as _

from monitoring.imports.measured import HEADS
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A monitor that the list is made for."""

    name: str
    uscc: str
    number: str
    medium: str


def make(year: int, *, lines: Iterable[Line]) -> bytes:
    """
    Make an XLSX of the twelve months of each monitor: headers are locked, cells take tonnes.

    What an outlet cannot emit is grey and locked.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": f"{_('监测排放量')}{year}", "created": None})
    sheet = book.add_worksheet(_("监测排放量"))
    head = book.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
            "border": 1,
            "bg_color": "#EEF2F7",
        }
    )
    code = book.add_format({"num_format": "@", "locked": False})
    mass = book.add_format({"num_format": "0.######", "locked": False})
    dim = book.add_format({"bg_color": "#EDEFF2"})
    for index, words in enumerate(HEADS):
        sheet.write_string(0, index, words, head)
    first = len(HEADS) - len(Pollutant)
    sheet.set_row(0, 32)
    sheet.set_column(0, 0, 34, code)
    sheet.set_column(1, 1, 24, code)
    sheet.set_column(2, 3, 12, code)
    sheet.set_column(first, len(HEADS) - 1, 13, mass)
    row = 0
    for line in lines:
        for month in range(1, 13):
            row += 1
            said = (line.name, line.uscc, line.number, f"{year}-{month:02}")
            for index, words in enumerate(said):
                sheet.write_string(row, index, words, code)
            for index, pollutant in enumerate(Pollutant, start=first):
                if pollutant.medium != line.medium:
                    sheet.write_blank(row, index, None, dim)
    sheet.data_validation(
        1,
        first,
        max(row, 1),
        len(HEADS) - 1,
        {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "error_title": _("监测排放量"),
            "error_message": _("只填不小于0的数值；没有数据的月份留空，留空不等于0。"),
        },
    )
    sheet.freeze_panes(1, 4)
    # The headers are how the sheet is known again, so they are locked; there is no password.
    sheet.protect("", {"insert_rows": True, "delete_rows": True, "format_columns": True})
    book.close()
    return target.getvalue()
