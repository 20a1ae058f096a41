"""Whoever opened a gate on application uses nothing of it (RULES §3): see `opener_attacks`."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from monitoring.models import GateOpening
from monitoring.services import gate_openings
from tests import factories
from tests.attacks.claim_attacks import DENIED, struck
from tests.attacks.opener_attacks import OPENED, OPENER, ROWS, USES, Use
from tests.factories import ON

pytestmark = pytest.mark.django_db

_named = pytest.mark.parametrize("use", USES, ids=lambda use: use.tries)


def _tried(use: Use, hand: str) -> str:
    factories.appointed("changshu.head", "county_head", "320581")
    row = ROWS[use.row]()
    return struck(use.sql.format(hand=hand), by=hand, verb=use.verb, id=row.pk)


@_named
def test_the_database_stops_whoever_opened_the_way(use: Use) -> None:
    assert _tried(use, OPENER) == OPENED


@_named
def test_what_it_stops_is_the_hand_and_nothing_else(use: Use) -> None:
    assert _tried(use, use.lawful) == "nothing"


@_named
def test_what_ended_or_was_taken_back_bars_nobody(use: Use) -> None:
    factories.appointed("changshu.head", "county_head", "320581")
    row = ROWS[use.row]()
    for opening in GateOpening.objects.all():
        gate_openings.close(opening=opening, by=factories.person("city.office"), on=ON)
    assert struck(use.sql.format(hand=OPENER), by=OPENER, verb=use.verb, id=row.pk) == "nothing"


@pytest.mark.parametrize("table", ["application", "signature", "voucher", "trade"])
def test_the_ledgers_own_role_has_no_hand_in_it(
    table: str, connect: Callable[..., psycopg.Connection]
) -> None:
    for sql in ("UPDATE allocation_{} SET id = id", "INSERT INTO allocation_{} DEFAULT VALUES"):
        with pytest.raises(psycopg.Error) as refused:
            connect("ledger").execute(sql.format(table))
        assert refused.value.sqlstate == DENIED
