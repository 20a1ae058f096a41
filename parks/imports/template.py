"""The registry's own sheet of annual totals: members filled in, last year beside, drop-downs."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Final

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from parks.imports.workbook import OVER
from parks.vocabulary import TotalsSource
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.vocabulary import Pollutant

SPARE: Final = 200
"""So many empty rows below the members are prepared to be filled in."""


def make(
    place: str,
    year: int,
    *,
    members: Sequence[tuple[int, str, str]],
    last: Mapping[int, Mapping[Pollutant, Grams]],
) -> bytes:
    """
    Make an XLSX named after the park: its headers are locked, its cells take tonnes and sources.

    Last year's amounts stand in a second block that is not read again.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": f"{place}{year}", "created": None})
    sheet = book.add_worksheet(place[:31])
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
    dim = book.add_format({"font_color": "#5F6C79", "bg_color": "#F7F9FB"})
    code = book.add_format({"num_format": "@", "locked": False})
    mass = book.add_format({"num_format": "0.######", "locked": False})
    plain = book.add_format({"locked": False})
    heads = [
        "单位名称",
        "统一社会信用代码",
        "排污许可证编号",
        "数据来源",
        *(f"{year}年{OVER}-{pollutant.symbol}（吨/年）" for pollutant in Pollutant),
        "产值（万元）",
        "备注",
    ]
    for index, words in enumerate(heads):
        sheet.write_string(0, index, words, head)
    for index, pollutant in enumerate(Pollutant):
        words = _("上年%(pollutant)s（吨/年，仅供对照）") % {"pollutant": pollutant.symbol}
        sheet.write_string(0, len(heads) + index, words, head)
    sheet.set_row(0, 48)
    sheet.set_column(0, 0, 34, plain)
    sheet.set_column(1, 2, 24, code)
    sheet.set_column(3, 3, 12, plain)
    sheet.set_column(4, 11, 13, mass)
    sheet.set_column(12, 12, 13, mass)
    sheet.set_column(13, 13, 24, plain)
    sheet.set_column(14, 21, 13, dim)
    for number, (polluter, name, uscc) in enumerate(members, start=1):
        sheet.write_string(number, 0, name, plain)
        sheet.write_string(number, 1, uscc, code)
        for index, pollutant in enumerate(Pollutant):
            grams = last.get(polluter, {}).get(pollutant)
            if grams is not None:
                sheet.write_string(number, len(heads) + index, text(grams), dim)
    bottom = len(members) + SPARE
    with override(None):
        sources = [str(source.label) for source in TotalsSource]
    sheet.data_validation(1, 3, bottom, 3, {"validate": "list", "source": sources})
    sheet.data_validation(
        1,
        4,
        bottom,
        12,
        {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "error_title": _("排放总量"),
            "error_message": _("只填不小于0的数值；不适用的留空，留空不等于0。"),
        },
    )
    sheet.freeze_panes(1, 1)
    # The headers are how the sheet is known again, so they are locked; there is no password.
    sheet.protect("", {"insert_rows": True, "delete_rows": True, "format_columns": True})
    book.close()
    return target.getvalue()
