"""What of the parks waits for whom, who is reminded when, and what is printed."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from parks.papers import printing, reward_notice
from parks.selectors import parks as selected
from parks.selectors import waiting
from parks.services import register, reminders, totals, years
from parks.services.years import Stated
from parks.tasks import remind
from parks.vocabulary import RewardReason
from quota_registry.celery import app
from quota_registry.kernel import paper
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Notice, Place
from quota_registry.kernel.vocabulary import Pollutant
from tests import factories, parks
from tests.browsers import browser_of, words
from tests.papers import pages, text
from tests.parks import DOCUMENT, ON, PARK, YEAR

pytestmark = pytest.mark.django_db


def desk(name: str, on: date = ON) -> list[tuple[str, int]]:
    return [
        (line.verb, line.overdue_days)
        for line in waiting.waiting_for(factories.person(name), on=on)
    ]


def test_each_step_waits_for_whose_it_is() -> None:
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    # Due on 15 February; on 2 March 15 days have passed.
    assert desk("kunshan.park") == desk("kunshan.park2") == [("begin", 15)]
    draft = parks.begun(parks.row(1, of))
    assert desk("kunshan.park") == [("hand_in", 15)]
    totals.hand_in(totals=draft, by=factories.person("kunshan.park"), on=ON)
    # Whoever filled it in does not check it.
    assert (desk("kunshan.park"), desk("kunshan.park2")) == ([], [("file", 15)])
    draft.refresh_from_db()
    filed = totals.file(totals=draft, by=factories.person("kunshan.park2"), on=ON)
    assert desk("city.office") == [("accept", 15)]
    totals.accept(totals=filed, by=factories.person("city.office"), on=ON)

    parks.judged()
    parks.targeted()
    year = parks.opened()
    assert desk("city.office") == [("judge", 30)]
    year = parks.carried(year, "propose_totals")
    assert desk("city.director") == [("fix_totals", 0)]
    years.fix_totals(
        year=year, document=DOCUMENT, day=ON, by=factories.person("city.director"), on=ON
    )
    assert (desk("city.director"), desk("city.office2")) == ([], [("send_reward", 0)])


def test_one_is_reminded_before_a_deadline_and_every_monday_after_it() -> None:
    parks.park()
    factories.person("city.office")

    def told(name: str) -> int:
        return Notice.objects.filter(person__username=name).count()

    assert app.conf.beat_schedule["remind-parks"]["task"] == remind.name
    due = date(YEAR, 2, 15)
    assert reminders.remind(on=due - timedelta(days=16)) == 0
    assert reminders.remind(on=due - timedelta(days=15)) >= 1
    assert told("kunshan.park") == 1
    before = told("city.office")
    assert before >= 0
    # 2 March 2026 is a Monday: judgement, targets and totals are overdue.
    assert reminders.remind(on=ON) == 3
    assert (told("kunshan.park"), told("city.office")) == (2, before + 2)
    assert reminders.remind(on=ON + timedelta(days=1)) == 0


def test_the_target_sheet_and_the_reward_notice_are_printed() -> None:
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, of, amounts={"NOX": 60_000_000}))
    year = parks.carried(parks.opened(), "confirm_reward")
    sheet = text(printing.target_sheet_pdf(year, on=ON, language="zh-hans"))
    for said in ("园区环境质量目标任务书", DOCUMENT, "28.0", "100.0", "100.000000"):
        assert said in sheet, said
    notice = text(printing.reward_notice_pdf(year, on=ON, language="en"))
    for said in ("园区排污总量指标奖励额度通知单", "320583P01-2026-1", "60.000000", "8.000000"):
        assert said in notice, said
    assert "Rewardvoided" not in notice
    year = years.close(year=year, by=factories.person("city.office"), on=ON)
    parks.voided(year)
    notice = text(printing.reward_notice_pdf(year, on=ON, language="en"))
    for said in ("Rewardvoided", "苏环罚〔2026〕3号"):
        assert said in notice, said


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_reward_notice_is_one_page_whatever_it_says(language: str) -> None:
    parks.park()
    of = parks.member(1, {pollutant.value: "100" for pollutant in Pollutant})
    parks.judged()
    parks.targeted()
    amounts = {pollutant.value: 60_000_000 for pollutant in Pollutant}
    parks.accepted(parks.row(1, of, amounts=amounts))
    year = parks.carried(parks.opened(), "send_reward")
    lines = list(year.lines.all())
    for line in lines:
        line.reward_reasons = [reason.value for reason in RewardReason]
    content = reward_notice.content(year, lines=lines, voided_by=None, language=language)
    told = pages(paper.render(reward_notice.TEMPLATE, content, printed_on=ON))
    assert len(told) == 1
    # Eight lines point to what is said once.
    assert told[0].count("上年度环境质量目标未完成") == 1
    assert told[0].count("①") == 9
    assert told[0].count("100.000000") == 8


def test_the_works_that_take_a_parks_water_are_kept_with_their_days() -> None:
    parks.park()
    works = factories.polluter(9, PARK)
    office = browser_of(factories.person("city.office"))
    page = reverse("parks:works-add", args=[PARK])
    typed = {"uscc_text": works.uscc, "since": "2024-01-01"}
    assert office.post(page, typed).status_code == 303
    refused = office.post(page, typed)
    assert refused.status_code == 422
    assert "在此期间已为" in words(refused.content.decode())
    home = reverse("parks:park", args=[PARK])
    assert works.name in words(office.get(home).content.decode())
    end = reverse("parks:works-end", args=[works.serves_parks.get().pk])
    assert office.post(end, {"last": "2024-01-01"}).status_code == 422
    assert office.post(end, {"last": "2025-01-01"}).status_code == 303
    assert works.name not in words(office.get(home).content.decode()).split("成员单位")[0]
    # It may come back later.
    assert office.post(page, typed | {"since": "2025-06-01"}).status_code == 303


def test_all_members_are_listed_with_their_days_and_taken_home() -> None:
    parks.park()
    stays, left = parks.member(1), parks.member(2)
    register.leave(
        member=left.memberships.get(),
        left=date(2025, 1, 1),
        by=factories.person("city.office"),
        on=ON,
    )
    page = reverse("parks:members", args=[PARK])
    listed = words(browser_of(factories.person("kunshan.park")).get(page).content.decode())
    assert all(word in listed for word in (stays.name, left.name, "2025-01-01"))
    answer = browser_of(factories.person("city.auditor")).get(page, {"export": "csv"})
    rows = list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines()))
    assert [row[3] for row in rows[1:]] == ["", "2025-01-01"]
    assert browser_of(factories.person("changshu.officer")).get(page).status_code == 404


def test_the_register_is_kept_on_its_pages() -> None:
    parks.park()
    of = factories.polluter(5, PARK)
    office = browser_of(factories.person("city.office"))
    page = reverse("parks:member-add", args=[PARK])
    assert office.post(page, {"uscc": "x", "joined": "2024-01-01"}).status_code == 422
    assert office.post(page, {"uscc": of.uscc, "joined": "2024-01-01"}).status_code == 303
    (member,) = of.memberships.all()
    leave = reverse("parks:member-leave", args=[member.pk])
    assert office.post(leave, {"left": "2023-01-01"}).status_code == 422
    assert office.post(leave, {"left": "2025-01-01"}).status_code == 303
    record = reverse("parks:park-record", args=[PARK])
    said = {"level": "provincial", "administrator": "新管委会", "since": "2021-06-01"}
    assert office.post(record, said).status_code == 303
    assert "新管委会" in office.get(reverse("parks:park", args=[PARK])).content.decode()


def test_a_parks_page_says_what_it_was_allowed_emitted_and_has() -> None:
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, of, amounts={"NOX": 60_000_000}))
    parks.carried(parks.opened(), "confirm_reward")
    place = factories.place(PARK)
    figures = selected.with_stock(
        place, Pollutant.NOX, selected.over_the_years(place)[Pollutant.NOX], on=ON
    )
    assert [(one.year, one.allowed, one.actual, one.stock) for one in figures] == [
        (YEAR - 1, 100_000_000, 60_000_000, 0),
        (YEAR, 100_000_000, None, 8_000_000),
    ]
    assert selected.over_allowed(selected.over_the_years(place)) == []
    (row,) = selected.ranking([place], YEAR - 1, Pollutant.NOX)
    assert (row.members, row.emitted, row.intensity) == (1, 60_000_000, None)


def lines_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(content.splitlines()))


def test_the_calendar_and_the_ranking_are_taken_home_with_their_units() -> None:
    parks.park()
    parks.judged()
    of = parks.member(1, {"NOX": "100"})
    # The ranking is of last year, whichever that is.
    today = timezone.localdate()
    parks.accepted(
        parks.row(1, of, amounts={"NOX": 60_000_000}, output=Decimal("1200.00")),
        year=today.year - 1,
        on=today,
    )
    years.judge(year=parks.opened(), by=factories.person("city.office"), on=ON)
    officer = browser_of(factories.person("kunshan.officer"))

    page = reverse("parks:years")
    head, *rows = lines_of(officer.get(page, {"year": YEAR, "export": "csv"}))
    assert head[:6] == [
        "园区代码",
        "园区",
        "状态",
        "判定上年度目标 · 期限",
        "判定上年度目标 · 实际日期",
        "判定上年度目标 · 进度",
    ]
    (mine,) = [row for row in rows if row[0] == PARK]
    assert mine[:6] == [
        PARK,
        "昆山经济技术开发区",
        "上年度已判定",
        "2026-01-31",
        "2026-03-02",
        "逾期完成",
    ]
    ranking = reverse("parks:parks")
    head, *rows = lines_of(officer.get(ranking, {"pollutant": "NOX", "export": "csv"}))
    assert head[4:] == ["排放总量（吨/年）", "产值（万元）", "排放强度（克/万元）"]
    (mine,) = [row for row in rows if row[1] == PARK]
    assert mine == ["1", PARK, "昆山经济技术开发区", "1", "60.000000", "1200.00", "50000.00"]
    for address in (f"{page}?year={YEAR}", f"{ranking}?pollutant=NOX"):
        shown = officer.get(address).content.decode()
        assert f"{address.split('?')[1]}&amp;export=xlsx" in shown
        workbook = officer.get(f"{address}&export=xlsx")
        assert b"".join(workbook.streaming_content).startswith(b"PK")
    assert officer.get(ranking, {"export": "pdf"}).status_code == 400


def test_whoever_fixes_both_totals_sees_what_they_fix() -> None:
    parks.park()
    of = parks.member(1, {"NOX": "100"})
    parks.judged()
    parks.targeted()
    parks.accepted(parks.row(1, of, amounts={"NOX": 60_000_000}))
    (proposed,) = [
        Stated(
            pollutant=Pollutant.NOX,
            before=Grams(100_000_000),
            allowed=Grams(97_000_000),
            actual=Grams(61_000_000),
            reason="按监测数据更正",
        )
    ]
    parks.carried(parks.opened(), "propose_totals", stated=[proposed])
    page = reverse("parks:step", args=[PARK, YEAR, "fix-totals"])
    shown = words(browser_of(factories.person("city.director")).get(page).content.decode())
    for said in ("97.000000", "系统算得 100.000000", "61.000000", "系统算得 60.000000"):
        assert said in shown, said
    assert "成员单位许可量之和" in shown
    assert "按监测数据更正" in shown


def test_the_search_finds_parks_by_what_they_are_called_and_by_who_keeps_them() -> None:
    parks.park()
    Place.objects.filter(pk=PARK).update(short_names=["昆开区"])
    here, elsewhere = (
        browser_of(factories.person(name)) for name in ("kunshan.officer", "changshu.officer")
    )
    address = f'href="{reverse("parks:park", args=[PARK])}"'
    for said in ("昆山经济技术", "昆开", "示范开发区管理委员会", PARK):
        assert address in here.get(reverse("search"), {"q": said}).content.decode(), said
        assert address not in elsewhere.get(reverse("search"), {"q": said}).content.decode()
    assert address not in here.get(reverse("search"), {"q": '["'}).content.decode()
