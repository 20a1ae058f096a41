"""Files as they come in: checked, kept outside the web root, streamed back with permission."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Person, Place, StoredFile
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import audit

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"
CSV_SUFFIX: Final = ".csv"
# What evidence may be, by its first bytes: never by what its sender calls it.
SIGNATURES: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": XLSX,
}
SUFFIXES: Final = {
    "application/pdf": {".pdf"},
    "image/png": {".png"},
    "image/jpeg": {".jpg", ".jpeg"},
    XLSX: {".xlsx"},
}


class FileRefused(Refusal):
    """A file is too large, empty, or not of a kind that is taken."""

    code = "file_refused"
    status = 400


@transaction.atomic
def store(
    *, upload: UploadedFile[Any], place: Place, by: Person, is_list: bool = False
) -> StoredFile:
    """
    Keep *upload* under its digest and return its row; the same bytes are kept once.

    With ``is_list`` a CSV is taken too: what a list may hold is for its import to examine.

    :raises FileRefused: if it is empty, larger than the limit, or of a kind that is not taken.
    """
    audit.sign(by=by)
    size = upload.size or 0
    name = Path(upload.name or "").name[-200:]
    if not size:
        raise FileRefused(_("文件“%(name)s”是空的"), name=name)
    if size > settings.QUOTA_FILE_MAX_BYTES:
        raise FileRefused(
            _("文件“%(name)s”超过 %(limit)s MB"),
            name=name,
            limit=settings.QUOTA_FILE_MAX_BYTES // 1024 // 1024,
        )
    head = upload.read(16)
    upload.seek(0)
    media_type = next((kind for start, kind in SIGNATURES.items() if head.startswith(start)), "")
    suffix = Path(name).suffix.lower()
    if is_list:
        # What a list may hold is examined by its import; here only its two kinds are told apart.
        if suffix == CSV_SUFFIX and not media_type:
            media_type = CSV
        elif media_type != XLSX or suffix not in SUFFIXES[XLSX]:
            raise FileRefused(_("文件“%(name)s”不是 XLSX 或 CSV"), name=name)
    elif not media_type or suffix not in SUFFIXES[media_type]:
        raise FileRefused(_("文件“%(name)s”不是 PDF、PNG、JPG 或 XLSX"), name=name)

    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    path = path_of(digest.hexdigest())
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Of one's own: the same person may send the same bytes twice at the same moment.
        part = path.with_suffix(f".{secrets.token_hex(8)}.part")
        with part.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        part.replace(path)
    return StoredFile.objects.create(
        name=name,
        sha256=digest.hexdigest(),
        size=size,
        media_type=media_type,
        place=place,
        uploaded_by=by,
    )


def path_of(sha256: str) -> Path:
    """Return where the bytes with this digest lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def open_bytes(file: StoredFile) -> BinaryIO:
    """Open a stored file for reading."""
    return path_of(file.sha256).open("rb")
