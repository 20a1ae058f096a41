"""A worker takes a list of polluters in: told how far it is, done once, begun again when lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.imports.layouts import NoSuchTable
from quota_registry.kernel.models import Job, Permit, Polluter, StoredFile
from quota_registry.kernel.services import jobs, polluter_lists
from quota_registry.kernel.services.polluter_list_work import WORK
from quota_registry.kernel.workflow import NotNow
from tests import factories
from tests.browsers import browser_of
from tests.factories import ON
from tests.integration.test_polluter_list_pages import filled, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    factories.all_places()
    factories.rule_book()
    monkeypatch.setattr(jobs, "send", lambda **_said: None)
    return browser_of(factories.person("kunshan.officer"))


@pytest.fixture
def file(browser: Browser) -> StoredFile:
    send(browser, filled())
    return StoredFile.objects.get()


def work(verb: str, file: StoredFile) -> Any:
    by = factories.person("kunshan.officer")
    return getattr(WORK, verb)(brought=file, by=by, on=ON)


def page(browser: Browser, file: StoredFile) -> str:
    return browser.get(reverse("polluter-list", args=[file.pk])).content.decode()


def lose(kind: str) -> None:
    since = timezone.now() - jobs.LOST - timedelta(minutes=1)
    Job.objects.filter(kind=kind).update(state=Job.State.RUNNING, started_at=since)


def test_the_page_shows_how_far_the_worker_is_and_then_itself_anew(
    browser: Browser, file: StoredFile
) -> None:
    progress = reverse("polluter-list-progress", args=[file.pk])

    assert progress in page(browser, file)
    assert "读取与校验" in browser.get(progress).content.decode()
    work("read", file)
    assert browser.get(progress)["HX-Refresh"] == "true"
    assert "将登记 2 家排污单位、1 张许可证" in page(browser, file)
    assert not Polluter.objects.exists()

    browser.post(reverse("polluter-list-take", args=[file.pk]))
    assert "登记" in browser.get(progress).content.decode()
    assert "将登记" not in page(browser, file)
    work("take", file)
    assert "已登记 2 家排污单位、1 张许可证" in page(browser, file)


def test_a_message_that_comes_twice_registers_once_and_keeps_its_count(file: StoredFile) -> None:
    work("read", file)
    work("agree", file)

    work("take", file)
    work("take", file)

    assert (Polluter.objects.count(), Permit.objects.count()) == (2, 1)
    job = WORK.job_of(file, WORK.taking)
    assert job is not None
    assert (job.result["registered"], job.result["permits"]) == (2, 1)


def test_what_is_not_told_as_done_is_not_done(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    work("read", file)
    work("agree", file)

    def lost(**_said: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "finish", lost)
        with pytest.raises(SystemExit):
            work("take", file)
    assert not Polluter.objects.exists()

    lose(WORK.taking)
    work("resume", file)
    work("take", file)
    job = WORK.job_of(file, WORK.taking)
    assert job is not None
    assert job.result["registered"] == Polluter.objects.count() == 2


def test_a_job_that_broke_is_offered_anew(
    browser: Browser, file: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_said: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(polluter_lists, "try_out", broken)
        with pytest.raises(RuntimeError):
            work("read", file)
    resume = reverse("polluter-list-resume", args=[file.pk])
    assert resume in page(browser, file)
    assert "办理时发生内部错误，请重试" in page(browser, file)

    assert browser.post(resume).status_code == 303
    work("read", file)
    assert resume not in page(browser, file)
    assert "将登记 2 家排污单位" in page(browser, file)


def test_a_list_that_nobody_looked_at_is_not_taken(file: StoredFile) -> None:
    with pytest.raises(NotNow):
        work("agree", file)
    work("read", file)
    with pytest.raises(NotNow):
        work("resume", file)
    assert not Job.objects.filter(kind=WORK.taking).exists()
    assert Job.objects.get(kind=WORK.reading).is_done


def test_why_a_job_failed_is_said_in_the_language_of_whoever_reads_it(
    browser: Browser, file: StoredFile
) -> None:
    def refused(**_said: Any) -> None:
        raise NoSuchTable(missing="单位名称", clause=clause("16.1"))

    with pytest.raises(NoSuchTable):
        replace(WORK, find=refused).read(
            brought=file, by=factories.person("kunshan.officer"), on=ON
        )
    job = Job.objects.get(kind=WORK.reading)
    assert job.result["reason"] == {
        "code": "header_not_found",
        "sentence": "找不到表头，缺少：%(missing)s",
        "facts": {"missing": "单位名称"},
        "clause": "16.1",
    }
    assert "找不到表头，缺少：单位名称" in page(browser, file)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = page(browser, file)
    assert "找不到表头" not in shown
    with override("en"):
        assert str(NoSuchTable(missing="单位名称", clause=clause("16.1"))) in shown
