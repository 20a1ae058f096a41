"""What an uploaded file must not be: too big, a bomb, a program, or a door to somewhere else."""

from __future__ import annotations

import io
import posixpath
import zipfile
from enum import StrEnum
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Refusal

MAX_BYTES: Final = 40 * 2**20
MAX_UNPACKED: Final = 800 * 2**20
MAX_RATIO: Final = 200
"""A large part may not unfold to more than so many times its packed size."""
SMALL: Final = 2**20
MAX_PARTS: Final = 2_000

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ACTIVE: Final = ("vbaproject", "macrosheets/", "activex/", "ctrlprops/", "embeddings/")
_OUTWARD: Final = ("externallinks/", "connections.xml", "querytables/", "webextensions/")


class FileKind(StrEnum):
    """What an uploaded file is, by its content and not by its name."""

    XLSX = "xlsx"
    CSV = "csv"


class HostileFile(Refusal):
    """The file is not taken in at all."""

    code = "hostile_file"
    status = 400


class TooLarge(HostileFile):
    """The file is larger than any list that is kept by hand."""

    code = "file_too_large"
    message = _("文件超过%(megabytes)s MB，请分批导入")


class NotASpreadsheet(HostileFile):
    """The file is neither XLSX nor CSV."""

    code = "not_a_spreadsheet"
    message = _("只接受XLSX或CSV文件；旧版XLS或加密文件请先另存为XLSX")


class Damaged(HostileFile):
    """The file is damaged, or was made to look like one."""

    code = "file_damaged"
    message = _("文件已损坏或结构异常，无法读取")


class Bomb(HostileFile):
    """The file unfolds to far more than it seems to be."""

    code = "file_unfolds"
    message = _("文件展开后过大，已拒绝")


class HasMacros(HostileFile):
    """The file carries a program."""

    code = "file_has_macros"
    message = _("文件含宏、控件或嵌入对象，请另存为普通XLSX")


class ReachesOut(HostileFile):
    """The file takes data from somewhere else."""

    code = "file_reaches_out"
    message = _("文件含外部链接或数据连接，请断开链接后重新导入")


def examine(content: bytes) -> FileKind:
    """
    Say what a file is, after making sure that it may be opened at all.

    :raises HostileFile: one of its kinds, if it may not.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge(megabytes=MAX_BYTES // 2**20)
    if content.startswith(_OLE):
        raise NotASpreadsheet
    if content.startswith(_ZIP):
        _examine_parts(content)
        return FileKind.XLSX
    if not content.strip() or b"\x00" in content:
        raise NotASpreadsheet
    return FileKind.CSV


def _examine_parts(content: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise Damaged from problem
    with archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        if len(parts) > MAX_PARTS:
            raise Bomb
        if len({name.lower() for name in names}) != len(names) or any(map(_escapes, names)):
            raise Damaged
        for part in parts:
            if part.flag_bits & 0x1:
                raise NotASpreadsheet
            if part.file_size > SMALL and part.file_size > MAX_RATIO * part.compress_size:
                raise Bomb
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Bomb
        lower = [name.lower() for name in names]
        if any(mark in name for name in lower for mark in _ACTIVE):
            raise HasMacros
        if any(mark in name for name in lower for mark in _OUTWARD):
            raise ReachesOut
        if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
            raise NotASpreadsheet
        if b"macroenabled" in _text_of(archive, "[Content_Types].xml").lower():
            raise HasMacros
        for name in names:
            if name.endswith(".rels"):
                _examine_relations(_text_of(archive, name))


def _escapes(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in posixpath.normpath(name).split("/")


def _text_of(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > SMALL:
        raise Bomb
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as problem:
        raise Damaged from problem


def _examine_relations(text: bytes) -> None:
    # A hyperlink is a text that somebody may click; every other way out is followed unasked.
    try:
        for _event, element in iterparse(io.BytesIO(text), forbid_dtd=True):
            outward = element.get("TargetMode", "").lower() == "external"
            if outward and not element.get("Type", "").endswith("/hyperlink"):
                raise ReachesOut
    except (ParseError, DefusedXmlException, LookupError) as problem:
        raise Damaged from problem
