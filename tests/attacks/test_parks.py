"""Attacks on parks: see `park_attacks` for the table."""

from __future__ import annotations

import pytest

from tests import factories
from tests.attacks.claim_attacks import struck
from tests.attacks.park_attacks import ATTACKS, ROWS
from tests.attacks.watch_attacks import Attack

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.tries)
def test_the_database_stops(attack: Attack) -> None:
    row = ROWS[attack.row]()
    for name in ("city.office2", "city.director"):
        factories.person(name)
    assert struck(attack.sql, by=attack.by, verb=attack.verb, id=row.pk) == attack.answer


def test_each_promise_on_parks_is_attacked() -> None:
    assert {attack.promise for attack in ATTACKS} == {29, 30, 31}
