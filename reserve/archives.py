"""Files written into a ZIP piece by piece, each with its digest, none of them whole in memory."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from quota_registry.kernel.models import StoredFile
from quota_registry.kernel.services import files

CHUNK: Final = 256 * 1024
LONGEST_NAME: Final = 80
# What no system takes in a file's name, and what would lead out of the folder.
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")

SOUND: Final = gettext_lazy("与登记的摘要一致")
ALTERED: Final = gettext_lazy("与登记的摘要不一致")
LOST: Final = gettext_lazy("文件缺失")
MADE: Final = gettext_lazy("打包时生成")


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the bundle: where it stands, what it is, and where its bytes come from."""

    path: str
    title: str
    data: bytes | StoredFile


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the manifest."""

    path: str
    title: str
    size: int
    sha256: str
    remark: str | Promise


class _Pipe(io.RawIOBase):
    """What zipfile writes to: it forgets what was taken, so that nothing is kept whole."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        self.written += len(data)
        return len(data)

    def tell(self) -> int:
        return self.written

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def written(
    items: Iterable[Item],
    *,
    folder: str,
    on: date,
    closing: Callable[[list[Listed]], Mapping[str, bytes]],
) -> Iterator[bytes]:
    """
    Write the ZIP of *items* in one *folder*, dated *on*, and at its end what *closing* makes.

    ``closing`` is given every file as it was found, and is not among them: a manifest's digest
    would have to contain itself.
    """
    pipe = _Pipe()
    listed: list[Listed] = []
    with zipfile.ZipFile(cast(BinaryIO, pipe), "w", zipfile.ZIP_DEFLATED) as archive:
        for item in items:
            yield from _add(archive, pipe, item, _entry(f"{folder}/{item.path}", on), listed)
        for path, data in closing(listed).items():
            archive.writestr(_entry(f"{folder}/{path}", on), data)
            yield pipe.take()
    yield pipe.take()


def _add(
    archive: zipfile.ZipFile,
    pipe: _Pipe,
    item: Item,
    entry: zipfile.ZipInfo,
    listed: list[Listed],
) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    try:
        chunks = _chunks(item.data)
        first = next(chunks, b"")
    except FileNotFoundError:
        listed.append(Listed(item.path, item.title, 0, "", LOST))
        return
    with archive.open(entry, "w") as target:
        chunk = first
        while chunk:
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
            yield pipe.take()
            chunk = next(chunks, b"")
    if isinstance(item.data, StoredFile):
        remark = SOUND if digest.hexdigest() == item.data.sha256 else ALTERED
    else:
        remark = MADE
    listed.append(Listed(item.path, item.title, size, digest.hexdigest(), remark))


def _chunks(data: bytes | StoredFile) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    with files.open_bytes(data) as source:
        while chunk := source.read(CHUNK):
            yield chunk


def _entry(path: str, on: date) -> zipfile.ZipInfo:
    """Make an entry that is dated by a day."""
    entry = zipfile.ZipInfo(path, date_time=(on.year, on.month, on.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def safe_name(name: str) -> str:
    """Make a file's name that every system takes and that leads nowhere else."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    plain = _UNSAFE.sub("_", plain).strip(" .") or "_"
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 8:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"
