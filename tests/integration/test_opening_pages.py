"""The pages of opening stock: a list comes in whole or not at all, three people see it in."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from reserve.imports.opening import opening_template
from reserve.models import OpeningStock
from tests import factories
from tests.browsers import browser_of
from tests.stock import T, balances

pytestmark = pytest.mark.django_db

COLUMNS = ("类别", "污染物", "数量（吨/年）", "统一社会信用代码", "凭证编号", "形成日期")


@pytest.fixture
def browser() -> Browser:
    factories.all_places()
    factories.rule_book()
    return browser_of(factories.person("kunshan.officer"))


def filled(*rows: tuple[Any, ...]) -> bytes:
    """The registry's own template, filled in by hand."""
    book = openpyxl.load_workbook(io.BytesIO(opening_template()))
    sheet = book.worksheets[0]
    headers = [str(cell.value).strip("*") for cell in sheet[1]]
    for number, row in enumerate(rows, start=2):
        for header, value in zip(COLUMNS, row, strict=False):
            if value is not None:
                sheet.cell(row=number, column=headers.index(header) + 1).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def send(browser: Browser, content: bytes) -> Any:
    return browser.post(
        reverse("reserve:opening-new"),
        {
            "place": "320583",
            "document": "昆环〔2026〕1号",
            "effective_on": "2026-01-01",
            "list": SimpleUploadedFile("期初.xlsx", content),
        },
    )


def good() -> bytes:
    holder = factories.polluter()
    return filled(
        ("储备库批次", "NOx", 7, None, None, date(2023, 5, 1)),
        ("储备库批次", "COD", 3.000001),
        ("排污单位持有", "氮氧化物", 2, holder.uscc),
        ("未用凭证", "NOx", 1, holder.uscc, "320583-2025-00007"),
        ("亏欠", "NOx", 0.5),
    )


def test_a_list_comes_in_is_approved_by_another_and_closed_by_the_director(
    browser: Browser,
) -> None:
    where = send(browser, good())["Location"]
    stock = OpeningStock.objects.get()
    page = browser.get(where).content.decode()
    assert "待审核" in page
    assert reverse("reserve:opening-approve", args=[stock.pk]) not in page
    assert balances() == {}

    office = browser_of(factories.person("city.office"))
    assert "将 5 行逐行记入总量台账" in office.get(where).content.decode()
    assert office.post(reverse("reserve:opening-approve", args=[stock.pk])).status_code == 303

    assert balances("RESERVE") == {
        "RESERVE/NOX/320583/": 7 * T,
        "RESERVE/COD/320583/": 3 * T + 1,
    }
    director = browser_of(factories.person("city.director"))
    assert director.post(reverse("reserve:opening-close", args=[stock.pk])).status_code == 303
    assert "已关闭" in director.get(where).content.decode()
    assert "已关闭" in director.get(reverse("reserve:openings")).content.decode()


def test_one_wrong_cell_keeps_the_whole_list_out_and_is_named(browser: Browser) -> None:
    answer = send(
        browser,
        filled(
            ("储备库批次", "NOx", 7),
            ("排污单位持有", "NOx", 2, "91320583MAX0999999"),
            ("未用凭证", "NOx", 1, factories.polluter().uscc, None),
            ("储备库批次", "NOx", 0),
            ("亏欠", "NOx", "约5"),
        ),
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert not OpeningStock.objects.exists()
    assert "没有代码为91320583MAX0999999的排污单位，请先登记" in page
    for cell in ("D3", "E4", "C5", "C6"):
        assert f"填报 · {cell}" in page
    assert "昆环〔2026〕1号" in page


def test_a_list_may_be_brought_again_until_it_is_approved(browser: Browser) -> None:
    send(browser, good())
    again = send(browser, filled(("储备库批次", "NOx", 8)))

    assert again.status_code == 303
    assert OpeningStock.objects.get().rows.count() == 1
    stock = OpeningStock.objects.get()
    browser_of(factories.person("city.office")).post(
        reverse("reserve:opening-approve", args=[stock.pk])
    )
    late = send(browser, good())
    assert late.status_code == 422
    assert "该地区期初库存未审核或已关闭" in late.content.decode()


def test_the_template_names_what_goes_where(browser: Browser) -> None:
    answer = browser.get(reverse("reserve:opening-template"))

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [str(cell.value).strip("*") for cell in sheet[1]][:6] == list(COLUMNS)
