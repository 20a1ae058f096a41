"""One task for one matter: opened by the run, settled by the people of its place."""

from __future__ import annotations

from datetime import date

import pytest

from allocation.models import DispatchTask
from allocation.selectors import dispatch_waiting, dispatches
from allocation.services import dispatch_tasks
from allocation.vocabulary import FindingKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow
from reserve.vocabulary import SourceKind
from tests import desk, factories
from tests.dispatched import DAY, Q3, approval, cancellation, found, listed, run

pytestmark = pytest.mark.django_db
K = FindingKind


@pytest.fixture
def ready() -> None:
    desk.ready()


def test_an_open_matter_is_chased_in_the_next_quarter(ready: None) -> None:
    listed(cancellation())
    first = run()
    later = run(Quarter(2026, 4), on=date(2027, 1, 10))
    assert found(later) == found(first)
    assert dispatches.last_quarter(later) == first
    beside = dispatches.beside(dispatches.findings(later), dispatches.findings(first))
    assert beside.is_same
    # One open task for one matter, with its first deadline.
    task = DispatchTask.objects.get()
    assert later.findings.get().task == first.findings.get().task == task
    (line,) = dispatch_waiting.waiting_for(factories.person("kunshan.officer"), on=DAY)
    assert line.url_args == ("2026Q4", 1)

    factories.claim_at(
        "filed",
        factories.content(
            source_kind=SourceKind.CLOSURE, permit_changed_on=cancellation().cancelled_on
        ),
    )
    assert found(run(Quarter(2026, 4), on=date(2027, 1, 11))) == []
    task.refresh_from_db()
    assert (task.done, task.vanished) == (True, True)


def test_what_a_person_settled_stays_settled_while_the_facts_are_the_same(ready: None) -> None:
    officer = factories.person("kunshan.officer")
    listed(cancellation(reason_word="搬迁"))
    task = run().findings.get(kind=K.MOVED_UNDECIDED).task
    dispatch_tasks.settle(task=task, note="不纳入储备", by=officer, on=DAY)

    for quarter, on in ((4, date(2027, 1, 10)), (5, date(2027, 4, 10))):
        later = run(Q3.plus(quarter - 3), on=on)
        assert later.findings.get().task == task
    assert DispatchTask.objects.get().done

    listed(cancellation(reason_word="搬迁", amounts={Pollutant.COD: Grams(9)}))
    (other,) = run(Q3.plus(2), on=date(2027, 4, 11)).findings.all()
    assert (other.task.done, other.task.quarter) == (False, date(2027, 1, 1))
    task.refresh_from_db()
    assert (task.done, task.note) == (True, "不纳入储备")

    # Within a quarter its own task is opened again.
    dispatch_tasks.settle(task=other.task, note="仍不纳入", by=officer, on=DAY)
    listed(cancellation(reason_word="搬迁", amounts={Pollutant.COD: Grams(8)}))
    (again,) = run(Q3.plus(2), on=date(2027, 4, 12)).findings.all()
    assert (again.task, again.task.done) == (other.task, False)


def test_a_matter_that_moved_is_settled_by_the_people_of_its_place(ready: None) -> None:
    listed(cancellation())
    old = run().findings.get().task
    listed(cancellation(place="320581"))
    new = run(Quarter(2026, 4), on=date(2027, 1, 10)).findings.get().task
    old.refresh_from_db()
    assert (old.done, old.vanished, old.note) == (True, True, "已由另一事项承接")
    assert (new.place_id, new.done) == ("320581", False)
    # One open task for one matter: the old one stays settled, also when its quarter runs again.
    with pytest.raises(NotNow):
        dispatch_tasks.reopen(task=old, by=factories.person("kunshan.officer"), on=DAY)
    assert run(on=date(2027, 1, 11)).findings.get().task == new
    assert list(DispatchTask.objects.filter(done=False)) == [new]


def test_a_task_is_settled_by_name_and_taken_back(ready: None) -> None:
    listed(cancellation())
    task = run().findings.get().task
    officer = factories.person("kunshan.officer")
    with pytest.raises(NotNow) as refused:
        dispatch_tasks.settle(task=task, note=" ", by=officer, on=DAY)
    assert refused.value.clause is not None
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
