"""
Every attack on the ledger, twice: as the application, which has no such right, and as the role of
the ledger's own functions (or the owner of the tables), which meets the promise by its name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from reserve import promises
from tests import databases
from tests.attacks import ledger_world as world_of
from tests.attacks.ledger_attacks import AS_LEDGER, Attack
from tests.attacks.ledger_attacks_by_owner import AS_OWNER
from tests.databases import Addresses

DENIED = "42501"
EVERY = [*AS_LEDGER, *AS_OWNER]


@pytest.fixture(scope="module")
def battlefield(template_database: Addresses) -> Iterator[tuple[Addresses, Mapping[str, Any]]]:
    """A database with a committed little ledger. No attack commits anything in it."""
    with databases.clone(template_database, f"test_attacks_{os.getpid()}") as addresses:
        with addresses.connect("owner") as owner, addresses.connect("app") as app:
            world = world_of.build(owner, app)
        yield addresses, {**world, "nothing": 999_999}


@pytest.fixture(scope="module", autouse=True)
def nothing_changes(battlefield: tuple[Addresses, Mapping[str, Any]]) -> Iterator[None]:
    """Compare the ledger before all attacks with the ledger after them."""
    before = _everything(battlefield[0])
    yield
    assert _everything(battlefield[0]) == before


def attempt(
    battlefield: tuple[Addresses, Mapping[str, Any]], role: str, attack: Attack
) -> psycopg.Error:
    """Run an attack up to what would be its commit, and return what was said to it."""
    addresses, world = battlefield
    with addresses.connect(role) as connection, pytest.raises(psycopg.Error) as refused:
        _run(connection, world, attack)
    return refused.value


def _run(connection: psycopg.Connection, world: Mapping[str, Any], attack: Attack) -> None:
    world_of.sign(connection, world["office"])
    connection.execute(attack.sql.format(**world).encode())
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("attack", EVERY, ids=lambda attack: attack.tries)
def test_the_application_has_no_such_right(
    battlefield: tuple[Addresses, Mapping[str, Any]], attack: Attack
) -> None:
    assert attempt(battlefield, "app", attack).sqlstate == DENIED


@pytest.mark.parametrize("attack", AS_LEDGER, ids=lambda attack: attack.tries)
def test_the_ledgers_own_role_meets_the_promise(
    battlefield: tuple[Addresses, Mapping[str, Any]], attack: Attack
) -> None:
    assert attempt(battlefield, "ledger", attack).diag.constraint_name == attack.answer


@pytest.mark.parametrize("attack", AS_OWNER, ids=lambda attack: attack.tries)
def test_what_the_ledger_may_not_try_meets_the_promise_as_the_owner(
    battlefield: tuple[Addresses, Mapping[str, Any]], attack: Attack
) -> None:
    assert attempt(battlefield, "ledger", attack).sqlstate == DENIED
    assert attempt(battlefield, "owner", attack).diag.constraint_name == attack.answer


def test_every_promise_is_attacked() -> None:
    attacked = promises.attacks(Path(__file__).parent)
    assert {promise.number for promise in promises.REGISTERED.values()} == set(attacked)
    assert len(EVERY) >= 30


def _everything(addresses: Addresses) -> dict[str, Any]:
    with addresses.connect("admin") as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'reserve\\_%'"
            )
        ]
        return {
            table: connection.execute(
                f"SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {table} t"
            ).fetchone()
            for table in tables
        }
