"""The pages of orders, judgements, gates, stations and monitors, as people use them."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from monitoring.models import (
    GateOpening,
    Judgement,
    Monitor,
    Reading,
    ReadingBatch,
    Station,
    Suspension,
    Target,
    TaskResult,
)
from reserve.services import tasks
from tests import factories, watch
from tests.browsers import browser_of
from tests.factories import T

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def city() -> None:
    factories.all_places()
    factories.rule_book()


def of(name: str) -> Browser:
    return browser_of(factories.person(name))


def page(browser: Browser, name: str, *args: Any, query: str = "") -> str:
    answer = browser.get(reverse(f"monitoring:{name}", args=args) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def send(browser: Browser, view: str, /, *args: Any, to: int = 303, **said: Any) -> Any:
    answer = browser.post(reverse(f"monitoring:{view}", args=args), said)
    assert answer.status_code == to, answer.content.decode()[-3000:]
    return answer


def test_an_order_that_was_taken_back_says_that_it_never_closed_anything() -> None:
    order, director = watch.lift_proposed(starts=date(2099, 1, 1)), of("city.director")
    assert "起始日及以前解除的，本令从未关闭任何途径" in page(
        director, "suspension-act", order.number, "lift"
    )
    send(director, "suspension-act", order.number, "lift", document=watch.LIFT, lifted_on=TODAY())
    assert "开始前撤回，从未生效" in page(director, "suspension", order.number)
    assert "开始前撤回" in page(director, "suspensions")


def test_a_suspension_from_its_proposal_to_its_lift_through_the_pages() -> None:
    air, director, officer = of("city.air"), of("city.director"), of("kunshan.officer")
    send(air, "suspension-new", place="320583", scope="reserves", reason="连续两个月红色预警")
    [asked] = Suspension.objects.all()
    assert "act/order" not in page(air, "suspension", asked.number)
    assert "act/order" in page(director, "suspension", asked.number)
    form = page(director, "suspension-act", asked.number, "order")
    assert "data-confirm-danger" in form
    assert "昆山市 · 暂停使用各级储备：" in form
    wrong = send(director, "suspension-act", asked.number, "order", to=422, starts="2026-01-01")
    assert "暂停文号" in wrong.content.decode()
    send(director, "suspension-act", asked.number, "order", document=watch.ORDER, starts=TODAY())
    gate = page(officer, "gate", "320583")
    assert "昆山市已按苏环办字〔2026〕30号暂停使用各级储备库指标" in gate
    assert watch.ORDER in page(officer, "suspensions")
    send(air, "suspension-act", asked.number, "propose_lift", reason="连续三个月好转")
    lifting = page(director, "suspension-act", asked.number, "lift")
    assert "地方采取的措施" in lifting
    send(director, "suspension-act", asked.number, "keep", note="尚不稳定")
    story = page(officer, "suspension", asked.number)
    assert story.index("提请暂停") < story.index("下达暂停令")
    assert "尚不稳定" in story


def test_an_order_in_force_is_no_green_tick_on_its_places_page() -> None:
    with time_machine.travel(datetime(2026, 9, 16, 9, tzinfo=timezone.get_current_timezone())):
        watch.ordered()
        shown = page(of("city.director"), "place", "320583")
        assert "tone-danger" in shown.partition("暂停中")[0][-300:]


def test_what_is_taken_home_names_the_last_day_that_an_order_closes() -> None:
    watch.ordered(starts=date(2099, 1, 1), ends=date(2099, 7, 1))
    taken = of("city.office").get(reverse("monitoring:suspensions"), {"export": "csv"})
    (line,) = csv.DictReader(taken.getvalue().decode("utf-8-sig").splitlines())
    assert (line["暂停起始日"], line["最后一日"]) == ("2099-01-01", "2099-06-30")


def test_out_of_place_and_without_the_right() -> None:
    asked = watch.proposed()
    address = reverse("monitoring:suspension-act", args=[asked.number, "order"])
    assert of("kunshan.officer").get(address).status_code == 403
    assert of("changshu.officer").get(address).status_code == 404
    assert of("city.director").get(address.replace("order", "burn")).status_code == 404


def test_a_target_is_proposed_by_one_and_set_by_another() -> None:
    air, office = of("city.air"), of("city.office")
    said = {"place": "320583", "indicator": "pm25", "year": 2026, "value": "29.5"}
    send(air, "target-new", **said, document=watch.PAPER)
    [target] = Target.objects.all()
    approve = reverse("monitoring:target-approve", args=[target.pk])
    assert approve not in page(air, "targets")
    assert approve in page(office, "targets")
    send(office, "target-approve", target.pk)
    assert "已下达" in page(air, "targets", query="?year=2026")
    send(air, "target-new", **said | {"value": "28"}, document=watch.PAPER)
    newest = Target.objects.get(version=2)
    send(office, "target-reject", newest.pk, note="与省里不一致")
    assert "已退回" in page(air, "targets")


def test_a_year_is_judged_from_its_record() -> None:
    watch.month_of_air(2025, "28.5")
    watch.target("29", year=2025)
    tasks.set_(
        place=factories.place("320583"),
        pollutant="NOX",
        year=2025,
        grams=8 * T,
        document=watch.PAPER,
        by=factories.person("city.office"),
        on=factories.ON,
    )
    air, office, second = of("city.air"), of("city.office"), of("city.office2")
    year = ("320583", 2025, "air")
    shown = page(air, "judgement", *year)
    assert "28.5" in shown
    assert "按记录达标" in shown
    # The ledger gave nothing to the task yet: that is what the form proposes.
    proposes = page(office, "task-result", "320583", "NOX", 2025)
    assert 'value="0" required id="id_done_1" checked' in proposes
    send(office, "task-result", "320583", "NOX", 2025, done="1", document="苏环发〔2026〕1号")
    assert TaskResult.objects.get().done
    form = page(air, "judgement-propose", *year)
    assert 'name="quality_met" value="1" required id="id_quality_met_0" checked' in form
    refused = send(air, "judgement-propose", *year, to=422, quality_met="0", task_done="1")
    assert "须说明事由" in refused.content.decode()
    send(air, "judgement-propose", *year, quality_met="1", task_done="1")
    [judgement] = Judgement.objects.all()
    send(second, "judgement-confirm", judgement.pk, document=watch.PAPER)
    assert "达标，完成任务" in page(air, "judgements", query="?year=2025")
    assert "提出更正" in page(air, "judgement", *year)
    send(air, "judgement-propose", *year, quality_met="0", task_done="1", reason="省厅复核")
    send(second, "judgement-reject", Judgement.objects.get(version=2).pk, note="证据不足")
    assert "证据不足" in page(air, "judgement", *year)


def test_other_years_media_and_tiers_are_not_there() -> None:
    air = of("city.air")
    for args in (("320583", 2020, "air"), ("320583", TODAY().year, "air"), ("320500", 2025, "air")):
        assert air.get(reverse("monitoring:judgement", args=args)).status_code == 404
    soil = reverse("monitoring:judgement", args=["320583", 2025, "soil"])
    assert air.get(soil).status_code == 404
    assert air.get(reverse("monitoring:gate", args=["320500"])).status_code == 404


def test_where_the_law_bars_an_application_no_lock_says_that_one_may_apply() -> None:
    shown = page(of("kunshan.officer"), "gate", "320583")
    assert "</svg>不得申请</span>" in shown
    assert "</svg>可申请</span>" not in shown
    watch.improved()
    assert "</svg>可申请</span>" in page(of("kunshan.officer"), "gate", "320583")


def test_a_way_is_opened_and_closed_early_on_the_gates_page() -> None:
    watch.improved()
    office, officer = of("city.office"), of("kunshan.officer")
    assert "gates/320583/open" not in page(officer, "gate", "320583")
    send(
        office,
        "gate-open",
        "320583",
        pollutant="NOX",
        way="purchase",
        starts=TODAY(),
        ends=date(TODAY().year + 1, 1, 1),
        reason="重大项目用地已落实",
        document=watch.PAPER,
    )
    [opening] = GateOpening.objects.all()
    shown = page(officer, "gate", "320583")
    assert "经申请开放" in shown
    assert f"openings/{opening.pk}/close" not in shown
    assert f"openings/{opening.pk}/close" in page(office, "gate", "320583")
    send(office, "opening-close", opening.pk)
    opening.refresh_from_db()
    assert opening.closed_on == TODAY()


def test_a_station_is_kept_and_shows_every_version_of_its_readings() -> None:
    air, officer = of("city.air"), of("kunshan.officer")
    send(
        air,
        "station-new",
        place="320583",
        code="KS-01",
        name="玉山示范站",
        kind="air",
        valid_from="2020-01-01",
        counts="on",
    )
    station = Station.objects.get()
    for number, value in enumerate((Decimal(35), Decimal("36.5")), start=1):
        read(station, value, number)
    shown = page(officer, "station", "KS-01", query="?month=2026-08&of=a34004d")
    assert "36.5" in shown
    assert "第 1 版 35" in shown
    assert "station-edit" not in shown
    assert "这个月没有数据" in page(officer, "station", "KS-01", query="?month=2026-07")
    send(air, "station-edit", "KS-01", name="玉山站", counts="on")
    send(air, "station-retire", "KS-01", valid_until="2026-01-01")
    station.refresh_from_db()
    assert (station.name, station.valid_until) == ("玉山站", date(2026, 1, 1))
    refused = send(air, "station-edit", "KS-01", to=422, name="玉山站", body="river")
    assert "水质断面须有水体类型" in refused.content.decode()


def read(station: Station, value: Decimal, number: int) -> None:
    """Take in a daily value, or a new version of it."""
    with factories.system():
        batch = ReadingBatch.objects.create(
            place=station.place, by=factories.person("city.air"), state="accepted"
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT guard.make_reading_months('2026-08-01', '2026-08-31')")
        day = datetime(2026, 8, 1, tzinfo=timezone.get_current_timezone())
        if number > 1:
            Reading.objects.filter(station_id=station.pk, at=day).update(
                value=value, batch_id=batch.pk
            )
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO monitoring_reading (station_id, item, span, at, value, mark, batch_id)"
                " VALUES (%s, 'a34004', 'd', %s, %s, '', %s)",
                [station.pk, day, value, batch.pk],
            )


def test_a_monitor_from_its_due_date_to_a_barred_day(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    officer, inspector = of("kunshan.officer"), of("city.inspector")
    polluter = factories.polluter()
    said = {"uscc": polluter.uscc, "number": "da001", "medium": "air", "kind": "automatic"}
    refused = send(officer, "monitor-new", to=422, **said, due_on="2026-06-30")
    assert "须填写名称" in refused.content.decode()
    send(officer, "monitor-new", **said, name="锅炉排气筒", due_on="2026-06-30")
    monitor = Monitor.objects.get()
    assert "tone-danger" in page(officer, "monitors")
    dates = {
        "due_on": "2026-06-30",
        "installed_on": "2026-05-01",
        "accepted_on": "2026-05-02",
        "networked_on": "2026-05-03",
    }
    wrong = send(officer, "monitor-dates", monitor.pk, to=422, **dates | {"accepted_on": ""})
    assert "不合次序" in wrong.content.decode()
    send(officer, "monitor-dates", monitor.pk, **dates)
    assert "数据可用于核算" in page(officer, "monitor", monitor.pk)
    send(
        inspector,
        "check-new",
        monitor.pk,
        kind="comparison",
        checked_on="2026-07-01",
        error="20",
        tolerance="15",
        report=SimpleUploadedFile("比对报告.pdf", b"%PDF-1.7 x"),
    )
    shown = page(officer, "monitor", monitor.pk)
    assert "数据不用于核算" in shown
    assert "比对报告.pdf" in shown
    check = monitor.checks.get()
    answer = officer.get(reverse("monitoring:check-report", args=[check.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"  # type: ignore[arg-type]
    outside = {"uscc": factories.polluter(9, "320581").uscc} | {"number": "DA001", "name": "x"}
    refused = send(officer, "monitor-new", to=422, **said | outside, due_on="2026-06-30")
    assert "本地没有统一社会信用代码" in refused.content.decode()


@pytest.mark.parametrize("name", ["suspensions", "targets", "judgements", "stations", "monitors"])
def test_an_empty_list_says_what_would_stand_there(name: str) -> None:
    browser = of("city.air")
    browser.cookies["django_language"] = "en"
    assert browser.get(reverse(f"monitoring:{name}")).status_code == 200


def test_lists_ask_the_database_a_fixed_number_of_times(django_assert_max_num_queries: Any) -> None:
    browser = of("city.director")
    for code in ("320583", "320581", "320583P01"):
        watch.ordered(code)
        watch.target(code=code)
        watch.station(code)
        watch.monitor(code, number={"320583": 1, "320581": 2, "320583P01": 3}[code])
    for name in ("suspensions", "targets", "judgements", "stations", "monitors"):
        browser.get(reverse(f"monitoring:{name}"))
        with django_assert_max_num_queries(16):
            browser.get(reverse(f"monitoring:{name}"))
