"""A worker that dies in the middle of a dated job: nothing by halves, and the next run ends it."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import pytest
import time_machine
from django.utils import timezone

from allocation.models import Application, DispatchRound, DispatchTask, Finding
from allocation.services import dispatch_rounds, holds
from allocation.vocabulary import ApplicationStatus as S
from quota_registry.kernel.models import Job, Notice, Step
from quota_registry.kernel.services import jobs
from reserve.models import Transfer
from reserve.vocabulary import TransferKind
from tests import desk, factories
from tests.databases import HOUSE, Addresses
from tests.desk import T, asks
from tests.dispatched import DAY, approval, cancellation, listed
from tests.factories import ON

pytestmark = pytest.mark.django_db(transaction=True)

LATE: Final = ON + timedelta(days=180)
HOLDS: Final = (
    ("allocation.services.holds", "expire"),
    ("allocation.services.unholding", "put_back"),
    ("reserve.services.ledger", "post"),
    ("allocation.services.holds", "advance"),
    ("allocation.services.tidings", "tell_applicant"),
)
"""The steps by which a hold lapses, in their order."""

DISPATCH: Final = (
    ("allocation.services.dispatch_rounds", "run"),
    ("allocation.selectors.dispatch_sources", "gather"),
    ("allocation.services.dispatch_tasks", "open_for"),
    ("allocation.services.dispatch_rounds", "_keep"),
    ("allocation.services.dispatch_tidings", "tell"),
    ("quota_registry.kernel.services.jobs", "finish"),
)
"""The steps by which a quarter is dispatched, in their order; at the last it is on record."""


class Killed(BaseException):
    """What ends a worker is no exception that anything catches."""


def killed_at(patch: pytest.MonkeyPatch, module: str, name: str, times: int) -> None:
    """Let the *times*-th call of a step end everything."""
    at, calls = import_module(module), [0]
    real = getattr(at, name)

    def deadly(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == times:
            raise Killed
        return real(*args, **kwargs)

    patch.setattr(at, name, deadly)


def killed_process(addresses: Addresses, job: str, day: Any, *step: str) -> None:
    """Let a process of its own do the job, and see it die by the signal that nobody survives."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.killed", job, str(day), *step],
        cwd=HOUSE,
        env=addresses.environ(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


# ── The daily job of holds ──
@pytest.fixture
def held() -> None:
    """昆山 has 10 t of NOx and holds 2 t for each of three projects."""
    desk.ready()
    for number in (1, 2, 3):
        desk.carry(
            desk.drafted(desk.project(number=number), asks(("NOX", "320583", 2 * T))), S.HELD
        )


def lapsed() -> dict[str, int]:
    """Count what a lapse leaves behind, each kind for itself."""
    return {
        "applications": Application.objects.filter(status=S.EXPIRED).count(),
        "transfers": Transfer.objects.filter(kind=TransferKind.UNHOLD).count(),
        "steps": Step.objects.filter(verb="expire").count(),
        "notices": Notice.objects.filter(
            person__username="kunshan.officer", text__contains="预留已失效"
        ).count(),
        "free": desk.balance("320583")[0] // T,
        "held": desk.balance("320583")[1] // T,
    }


def of_holds(count: int) -> dict[str, int]:
    """Say what *count* lapses of 2 t leave behind."""
    names = ("applications", "transfers", "steps", "notices")
    return dict.fromkeys(names, count) | {"free": 4 + 2 * count, "held": 6 - 2 * count}


def ends_what_is_left(left: int) -> None:
    assert holds.watch_over(on=LATE) == (left, 0)
    assert lapsed() == of_holds(3)
    assert holds.watch_over(on=LATE) == (0, 0)
    assert lapsed() == of_holds(3)


@pytest.mark.parametrize("step", HOLDS, ids=lambda step: str(step[1]))
def test_holds_lapse_once_at_whichever_step_the_worker_ended(
    held: None, step: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        killed_at(patch, *step, times=2)
        with pytest.raises(Killed):
            holds.watch_over(on=LATE)
    # The first had lapsed whole; of the second there is no trace.
    assert lapsed() == of_holds(1)
    ends_what_is_left(2)


def test_a_process_killed_among_holds_leaves_no_half(held: None, addresses: Addresses) -> None:
    killed_process(addresses, "holds", LATE, *HOLDS[3], "2")
    assert lapsed() == of_holds(1)
    ends_what_is_left(2)


WARNS: Final = (
    ("allocation.services.holds", "_warn"),
    ("allocation.services.tidings", "tell_of_lapse"),
    ("quota_registry.kernel.services.notices", "send"),
)
"""The steps by which a lapse is warned of, in their order."""


@pytest.mark.parametrize("step", WARNS, ids=lambda step: str(step[1]))
def test_a_lapse_is_warned_of_once_at_whichever_step_the_worker_ended(
    held: None, step: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = LATE - timedelta(days=10)

    def told() -> int:
        found = Notice.objects.filter(text__contains="预留将于")
        return found.filter(person__username="kunshan.officer").count()

    with monkeypatch.context() as patch:
        killed_at(patch, *step, times=2)
        with pytest.raises(Killed):
            holds.watch_over(on=soon)
    assert told() == 1
    assert holds.watch_over(on=soon) == (0, 2)
    assert told() == 3
    assert holds.watch_over(on=soon) == (0, 0)
    assert told() == 3


# ── The quarter's job ──
@pytest.fixture
def lists() -> None:
    """A quarter in which an approval has no voucher and a closed permit no claim."""
    factories.all_places()
    factories.person("kunshan.officer")
    listed(approval(1), approval(2))
    listed(cancellation(3))


def dispatched() -> dict[str, int]:
    """Count what a dispatch leaves behind, each kind for itself."""
    return {
        "rounds": DispatchRound.objects.count(),
        "findings": Finding.objects.count(),
        "tasks": DispatchTask.objects.count(),
        "notices": Notice.objects.filter(
            person__username="kunshan.officer", text__contains="调度"
        ).count(),
    }


NOTHING: Final = {"rounds": 0, "findings": 0, "tasks": 0, "notices": 0}
WHOLE: Final = {"rounds": 1, "findings": 3, "tasks": 3, "notices": 1}


def ends_the_dispatch(standing: dict[str, int]) -> None:
    """Run the job again: while the dead worker may live it waits, then it ends what was begun."""
    assert dispatched() == standing
    assert Job.objects.get(kind=dispatch_rounds.JOB).state == Job.State.RUNNING
    assert dispatch_rounds.run_due(on=DAY) is None
    assert dispatched() == standing
    with time_machine.travel(timezone.now() + jobs.LOST + timedelta(minutes=1), tick=True):
        made = dispatch_rounds.run_due(on=DAY)
        assert made is not None
        assert made.version == 1
        assert dispatch_rounds.run_due(on=DAY) is None
    assert dispatched() == WHOLE
    job = Job.objects.get(kind=dispatch_rounds.JOB)
    assert (job.state, job.result) == (Job.State.DONE, {"version": 1})


@pytest.mark.parametrize("step", DISPATCH, ids=lambda step: str(step[1]))
def test_a_quarter_is_dispatched_once_at_whichever_step_the_worker_ended(
    lists: None, step: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        killed_at(patch, *step, times=1)
        with pytest.raises(Killed):
            dispatch_rounds.run_due(on=DAY)
    ends_the_dispatch(WHOLE if step == DISPATCH[-1] else NOTHING)


@pytest.mark.parametrize("step", [DISPATCH[3], DISPATCH[5]], ids=lambda step: str(step[1]))
def test_a_process_killed_in_the_dispatch_leaves_no_half(
    lists: None, step: tuple[str, str], addresses: Addresses
) -> None:
    killed_process(addresses, "dispatch", DAY, *step, "1")
    ends_the_dispatch(WHOLE if step == DISPATCH[5] else NOTHING)


def test_a_step_that_fails_is_told_and_tried_again_at_once(
    lists: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(dispatch_rounds.dispatch_tidings, "tell", _broken)
        with pytest.raises(RuntimeError):
            dispatch_rounds.run_due(on=DAY)
    assert dispatched() == NOTHING
    assert Job.objects.get(kind=dispatch_rounds.JOB).state == Job.State.FAILED
    assert dispatch_rounds.run_due(on=DAY) is not None
    assert dispatched() == WHOLE


def _broken(*_args: Any, **_kwargs: Any) -> None:
    raise RuntimeError("the disk is full")
