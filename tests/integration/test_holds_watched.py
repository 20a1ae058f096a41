"""Holds that lapse and holds that a void makes short: told once, done once, whatever breaks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from allocation.models import Application
from allocation.refusals import HoldShort
from allocation.services import holds, releases, tidings
from allocation.tasks import watch_holds
from allocation.vocabulary import ApplicationStatus as S
from quota_registry.celery import app
from quota_registry.kernel.models import Notice
from reserve.models import Transfer
from reserve.services import voids
from reserve.vocabulary import ClaimStatus, TransferKind
from tests import desk, factories, watch
from tests.desk import T, asks
from tests.factories import ON

LATE = ON + timedelta(days=180)


def held(count: int = 3) -> list[Application]:
    """昆山 has 10 t of NOx and holds 2 t for each of some projects."""
    desk.ready()
    return [
        desk.carry(
            desk.drafted(desk.project(number=number), asks(("NOX", "320583", 2 * T))), S.HELD
        )
        for number in range(1, count + 1)
    ]


def lapses() -> tuple[int, int, int]:
    """Count the applications that lapsed, the transfers back, and what applicants were told."""
    return (
        Application.objects.filter(status=S.EXPIRED).count(),
        Transfer.objects.filter(kind=TransferKind.UNHOLD).count(),
        Notice.objects.filter(
            person__username="kunshan.officer", text__contains="预留已失效"
        ).count(),
    )


@pytest.mark.django_db
def test_the_job_runs_every_day_and_twice_changes_nothing() -> None:
    assert app.conf.beat_schedule["watch-holds"]["task"] == watch_holds.name
    held()
    with time_machine.travel(f"{LATE.isoformat()}T06:00:00+08:00", tick=False):
        watch_holds.delay()
        assert lapses() == (3, 3, 3)
        watch_holds.delay()
        call_command("watch_holds")
    assert lapses() == (3, 3, 3)
    assert desk.balance("320583") == (10 * T, 0)


@pytest.mark.django_db
def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    held(1)
    with time_machine.travel(f"{LATE - timedelta(days=10)}T06:00:00+08:00", tick=False):
        call_command("watch_holds")
    assert "0 lapsed, 1 warned of" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_lapse_that_a_suspension_moved_on_is_warned_of_again() -> None:
    (application,) = held(1)
    lapses = ON + timedelta(days=180)

    def told() -> int:
        return Notice.objects.filter(
            person__username="kunshan.officer", text__contains="预留将于"
        ).count()

    assert holds.watch_over(on=lapses - timedelta(days=15)) == (0, 1)
    assert holds.watch_over(on=lapses - timedelta(days=14)) == (0, 0)
    first = told()
    starts = lapses - timedelta(days=10)
    watch.ordered(starts=starts, ends=starts + timedelta(days=8))
    # While the clock stands nobody is warned; then the lapse, and its notice, are 8 days later.
    assert holds.watch_over(on=lapses - timedelta(days=3)) == (0, 0)
    assert holds.watch_over(on=lapses - timedelta(days=2)) == (0, 1)
    assert holds.watch_over(on=lapses - timedelta(days=1)) == (0, 0)
    assert told() == 2 * first == 2
    assert holds.watch_over(on=lapses + timedelta(days=8)) == (1, 0)
    application.refresh_from_db()
    assert application.status == S.EXPIRED


@pytest.mark.django_db
def test_a_notice_is_of_one_day_of_lapse_however_late_it_was_given() -> None:
    held(1)
    lapses = ON + timedelta(days=180)

    def told() -> set[str]:
        found = Notice.objects.filter(person__username="kunshan.officer", text__contains="预留将于")
        return {one.text[-12:] for one in found}

    # The job had stood still for ten days; then an order moves the lapse on by three.
    assert holds.watch_over(on=lapses - timedelta(days=5)) == (0, 1)
    starts = lapses - timedelta(days=4)
    watch.ordered(starts=starts, ends=starts + timedelta(days=3))
    assert holds.watch_over(on=lapses - timedelta(days=1)) == (0, 1)
    assert holds.watch_over(on=lapses) == (0, 0)
    later = lapses + timedelta(days=3)
    assert told() == {f"{lapses}失效", f"{later}失效"}
    assert holds.watch_over(on=later) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_no_half_and_the_next_run_ends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _first, second, _third = held()
    back = holds.unholding.put_back

    def killed(application: Application, **facts: Any) -> Any:
        posted = back(application, **facts)
        if application.pk == second.pk:
            # After the mass is back, before the status says so.
            raise SystemExit
        return posted

    monkeypatch.setattr(holds.unholding, "put_back", killed)
    with pytest.raises(SystemExit):
        holds.watch_over(on=LATE)
    assert lapses() == (1, 1, 1)
    assert desk.balance("320583") == (6 * T, 4 * T)

    monkeypatch.undo()
    assert holds.watch_over(on=LATE) == (2, 0)
    assert lapses() == (3, 3, 3)
    assert desk.balance("320583") == (10 * T, 0)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_are_one() -> None:
    held()
    begin = Barrier(2)

    def run(_number: int) -> tuple[int, int]:
        try:
            begin.wait(timeout=30)
            return holds.watch_over(on=LATE)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as crowd:
        counted = list(crowd.map(run, range(2)))
    assert sum(lapsed for lapsed, _warned in counted) == 3
    assert lapses() == (3, 3, 3)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_warn_once() -> None:
    held()
    begin = Barrier(2)

    def run(_number: int) -> tuple[int, int]:
        try:
            begin.wait(timeout=30)
            return holds.watch_over(on=LATE - timedelta(days=10))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as crowd:
        counted = list(crowd.map(run, range(2)))
    assert sum(warned for _lapsed, warned in counted) == 3
    found = Notice.objects.filter(text__contains="预留将于", person__username="kunshan.officer")
    assert found.count() == 3


# ── A void reaches holds ──
@pytest.fixture
def deceived(unearned_rewards: None, db: None) -> tuple[Any, Application]:
    """An admitted claim of 昆山 whose mass is on hold for a project: 7 t free, 6 t held."""
    factories.all_places()
    desk.judged()
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    project = desk.project({"NOX": "3"}, number=5)
    return claim, desk.carry(desk.drafted(project, asks(("NOX", "320583", 6 * T))), S.HELD)


def void(claim: Any) -> None:
    voids.propose(
        claim=claim,
        reason="在线数据造假",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office2"),
        on=ON,
    )
    voids.void(claim=claim, by=factories.person("city.director"), on=ON)


def test_a_void_makes_the_hold_short_and_tells_who_asked_and_who_releases(
    deceived: tuple[Any, Application],
) -> None:
    claim, application = deceived
    head = factories.person("kunshan.head")
    void(claim)

    told = Notice.objects.filter(text__contains="预留批次被作废")
    assert {one.person.username for one in told} == {"kunshan.officer", "kunshan.head"}
    assert {one.text for one in told} == {
        f"申请{application.number}的预留批次被作废，NOx缺6.000000吨/年，不能投放"
    }
    assert {one.url for one in told} == {f"/allocation/applications/{application.number}/"}
    with pytest.raises(HoldShort):
        releases.release(application=application, version=1, by=head, on=ON)


def test_a_hold_of_other_lots_hears_nothing(deceived: tuple[Any, Application]) -> None:
    claim, application = deceived
    desk.stocked("320583", 5 * T, "COD")
    other = desk.drafted(desk.project({"COD": "1"}, number=6), asks(("COD", "320583", 2 * T)))
    sound = desk.carry(other, S.HELD)
    void(claim)
    told = Notice.objects.filter(text__contains="预留批次被作废")
    assert {application.number in one.text for one in told} == {True}
    tidings.tell_of_short_holds(
        cases=[sound.number, "无此申请"], by=factories.person("city.director"), on=ON
    )
    assert told.count() == 2


def test_who_is_told_is_told_once_however_often_it_was_registered(
    deceived: tuple[Any, Application],
) -> None:
    claim, _application = deceived
    voids.tell_with(tidings.tell_of_short_holds)
    void(claim)
    assert Notice.objects.filter(text__contains="预留批次被作废").count() == 2
