"""The pages of the warning: what they show, what they cost, who acts on them, what they print."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from monitoring.models import (
    Measure,
    MonthRun,
    PlaceDay,
    PlaceWarning,
    StationDay,
    Suspension,
    WarningTask,
)
from monitoring.papers import printing
from monitoring.services import months, suspensions
from monitoring.vocabulary import Item
from quota_registry.kernel.models import Person
from quota_registry.kernel.periods import Month
from quota_registry.kernel.vocabulary import Medium
from tests import factories, papers, watch, watched
from tests.browsers import browser_of, queries
from tests.watched import ON, SEPTEMBER

pytestmark = pytest.mark.django_db

KUNSHAN = "320583"
MONTH = Month(2025, 9)
JUDGED_ON = date(2025, 10, 10)
CODES = ("320583", "320581", "320583P01", "320500P01")


def browser(username: str) -> Client:
    return browser_of(factories.person(username))


def days(code: str, many: int) -> None:
    station = watched.station(f"A{code}", code)
    for number in range(1, many + 1):
        day = date(2025, 9, number)
        PlaceDay.objects.get_or_create(
            place=factories.place(code),
            day=day,
            defaults={
                "pm25": Decimal(60),
                "index": 100 + number,
                "primary": ["a34004"],
                "stations": 1,
            },
        )
        StationDay.objects.get_or_create(
            station=station,
            day=day,
            item=Item.PM25,
            defaults={"value": Decimal("60.25"), "hours": 24, "valid": True},
        )


def a_month(*codes: str, many: int = 1) -> None:
    """Make a judged month of these places, with days and sections."""
    for code in codes:
        watched.year(code, MONTH, pm25=("33.0", "30.0", "32.0"))
        days(code, many)
        for number in range(many):
            section = watched.section(f"S{code}{number}", code, name=f"示范断面{number}")
            watched.classes(section, MONTH, 4, 4)
    months.judge(month=MONTH, by=Person.objects.get_system(), on=JUDGED_ON)


@pytest.fixture(autouse=True)
def city() -> None:
    factories.rule_book()
    factories.all_places()


def warning_of(code: str = KUNSHAN) -> PlaceWarning:
    found = PlaceWarning.objects.filter(place=code).order_by("-run__version").first()
    assert found is not None
    return found


def test_the_calendar_shows_levels_in_words_and_links_to_their_reasons() -> None:
    a_month(KUNSHAN)
    shown = browser("city.office").get(reverse("monitoring:calendar"), {"year": "2025"})
    page = shown.content.decode()
    warning = warning_of()
    assert f'href="{reverse("monitoring:warning", args=[warning.pk])}"' in page
    assert '<span class="level level-red">红</span>' in page
    assert '<span class="level level-unknown">数据不足</span>' in page


def test_a_place_sees_its_own_months_only() -> None:
    a_month(*CODES)
    page = browser("kunshan.park").get(reverse("monitoring:calendar"), {"year": "2025"})
    assert [place.code for place, _cells in page.context["calendar"].rows] == ["320583P01"]
    other = reverse("monitoring:warning", args=[warning_of("320581").pk])
    assert browser("kunshan.officer").get(other).status_code == 404


def test_an_empty_year_says_how_it_is_filled() -> None:
    page = browser("city.office").get(reverse("monitoring:calendar"), {"year": "2024"})
    assert "本年度还没有评判" in page.content.decode()
    assert browser("city.office").get(reverse("monitoring:calendar") + "?year=x").status_code == 404


def test_the_calendar_is_taken_home_as_it_is_shown() -> None:
    a_month(KUNSHAN)
    answer = browser("city.office").get(
        reverse("monitoring:calendar"), {"year": "2025", "export": "csv"}
    )
    raw = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(raw))}
    assert rows[KUNSHAN][1] == "昆山市"
    assert rows[KUNSHAN][10] == "红色预警"
    assert rows["320581"][10] == "数据不足"


def test_the_button_judges_a_month_and_says_what_changed() -> None:
    a_month(KUNSHAN)
    who = browser("city.office")
    watched.air(KUNSHAN, MONTH, "28.0", "88.0")
    answer = who.post(reverse("monitoring:judge"), {"month": "2025-09"}, follow=True)
    assert "2025-09已重新评判，1处有变化。" in answer.content.decode()
    again = who.post(reverse("monitoring:judge"), {"month": "2025-09"}, follow=True)
    assert "2025-09重新评判后没有变化，仍为第2版。" in again.content.decode()
    assert MonthRun.objects.count() == 2
    assert browser("city.director").post(reverse("monitoring:judge")).status_code == 403
    assert who.post(reverse("monitoring:judge"), {"month": "nonsense"}).status_code == 404


def test_a_warning_shows_reasons_figures_versions_and_what_it_led_to() -> None:
    a_month(KUNSHAN)
    first = warning_of()
    watched.air(KUNSHAN, MONTH, "33.5", "88.0")
    months.judge(month=MONTH, by=Person.objects.get_system(), on=JUDGED_ON)
    page = browser("city.office").get(reverse("monitoring:warning", args=[warning_of().pk]))
    text = page.content.decode()
    assert "PM2.5年均浓度本年累计33.5μg/m³，差于上年同期30.0μg/m³" in text
    assert "PM2.5年均浓度 · 本年累计：33.0 → 33.5" in text
    assert reverse("monitoring:warning", args=[first.pk]) in text
    assert text.count("拟暂停") == 2
    assert reverse("monitoring:place-month", args=[KUNSHAN, "2025-09"]) in text
    assert reverse("monitoring:place-month", args=[KUNSHAN, "2024-09"]) in text


def test_a_place_records_measures_on_the_page_and_nothing_typed_is_lost() -> None:
    a_month(KUNSHAN)
    who = browser("kunshan.officer")
    address = reverse("monitoring:measure-record", args=[warning_of().pk])
    wrong = who.post(address, {"text": "错峰生产", "person": "", "date": "2025-11-01"})
    assert wrong.status_code == 422
    assert "错峰生产" in wrong.content.decode()
    said = {"text": "错峰生产", "person": "王示范", "date": "2025-11-01"}
    file = SimpleUploadedFile("方案.pdf", b"%PDF-1.7 measures")
    assert who.post(address, said | {"file": file}).status_code == 303
    found = Measure.objects.get()
    answer = browser("city.office").get(reverse("monitoring:measure-file", args=[found.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 measures"
    # Whoever decides on lifting opens the file from there.
    order = suspensions.order(
        suspension=Suspension.objects.get(place=KUNSHAN, scope="reserves"),
        document=watch.ORDER,
        starts=ON,
        by=factories.person("city.director"),
        on=ON,
    )
    act = reverse("monitoring:suspension-act", args=[order.number, "propose_lift"])
    lift = browser("city.air").get(act).content.decode()
    assert f'href="{reverse("monitoring:measure-file", args=[found.pk])}">方案.pdf' in lift
    task = WarningTask.objects.get(place=KUNSHAN)
    assert who.post(reverse("monitoring:warning-task-close", args=[task.pk])).status_code == 303
    task.refresh_from_db()
    assert task.closed_at is not None


def test_the_notice_is_a_paper_with_number_reasons_and_articles() -> None:
    a_month(KUNSHAN)
    warning = warning_of()
    data = printing.warning_notice_pdf(warning, on=JUDGED_ON)
    text = papers.text(data)
    for words in (warning.number, "生态环境质量月度预警通知单", "红色预警", "第9条", "2025-11-09"):
        assert words in text
    assert "吨/年" not in text
    english = papers.text(printing.warning_notice_pdf(warning, on=JUDGED_ON, language="en"))
    assert "第9条" in english

    # A later version of the month is another paper; the task keeps its day.
    watched.air(KUNSHAN, MONTH, "33.5", "88.0")
    months.judge(month=MONTH, by=Person.objects.get_system(), on=date(2025, 12, 1))
    again = papers.text(printing.warning_notice_pdf(warning_of(), on=date(2025, 12, 1)))
    assert warning.number not in again
    assert "2025-11-09" in again
    assert "2025-12-31" not in again


def test_the_places_year_shows_curves_days_sections_and_the_gate() -> None:
    a_month(KUNSHAN, many=3)
    page = browser("kunshan.officer").get(
        reverse("monitoring:place", args=[KUNSHAN]), {"year": "2025"}
    )
    text = page.content.decode()
    assert '<span class="aqi aqi-3" title="2025-09-01 轻度污染">101</span>' in text
    assert "示范断面2" in text
    assert "数据完整性" in text
    pm25 = dict(page.context["charts"])["pm25"]
    assert pm25["series"][0]["values"][8] == "33.0"
    assert pm25["series"][2]["values"][8] == "29.1"
    assert [medium for medium, _lines in page.context["media"]] == list(Medium)
    assert "尚无已确认的年度评定结果" in text


def test_the_city_sees_where_data_are_missing() -> None:
    watched.air(KUNSHAN, MONTH, "30.0", "88.0")
    watched.section("SZ001", KUNSHAN)
    who, address = browser("city.office"), reverse("monitoring:completeness")
    found = who.get(address, {"year": "2025"}).context
    cells = next(cells for place, cells in found["rows"] if place.pk == KUNSHAN)
    september, october = cells[8], cells[9]
    assert (september.days, september.needed, september.sections) == (30, 27, 0)
    assert (september.of_sections, september.is_thin) == (1, True)
    assert (october.days, october.is_thin) == (0, True)
    places = len(found["rows"])
    assert found["thin"] == 12 * places

    text = who.get(address, {"year": "2025"}).content.decode()
    assert reverse("monitoring:place-month", args=[KUNSHAN, "2025-09"]) in text
    theirs = browser("kunshan.officer").get(address, {"year": "2025"}).context["rows"]
    assert {place.pk for place, _cells in theirs} == {KUNSHAN, "320583P01"}
    assert who.get(address, {"year": "1999"}).status_code == 404
    assert f'{address}?year=2025"' in calendar_of(who)


def calendar_of(who: Client) -> str:
    a_month(KUNSHAN)
    return who.get(reverse("monitoring:calendar"), {"year": "2025"}).content.decode()


def test_a_places_month_shows_its_days_and_stations() -> None:
    a_month(KUNSHAN, many=2)
    who = browser("kunshan.officer")
    address = reverse("monitoring:place-month", args=[KUNSHAN, "2025-09"])
    text = who.get(address).content.decode()
    assert "60.25" in text
    assert "2025-09-02" in text
    assert who.get(address, {"item": "w01018"}).status_code == 404
    assert who.get(address.replace("2025-09", "2025-13")).status_code == 404
    city = reverse("monitoring:place", args=["320500"])
    assert browser("city.office").get(city).status_code == 404


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (lambda: reverse("monitoring:calendar") + "?year=2025", 10),
        (lambda: reverse("monitoring:completeness") + "?year=2025", 8),
        (lambda: reverse("monitoring:warning", args=[warning_of().pk]), 20),
        (lambda: reverse("monitoring:place", args=[KUNSHAN]) + "?year=2025", 24),
        (lambda: reverse("monitoring:place-month", args=[KUNSHAN, "2025-09"]), 14),
    ],
)
def test_a_page_costs_the_same_however_much_it_shows(address: Callable[[], str], most: int) -> None:
    a_month(KUNSHAN)
    who = browser("city.office")
    who.get(address())
    one = queries(who, address())
    a_month(*CODES, many=9)
    who.get(address())
    many = queries(who, address())
    assert len(many) <= len(one), "\n".join(many)
    assert len(many) <= most, "\n".join(many)


def test_the_desk_lists_every_floor_overdue_first() -> None:
    watched.year(KUNSHAN, SEPTEMBER, pm25=("30.5", "30.0", "32.0"), set_to=("33.0", "84.0"))
    months.judge(month=SEPTEMBER, by=Person.objects.get_system(), on=ON)
    text = browser("kunshan.officer").get(reverse("todo")).content.decode()
    assert "登记整改措施" in text
    assert reverse("monitoring:warning", args=[warning_of().pk]) in text
    air = browser("city.air").get(reverse("home")).content.decode()
    assert air.count("补齐监测数据") == 3
