"""The pages of lists of claims, from the file to the drafts, as a browser asks for them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from quota_registry.kernel.models import Job, Person
from quota_registry.kernel.services import reference
from quota_registry.kernel.vocabulary import Role
from reserve.models import Claim, ImportBatch
from reserve.vocabulary import ClaimStatus
from tests import city
from tests.browsers import browser_of

BUREAU: Final = Path(__file__).parents[2] / "fixtures" / "bureau"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> Person:
    with city.system():
        reference.load()
    return city.appointed("city.office", Role.GENERAL_OFFICE, "320500")


@pytest.fixture
def browser(office: Person) -> Iterator[Browser]:
    return browser_of(office)


def send(browser: Browser, name: str = "claims.xlsx", content: bytes = b"") -> Any:
    content = content or (BUREAU / "claims.xlsx").read_bytes()
    return browser.post(reverse("reserve:import-new"), {"list": SimpleUploadedFile(name, content)})


def test_the_bureaus_file_goes_in_through_the_page(browser: Browser) -> None:
    answer = send(browser)
    batch = ImportBatch.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("reserve:import", args=[batch.pk]),
    )

    page = browser.get(answer["Location"]).content.decode()
    assert "P67" in page
    assert "为负数，减排量不得为负数" in page
    assert "导入 228 行" in page

    asked = browser.get(reverse("reserve:import-accept", args=[batch.pk])).content.decode()
    assert (
        "将建立 228 件申报草稿，登记 228 家排污单位、228 张许可证（待核实）；12 行不予导入。"
        in asked
    )
    scan = SimpleUploadedFile("扫描件.pdf", b"%PDF-1.7 scan")
    taken = browser.post(
        reverse("reserve:import-accept", args=[batch.pk]),
        {"late_reason": "集中补报", "scan": scan},
    )
    assert taken.status_code == 303
    batch.refresh_from_db()
    assert (batch.state, batch.late_reason) == (ImportBatch.State.ACCEPTED, "集中补报")
    assert Claim.objects.filter(batch=batch, status=ClaimStatus.DRAFT).count() == 228

    again = send(browser)
    page = browser.get(again["Location"]).content.decode()
    assert "同一行再次导入不产生变化" in page
    assert "导入 228 行" not in page


def test_every_finding_stands_by_its_cell_with_its_article(browser: Browser) -> None:
    where = send(browser)["Location"]

    refused = browser.get(f"{where}?show=refused").content.decode()
    assert "J30" in refused
    assert "不得纳入储备库" in refused
    assert "第三条" in refused or "第3条" in refused
    hindered = browser.get(f"{where}?show=hindered").content.decode()
    assert "AK140" in hindered


def test_the_page_speaks_english_too(browser: Browser) -> None:
    where = send(browser)["Location"]
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = browser.get(f"{where}?show=errors").content.decode()

    assert "不是确定的数值" not in page


def test_a_marked_copy_comes_back_with_the_cells_coloured(browser: Browser) -> None:
    send(browser)
    batch = ImportBatch.objects.get()

    copy = browser.get(reverse("reserve:import-file", args=[batch.pk, "marked"]))

    book = openpyxl.load_workbook(io.BytesIO(copy.content))
    cell = book["申报汇总"]["P67"]
    assert cell.comment is not None
    assert "负数" in cell.comment.text
    assert book["导入检查"].max_row > 20


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("claims.xlsx", b"MZ\x90\x00 a program"),
        ("claims.pdf", b"%PDF-1.7"),
        ("claims.xlsx", b"PK\x03\x04 no archive at all"),
    ],
)
def test_a_hostile_file_is_refused_on_the_form(browser: Browser, name: str, content: bytes) -> None:
    answer = send(browser, name, content)

    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()


def test_a_list_of_something_else_fails_with_its_reason_and_can_be_put_away(
    browser: Browser,
) -> None:
    where = send(browser, "别的.csv", "姓名,电话\n王示范,1\n".encode())["Location"]
    batch = ImportBatch.objects.get()

    page = browser.get(where).content.decode()

    assert batch.state == ImportBatch.State.FAILED
    assert "找不到表头" in page
    gone = browser.post(reverse("reserve:import-discard", args=[batch.pk]))
    assert gone.status_code == 303
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.DISCARDED


def test_progress_is_asked_for_until_the_work_is_done(browser: Browser) -> None:
    send(browser)
    batch = ImportBatch.objects.get()
    progress = reverse("reserve:import-progress", args=[batch.pk])
    assert browser.get(progress)["HX-Refresh"] == "true"

    Job.objects.filter(pk=batch.job_id).update(state=Job.State.RUNNING, done=1, total=4)
    part = browser.get(progress)

    assert "HX-Refresh" not in part
    assert "hx-get" in part.content.decode()


def test_the_template_reads_back_as_a_list_of_claims(browser: Browser) -> None:
    template = browser.get(reverse("reserve:import-template"))

    where = send(browser, "模板.xlsx", template.content)["Location"]

    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.PREVIEW
    assert batch.counts["rows"] == 0
    assert browser.get(where).status_code == 200


def test_the_list_of_batches_asks_a_constant_number_of_questions(
    browser: Browser, django_assert_max_num_queries: Any
) -> None:
    for _time in range(3):
        send(browser)
    with django_assert_max_num_queries(10):
        page = browser.get(reverse("reserve:imports"))
    assert page.content.decode().count("claims.xlsx") == 3
