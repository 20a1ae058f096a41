"""
Lists as files: XLSX and CSV with the same cells, formulas neutralised, masses in tonnes.

Neither is ever whole in memory: rows are taken one by one, CSV goes out as it is written, and a
workbook is put together on disk.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from quota_registry.kernel.refusals import Refusal

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins like this would be run as a formula by the program that opens it.
# The last four are the full-width forms, which a Chinese spreadsheet takes for the same.
FORMULA_STARTS: Final = (
    "=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20",
)  # fmt: skip
FORMATS: Final = {
    "mass": "#,##0.000000",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "number": "General",
}


class NoSuchFormat(Refusal):
    """A list is asked for as a kind of file that is not made."""

    code = "no_such_format"
    status = 400


def respond(
    *,
    kind: str,
    name: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    kinds: Sequence[str] = (),
) -> HttpResponseBase:
    """
    Answer *rows* as a file called *name*, as ``xlsx`` or ``csv``; each row is asked for once.

    *kinds* says of each column how it is shown: text, mass (grams in, tonnes out), day, moment
    or number.

    :raises NoSuchFormat: for any other kind of file.
    """
    kinds = kinds or ["text"] * len(headings)
    if kind == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            _spoken(_csv(headings, rows, kinds), get_language()),
            content_type="text/csv; charset=utf-8",
        )
    elif kind == "xlsx":
        book = _xlsx(name, headings, rows, kinds)
        response = StreamingHttpResponse(_pieces(book), content_type=XLSX)
    else:
        raise NoSuchFormat(_("不支持导出为 %(kind)s"), kind=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    return response


def attachment(content: bytes, *, name: str, media_type: str = XLSX) -> HttpResponse:
    """Answer a file that is at hand to be kept under *name*, never to be opened in the browser."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _plain(value: Any, kind: str) -> Any:
    """Turn a cell into what both kinds of file can hold."""
    if value is None:
        return None
    if kind == "mass":
        return Decimal(value) / 1_000_000
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date | int | Decimal):
        return value
    return str(value)


def _csv(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], kinds: Sequence[str]
) -> Iterator[str]:
    """Write line by line; the mark in front tells spreadsheets that it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow([harmless(head) for head in headings])
    for cells in rows:
        writer.writerow([_word(cell, kind) for cell, kind in zip(cells, kinds, strict=True)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _spoken(lines: Iterator[str], language: str | None) -> Iterator[str]:
    """Write each line in the language of whoever asked, also after the request is over."""
    while True:
        with override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _word(value: Any, kind: str) -> str:
    plain = _plain(value, kind)
    if plain is None:
        return ""
    if kind == "mass":
        return f"{plain:.6f}"
    if isinstance(plain, datetime):
        return plain.strftime("%Y-%m-%d %H:%M:%S")
    return harmless(plain) if isinstance(plain, str) else str(plain)


def _xlsx(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], kinds: Sequence[str]
) -> IO[bytes]:
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is sent
    book = xlsxwriter.Workbook(
        target,
        {
            # A row is on disk as soon as the next one begins.
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet(_sheet_name(name))
    head = book.add_format({"bold": True, "bottom": 1})
    formats = [book.add_format({"num_format": FORMATS[k]}) if k in FORMATS else None for k in kinds]
    for column, text in enumerate(headings):
        sheet.write_string(0, column, text, head)
        sheet.set_column(column, column, max(12, min(40, len(text) * 2 + 4)))
    sheet.freeze_panes(1, 0)
    last = 0
    for last, cells in enumerate(rows, start=1):
        for column, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            plain = _plain(cell, kind)
            if plain is None:
                continue
            if isinstance(plain, str):
                sheet.write_string(last, column, harmless(plain))
            elif isinstance(plain, date):
                sheet.write_datetime(last, column, plain, formats[column])
            else:
                sheet.write_number(last, column, plain, formats[column])
    if headings:
        sheet.autofilter(0, 0, last, len(headings) - 1)
    book.close()
    target.seek(0)
    return target


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(64 * 1024):
            yield piece


def _sheet_name(name: str) -> str:
    """Cut a name down to what a sheet may be called."""
    return "".join(letter for letter in name if letter not in "[]:*?/\\'")[:31] or "Sheet1"
