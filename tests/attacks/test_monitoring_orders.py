"""Attacks on targets, orders, judgements, openings and bars: see `watch_attacks` for the table."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from monitoring.promises import PROMISES
from tests import factories
from tests.attacks.claim_attacks import struck
from tests.attacks.watch_attacks import ATTACKS, EDITED, GROWS, ROWS, Attack

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.tries)
def test_the_database_stops(attack: Attack) -> None:
    factories.all_places()
    row = ROWS[attack.row]()
    for name in ("city.office2", "city.inspector"):
        factories.person(name)
    before = _whole()
    assert struck(attack.sql, by=attack.by, verb=attack.verb, id=row.pk) == attack.answer
    assert _whole() == before


def test_every_promise_of_the_watch_is_attacked() -> None:
    assert {attack.promise for attack in ATTACKS} == {promise.number for promise in PROMISES}


@pytest.mark.as_role("owner")
@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("DELETE FROM monitoring_suspension", EDITED),
        ("DELETE FROM monitoring_judgement", EDITED),
        ("DELETE FROM monitoring_target", EDITED),
        ("DELETE FROM monitoring_gateopening", EDITED),
        ("DELETE FROM monitoring_barredspan", EDITED),
        *(
            (f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE", GROWS)
            for table in ("monitoring_target", "monitoring_gateopening", "monitoring_barredspan")
        ),
        ("UPDATE monitoring_taskresult SET done = false", GROWS),
        (
            "UPDATE monitoring_monitorcheck SET passed = true",
            GROWS,
        ),
        ("UPDATE kernel_step SET person_id = 1", GROWS),
    ],
)
def test_what_the_application_may_not_try_meets_the_promise_as_the_owner(
    sql: str, answer: str
) -> None:
    factories.all_places()
    for name in ("order", "judgement confirmed", "target", "opening", "bar", "result"):
        ROWS[name]()
    assert struck(sql, by="city.office") == answer


def test_a_birth_is_the_first_step_and_has_the_moment_of_the_clock() -> None:
    row = ROWS["suspension"]()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb, source, target, person_id, at BETWEEN transaction_timestamp() AND"
            " clock_timestamp() FROM kernel_step WHERE workflow = 'suspension' AND subject = %s",
            [row.pk],
        )
        assert cursor.fetchall() == [
            ("propose", "", "proposed", factories.person("city.air").pk, True)
        ]


def _whole() -> list[Any]:
    """Read every row that an attack might have moved."""
    tables = ("target", "suspension", "judgement", "taskresult", "gateopening", "barredspan")
    found: list[Any] = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id))"
                f" FROM monitoring_{table} t"
            )
            found.append(cursor.fetchone())
        cursor.execute("SELECT count(*) FROM kernel_step")
        found.append(cursor.fetchone())
    return found
