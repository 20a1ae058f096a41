"""One ZIP of a claim for the auditor: evidence, papers, story, and a manifest with digests."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.exports import harmless
from quota_registry.kernel.mass import text
from quota_registry.kernel.paper import MISSING
from quota_registry.kernel.vocabulary import Medium
from reserve import archives, papers
from reserve.archives import Item, Listed, safe_name
from reserve.models import Claim
from reserve.selectors import claims, fates
from reserve.selectors.revisions import Change
from reserve.vocabulary import DIVISION_OF, EvidenceKind

WITHDRAWN: Final = gettext_lazy("（已撤下）")


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
        return archives.written(
            items(claim, on=on, language=language),
            folder=safe_name(claim.number),
            on=on,
            closing=partial(_closing, claim, on, language),
        )


def _closing(claim: Claim, on: date, language: str, listed: list[Listed]) -> Mapping[str, bytes]:
    """Make what stands beside the files: the manifest and a page that shows it."""
    with translation.override(language):
        return {"manifest.csv": _manifest(listed), "index.html": _index(claim, listed, on)}


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
