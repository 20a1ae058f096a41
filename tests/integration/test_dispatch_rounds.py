"""A quarter is dispatched: what is found, versions, tasks, notices; confirmed, and closed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from allocation.models import DispatchRound, DispatchTask, Finding
from allocation.refusals import NotProbable, QuarterDispatched, QuarterNotOver
from allocation.selectors import dispatches
from allocation.services import (
    dispatch_rounds,
    dispatch_tasks,
    matches,
)
from allocation.services import vouchers as after
from allocation.vocabulary import ApplicationStatus, FindingKind, ListKind, RoundStatus
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Notice, Person, Place
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.services import polluters
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import ClosedQuarter
from reserve.refusals import QuarterClosed
from tests import desk, dispatched, factories
from tests.desk import T, asks
from tests.dispatched import DAY, approval, cancellation, found, listed, run
from tests.factories import ON

pytestmark = pytest.mark.django_db
K = FindingKind


@pytest.fixture
def ready() -> None:
    factories.all_places()
    desk.judged()
    desk.stocked("320583", 10 * T)


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
    # Closed on 22 September, due on 22 October, and so settled by the month's end.
    later = made.findings.get(number="91320585MAX013684Q001V")
    assert (later.due_on, later.facts["overdue_days"]) == (date(2026, 10, 22), 0)

    rows = dispatches.findings(made)
    matrix = dispatches.matrix(rows, list(Place.objects.select_related("parent")))
    assert (matrix.total, matrix.totals[matrix.kinds.index(K.EIA_UNVOUCHERED)]) == (len(rows), 90)
    kunshan = next(total for place, _cells, total in matrix.rows if place.code == "320583")
    text = Notice.objects.get(person__username="kunshan.officer").text
    assert text == f"2026年第3季度调度：贵地{kunshan}项待办（第1版）"


def test_a_registered_voucher_is_a_probable_match_until_somebody_says(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    listed(approval())
    first = run()
    assert found(first) == [
        (K.EIA_PROBABLE, approval().number),
        (K.VOUCHER_UNAPPROVED, voucher.number),
    ]
    finding = first.findings.get(kind=K.EIA_PROBABLE)
    officer = factories.person("kunshan.officer")
    assert finding.voucher == voucher

    matches.say(approval=finding.approval, voucher=voucher, agrees=False, by=officer, on=DAY)
    assert found(run())[0] == (K.EIA_UNVOUCHERED, approval().number)

    matches.say(approval=finding.approval, voucher=voucher, agrees=True, by=officer, on=DAY)
    assert found(run()) == []
    other = desk.vouchered(desk.project({"NOX": "1"}, number=2), asks(("NOX", "320583", 2 * T)))
    with pytest.raises(NotProbable):
        matches.say(approval=finding.approval, voucher=other, agrees=True, by=officer, on=DAY)


def test_an_approval_recorded_at_the_desk_is_the_list_s(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "4"}), asks(("NOX", "320583", 8 * T)))
    after.approve(
        application=voucher.application,
        version=1,
        number="苏环建[2026]83第1001号",
        approved_on=ON,
        increments={Pollutant.NOX: Grams(3 * T)},
        by=factories.person("kunshan.officer"),
        on=ON,
    )
    listed(approval(amounts={Pollutant.NOX: Grams(3 * T)}, project="另一写法"))
    assert found(run()) == []

    listed(approval(amounts={Pollutant.NOX: Grams(4 * T)}))
    (differs,) = run().findings.all()
    assert (differs.kind, differs.facts["short"]) == (K.AMOUNTS_DIFFER, True)
    assert differs.facts["differ"] == {"NOX": {"approved": 4 * T, "covered": 3 * T}}


def test_a_voucher_named_on_the_list_is_looked_at(ready: None) -> None:
    voucher = desk.vouchered(desk.project({"NOX": "1"}), asks(("NOX", "320583", 2 * T)))
    listed(approval(voucher_number=voucher.number))
    assert found(run()) == []

    listed(approval(2, voucher_number=voucher.number))
    whys = Finding.objects.filter(round=run()).values_list("number", "facts__why")
    assert dict(whys) == {approval().number: "twice", approval(2).number: "anothers"}

    listed(approval(2, voucher_number="320583-2026-99999"))
    (unknown,) = run().findings.all()
    assert unknown.facts["why"] == "unknown"

    after.give_back(
        application=voucher.application,
        version=1,
        document="昆环函〔2026〕1号",
        reason="不建了",
        by=factories.person("kunshan.head"),
        on=ON,
    )
    whys = run().findings.order_by("number").values_list("facts__why", flat=True)
    assert list(whys) == ["not_good", "unknown"]


def test_an_exempt_project_on_record_needs_no_voucher(ready: None) -> None:
    desk.project(exempt_kind="TOWN_SEWAGE_WORKS", exempt_reason="环发〔2014〕197号")
    listed(approval())
    assert found(run()) == []


def test_a_filed_claim_of_the_closing_settles_it_and_a_draft_is_named(ready: None) -> None:
    from reserve.vocabulary import SourceKind

    closed = cancellation()
    listed(closed)
    content = factories.content(
        source_kind=SourceKind.CLOSURE, permit_changed_on=closed.cancelled_on
    )
    draft = factories.draft(content)
    (finding,) = run().findings.all()
    assert (finding.kind, finding.facts["draft"]) == (K.CLOSED_UNCLAIMED, draft.number)

    factories.claim_at("filed", factories.content(number=2, source_kind=SourceKind.CLOSURE))
    listed(cancellation(2))
    assert found(run()) == [(K.CLOSED_UNCLAIMED, closed.number)]


def test_a_permit_whose_amounts_fell_is_found_until_it_is_claimed(ready: None) -> None:
    of = factories.polluter(3)
    officer = factories.person("kunshan.officer")
    for day, grams in ((date(2025, 1, 1), 5 * T), (date(2026, 8, 31), 2 * T)):
        polluters.record_permit(
            polluter=of,
            number=f"{of.uscc}001P",
            changed_on=day,
            by=officer,
            on=ON,
            amounts={"NOX": grams},
        )
    (finding,) = run().findings.all()
    assert (finding.kind, finding.number) == (K.AMOUNTS_FELL, f"{of.uscc}001P/2")
    assert (finding.facts["amounts"], finding.due_on) == ({"NOX": 3 * T}, date(2026, 9, 30))
    # Three quarters later it is no news any more.
    assert found(run(Quarter(2027, 3), on=date(2027, 10, 10))) == []


def test_a_hold_that_lapses_before_the_next_dispatch_is_named(ready: None) -> None:
    held = desk.carry(
        desk.drafted(desk.project(), asks(("NOX", "320583", 2 * T))), ApplicationStatus.HELD
    )
    # Held on 15 September for 180 days: after 10 January, before 10 April.
    assert found(run()) == []
    late = run(Quarter(2026, 4), on=date(2027, 1, 10))
    (finding,) = late.findings.all()
    assert (finding.kind, finding.application) == (K.HOLD_LAPSING, held)


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


def test_an_open_matter_is_chased_in_the_next_quarter(ready: None) -> None:
    listed(cancellation())
    first = run()
    later = run(Quarter(2026, 4), on=date(2027, 1, 10))
    assert found(later) == found(first)
    assert dispatches.last_quarter(later) == first
    beside = dispatches.beside(dispatches.findings(later), dispatches.findings(first))
    assert beside.is_same
    assert DispatchTask.objects.count() == 2


def test_a_task_is_settled_by_name_and_taken_back(ready: None) -> None:
    listed(cancellation())
    task = run().findings.get().task
    officer = factories.person("kunshan.officer")
    with pytest.raises(NotNow):
        dispatch_tasks.settle(task=task, note=" ", by=officer, on=DAY)
    dispatch_tasks.settle(task=task, note="已申报", by=officer, on=DAY)
    with pytest.raises(NotNow):
        dispatch_tasks.settle(task=task, note="再办", by=officer, on=DAY)
    with pytest.raises(NotPermitted):
        dispatch_tasks.reopen(task=task, by=factories.person("kunshan.head"), on=DAY)
    # Settled by a person it stays so, whatever a re-run still finds.
    listed(approval())
    run()
    task.refresh_from_db()
    assert (task.done, task.said_by, task.note) == (True, officer, "已申报")
    dispatch_tasks.reopen(task=task, by=officer, on=DAY)
    task.refresh_from_db()
    assert not task.done


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
