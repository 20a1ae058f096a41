"""One ZIP of a claim for the auditor: evidence, papers, story, and a manifest with digests."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final, cast

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.exports import harmless
from quota_registry.kernel.mass import text
from quota_registry.kernel.models import StoredFile
from quota_registry.kernel.paper import MISSING
from quota_registry.kernel.services import files
from quota_registry.kernel.vocabulary import Medium
from reserve import papers
from reserve.models import Claim
from reserve.selectors import claims, fates
from reserve.selectors.revisions import Change
from reserve.vocabulary import DIVISION_OF, EvidenceKind

CHUNK: Final = 256 * 1024
LONGEST_NAME: Final = 80
# What no system takes in a file's name, and what would lead out of the folder.
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")

SOUND: Final = gettext_lazy("与登记的摘要一致")
ALTERED: Final = gettext_lazy("与登记的摘要不一致")
LOST: Final = gettext_lazy("文件缺失")
MADE: Final = gettext_lazy("打包时生成")
WITHDRAWN: Final = gettext_lazy("（已撤下）")


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


def name_of(claim: Claim) -> str:
    """Name the ZIP of a claim."""
    return f"{safe_name(claim.number)}.zip"


def stream(claim: Claim, *, on: date, language: str) -> Iterator[bytes]:
    """
    Write the ZIP of *claim* piece by piece; no more than one chunk of evidence is in memory.

    Papers are made and rows read before the first byte leaves, so that a refusal is still an
    answer. A file whose bytes are gone or differ from their digest does not stop the others:
    the manifest says so.
    """
    with translation.override(language):
        return _written(claim, items(claim, on=on, language=language), on, language)


def _written(claim: Claim, found: list[Item], on: date, language: str) -> Iterator[bytes]:
    pipe = _Pipe()
    listed: list[Listed] = []
    with zipfile.ZipFile(cast(BinaryIO, pipe), "w", zipfile.ZIP_DEFLATED) as archive:
        for item in found:
            yield from _add(archive, pipe, item, claim, on, listed)
        # The manifest is not in itself: its digest would have to contain its digest.
        with translation.override(language):
            closing = {
                "manifest.csv": _manifest(listed),
                "index.html": _index(claim, listed, on),
            }
        for path, data in closing.items():
            archive.writestr(_entry(claim, path, on), data)
            yield pipe.take()
    yield pipe.take()


def items(claim: Claim, *, on: date, language: str) -> list[Item]:
    """List what belongs to a claim: papers, story, fates, versions, and the files that came in."""
    return [
        *_papers(claim, on, language),
        Item("steps.csv", _("办理记录"), _steps(claim)),
        Item("fates.csv", _("核定量去向"), _fates(claim, on)),
        *(
            Item(
                f"versions/v{revision.version}.json",
                _("第%(version)s版申报内容") % {"version": revision.version},
                json.dumps(revision.content, ensure_ascii=False, indent=2, sort_keys=True).encode(),
            )
            for revision in claim.revisions.all()
        ),
        *_stored(claim),
    ]


def _papers(claim: Claim, on: date, language: str) -> Iterator[Item]:
    yield Item(
        "papers/claim-form.pdf",
        _("申报表"),
        papers.claim_form_pdf(claim, on=on, language=language),
    )
    for medium in sorted({Medium(line.medium) for line in claim.lines.all()}):
        yield Item(
            f"papers/review-{medium}.pdf",
            _("审核意见单（%(division)s）") % {"division": DIVISION_OF[medium]},
            papers.review_sheet_pdf(claim, medium=medium, on=on, language=language),
        )
    for number, visit in enumerate(claim.inspections.all(), 1):
        yield Item(
            f"papers/inspection-{number}.pdf",
            _("现场核查表"),
            papers.inspection_sheet_pdf(visit, on=on, language=language),
        )
    if claim.opinions.exists():
        yield Item(
            "papers/joint-review.pdf",
            _("会审纪要（本件）"),
            papers.joint_minutes_pdf([claim], number=claim.number, on=on, language=language),
        )


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


def _stored(claim: Claim) -> Iterator[Item]:
    """List the files that came in: evidence (also what was taken back), the province's letter."""
    seen = set()
    for number, proof in enumerate(claim.evidence.select_related("file").order_by("id"), 1):
        title = str(EvidenceKind(proof.kind).label)
        folder = "evidence"
        if proof.removed_at is not None:
            title, folder = f"{title}{WITHDRAWN}", "evidence-withdrawn"
        seen.add(proof.file_id)
        yield Item(f"{folder}/{number:02d}-{safe_name(proof.file.name)}", title, proof.file)
    others = (
        (claim.letter.file if claim.letter else None, "letter", _("省级确认文件")),
        (claim.batch.scan if claim.batch else None, "batch", _("批次汇总表盖章扫描件")),
    )
    for file, folder, title in others:
        if file is not None and file.pk not in seen:
            yield Item(f"{folder}/{safe_name(file.name)}", title, file)


def _add(
    archive: zipfile.ZipFile,
    pipe: _Pipe,
    item: Item,
    claim: Claim,
    on: date,
    listed: list[Listed],
) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    try:
        chunks = _chunks(item.data)
        first = next(chunks, b"")
    except FileNotFoundError:
        listed.append(Listed(item.path, item.title, 0, "", LOST))
        return
    with archive.open(_entry(claim, item.path, on), "w") as target:
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


def _entry(claim: Claim, path: str, on: date) -> zipfile.ZipInfo:
    """Make an entry in a folder of the claim's number, dated by the day of the bundle."""
    entry = zipfile.ZipInfo(
        f"{safe_name(claim.number)}/{path}", date_time=(on.year, on.month, on.day, 0, 0, 0)
    )
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _csv(head: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _manifest(listed: Iterable[Listed]) -> bytes:
    return _csv(
        (_("文件"), _("内容"), _("字节"), "SHA-256", _("核对结果")),
        ((one.path, one.title, str(one.size), one.sha256, str(one.remark)) for one in listed),
    )


def _index(claim: Claim, listed: list[Listed], on: date) -> bytes:
    return render_to_string(
        "reserve/bundle.html", {"claim": claim, "files": listed, "on": on}
    ).encode()


def _steps(claim: Claim) -> bytes:
    return _csv(
        (_("时间"), _("环节"), _("状态"), _("办理人"), _("版次"), _("说明"), _("变更内容")),
        (
            (
                timezone.localtime(moment.at).strftime("%Y-%m-%d %H:%M:%S"),
                str(moment.label),
                str(moment.status),
                moment.person.name,
                str(moment.version),
                moment.note,
                "；".join(_change(change) for change in moment.changes),
            )
            for moment in claims.timeline(claim)
        ),
    )


def _change(change: Change) -> str:
    return f"{change.label}：{change.before or MISSING} → {change.after or MISSING}"


def _fates(claim: Claim, on: date) -> bytes:
    return _csv(
        (_("污染物"), _("去向"), _("数量（吨/年）"), _("状态")),
        (
            (
                line.pollutant.symbol,
                str(fate.label),
                text(grams),
                _("预计") if line.projected else _("已记账"),
            )
            for line in fates.of_claim(claim, on=on)
            for fate, grams in line.parts.items()
        ),
    )
