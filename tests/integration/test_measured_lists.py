"""§17: lists of what monitors measured, as files and over REST, and the pages that show them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from monitoring.models import MeasuredAmount, MeasuredList, Monitor
from monitoring.refusals import MeasuredListTaken
from monitoring.selectors.measured import measured_of
from monitoring.services import measured_lists, monitors
from monitoring.services.measured_lists import Taken
from quota_registry.kernel.imports import marking
from quota_registry.kernel.imports.layouts import NoSuchTable
from quota_registry.kernel.vocabulary import Pollutant
from tests import callers, factories, parks, watch
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db

ON = parks.ON
LAST = parks.YEAR - 1
URL = "/api/v1/measured-amounts/reports/"


@pytest.fixture
def monitor() -> Monitor:
    parks.park()
    return watch.measuring(parks.member(1), since=date(LAST, 1, 1))


@pytest.fixture
def uscc(monitor: Monitor) -> str:
    return str(monitor.outlet.polluter.uscc)


def brought(upload: Any) -> MeasuredList:
    return measured_lists.receive(
        upload=upload,
        place=factories.place("320500"),
        by=factories.person("city.inspector"),
        on=ON,
    )


def read(of: MeasuredList) -> Any:
    return measured_lists.read(brought=of, by=factories.person("city.inspector"), on=ON)


def taken(upload: Any) -> Taken:
    of = brought(upload)
    inspector = factories.person("city.inspector")
    return measured_lists.take_in(brought=of, found=read(of), by=inspector, on=ON)


# ── Files ──
def test_a_list_goes_in_and_the_same_again_changes_nothing(uscc: str) -> None:
    lines = [f"{uscc},DA001,{LAST}-01,,1.25", f"{uscc},da001,{LAST}年2月,,0"]
    first = taken(watch.measured_list(*lines))
    assert first == Taken(rows=2, out=0, new=2, changed=0, unchanged=0)
    again = taken(watch.measured_list(*lines))
    assert again == Taken(rows=2, out=0, new=0, changed=0, unchanged=2)
    mended = taken(watch.measured_list(f"{uscc},DA001,{LAST}-01,,1.5"))
    assert mended == Taken(rows=1, out=0, new=0, changed=1, unchanged=0)
    assert sorted(MeasuredAmount.objects.values_list("month", "version", "grams")) == [
        (date(LAST, 1, 1), 1, 1_250_000),
        (date(LAST, 1, 1), 2, 1_500_000),
        (date(LAST, 2, 1), 1, 0),
    ]


def test_a_spoiled_list_comes_back_with_every_wrong_cell_marked(uscc: str) -> None:
    upload = watch.measured_list(
        f"{uscc},DA001,{LAST}-01,,1.25",
        f"{uscc},DA001,{LAST}-13,,1",
        f"{uscc},DA002,{LAST}-01,,1",
        f"{uscc},DA001,{LAST}-02,3,1",
        f"{uscc},DA001,{LAST}-03,,约5",
        f"{uscc},DA001,{LAST}-01,,2",
        f"{uscc},DA001,{parks.YEAR}-03,,2",
        f"{uscc},DA001,{LAST}-04,,-1",
    )
    of = brought(upload)
    found = read(of)
    wrong = {one.cell: one for one in found.findings if one.severity.keeps_the_row_out}
    assert {cell: one.code for cell, one in wrong.items()} == {
        "C3": "no_time",
        "B4": "unknown_monitor",
        "D5": "outlet_into_air",
        "E6": "not_a_number",
        "C7": "month_twice",
        "C8": "month_not_over",
        "E9": "negative",
    }
    assert wrong["E9"].message == "-1为负数，排放量不得为负数"
    with override("en"):
        assert wrong["C8"].message == f"{parks.YEAR}-03 is not over"
    upload.seek(0)
    copy = openpyxl.load_workbook(
        io.BytesIO(marking.marked_copy(upload.read(), found.findings, file="x.csv"))
    ).worksheets[0]
    assert all(copy[cell].comment is not None for cell in wrong)
    done = measured_lists.take_in(
        brought=of, found=found, by=factories.person("city.inspector"), on=ON
    )
    assert (done.rows, done.out, done.new) == (8, 7, 1)
    assert MeasuredAmount.objects.get().grams == 1_250_000


def test_a_list_is_tried_out_without_a_trace_and_taken_in_once(uscc: str) -> None:
    of = brought(watch.measured_list(f"{uscc},DA001,{LAST}-01,,1.25"))
    inspector = factories.person("city.inspector")
    tried = measured_lists.try_out(brought=of, found=read(of), by=inspector, on=ON)
    assert not MeasuredAmount.objects.exists()
    done = measured_lists.take_in(brought=of, found=read(of), by=inspector, on=ON)
    assert done == tried
    with pytest.raises(MeasuredListTaken):
        measured_lists.take_in(brought=of, found=read(of), by=inspector, on=ON)


def test_a_list_without_a_pollutant_is_no_such_list(uscc: str) -> None:
    heads = "统一社会信用代码,排放口编号,月份,COD（公斤）"
    of = brought(watch.measured_list(f"{uscc},DA001,{LAST}-01,1", heads=heads))
    with pytest.raises(NoSuchTable):
        read(of)


def test_our_own_template_is_filled_in_and_read_again(monitor: Monitor) -> None:
    inspector = browser_of(factories.person("city.inspector"))
    answer = inspector.get(reverse("monitoring:measured-template", args=[LAST]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))
    sheet = book.worksheets[0]
    assert sheet.max_row == 13
    column = next(cell.column for cell in sheet[1] if cell.value == "NOx（吨）")
    for row in range(2, 8):
        sheet.cell(row, column).value = 0.5
    target = io.BytesIO()
    book.save(target)
    done = taken(SimpleUploadedFile("表.xlsx", target.getvalue()))
    # Months that nobody filled in say nothing.
    assert done == Taken(rows=6, out=0, new=6, changed=0, unchanged=0)
    polluter = monitor.outlet.polluter_id
    assert measured_of([polluter], LAST) == {polluter: {Pollutant.NOX: 3_000_000}}


# ── REST ──
def said(uscc: str, month: str, amount: str = "1.250000", **more: Any) -> dict[str, Any]:
    return {
        "uscc": uscc,
        "outlet": "DA001",
        "month": month,
        "amounts": [{"pollutant": "NOX", "amount": amount}],
        **more,
    }


def program(place: str = "320583") -> callers.Caller:
    return callers.program(
        place,
        ["measured:write", "monitoring:read"],
        responsible=factories.person("city.inspector"),
    )


def post(caller: callers.Caller, *rows: Any, key: str = "") -> Any:
    return caller.browser.post(
        URL,
        {"rows": rows},
        content_type="application/json",
        headers={**caller.headers, **({"Idempotency-Key": key} if key else {})},
    )


def test_a_program_reports_months_and_reads_them_again(uscc: str) -> None:
    caller = program()
    rows = (
        said(uscc, f"{LAST}-01"),
        said(uscc, f"{LAST}-02", outlet="DA009"),
        said(uscc, "2099-01"),
    )
    first = post(caller, *rows, key="a")
    told = first.json()
    assert (told["received"], told["new"]) == (3, 1)
    assert [(one["index"], one["code"]) for one in told["refused"]] == [
        (1, "unknown_monitor"),
        (2, "month_not_over"),
    ]
    again = post(caller, *rows, key="a")
    assert (again.json(), again["Idempotency-Replayed"]) == (told, "true")
    assert post(caller, rows[0]).json()["unchanged"] == 1
    assert caller.get(f"measured-amounts/?year={LAST}").json()["results"] == [
        {
            "uscc": uscc,
            "outlet": "DA001",
            "month": f"{LAST}-01",
            "pollutant": "NOX",
            "amount": "1.250000",
            "version": 1,
            "barred": False,
            "counts": True,
            "withdrawn": None,
        }
    ]


def test_a_month_stated_twice_is_refused_where_it_is(uscc: str) -> None:
    answer = post(program(), said(uscc, f"{LAST}-01"), said(uscc, f"{LAST}-01", "2"))
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"parameter": "rows.1.month", "detail": "与第0项的排放口和月份相同"}
    ]
    assert not MeasuredAmount.objects.exists()


def test_another_place_s_monitors_are_not_there(uscc: str) -> None:
    other = program("320581")
    assert post(other, said(uscc, f"{LAST}-01")).json()["refused"][0]["code"] == "unknown_monitor"
    post(program(), said(uscc, f"{LAST}-01"))
    assert other.get("measured-amounts/").json()["results"] == []


# ── Pages ──
def test_a_monitor_s_page_shows_its_months_and_what_counts(monitor: Monitor, uscc: str) -> None:
    taken(
        watch.measured_list(
            f"{uscc},DA001,{LAST}-01,,1.25",
            f"{uscc},DA001,{LAST}-02,,0.5",
        )
    )
    monitors.record_check(
        monitor=monitor,
        kind="comparison",
        checked_on=date(LAST, 2, 10),
        passed=False,
        by=factories.person("city.inspector"),
        on=ON,
    )
    browser = browser_of(factories.person("kunshan.officer"))
    page = browser.get(reverse("monitoring:monitor", args=[monitor.pk]))
    assert [(one.first.month, one.counts) for one, _cells in page.context["months"]] == [
        (1, True),
        (2, False),
    ]
    assert page.context["sums"] == [(Pollutant.NOX, 1_250_000)]
    listed = browser.get(reverse("monitoring:measured"), {"monitor": monitor.pk, "export": "csv"})
    lines = b"".join(listed).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "数据不得使用" in lines[1]
    assert "可用于核算" in lines[2]


def test_the_sheet_of_totals_is_told_what_the_monitors_measured(uscc: str) -> None:
    taken(watch.measured_list(f"{uscc},DA001,{LAST}-01,,1.25"))
    polluter = Monitor.objects.get().outlet.polluter
    parks.begun(parks.row(1, polluter, amounts={"NOX": 1_249_999}))
    browser = browser_of(factories.person("kunshan.park"))
    told = browser.get(reverse("parks:totals-rows", args=[parks.PARK, LAST])).json()
    assert told["rows"][0]["limits"]["NOX"] == {"measured": 1_250_000}
    page = browser.get(reverse("parks:totals", args=[parks.PARK, LAST])).content.decode()
    assert "低于自动监测测得的排放量" in page


def test_a_report_of_totals_is_told_where_it_lies_below_the_monitors(uscc: str) -> None:
    taken(watch.measured_list(f"{uscc},DA001,{LAST}-01,,1.25"))
    caller = callers.program(
        parks.PARK, ["totals:write"], responsible=factories.person("kunshan.park")
    )

    def report(amount: str) -> Any:
        stated = [{"pollutant": "NOX", "amount": amount}]
        row = {"uscc": uscc, "data_source": "automatic", "amounts": stated}
        return caller.browser.post(
            "/api/v1/annual-totals/reports/",
            {"place": parks.PARK, "year": LAST, "rows": [row]},
            content_type="application/json",
            headers=caller.headers,
        ).json()

    told = report("1.249999")
    assert told["new"] == 1
    assert told["doubtful"] == [{"index": 0, "pollutant": "NOX", "doubts": ["below_measured"]}]
    assert report("1.25")["doubtful"] == []
