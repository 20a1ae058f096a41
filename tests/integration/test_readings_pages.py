"""The pages of lists of readings, from the file to the record, as a browser asks for them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from monitoring.models import MonthRun, Reading, ReadingBatch
from monitoring.vocabulary import BatchState, Item
from quota_registry.kernel.models import Job, Person
from tests import city, stations
from tests.browsers import browser_of, words
from tests.stations import listed, station

pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2026, 10, 9)
ROWS = [
    ("320583A1", "2026-09-01 13:00", "26", "60"),
    ("320583A1", "2026-09-01 14:00", "约27", "60"),
    ("320583A9", "2026-09-01 13:00", "26", "60"),
]


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Person:
    settings.MEDIA_ROOT = tmp_path
    office = stations.office()
    station()
    return office


@pytest.fixture
def browser(office: Person) -> Iterator[Browser]:
    return browser_of(office)


def send(browser: Browser, content: bytes = b"", name: str = "小时值.csv") -> Any:
    upload = SimpleUploadedFile(name, content or listed(ROWS))
    return browser.post(reverse("monitoring:import-new"), {"list": upload})


def test_a_list_goes_in_through_the_page(browser: Browser) -> None:
    answer = send(browser)
    batch = ReadingBatch.objects.get()
    where = reverse("monitoring:import", args=[batch.pk])
    assert (answer.status_code, answer["Location"]) == (303, where)

    page = browser.get(where).content.decode()
    for word in ("C3", "不是确定的数值", "A4", "320583A9", "确认入库", "可入库的值 2 个"):
        assert word in page
    one = words(browser.get(f"{where}?show=unknown_station").content.decode())
    assert ("A4" in one, "C3" in one) == (True, False)
    # There is nothing to wait for, so the page is shown anew.
    asked = browser.get(reverse("monitoring:import-progress", args=[batch.pk]))
    assert asked["HX-Refresh"] == "true"

    taken = browser.post(reverse("monitoring:import-accept", args=[batch.pk]))
    assert (taken.status_code, Reading.objects.count()) == (303, 2)
    page = browser.get(where).content.decode()
    assert "确认入库" not in page
    assert browser.get(reverse("monitoring:imports")).content.decode().count("小时值.csv") == 1

    again = browser.get(send(browser)["Location"]).content.decode()
    assert "确认入库" not in again, "the same list again has nothing to take in"
    refused = browser.post(
        reverse("monitoring:import-accept", args=[ReadingBatch.objects.first().pk]), follow=True
    )
    assert "没有需要入库的数据" in refused.content.decode()

    browser.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "不是确定的数值" not in browser.get(where).content.decode()


def test_a_marked_copy_and_the_list_itself_come_back(browser: Browser) -> None:
    send(browser)
    batch = ReadingBatch.objects.get()

    copy = browser.get(reverse("monitoring:import-file", args=[batch.pk, "marked"]))
    book = openpyxl.load_workbook(io.BytesIO(copy.content))
    comment = book["CSV"]["C3"].comment
    assert comment is not None
    assert "不是确定的数值" in comment.text
    assert book["导入检查"].max_row == 3
    kept = browser.get(reverse("monitoring:import-file", args=[batch.pk, "list"]))
    assert kept.content == listed(ROWS)
    assert browser.get(reverse("monitoring:import-file", args=[batch.pk, "x"])).status_code == 404


def test_what_cannot_be_read_says_why_and_can_be_put_away(browser: Browser) -> None:
    where = send(browser, "姓名,电话\n王示范,1\n".encode(), "别的.csv")["Location"]
    batch = ReadingBatch.objects.get()

    assert "找不到表头" in browser.get(where).content.decode()
    # Its job failed, so it may be tried again, which fails again.
    assert browser.post(reverse("monitoring:import-resume", args=[batch.pk])).status_code == 303
    gone = browser.post(reverse("monitoring:import-discard", args=[batch.pk]))
    batch.refresh_from_db()
    assert (gone.status_code, batch.state) == (303, BatchState.DISCARDED)
    refused = browser.post(reverse("monitoring:import-resume", args=[batch.pk]))
    assert refused.status_code == 303
    assert Job.objects.get().state == Job.State.FAILED


def test_hostile_files_and_empty_forms_are_refused_on_the_form(browser: Browser) -> None:
    for name, content in (("a.xlsx", b"MZ\x90\x00"), ("a.pdf", b"%PDF-1.7"), ("a.xlsx", b"PK\3\4")):
        assert send(browser, content, name).status_code == 422
    assert browser.post(reverse("monitoring:import-new"), {}).status_code == 422
    assert not ReadingBatch.objects.exists()


def test_the_templates_are_there_to_be_taken(browser: Browser) -> None:
    page = browser.get(reverse("monitoring:import-new")).content.decode()
    assert page.count("/monitoring/readings/templates/") == 8
    for ending, start in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        got = browser.get(reverse("monitoring:import-template", args=["water-months", ending]))
        assert (got.status_code, got.content[: len(start)]) == (200, start)
    wrong = browser.get(reverse("monitoring:import-template", args=["none", "csv"]))
    assert wrong.status_code == 404


def test_who_may_look_but_not_send_is_offered_nothing_to_do(browser: Browser) -> None:
    where = send(browser)["Location"]
    auditor = browser_of(stations.city.person("city.auditor"))

    page = words(auditor.get(where).content.decode())

    assert ("C3" in page, "确认入库" in page, "放弃" in page) == (True, False, False)
    batch = ReadingBatch.objects.get()
    assert auditor.post(reverse("monitoring:import-accept", args=[batch.pk])).status_code == 403


def test_a_stations_hours_are_shown_a_day_at_a_time_up_to_its_midnight(
    browser: Browser, office: Person
) -> None:
    hours = ("2026-09-01 01:00", "2026-09-02 00:00", "2026-09-02 01:00")
    stations.take_in(
        (stations.sent("320583A1", Item.PM25, hour, str(20 + n)) for n, hour in enumerate(hours)),
        by=office,
    )
    address = reverse("monitoring:station", args=["320583A1"])

    def shown(**asked: str) -> list[str]:
        context = browser.get(address, {"month": "2026-09", **asked}).context
        return [str(one["row"].value.normalize()) for one in context["readings"]]

    assert shown() == ["22"]
    assert shown(day="2026-09-01") == ["2E+1", "21"]
    assert shown(day="2026-08-01") == ["22"]


def test_a_batch_names_the_month_that_was_judged_without_it(browser: Browser) -> None:
    with city.system():
        system = Person.objects.get_system()
        for number in (7, 8):
            MonthRun.objects.create(month=date(2026, number, 1), version=1, by=system, on=ON)
    first = listed([("320583A1", "2026-08-31 13:00", "26", "60")])
    where = send(browser, first)["Location"]
    said = "2026年8月起已有评判早于本批入库"
    assert said not in browser.get(where).content.decode(), "nothing is in yet"
    browser.post(reverse("monitoring:import-accept", args=[ReadingBatch.objects.get().pk]))
    assert said in browser.get(where).content.decode()

    with city.system():
        MonthRun.objects.create(month=date(2026, 8, 1), version=2, by=system, on=ON)
    assert said not in browser.get(where).content.decode()
