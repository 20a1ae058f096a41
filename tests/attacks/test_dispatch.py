"""Attacks on rounds, findings, tasks and lists: see `dispatch_attacks` for the table."""

from __future__ import annotations

import pytest

from allocation.promises import PROMISES
from tests import factories
from tests.attacks.claim_attacks import struck
from tests.attacks.dispatch_attacks import ATTACKS, COMMITTED, CORRECTED, ROWS
from tests.attacks.watch_attacks import EDITED, GROWS, Attack

pytestmark = pytest.mark.django_db
OURS = {24, 25, 26}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.tries)
def test_the_database_stops(attack: Attack) -> None:
    factories.all_places()
    row = ROWS[attack.row]()
    assert struck(attack.sql, by=attack.by, verb=attack.verb, id=row.pk) == attack.answer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attack", COMMITTED, ids=lambda attack: attack.tries)
def test_the_database_stops_what_comes_after_the_commit(attack: Attack) -> None:
    test_the_database_stops(attack)


def test_every_promise_of_the_dispatch_is_attacked() -> None:
    assert {attack.promise for attack in ATTACKS} == OURS
    assert {promise.number for promise in PROMISES} >= OURS


@pytest.mark.as_role("owner")
@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("DELETE FROM allocation_finding", GROWS),
        ("UPDATE allocation_finding SET due_on = NULL", GROWS),
        ("DELETE FROM allocation_dispatchtask", EDITED),
        ("DELETE FROM allocation_dispatchround", EDITED),
        ("DELETE FROM allocation_permitcancellation", CORRECTED),
        ("DELETE FROM allocation_dispatchlist", EDITED),
    ],
)
def test_what_the_application_may_not_try_meets_the_promise_as_the_owner(
    sql: str, answer: str
) -> None:
    factories.all_places()
    ROWS["round"]()
    assert struck(sql, by="city.office") == answer
