"""Attacks on an opening that is approved and not closed yet: what opens is what was approved."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest

from tests import databases
from tests.attacks import ledger_world as world_of
from tests.attacks.ledger_world import DAY
from tests.databases import Addresses

Field = tuple[Addresses, Mapping[str, Any]]


@pytest.fixture(scope="module")
def battlefield(template_database: Addresses) -> Iterator[Field]:
    """A database in which one opening was approved and nothing of it posted. Nothing commits."""
    with databases.clone(template_database, f"test_openings_{os.getpid()}") as addresses:
        with addresses.connect("owner") as owner, addresses.connect("app") as app:
            world = world_of.people_and_places(owner)
            _approved(app, world)
        yield addresses, world


@pytest.fixture
def app(battlefield: Field) -> Iterator[psycopg.Connection]:
    with battlefield[0].connect("app") as connection:
        world_of.sign(connection, battlefield[1]["office"])
        yield connection
        connection.rollback()


def _approved(app: psycopg.Connection, world: Mapping[str, Any]) -> None:
    world_of.sign(app, world["officer"])
    app.execute(
        "INSERT INTO reserve_openingstock (place_id, document, effective_on, imported_by_id,"
        " imported_at) VALUES ('320583', '', %s, %s, now())",
        [DAY, world["officer"]],
    )
    rows = ((1, "reserve", 100, None), (2, "holding", 30, world["polluter"]), (3, "debt", 7, None))
    for line, what, grams, polluter in rows:
        app.execute(
            "INSERT INTO reserve_openingrow (opening_id, line, what, pollutant, grams,"
            ' polluter_id, "case", lake_tai, provincial_number, document, note)'
            " SELECT id, %s, %s, 'NOX', %s, %s, '', false, '', '', '' FROM reserve_openingstock",
            [line, what, grams, polluter],
        )
    world_of.sign(app, world["office"])
    app.execute(
        "UPDATE reserve_openingstock SET approved_by_id = %s, approved_at = now()",
        [world["office"]],
    )
    app.commit()


def opened(world: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Write the request by which row 1 opens, with *changes*."""
    grams = changes.pop("grams", 100)
    pollutant = changes.pop("pollutant", "NOX")
    to = changes.pop("to", {"kind": "RESERVE", "place": "320583"})
    day = changes.pop("effective_on", DAY)
    facts = {
        "kind": "OPENING",
        "number": "320583/1",
        "place": "320583",
        "verified_grams": grams,
        "vintage": DAY,
        "declared_by": world["officer"],
    }
    return world_of.transfer(
        "OPENING",
        "o",
        {"kind": "ORIGIN", "case": "OPENING"},
        to,
        grams,
        pollutant,
        source=facts | changes,
    ) | {"effective_on": day}


def attempt(app: psycopg.Connection, function: str, request: Any) -> None:
    app.execute(f"SELECT ledger.{function}(%s::jsonb)", [json.dumps(request)])
    app.execute("SET CONSTRAINTS ALL IMMEDIATE")
    app.execute("SET CONSTRAINTS ALL DEFERRED")


def owing(*grams: int, place: str = "320583", pollutant: str = "NOX") -> dict[str, Any]:
    debts = [{"place": place, "pollutant": pollutant, "grams": each} for each in grams]
    return {"key": "d", "effective_on": DAY, "document": "", "debts": debts}


def test_what_was_approved_opens(battlefield: Field, app: psycopg.Connection) -> None:
    world = battlefield[1]
    attempt(app, "post", opened(world))
    second = opened(
        world,
        number="320583/2",
        grams=30,
        to={"kind": "HOLDING", "polluter": world["polluter"]},
    )
    attempt(app, "post", second | {"key": "o2"})
    attempt(app, "open_debts", owing(7))


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "320583/9"},
        {"number": "mine"},
        {"grams": 101},
        {"grams": 99},
        {"pollutant": "COD"},
        {"vintage": "2020-01-01"},
        {"lake_tai": True},
        {"to": {"kind": "RESERVE", "place": "320581"}},
        {"to": {"kind": "HOLDING", "polluter": "polluter"}},
        {"declared_by": "screener"},
        {"effective_on": "2026-09-14"},
        {"number": "320583/3", "grams": 7},
    ],
)
def test_nothing_else_opens(
    battlefield: Field, app: psycopg.Connection, changes: dict[str, Any]
) -> None:
    world = battlefield[1]
    changes = json.loads(json.dumps(changes))
    for facts, name in ((changes, "declared_by"), (changes.get("to", {}), "polluter")):
        if name in facts:
            facts[name] = world[facts[name]]
    with pytest.raises(psycopg.Error) as refused:
        attempt(app, "post", opened(world, **changes))
    assert refused.value.diag.constraint_name == "nothing_opens_but_what_was_approved"


def test_nobody_but_who_approved_it_opens_it(battlefield: Field, app: psycopg.Connection) -> None:
    world_of.sign(app, battlefield[1]["second"])
    with pytest.raises(psycopg.Error) as refused:
        attempt(app, "post", opened(battlefield[1]))
    assert refused.value.diag.constraint_name == "nothing_opens_but_what_was_approved"


@pytest.mark.parametrize(
    "request_", [owing(8), owing(6), owing(7, 7), owing(7, pollutant="COD")], ids=str
)
def test_nothing_else_is_owed(app: psycopg.Connection, request_: dict[str, Any]) -> None:
    with pytest.raises(psycopg.Error) as refused:
        attempt(app, "open_debts", request_)
    assert refused.value.diag.constraint_name == "nothing_opens_but_what_was_approved"
