"""One ZIP of a claim: everything is in it, every digest fits, and no name leads out of it."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from quota_registry.kernel.models import StoredFile
from quota_registry.kernel.services import files
from reserve import archives, bundles
from reserve.models import Claim, Evidence
from reserve.vocabulary import ClaimStatus, EvidenceKind
from tests import factories
from tests.papers import PRINTED

BYTES = b"%PDF-1.7 " + bytes(range(256)) * 4096


def stored(name: str, data: bytes = BYTES) -> StoredFile:
    upload = SimpleUploadedFile(name, data)
    with factories.system():
        return files.store(
            upload=upload,
            place=factories.place("320583"),
            by=factories.person("kunshan.officer"),
        )


def proof(claim: Claim, file: StoredFile, **more: object) -> Evidence:
    with factories.system():
        return Evidence.objects.create(
            claim=claim,
            kind=EvidenceKind.OTHER,
            file=file,
            added_by=factories.person("kunshan.officer"),
            **more,
        )


@pytest.fixture
def claim(tmp_path: Path, settings: LazySettings) -> Claim:
    settings.MEDIA_ROOT = tmp_path
    claim = factories.draft()
    proof(claim, stored("../../etc/证明 一.pdf"))
    proof(claim, stored("撤下.pdf", b"%PDF-1.7 withdrawn"), removed_at=timezone.now())
    return claim


def opened(claim: Claim, language: str = "zh-hans") -> tuple[zipfile.ZipFile, list[dict[str, str]]]:
    archive = zipfile.ZipFile(
        io.BytesIO(b"".join(bundles.stream(claim, on=PRINTED, language=language)))
    )
    text = archive.read(f"{claim.number}/manifest.csv").decode("utf-8-sig")
    return archive, list(csv.DictReader(io.StringIO(text)))


@pytest.mark.django_db
def test_the_bundle_holds_everything_and_its_manifest_fits(claim: Claim) -> None:
    archive, manifest = opened(claim)

    assert archive.testzip() is None
    listed = {row["文件"]: row for row in manifest}
    for path in ("papers/claim-form.pdf", "papers/review-air.pdf", "steps.csv", "fates.csv"):
        assert listed[path]["核对结果"] == "打包时生成"
    assert listed["evidence/05-证明 一.pdf"]["核对结果"] == "与登记的摘要一致"
    assert listed["evidence-withdrawn/06-撤下.pdf"]["内容"] == "其他材料（已撤下）"
    for path, row in listed.items():
        if row["SHA-256"]:
            data = archive.read(f"{claim.number}/{path}")
            assert hashlib.sha256(data).hexdigest() == row["SHA-256"]
            assert str(len(data)) == row["字节"]
    inside = {name.removeprefix(f"{claim.number}/") for name in archive.namelist()}
    present = {path for path, row in listed.items() if row["SHA-256"]}
    assert inside == present | {"manifest.csv", "index.html"}


@pytest.mark.django_db
def test_a_lost_and_an_altered_file_are_told_and_stop_nothing(claim: Claim) -> None:
    altered = stored("改动.pdf", b"%PDF-1.7 as it came")
    proof(claim, altered)
    files.path_of(altered.sha256).write_bytes(b"%PDF-1.7 as it is now")

    _archive, manifest = opened(claim)

    said = {row["文件"]: row["核对结果"] for row in manifest}
    assert said["evidence/07-改动.pdf"] == "与登记的摘要不一致"
    # The factory's rows have no bytes behind them.
    assert sum(remark == "文件缺失" for remark in said.values()) == 4


@pytest.mark.django_db
def test_the_story_is_told_to_the_end(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path
    claim = factories.claim_at(ClaimStatus.ADMITTED)

    archive, manifest = opened(claim)

    steps = archive.read(f"{claim.number}/steps.csv").decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in steps[1:3]] == ["起草", "申报"]
    assert steps[-1].split(",")[1] == "入库"
    fates = archive.read(f"{claim.number}/fates.csv").decode("utf-8-sig").splitlines()
    assert fates[1:] == [
        "NOx,纳入市级储备库,3.000000,已记账",
        "NOx,纳入县级或园区储备库,7.000000,已记账",
    ]
    assert {"papers/joint-review.pdf", "versions/v1.json"} <= {row["文件"] for row in manifest}


@pytest.mark.django_db
def test_it_comes_in_pieces_and_speaks_english_when_asked(claim: Claim) -> None:
    pieces = list(bundles.stream(claim, on=PRINTED, language="en"))

    assert len(pieces) > 10
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert "claim" in archive.read(f"{claim.number}/index.html").decode().lower()


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("证明.pdf", "证明.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "_"),
        ("..", "_"),
        ("a:b*?.pdf", "a_b_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("x\u202efdp.exe", "x_fdp.exe"),
        ("line\nbreak.pdf", "line_break.pdf"),
        ("长" * 300 + ".pdf", "长" * 76 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere_else(given: str, safe: str) -> None:
    assert archives.safe_name(given) == safe
