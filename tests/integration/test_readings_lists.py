"""Lists of readings as they are written: times, values, columns, sheets and who may send them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override

from monitoring.imports import messages, template
from monitoring.models import Reading, ReadingBatch
from monitoring.services import reading_work, readings, staging
from monitoring.vocabulary import BatchState, Item
from quota_registry.kernel.imports.layouts import NoSuchTable
from quota_registry.kernel.models import Person
from quota_registry.kernel.vocabulary import Role
from tests import city, stations
from tests.stations import accepted, listed, of, previewed, refused, said, station

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Person:
    settings.MEDIA_ROOT = tmp_path
    return stations.office()


# ── Times ──
def test_2400_is_0000_of_the_next_day(office: Person) -> None:
    station()
    accepted(listed([("320583A1", "2026-09-30 24:00", "26", "60")]), by=office)

    assert of("320583A1", Item.PM25, "2026-10-01 00:00").value == 26


def test_where_0000_is_there_too_it_stands_whichever_comes_first(office: Person) -> None:
    station()
    rows = [
        ("320583A1", "2026-09-06 24:00", "99", "60"),
        ("320583A1", "2026-09-07 00:00", "26", "60"),
    ]

    batch = accepted(listed(rows), by=office)

    assert refused(batch) == [(2, "B", "twice_in_file")]
    assert of("320583A1", Item.PM25, "2026-09-07 00:00").value == 26


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("九月三日", "no_time"),
        ("2026-09-31 01:00", "no_time"),
        ("2026-09-01 25:00", "no_time"),
        ("2026-09-01", "no_time"),
        ("2026-09-01 13:30", "not_whole"),
        ("1999-09-01 13:00", "out_of_time"),
        ("2026-10-09 10:00", "in_the_future"),
        ("", "missing"),
    ],
)
def test_a_time_that_is_none_keeps_its_row_out(office: Person, written: str, code: str) -> None:
    station()
    batch = previewed(listed([("320583A1", written, "26", "60")]), by=office)

    assert refused(batch) == [(2, "B", code)]


@pytest.mark.parametrize(
    "written", ["2026-9-1 13:00", "2026/9/1 13:00:00", "2026年9月1日13时", "2026-09-01T13:00"]
)
def test_a_time_may_be_written_in_many_ways(office: Person, written: str) -> None:
    station()
    accepted(listed([("320583A1", written, "26", "60")]), by=office)

    assert of("320583A1", Item.PM25, "2026-09-01 13:00").value == 26


# ── Values ──
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("约26", "not_a_number"),
        ("26μg/m³", "unit_in_cell"),
        ("=20+6", "formula"),
        ("26.000001", "too_fine"),
        ("-1", "impossible"),
        ("2001", "impossible"),
    ],
)
def test_a_value_that_is_none_keeps_its_row_out(office: Person, written: str, code: str) -> None:
    station()
    rows = [
        ("320583A1", "2026-09-01 01:00", written, "60"),
        ("320583A1", "2026-09-01 02:00", "26", "60"),
    ]
    batch = accepted(listed(rows), by=office)

    assert refused(batch) == [(2, "C", code)]
    assert Reading.objects.count() == 2


def test_the_first_good_row_stands(office: Person) -> None:
    station()
    rows = [
        ("320583A1", "2026-09-01 01:00", "99999", "60"),
        ("320583A1", "2026-09-01 01:00", "26", "60"),
    ]
    batch = accepted(listed(rows), by=office)

    assert refused(batch) == [(2, "C", "impossible")]
    assert of("320583A1", Item.PM25, "2026-09-01 01:00").value == 26


def test_full_width_digits_are_digits_and_an_empty_cell_is_no_reading(office: Person) -> None:
    station()
    accepted(listed([("320583A1", "2026-09-01 01:00", "\uff12\uff16．\uff15", "")]), by=office)

    assert of("320583A1", Item.PM25, "2026-09-01 01:00").value is not None
    assert Reading.objects.count() == 1


# ── Columns, sheets, forms ──
@pytest.mark.parametrize("header", ["PM2.5(mg/m³)", "PM2.5"])
def test_a_column_in_another_unit_or_none_fails_the_list(office: Person, header: str) -> None:
    with pytest.raises(Exception, match=r"μg/m³"):
        previewed(listed([], headers=("站点编码", "监测时间", header)), by=office)

    batch = ReadingBatch.objects.get()
    assert (batch.state, "PM2.5" in batch.problem) == (BatchState.FAILED, True)


def test_another_list_fails_with_what_it_lacks(office: Person) -> None:
    with pytest.raises(NoSuchTable):
        previewed("姓名,电话\n王示范,1\n".encode(), by=office)
    assert ReadingBatch.objects.get().state == BatchState.FAILED


def test_single_values_say_their_item_and_may_say_their_unit(office: Person) -> None:
    station()
    headers = ("点位编码", "时段", "监测时间", "监测项目", "数值", "单位")
    rows = [
        ("320583A1", "小时", "2026-09-01 13:00", "PM2.5", "26", "ug/m3"),
        ("320583A1", "小时", "2026-09-01 14:00", "a05024", "60", ""),
        ("320583A1", "日", "2026-09-02", "细颗粒物", "27", ""),
        ("320583A1", "小时", "2026-09-01 15:00", "PM3", "26", ""),
        ("320583A1", "小时", "2026-09-01 15:00", "PM2.5", "0.026", "mg/m³"),
        ("320583A1", "小时", "2026-09-01 15:00", "氨氮", "0.5", ""),
        ("320583A1", "旬", "2026-09-01 15:00", "PM2.5", "26", ""),
        ("320583A1", "月", "2026-09-02", "PM2.5", "26", ""),
    ]
    batch = accepted(listed(rows, headers=headers), by=office)

    assert refused(batch) == [
        (5, "D", "unknown_item"),
        (6, "F", "wrong_unit"),
        (7, "E", "not_measured_there"),
        (8, "B", "unknown_choice"),
        (9, "C", "no_time"),
    ]
    assert sorted(Reading.objects.values_list("span", "item")) == [
        ("d", "a34004"),
        ("h", "a05024"),
        ("h", "a34004"),
    ]


@pytest.mark.parametrize("kind", template.KINDS)
def test_a_template_reads_back(office: Person, kind: str, tmp_path: Path) -> None:
    station()
    stations.section()
    path = tmp_path / "模板.xlsx"
    path.write_bytes(template.xlsx(kind))
    book = openpyxl.load_workbook(path)
    rows = {
        "air-hours": ("320583A1", "2026-09-01 13:00", 26, 45, 8, 19, 0.75, 60),
        "air-days": ("320583A1", "2026-09-01", 26, 45, 8, 19, 0.75, 60),
        "water-months": ("320583W1", "2026-09", 7.9, 7.2, 5.4, 12, 2.1, "0.025L", 0.151, 1.96),
        "items": ("320583A1", "小时", "2026-09-01 13:00", "PM2.5", 26, "μg/m³"),
    }
    for column, value in enumerate(rows[kind], start=1):
        book["填报"].cell(2, column, value)
    book.save(path)

    batch = previewed(path.read_bytes(), by=office, name="模板.xlsx")

    assert refused(batch) == []
    assert batch.counts["new"] == {"items": 1, "water-months": 8}.get(kind, 6)
    with pytest.raises(readings.NothingNew):
        accepted(template.blank_csv(kind), by=office)


# ── Who may send for whom ──
def test_a_station_outside_ones_places_is_refused(office: Person) -> None:
    station()
    station("320581A1", place="320581")
    county = city.appointed("kunshan.watch", Role.GENERAL_OFFICE, "320583")
    rows = [
        ("320583A1", "2026-09-01 01:00", "26", "60"),
        ("320581A1", "2026-09-01 01:00", "26", "60"),
    ]
    batch = readings.upload(
        upload=stations.SimpleUploadedFile("小时值.csv", listed(rows)),
        place=city.place("320583"),
        by=county,
        at=stations.NOW,
    )
    batch = reading_work.read(batch=batch, at=stations.NOW)

    assert refused(batch) == [(3, "A", "outside_your_places")]
    assert "常熟" in said(batch, 3)


def test_every_reason_has_a_sentence_and_a_word() -> None:
    code = re.compile(r'Unreadable\(\s*"(\w+)"|Refused\([^)]*, "(\w+)", |THEN \'(\w{8,})\'')
    folder = Path(messages.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    texts.append(Path(staging.__file__).read_text(encoding="utf-8"))
    found = {next(filter(None, match)) for text in texts for match in code.findall(text)}
    found |= {"missing", "unit_in_cell", "not_a_number", "unknown_choice", "not_text", "too_long"}

    assert found - {"in_the_future", "twice_in_file"} <= messages.REASONS.keys()
    assert messages.REASONS.keys() <= messages.MESSAGES.keys()
    with override("en"):
        item = messages.sentence("not_measured_there", {"item": "w21003"})
    assert "w21003" not in item
