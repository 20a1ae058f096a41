"""Files as they are kept: the same bytes once, whoever sends them, however often at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quota_registry.kernel.models import StoredFile
from quota_registry.kernel.services import files
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_same_bytes_sent_twice_at_once_are_kept_whole(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    officer, place = factories.person("kunshan.officer"), factories.place("320583")
    content = b"%PDF-1.7 sealed"
    replace = Path.replace

    def send() -> StoredFile:
        upload = SimpleUploadedFile("盖章.pdf", content, "application/pdf")
        return files.store(upload=upload, place=place, by=officer)

    def meet(part: Path, target: Path) -> Path:
        # The second sending comes while the first has written its part and not put it in place.
        with mock.patch.object(Path, "replace", replace):
            send()
        return replace(part, target)

    with mock.patch.object(Path, "replace", meet):
        stored = send()

    with files.open_bytes(stored) as kept:
        assert kept.read() == content
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [stored.sha256]
    assert StoredFile.objects.filter(sha256=stored.sha256).count() == 2
