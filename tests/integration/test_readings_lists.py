"""Lists of readings from the file to the record: the bureau's as they stand, and small ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override

from monitoring.imports import messages, template
from monitoring.models import Reading, ReadingBatch, RefusedReading, ReplacedReading, SectionMonth
from monitoring.selectors import reading_batches
from monitoring.services import reading_work, readings, staging
from monitoring.vocabulary import BatchState, Item
from quota_registry.kernel.imports.layouts import NoSuchTable
from quota_registry.kernel.models import Person
from quota_registry.kernel.vocabulary import Role
from reserve.services.batches import NotNow
from tests import city, stations
from tests.stations import accepted, hour, listed, previewed, station

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Person:
    settings.MEDIA_ROOT = tmp_path
    return stations.office()


def refused(batch: ReadingBatch) -> list[tuple[int, str, str]]:
    return [
        (found.row, found.column, found.code)
        for found in RefusedReading.objects.filter(batch=batch).order_by("row", "column")
    ]


def said(batch: ReadingBatch, row: int) -> str:
    found = RefusedReading.objects.get(batch=batch, row=row)
    return reading_batches.finding_of(found, batch).message


def of(code: str, item: Item, at: str) -> Reading:
    return Reading.objects.get(station_id=station(code).pk, item=item, span="h", at=hour(at))


# ── The bureau's files, row by row as `expected.json` says ──
def test_the_bureaus_hours_of_air_go_in_as_they_stand(office: Person) -> None:
    stations.stations_of_the_bureau()
    content = (stations.BUREAU / stations.AIR).read_bytes()

    batch = previewed(content, by=office)

    assert batch.state == BatchState.PREVIEW
    assert not Reading.objects.exists(), "nothing goes in before somebody agreed"
    assert refused(batch) == [
        (2282, "C", "no_time"),
        (4292, "C", "twice_in_file"),
        (6546, "A", "unknown_station"),
        (8830, "D", "impossible"),
        (10923, "C", "twice_in_file"),
    ]
    assert "第4291行" in said(batch, 4292)
    assert "999999A1" in said(batch, 6546)
    assert "99999" in said(batch, 8830)
    assert "第10947行" in said(batch, 10923), "00:00 of the next day is there and stands"
    counts = {"rows": 12961, "refused": 5, "values": 77736, "missing": 2, "new": 77736}
    assert batch.counts.items() >= (counts | {"changed": 0, "unchanged": 0}).items()

    batch = reading_work.accept(
        batch=readings.consent(batch=batch, by=office, at=stations.NOW),
        by=office,
        at=stations.NOW,
    )

    assert batch.state == BatchState.ACCEPTED
    assert Reading.objects.count() == 77736
    # Row 5599, −99, and row 11069, a dash: no value, and the row's others went in.
    assert of("320508A2", Item.PM25, "2026-09-24 04:00").value is None
    assert of("320508A2", Item.PM10, "2026-09-24 04:00").value == 44
    assert of("320583A2", Item.PM10, "2026-09-12 02:00").value is None
    assert of("320583A2", Item.PM25, "2026-09-12 02:00").value == 28
    assert not staging.staged(batch)

    again = previewed(content, by=office)
    assert again.counts.items() >= {"new": 0, "changed": 0, "unchanged": 77736}.items()
    with pytest.raises(readings.NothingNew):
        readings.consent(batch=again, by=office, at=stations.NOW)
    assert not ReplacedReading.objects.exists()


def test_the_bureaus_months_of_water_go_in_as_they_stand(office: Person) -> None:
    stations.stations_of_the_bureau()

    batch = accepted((stations.BUREAU / stations.WATER).read_bytes(), by=office)

    assert refused(batch) == []
    assert batch.counts.items() >= {"rows": 243, "values": 1701, "new": 1701}.items()
    first = Reading.objects.get(
        station_id=station("320505W1").pk, item=Item.NH3N, span="m", at=hour("2026-01-01 00:00")
    )
    assert (str(first.value), first.mark) == ("0.02500", "L")
    january = SectionMonth.objects.get(station__code="320505W1", month="2026-01-01")
    # Half of 0.025: 0.0125, which is 0.01 to two places.
    assert january.values[Item.NH3N] == "0.01"
    assert SectionMonth.objects.count() == 243


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


# ── Versions ──
def test_a_value_that_differs_is_the_next_version_and_the_one_before_stays(office: Person) -> None:
    station()
    first = accepted(listed([("320583A1", "2026-09-01 01:00", "26", "60")]), by=office)
    second = accepted(listed([("320583A1", "2026-09-01 01:00", "27", "60.0")]), by=office)

    assert second.counts.items() >= {"new": 0, "changed": 1, "unchanged": 1}.items()
    now = of("320583A1", Item.PM25, "2026-09-01 01:00")
    assert (now.value, now.version, now.batch_id) == (27, 2, second.pk)
    before = ReplacedReading.objects.get()
    assert (before.value, before.version, before.batch_id) == (26, 1, first.pk)
    assert of("320583A1", Item.O3, "2026-09-01 01:00").version == 1


# ── Work that is begun again, or never ended ──
def test_what_a_crash_emptied_is_read_again(office: Person) -> None:
    station()
    rows = [
        ("320583A1", "2026-09-01 01:00", "26", "60"),
        ("320583A1", "2026-09-01 02:00", "约26", "60"),
        ("320583A9", "2026-09-01 02:00", "26", "60"),
    ]
    batch = previewed(listed(rows), by=office)
    staging.clear(batch)

    batch = readings.consent(batch=batch, by=office, at=stations.NOW)
    batch = reading_work.accept(batch=batch, by=office, at=stations.NOW)

    assert Reading.objects.count() == 2
    assert refused(batch) == [(3, "C", "not_a_number"), (4, "A", "unknown_station")]
    assert batch.counts.items() >= {"new": 2, "refused": 2}.items()


def test_a_batch_is_taken_in_once(office: Person) -> None:
    station()
    batch = accepted(listed([("320583A1", "2026-09-01 01:00", "26", "60")]), by=office)

    for act in (readings.consent, readings.discard):
        with pytest.raises(NotNow):
            act(batch=batch, by=office, at=stations.NOW)
    assert reading_work.accept(batch=batch, by=office, at=stations.NOW) == batch


def test_a_discarded_batch_leaves_nothing_but_its_report(office: Person) -> None:
    station()
    batch = previewed(listed([("320583A1", "2026-09-01 01:00", "26", "约60")]), by=office)

    batch = readings.discard(batch=batch, by=office, at=stations.NOW)

    assert batch.state == BatchState.DISCARDED
    assert (staging.staged(batch), Reading.objects.count()) == (0, 0)
    assert refused(batch) == [(2, "D", "not_a_number")]


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
