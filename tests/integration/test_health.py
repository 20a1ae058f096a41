"""What a load balancer, an operator and Prometheus may ask, and what they are told."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from celery.signals import beat_init
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client, override_settings

from quota_registry import celery
from quota_registry.web import health

ALL_WELL = {
    "database": "ok",
    "migrations": "ok",
    "roles": "ok",
    "promises": "ok",
    "broker": "ok",
    "beat": "ok",
}


def _ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


def test_a_living_process_says_so_and_asks_nobody_else(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_everything_in_place_is_ready(client: Client) -> None:
    health.beat()

    assert _ready(client) == (200, {"ready": True, "checks": ALL_WELL})


@pytest.mark.django_db
def test_without_a_heartbeat_it_is_not_ready(client: Client) -> None:
    cache.delete(health.BEAT)

    assert _ready(client) == (503, {"ready": False, "checks": ALL_WELL | {"beat": "no beat yet"}})


@pytest.mark.django_db
def test_an_old_heartbeat_is_none(client: Client) -> None:
    cache.set(health.BEAT, time.time() - 91)

    assert re.fullmatch(r"last beat \d+ s ago", _ready(client)[1]["checks"]["beat"])


@pytest.mark.django_db
def test_the_heartbeat_is_a_job_that_beat_sends() -> None:
    cache.delete(health.BEAT)
    celery.app.tasks[celery.app.conf.beat_schedule["heartbeat"]["task"]].delay()

    health.heartbeat()


@pytest.mark.django_db
def test_the_first_heartbeat_does_not_wait_for_its_turn() -> None:
    cache.delete(health.BEAT)
    beat_init.send(sender=None)

    health.heartbeat()


@pytest.mark.django_db(transaction=True)
@pytest.mark.as_role("owner")
def test_serving_as_the_owner_of_the_tables_is_not_ready(client: Client) -> None:
    health.beat()
    status, said = _ready(client)

    assert status == 503
    assert said["checks"]["roles"] == "the application's database role owns tables"


@pytest.mark.django_db(transaction=True)
@pytest.mark.as_role("admin")
def test_serving_as_a_superuser_is_not_ready(client: Client) -> None:
    assert _ready(client)[1]["checks"]["roles"] == ("the application's database role is privileged")


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_is_missing_is_named(client: Client, connect: Callable[..., Any]) -> None:
    with connect("owner") as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    assert _ready(client)[1]["checks"]["migrations"] == "sessions.0001_initial"


@pytest.mark.django_db(transaction=True)
def test_a_guard_that_is_off_is_named(client: Client, connect: Callable[..., Any]) -> None:
    with connect("owner") as owner:
        owner.execute("ALTER TABLE reserve_entry DISABLE TRIGGER USER")

    status, said = _ready(client)
    assert status == 503
    assert "reserve_entry is off or missing" in said["checks"]["promises"]


@pytest.mark.django_db
@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_a_broker_out_of_reach_is_named_without_its_address(client: Client) -> None:
    assert _ready(client)[1]["checks"]["broker"] == "ConnectionError"


@pytest.mark.django_db
def test_a_database_out_of_reach_is_named_without_its_address(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise OperationalError("connection to quota_app:secret@db refused")

    monkeypatch.setitem(health.CHECKS, "database", unreachable)
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert b"secret" not in answer.content
    assert answer.json()["checks"]["database"] == "OperationalError"


@pytest.mark.django_db
@override_settings(QUOTA_METRICS_TOKEN="a-long-token")
def test_the_figures_are_told_to_whoever_holds_the_token(client: Client) -> None:
    client.get("/healthz")
    answer = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"})

    assert answer.status_code == 200
    words = answer.content.decode()
    assert 'quota_requests_total{method="GET",page="healthz",status="200"}' in words
    assert "quota_jobs_waiting 0.0" in words


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "Bearer 令牌"])
@override_settings(QUOTA_METRICS_TOKEN="a-long-token")
def test_the_figures_are_told_to_nobody_else(client: Client, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})

    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.django_db
@override_settings(QUOTA_METRICS_TOKEN="")
def test_without_a_token_the_figures_are_told_to_nobody_at_all(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401
