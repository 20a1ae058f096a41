"""Files become sheets of plain rows, whatever they were kept in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

import python_calamine
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.imports import formulas, hostile
from quota_registry.kernel.imports.formulas import MAX_COLUMNS, MAX_ROWS, Position
from quota_registry.kernel.imports.hostile import Bomb, Damaged, FileKind, HostileFile

Raw = str | int | float | bool | date | time | timedelta
"""What a cell may hold when it is read; an empty cell is the empty text."""

CSV_SHEET: Final = "CSV"


class UnknownEncoding(HostileFile):
    """The text is neither UTF-8 nor GB18030."""

    code = "unknown_encoding"
    message = _("无法识别文件编码，请另存为UTF-8或GB18030编码的CSV")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows as read, from row 1 and column A on, and where it has formulas."""

    file: str
    name: str
    rows: Sequence[Sequence[Raw]]
    formulas: frozenset[Position] = frozenset()


def read(content: bytes, *, file: str) -> tuple[Sheet, ...]:
    """
    Read every visible sheet of an uploaded file; a CSV is one sheet.

    :raises HostileFile: if the file may not be opened.
    """
    if hostile.examine(content) is FileKind.CSV:
        return (Sheet(file=file, name=CSV_SHEET, rows=_csv_rows(content)),)
    computed = formulas.formulas_of(content)
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        return tuple(
            Sheet(
                file=file,
                name=about.name,
                rows=book.get_sheet_by_name(about.name).to_python(skip_empty_area=False),
                formulas=computed[about.name],
            )
            for about in book.sheets_metadata
            if about.visible is python_calamine.SheetVisibleEnum.Visible
            and about.typ is python_calamine.SheetTypeEnum.WorkSheet
        )
    except (python_calamine.CalamineError, KeyError, ValueError) as problem:
        raise Damaged from problem


def text_of(content: bytes) -> str:
    """
    Decode a CSV: UTF-8 with or without its mark, else GB18030.

    :raises UnknownEncoding: if it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownEncoding


def _csv_rows(content: bytes) -> list[list[Raw]]:
    rows: list[list[Raw]] = []
    try:
        for row in csv.reader(io.StringIO(text_of(content), newline=""), strict=True):
            if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
                raise Bomb
            rows.append([*row])
    except csv.Error as problem:
        raise Damaged from problem
    return rows
