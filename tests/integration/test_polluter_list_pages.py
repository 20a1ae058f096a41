"""The pages of lists of polluters and permits: sent in, looked at, taken in once."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from quota_registry.kernel.imports.polluters import polluters_template
from quota_registry.kernel.models import Permit, Polluter, StoredFile
from tests import factories
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = (
    ("昆山示范远博水泥1002有限公司", "91320583MAX0100210", "昆山市", "91320583MAX0100210001P"),
    ("昆山示范德润印染1003有限公司", "91320583MAX0100315", "昆山经济技术开发区", ""),
    ("常熟示范恒泽化工1004有限公司", "91320581MAX010041A", "常熟市", ""),
    ("昆山示范无码有限公司", "12345", "昆山市", ""),
)


@pytest.fixture
def browser() -> Browser:
    factories.all_places()
    factories.rule_book()
    return browser_of(factories.person("kunshan.officer"))


def filled() -> bytes:
    """The registry's own template, filled in by hand."""
    book = openpyxl.load_workbook(
        io.BytesIO(polluters_template(places=["昆山市", "昆山经济技术开发区", "常熟市"]))
    )
    sheet = book.worksheets[0]
    headers = [str(cell.value).strip("*") for cell in sheet[1]]
    for number, (name, uscc, place, permit) in enumerate(ROWS, start=2):
        values: dict[str, Any] = {
            "排污单位名称": name,
            "统一社会信用代码": uscc,
            "所在地": place,
        }
        if permit:
            values |= {"排污许可证编号": permit, "许可证变更日期": date(2026, 3, 1)}
        for header, value in values.items():
            sheet.cell(row=number, column=headers.index(header) + 1).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def send(browser: Browser, content: bytes, name: str = "名录.xlsx") -> Any:
    return browser.post(reverse("polluter-list-new"), {"list": SimpleUploadedFile(name, content)})


def test_a_list_is_looked_at_before_anything_is_registered(browser: Browser) -> None:
    where = send(browser, filled())["Location"]

    page = browser.get(where).content.decode()

    assert not Polluter.objects.exists()
    assert "常熟市不在您的辖区内，不得由您导入" in page
    assert "昆山示范无码有限公司" in page
    assert "将登记 2 家排污单位、1 张许可证，均标为待核实。" in page


def test_on_consent_the_good_rows_are_registered_once(browser: Browser) -> None:
    where = send(browser, filled())["Location"]
    file = StoredFile.objects.get()

    taken = browser.post(reverse("polluter-list-take", args=[file.pk]))

    assert taken.status_code == 303
    assert set(Polluter.objects.values_list("name", "place", "confirmed")) == {
        ("昆山示范远博水泥1002有限公司", "320583", False),
        ("昆山示范德润印染1003有限公司", "320583P01", False),
    }
    assert Permit.objects.get().number == "91320583MAX0100210001P"
    browser.post(reverse("polluter-list-take", args=[file.pk]))
    assert (Polluter.objects.count(), Permit.objects.count()) == (2, 1)
    assert "已登记 2 家排污单位、1 张许可证，均待核实。" in browser.get(where).content.decode()

    again = browser.get(send(browser, filled())["Location"]).content.decode()
    assert "没有需要登记的内容" in again


def test_a_list_is_there_for_who_sent_it_in_alone(browser: Browser) -> None:
    where = send(browser, filled())["Location"]

    other = browser_of(factories.person("city.office"))

    assert other.get(where).status_code == 404


def test_who_sent_a_list_in_finds_it_again_where_the_next_one_is_sent_in(
    browser: Browser,
) -> None:
    where = send(browser, filled())["Location"]

    again = browser.get(reverse("polluter-list-new")).content.decode()
    assert f'href="{where}">名录.xlsx<' in again
    other = browser_of(factories.person("city.office"))
    assert "名录.xlsx" not in other.get(reverse("polluter-list-new")).content.decode()


def test_a_file_that_is_no_list_of_polluters_is_refused_on_the_form(browser: Browser) -> None:
    answer = send(browser, "甲,乙\n1,2\n".encode(), "别的.csv")

    assert answer.status_code == 422
    assert "找不到表头" in answer.content.decode()


def test_the_marked_copy_and_the_template_come_as_spreadsheets(browser: Browser) -> None:
    send(browser, filled())
    copy = browser.get(reverse("polluter-list-marked", args=[StoredFile.objects.get().pk]))
    template = browser.get(reverse("polluter-list-template"))

    for answer in (copy, template):
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert "导入检查" in openpyxl.load_workbook(io.BytesIO(copy.content)).sheetnames
