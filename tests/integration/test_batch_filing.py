"""A batch is filed stretch by stretch: none is long, none begins anew, and the count is true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from quota_registry.kernel.models import Job, Notice, Person, Place
from quota_registry.kernel.services import jobs, reference
from quota_registry.kernel.vocabulary import Role
from reserve.models import Claim, ImportBatch
from reserve.services import batch_filing, batch_work, batches, claims
from reserve.services.outcomes import Outcome
from reserve.vocabulary import ClaimStatus
from tests import city

LIST: Final = Path(__file__).parents[2] / "fixtures" / "bureau" / "claims.xlsx"
ON: Final = date(2026, 10, 9)
DRAFTS: Final = 32
"""What one county's officer may take in of the list."""
STRETCH: Final = 6
UNFLAGGED: Final = 140
"""The row of the list whose draft cannot be filed."""

Sent = list[dict[str, Any]]


@pytest.fixture
def office(db: None) -> Person:
    with city.system():
        reference.load()
    city.appointed("county.screener", Role.COUNTY_SCREENER, "320583")
    return city.appointed("county.officer", Role.COUNTY_OFFICER, "320583")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    messages: Sent = []
    monkeypatch.setattr(jobs, "send", lambda **said: messages.append(said))
    monkeypatch.setattr(batch_filing, "TOGETHER", 2)
    monkeypatch.setattr(batch_filing, "STRETCH", STRETCH)
    return messages


@pytest.fixture
def batch(office: Person, sent: Sent) -> ImportBatch:
    upload = SimpleUploadedFile("claims.xlsx", LIST.read_bytes())
    found = batches.upload(upload=upload, place=Place.objects.get(code="320583"), by=office, on=ON)
    batch_work.read(batch=found, on=ON)
    batches.consent(batch=found, by=office, on=ON)
    batch_work.accept(batch=found, by=office, on=ON)
    order(found, office)
    sent.clear()
    return found


def order(batch: ImportBatch, by: Person) -> None:
    scan = SimpleUploadedFile("扫描件.pdf", b"%PDF-1.7 scan", "application/pdf")
    batches.support(batch=batch, by=by, on=ON, late_reason="集中补报", scan=scan)


def job_of(batch: ImportBatch) -> Job:
    return Job.objects.get(kind=batches.FILE, key=str(batch.pk))


def filed_of(batch: ImportBatch) -> int:
    return Claim.objects.filter(batch=batch, status=ClaimStatus.FILED).count()


def worked_off(batch: ImportBatch, by: Person, sent: Sent) -> list[int]:
    """Let worker after worker take the message that is there; returns how many each tried."""
    tried = []
    while sent:
        sent.clear()
        tried.append(len(batch_filing.file(batch=batch, by=by, on=ON)))
    return tried


def test_a_job_is_handed_on_until_every_draft_was_tried_once(
    batch: ImportBatch, office: Person, sent: Sent
) -> None:
    first = batch_filing.file(batch=batch, by=office, on=ON)

    assert len(first) == STRETCH
    assert sent == [{"task": batches.FILE, "batch": batch.pk, "by": office.pk, "on": "2026-10-09"}]
    job = job_of(batch)
    assert (job.state, job.done, job.total) == (Job.State.WAITING, STRETCH, DRAFTS)
    assert jobs.progress(job=job).percent == 18
    assert filed_of(batch) == STRETCH

    assert worked_off(batch, office, sent) == [6, 6, 6, 6, 2]
    job = job_of(batch)
    assert (job.state, job.done, job.total) == (Job.State.DONE, DRAFTS, DRAFTS)
    unflagged = batch.rows.get(row=UNFLAGGED).claim
    assert unflagged is not None
    assert (job.result["filed"], job.result["refused"]) == (DRAFTS - 1, 1)
    assert [number for number, _reason in job.result["reasons"]] == [unflagged.number]
    assert filed_of(batch) == DRAFTS - 1
    # One line for each stretch, and not one for each claim.
    lines = Notice.objects.filter(person__username="county.screener", text__contains="件申报")
    assert 1 <= lines.count() <= 6


def test_a_message_that_comes_twice_files_nothing_twice(
    batch: ImportBatch, office: Person, sent: Sent
) -> None:
    batch_filing.file(batch=batch, by=office, on=ON)
    job = job_of(batch)
    job.state = Job.State.RUNNING
    job.started_at = timezone.now()
    job.save()

    assert batch_filing.file(batch=batch, by=office, on=ON) == []
    assert filed_of(batch) == STRETCH

    job.state = Job.State.WAITING
    job.save()
    worked_off(batch, office, sent)
    assert batch_filing.file(batch=batch, by=office, on=ON) == []
    assert job_of(batch).result["filed"] == DRAFTS - 1
    assert not Claim.objects.filter(batch=batch, version__gt=1).exists()


def test_what_a_lost_worker_filed_is_counted_and_not_tried_again(
    batch: ImportBatch, office: Person, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = _lost_in_its_third_round(monkeypatch)
    with pytest.raises(SystemExit):
        batch_filing.file(batch=batch, by=office, on=ON)
    monkeypatch.undo()
    monkeypatch.setattr(jobs, "send", lambda **said: sent.append(said))
    # Two rounds of five were noted; of the third some were filed and nobody knows.
    job = job_of(batch)
    assert (job.state, job.done) == (Job.State.RUNNING, 10)
    assert filed_of(batch) == 10 + lost

    job.started_at = timezone.now() - jobs.LOST - timedelta(minutes=1)
    job.save()
    batches.resume(batch=batch, by=office, on=ON)
    worked_off(batch, office, sent)

    job = job_of(batch)
    assert (job.result["filed"], job.result["refused"]) == (DRAFTS - 1, 1)
    assert (job.done, job.total) == (DRAFTS, DRAFTS)
    assert filed_of(batch) == DRAFTS - 1


def _lost_in_its_third_round(monkeypatch: pytest.MonkeyPatch) -> int:
    """Kill the worker when it filed three drafts of its third round; returns the three."""
    monkeypatch.setattr(batch_filing, "TOGETHER", 5)
    monkeypatch.setattr(batch_filing, "STRETCH", 1_000)
    file_many, rounds = claims.file_many, iter((5, 5, 3))

    def dying(*, claims: Sequence[Claim], by: Person, on: date) -> list[Outcome]:
        many = next(rounds)
        done = file_many(claims=claims[:many], by=by, on=on)
        if many == 3:
            raise SystemExit
        return done

    monkeypatch.setattr(claims, "file_many", dying)
    return 3


def test_a_job_that_failed_goes_on_behind_what_it_tried(
    batch: ImportBatch, office: Person, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_many, broken = claims.file_many, iter((False, False, True))

    def failing(**said: Any) -> list[Outcome]:
        if next(broken, False):
            raise RuntimeError
        return file_many(**said)

    with monkeypatch.context() as patched:
        patched.setattr(claims, "file_many", failing)
        with pytest.raises(RuntimeError):
            batch_filing.file(batch=batch, by=office, on=ON)
    job = job_of(batch)
    assert (job.state, job.done, job.result["reason"] != "") == (Job.State.FAILED, 4, True)

    batches.resume(batch=batch, by=office, on=ON)
    worked_off(batch, office, sent)
    job = job_of(batch)
    assert "reason" not in job.result
    assert (job.result["filed"], job.result["refused"]) == (DRAFTS - 1, 1)


def test_drafts_that_stayed_are_tried_anew_when_they_are_filed_again(
    batch: ImportBatch, office: Person, sent: Sent
) -> None:
    sent.append({})
    worked_off(batch, office, sent)
    unflagged = batch.rows.get(row=UNFLAGGED).claim
    assert unflagged is not None
    Claim.objects.filter(pk=unflagged.pk).update(monitorable=True, reportable=True, verifiable=True)

    batches.support(batch=batch, by=office, on=ON)
    assert worked_off(batch, office, sent) == [1]

    job = job_of(batch)
    assert (job.result["filed"], job.result["refused"], job.total) == (1, 0, 1)
    assert filed_of(batch) == DRAFTS
