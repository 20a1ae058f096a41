"""The bureau's list of claims, sent in twice: one waits for consent, one became drafts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from quota_registry.demo.people import Cast
from quota_registry.kernel.models import Person, Place
from reserve.models import ImportBatch
from reserve.services import batch_work, batches

LIST = "claims.xlsx"


def send_in(cast: Cast, on: date) -> None:
    """Send the list in for the city, to be looked at, and for one county, which takes its rows."""
    _read("320500", cast["city.office"], on)
    mine = _read("320583", cast["kunshan.officer"], on)
    batches.consent(batch=mine, by=cast["kunshan.officer"], on=on, late_reason="季度集中申报。")
    batch_work.accept(batch=mine, by=cast["kunshan.officer"], on=on)


def _read(place: str, by: Person, on: date) -> ImportBatch:
    content = (Path(settings.BASE_DIR) / "fixtures" / "bureau" / LIST).read_bytes()
    batch = batches.upload(
        upload=SimpleUploadedFile(LIST, content), place=Place.objects.get(code=place), by=by, on=on
    )
    # Here and now; the worker finds it done.
    return batch_work.read(batch=batch, on=on)
