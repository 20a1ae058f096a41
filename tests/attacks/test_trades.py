"""Attacks on trades: see `trade_attacks` for the table."""

from __future__ import annotations

import json

import pytest

from quota_registry.kernel.mass import Grams
from reserve.rules import postings
from reserve.rules.postings import Leg, Request
from reserve.vocabulary import TransferKind
from tests import factories, stock
from tests.attacks.claim_attacks import struck
from tests.attacks.trade_attacks import ATTACKS, ROWS, TOTAL
from tests.attacks.watch_attacks import EDITED, GROWS, Attack
from tests.desk import T
from tests.factories import ON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.tries)
def test_the_database_stops(attack: Attack) -> None:
    row = ROWS[attack.row]()
    for name in ("city.office", "changshu.officer", "kunshan.head"):
        factories.person(name)
    assert struck(attack.sql, by=attack.by, verb=attack.verb, id=row.pk) == attack.answer


def test_nothing_comes_in_from_another_city_but_by_a_posted_trade() -> None:
    factories.all_places()
    factories.rule_book()
    polluter = factories.polluter(2)
    brought = stock.paper(
        "320583-JY-2026-00001",
        5 * T,
        kind="INBOUND_TRADE",
        project=None,
        screened_by=None,
        reviewed_by=[],
    )
    asked = Request(
        kind=TransferKind.TRADE_IN,
        key="trade/320583-JY-2026-00001",
        on=ON,
        legs=[
            Leg(
                postings.outside("无锡市"),
                postings.holding(polluter.pk),
                "NOX",
                Grams(5 * T),
                paper=brought,
            )
        ],
    )
    sql = "SELECT ledger.post(%(asked)s::jsonb)"
    answer = struck(sql, by="city.office", asked=json.dumps(asked.to_document()))
    assert answer == "nothing_comes_in_but_by_a_posted_trade"


def test_each_promise_on_trades_is_attacked() -> None:
    assert {attack.promise for attack in ATTACKS} == {27, 28}


@pytest.mark.as_role("owner")
@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("DELETE FROM allocation_trade", EDITED),
        ("UPDATE allocation_tradeline SET price = 1", GROWS),
        ("DELETE FROM allocation_tradeline", GROWS),
        # A line that joins while one is awaited still has the price of its grams.
        (
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE allocation_trade DISABLE TRIGGER stands;"
            " UPDATE allocation_trade SET lines_offered = 2;"
            " INSERT INTO allocation_tradeline (trade_id, pollutant, grams, price, total)"
            " SELECT id, 'COD', 1500000, 10.01, 15.01 FROM allocation_trade",
            TOTAL,
        ),
    ],
)
def test_what_the_application_may_not_try_meets_the_promise_as_the_owner(
    sql: str, answer: str
) -> None:
    ROWS["bare"]()
    assert struck(sql, by="city.office") == answer
