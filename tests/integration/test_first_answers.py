"""A write with an Idempotency-Key: done once, answered alike, its key the caller's own."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg import errors

from monitoring.models import ReadingBatch
from monitoring.services import arrivals
from quota_registry.kernel.models import Client, FirstAnswer
from quota_registry.kernel.services import first_answers
from quota_registry.kernel.vocabulary import Role
from quota_registry.web import api
from tests import callers, city, desk_urls, desk_urls_trades, stations

pytestmark = pytest.mark.django_db

ONE = {
    "station": "320583A1",
    "item": "a34004",
    "span": "h",
    "at": "2026-09-01T13:00:00+08:00",
    "value": 35,
}
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture
def program() -> callers.Caller:
    city.all_places()
    stations.station()
    return callers.program("320583", ["readings:write", "dispatch:write"])


def post(
    caller: callers.Caller, body: Any, key: str | None = KEY, path: str = "readings/", **more: Any
) -> Any:
    named = {} if key is None else {"idempotency-key": key}
    return caller.browser.post(
        f"/api/v1/{path}",
        body,
        content_type="application/json",
        headers=caller.headers | named | more,
    )


def told(answer: Any) -> tuple[int, str, bytes]:
    return answer.status_code, answer["Content-Type"], answer.content


def test_every_write_of_the_api_takes_a_key() -> None:
    writes = {
        f"{method} {pattern.name}": hasattr(act, "once")
        for pattern in api.RESOURCES
        for method in ("post", "put", "patch", "delete")
        if (act := getattr(pattern.callback.view_class, method, None)) is not None
    }
    assert writes == dict.fromkeys(
        (
            "post api-readings",
            "post api-eia-approvals",
            "post api-permit-cancellations",
            "post api-projects",
            "post api-annual-totals-reports",
            "post api-applications",
            "put api-application-sources",
            *(f"post api-application-{act}" for act in desk_urls.API_ACTS if act != "sources"),
            *(f"post api-trade-{act}" for act in desk_urls_trades.API_ACTS),
            "post api-measured-amounts-reports",
            "post api-measured-amounts-withdrawals",
        ),
        True,
    )


def test_a_repeat_gets_the_first_answer_and_counts_one(program: callers.Caller) -> None:
    first, again = post(program, [ONE]), post(program, [ONE])

    assert told(again) == told(first)
    assert first.json()["new"] == 1
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert ReadingBatch.objects.count() == 1
    kept = FirstAnswer.objects.get()
    assert (kept.key, kept.client.name, kept.person, kept.status) == (KEY, "test", None, 200)


def test_without_a_key_nothing_is_kept(program: callers.Caller) -> None:
    post(program, [ONE], key=None)
    post(program, [ONE], key=None)
    assert ReadingBatch.objects.count() == 2
    assert not FirstAnswer.objects.exists()


def test_the_same_body_written_another_way_is_the_same(program: callers.Caller) -> None:
    first = post(program, [ONE])
    turned = dict(reversed(ONE.items()))
    assert told(post(program, [turned])) == told(first)


@pytest.mark.parametrize(
    "other", [[ONE | {"value": 36}], [ONE, ONE], [{}], [ONE | {"value": 35.0}]]
)
def test_another_body_under_the_key_is_refused(program: callers.Caller, other: Any) -> None:
    post(program, [ONE])
    answer = post(program, other)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (answer.json()["code"], answer.json()["facts"]) == ("key_used_otherwise", {"key": KEY})
    assert ReadingBatch.objects.count() == 1


def test_another_address_under_the_key_is_refused(program: callers.Caller) -> None:
    body = {"quarter": "2026Q3", "rows": []}
    assert post(program, body, path="eia-approvals/").status_code == 200
    answer = post(program, body, path="permit-cancellations/")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_used_otherwise")


def test_another_caller_s_same_key_is_its_own(program: callers.Caller) -> None:
    other = callers.program("320583", ["readings:write"])
    watcher = callers.Caller(
        person=city.appointed("city.air", Role.DIVISION_REVIEWER_AIR, "320500")
    )
    answers = [post(caller, [ONE]) for caller in (program, other, watcher)]
    assert [answer.json()["new"] for answer in answers] == [1, 0, 0]
    assert [answer.json()["unchanged"] for answer in answers] == [0, 1, 1]
    assert ReadingBatch.objects.count() == 3
    # Each is answered with what it was told itself.
    assert told(post(other, [ONE])) == told(answers[1])
    assert told(post(watcher, [ONE])) == told(answers[2])
    assert ReadingBatch.objects.count() == 3


def test_a_lawful_no_is_said_again_as_it_was(program: callers.Caller) -> None:
    ahead = {"quarter": "2099Q1", "rows": []}
    first = post(program, ahead, path="eia-approvals/")
    assert (first.status_code, first.json()["code"]) == (409, "quarter_not_begun")
    assert told(post(program, ahead, path="eia-approvals/")) == told(first)


def test_what_is_malformed_or_not_allowed_uses_no_key_up(program: callers.Caller) -> None:
    assert post(program, []).status_code == 400
    assert post(program, "[{").status_code == 400
    reader = callers.program("320583", ["balances:read"])
    assert post(reader, [ONE]).status_code == 403
    assert not FirstAnswer.objects.exists()
    assert post(program, [ONE]).json()["new"] == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "x" * 256])
def test_what_is_no_key_is_refused(program: callers.Caller, key: str) -> None:
    answer = post(program, [ONE], key=key)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (
        400,
        "Idempotency-Key",
    )
    assert not ReadingBatch.objects.exists()


def test_what_breaks_off_leaves_nothing_and_can_be_tried_again(
    program: callers.Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.browser.raise_request_exception = False
    with monkeypatch.context() as patch:

        def breaks(**_: Any) -> None:
            raise OSError

        patch.setattr(first_answers, "keep", breaks)
        assert post(program, [ONE]).status_code == 500
    assert not ReadingBatch.objects.exists()
    assert post(program, [ONE]).json()["new"] == 1


@pytest.mark.parametrize("in_vain", [errors.DeadlockDetected, errors.LockNotAvailable])
def test_what_others_held_up_uses_no_key_up_and_can_be_tried_again(
    program: callers.Caller, monkeypatch: pytest.MonkeyPatch, in_vain: type[psycopg.Error]
) -> None:
    with monkeypatch.context() as patch:

        def waits(**_: Any) -> None:
            raise OperationalError from in_vain()

        patch.setattr(arrivals, "receive", waits)
        answer = post(program, [ONE])
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert not FirstAnswer.objects.exists()
    assert post(program, [ONE]).json()["new"] == 1


def test_answers_are_forgotten_when_their_days_are_over(program: callers.Caller) -> None:
    post(program, [ONE])
    now = timezone.now()
    assert first_answers.forget(at=now + first_answers.KEPT - timedelta(minutes=1)) == 0
    assert first_answers.forget(at=now + first_answers.KEPT + timedelta(minutes=1)) == 1
    assert post(program, [ONE]).json()["unchanged"] == 1
    call_command("forget_answers")
    assert FirstAnswer.objects.count() == 1


# ── At once ──
@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_done_once(program: callers.Caller) -> None:
    sent = 4
    gate = threading.Barrier(sent)
    answers: list[Any] = [None] * sent

    def send(number: int) -> None:
        try:
            caller = callers.Caller()
            caller.headers = program.headers
            gate.wait(timeout=30)
            answers[number] = post(caller, [ONE])
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(sent)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()

    assert ReadingBatch.objects.count() == 1
    assert FirstAnswer.objects.count() == 1
    done = [answer for answer in answers if answer.status_code == 200]
    early = [answer for answer in answers if answer.status_code != 200]
    assert len({told(answer) for answer in done}) == 1
    assert {answer.json()["code"] for answer in early} <= {"still_running"}
    assert told(post(program, [ONE])) == told(done[0])


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_a_repeat_is_told_to_wait(program: callers.Caller) -> None:
    client = Client.objects.get()
    holding, told_to_go = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                first_answers.find(key=KEY, digest="0" * 64, caller=client)
                holding.set()
                told_to_go.wait(timeout=30)
        finally:
            connection.close()

    first = threading.Thread(target=run)
    first.start()
    assert holding.wait(timeout=30)
    answer = post(program, [ONE])
    assert (answer.status_code, answer.json()["code"]) == (409, "still_running")
    # Only this key is taken, and only this caller's.
    assert post(program, [ONE], key="another").status_code == 200
    told_to_go.set()
    first.join(timeout=30)
    # The first broke off without an answer, so the repeat is done now.
    assert post(program, [ONE]).json()["unchanged"] == 1
