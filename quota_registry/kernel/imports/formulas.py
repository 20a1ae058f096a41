"""Which cells of a workbook hold formulas, by streaming its XML: the reader sees them as empty."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from quota_registry.kernel.imports.hostile import Bomb, Damaged, ReachesOut

Position = tuple[int, int]
"""A row and a column, both counted from 1."""

MAX_ROWS: Final = 199_999
MAX_COLUMNS: Final = 104
"""Up to CZ; the reader unfolds the rectangle of used cells, so a lone far cell is a bomb."""

_CHUNK: Final = 2**20
_OVERLAP: Final = 256
# Each pattern starts with a literal, by which the search skips what cannot match.
_FORMULAS: Final = (re.compile(rb"<f[\s/>]"), re.compile(rb":f[\s/>]"))
_FAR: Final = re.compile(
    rb"""r\s*=\s*["'](?:(?:[A-Z]{3,}|[D-Z][A-Z])[0-9]|[A-Z]{0,2}(?:[2-9][0-9]{5}|[0-9]{7}))"""
)
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError)


def formulas_of(content: bytes) -> dict[str, frozenset[Position]]:
    """
    Find the cells with formulas, for every sheet by its name.

    :raises Damaged: if a part cannot be read, declares a document type or another encoding.
    :raises Bomb: if a sheet reaches farther than any list kept by hand.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            found = {}
            for name, part in _sheets(archive):
                suspicious = _scan(archive.open(part))
                found[name] = (
                    frozenset(_positions(archive.open(part))) if suspicious else (frozenset())
                )
            for extra in ("xl/sharedStrings.xml", "xl/styles.xml"):
                if extra in archive.namelist():
                    _scan(archive.open(extra))
        except (*_BROKEN, KeyError, ParseError, DefusedXmlException, LookupError) as problem:
            raise Damaged from problem
        return found


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    targets = {}
    for element in _elements(archive, "xl/_rels/workbook.xml.rels"):
        if element.tag.endswith("}Relationship"):
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[element.get("Id")] = posixpath.normpath(path)
    for element in _elements(archive, "xl/workbook.xml"):
        if element.tag.endswith("}sheet"):
            key = next(value for name, value in element.items() if name.endswith("}id"))
            yield element.get("name", ""), targets[key]
        elif element.tag.endswith(("}externalReference", "}webPublishing")):
            raise ReachesOut


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[Element]:
    with archive.open(name) as stream:
        for _event, element in iterparse(stream, forbid_dtd=True):
            yield element


def _scan(stream: IO[bytes]) -> bool:
    """Read a part once as bytes; say whether it may hold formulas, refuse what is out of bounds."""
    found = False
    kept = b""
    with stream:
        while chunk := stream.read(_CHUNK):
            text = kept + chunk
            if not kept and (encoding := _encoding(text)) not in {"utf-8", "us-ascii"}:
                raise LookupError(encoding)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Damaged
            if _FAR.search(text):
                raise Bomb
            found = found or any(pattern.search(text) for pattern in _FORMULAS)
            kept = text[-_OVERLAP:]
    return found


def _encoding(text: bytes) -> str:
    if text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in text[:64]:
        return "utf-16"
    declared = _DECLARED.match(text.removeprefix(b"\xef\xbb\xbf").lstrip())
    return declared[1].decode("ascii", "replace").lower() if declared else "utf-8"


def _positions(stream: IO[bytes]) -> Iterator[Position]:
    row = column = 0
    with stream:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if event == "start" and tag == "row":
                row, column = int(element.get("r", row + 1)), 0
            elif event == "start" and tag == "c":
                # A cell without a reference follows the one before it.
                row, column = _position(element.get("r"), row, column + 1)
            elif event == "end" and tag == "f":
                yield row, column
            elif event == "end" and tag == "row":
                element.clear()


def _position(reference: str | None, row: int, column: int) -> Position:
    if reference is None:
        return row, column
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise LookupError(reference)
    return int(match[2]), column_number(match[1])


def column_number(letters: str) -> int:
    """Give the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Give the letters of a column from its number, counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
