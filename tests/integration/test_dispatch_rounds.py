"""A quarter is dispatched: versions, notices, counts; confirmed, and closed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from allocation.models import DispatchRound, DispatchTask
from allocation.refusals import QuarterDispatched, QuarterNotOver
from allocation.selectors import dispatches
from allocation.services import (
    dispatch_rounds,
)
from allocation.vocabulary import FindingKind, ListKind, RoundStatus
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Job, Notice, Person, Place
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import ClosedQuarter
from reserve.refusals import QuarterClosed
from tests import desk, dispatched, factories
from tests.desk import T
from tests.dispatched import DAY, Q3, approval, cancellation, listed, run

pytestmark = pytest.mark.django_db
K = FindingKind


@pytest.fixture
def ready() -> None:
    desk.ready()


def test_the_bureau_s_quarter_is_ninety_alarms_and_twenty_six_closures() -> None:
    dispatched.bureau_places()
    factories.person("kunshan.officer")
    for kind in ListKind:
        dispatched.take(dispatched.brought(kind))

    made = run()

    counts = Counter(made.findings.values_list("kind", flat=True))
    assert counts[K.EIA_UNVOUCHERED] == 90
    assert counts[K.CLOSED_UNCLAIMED] == 26
    assert set(counts) == {K.EIA_UNVOUCHERED, K.CLOSED_UNCLAIMED, K.MOVED_UNDECIDED}
    assert DispatchTask.objects.count() == sum(counts.values())

    closed = made.findings.get(number="91320507MAX013318X001U")
    assert (closed.due_on, closed.facts["overdue_days"]) == (date(2026, 9, 23), 17)
    assert (closed.task.due_on, closed.place_id) == (date(2026, 10, 31), "320507")
    # Closed on 22 September, due on 22 October, and settled by that day.
    later = made.findings.get(number="91320585MAX013684Q001V")
    assert (later.due_on, later.facts["overdue_days"]) == (date(2026, 10, 22), 0)
    assert later.task.due_on == date(2026, 10, 22)

    rows = dispatches.findings(made)
    matrix = dispatches.matrix(rows, list(Place.objects.all()))
    assert (matrix.total, matrix.totals[matrix.kinds.index(K.EIA_UNVOUCHERED)]) == (len(rows), 90)
    kunshan = next(total for place, _cells, total in matrix.rows if place.code == "320583")
    text = Notice.objects.get(person__username="kunshan.officer").text
    assert text == f"2026年第3季度调度：贵地{kunshan}项待办（第1版）"


def test_a_re_run_that_says_the_same_makes_no_version_and_else_says_what_changed(
    ready: None,
) -> None:
    listed(approval(), approval(2))
    first = run()
    assert run() == first
    assert run(on=date(2026, 10, 20)) == first

    listed(approval(2, exempt_kind="WASTE_PLANT"), approval(3))
    listed(approval(amounts={Pollutant.NOX: Grams(7)}))
    second = run()
    first.refresh_from_db()
    assert (second.version, first.status) == (2, RoundStatus.REPLACED)
    key = f"{K.EIA_UNVOUCHERED}:{{}}".format
    assert second.changes == {
        "new": [key(approval(3).number)],
        "other": [key(approval().number)],
        "gone": [key(approval(2).number)],
    }
    # The matter keeps its task; what is gone is settled, what is new has one of its own.
    tasks = {task.key: task for task in DispatchTask.objects.all()}
    assert len(tasks) == 3
    gone = tasks[key(approval(2).number)]
    assert (gone.done, gone.vanished, gone.note) == (True, True, "重新汇总时已不存在")
    assert second.findings.get(number=approval().number).task == tasks[key(approval().number)]

    listed(approval(2))
    run()
    gone.refresh_from_db()
    assert (gone.done, gone.vanished) == (False, False)


def test_a_park_counts_by_itself_where_its_county_is_not_seen(ready: None) -> None:
    park = factories.place("320583P01")
    listed(approval(), approval(2, place=park.pk))
    rows = dispatches.findings(run(), park)
    matrix = dispatches.matrix(rows, [park])
    assert [(place.pk, total) for place, _cells, total in matrix.rows] == [(park.pk, 1)]
    county = dispatches.matrix(rows, list(Place.objects.all()))
    assert {place.pk: total for place, _cells, total in county.rows}["320583"] == 1
    assert park.pk not in {place.pk for place, _cells, _total in county.rows}


def test_a_run_that_breaks_is_told_and_the_quarter_closes(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr(dispatch_rounds, "run", broken)
    with pytest.raises(RuntimeError):
        dispatch_rounds.run_due(on=date(2026, 11, 1))
    assert ClosedQuarter.objects.get().first_day == Q3.period.start
    job = Job.objects.get(kind=dispatch_rounds.JOB)
    assert (job.state, job.result["reason"]["sentence"]) == (
        Job.State.FAILED,
        "办理时发生内部错误，请重试",
    )


def test_the_confirmation_is_a_second_person_s_and_closes_the_quarter(ready: None) -> None:
    listed(cancellation())
    made = run()
    with pytest.raises(NotPermitted):
        dispatch_rounds.confirm(found=made, by=factories.person("city.office2"), on=DAY)
    director = factories.person("city.director")
    confirmed = dispatch_rounds.confirm(
        found=made, document="苏环办〔2026〕9号", by=director, on=DAY
    )
    assert (confirmed.status, confirmed.confirmed_by) == (RoundStatus.CONFIRMED, director)
    closed = ClosedQuarter.objects.get(first_day=date(2026, 7, 1))
    assert (closed.closed_by, closed.document) == (director, "苏环办〔2026〕9号")
    with pytest.raises(QuarterClosed):
        desk.stocked("320583", T, number="late")
    with pytest.raises(QuarterDispatched):
        run()
    with pytest.raises(NotNow):
        dispatch_rounds.confirm(found=made, by=director, on=DAY)


def test_who_ran_a_dispatch_does_not_confirm_it(ready: None) -> None:
    factories.appointed("city.director", "general_office", "320500")
    director = factories.person("city.director")
    director.__dict__.pop("_appointments", None)
    made = run(by="city.director")
    with pytest.raises(SamePerson):
        dispatch_rounds.confirm(found=made, by=Person.objects.get(pk=director.pk), on=DAY)
    assert not ClosedQuarter.objects.exists()


def test_only_the_newest_version_is_confirmed(ready: None) -> None:
    first = run()
    listed(approval())
    run()
    with pytest.raises(NotNow):
        dispatch_rounds.confirm(found=first, by=factories.person("city.director"), on=DAY)


def test_a_quarter_is_dispatched_when_it_is_over(ready: None) -> None:
    with pytest.raises(QuarterNotOver):
        run(on=date(2026, 9, 30))
    with pytest.raises(NotPermitted):
        run(by="city.director")


@pytest.mark.parametrize(
    ("on", "dispatched_as", "closed"),
    [
        (date(2026, 10, 9), "2026Q2", True),
        (date(2026, 10, 10), "2026Q3", False),
        (date(2026, 10, 31), "2026Q3", False),
        (date(2026, 11, 1), "2026Q3", True),
    ],
)
def test_the_job_dispatches_once_and_closes_at_the_month_s_end(
    ready: None, on: date, dispatched_as: str, closed: bool
) -> None:
    made = dispatch_rounds.run_due(on=on)
    assert made is not None
    assert (str(made.of), made.by.username) == (dispatched_as, Person.SYSTEM)
    assert ClosedQuarter.objects.exists() is closed
    listed(approval(4))
    # Delivered again it finds its work done.
    assert dispatch_rounds.run_due(on=on) is None
    assert DispatchRound.objects.count() == 1
    assert ClosedQuarter.objects.count() == int(closed)


def test_a_dispatch_is_confirmed_after_its_quarter_was_closed(ready: None) -> None:
    made = dispatch_rounds.run_due(on=date(2026, 11, 1))
    assert made is not None
    dispatch_rounds.confirm(found=made, by=factories.person("city.director"), on=date(2026, 11, 2))
    assert ClosedQuarter.objects.get().closed_by.username == Person.SYSTEM
