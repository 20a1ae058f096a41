"""Ways round the guards: borrowed roles, shadowed names, switched-off triggers, back doors."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel

from tests import databases
from tests.attacks import ledger_world as world_of
from tests.databases import Addresses

DENIED = "42501"


@pytest.fixture(scope="module")
def battlefield(template_database: Addresses) -> Iterator[tuple[Addresses, Mapping[str, Any]]]:
    """A database with a committed little ledger. No attack commits anything in it."""
    with databases.clone(template_database, f"test_tricks_{os.getpid()}") as addresses:
        with addresses.connect("owner") as owner, addresses.connect("app") as app:
            world = world_of.build(owner, app)
        yield addresses, world


@pytest.fixture
def app(battlefield: tuple[Addresses, Mapping[str, Any]]) -> Iterator[psycopg.Connection]:
    with battlefield[0].connect("app") as connection:
        world_of.sign(connection, battlefield[1]["office"])
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    "trick",
    [
        "SET ROLE quota_ledger",
        "SET ROLE quota_owner",
        "SET SESSION AUTHORIZATION quota_ledger",
        "SET session_replication_role = replica",
        "ALTER TABLE reserve_entry DISABLE TRIGGER ALL",
        "ALTER TABLE reserve_balance DROP CONSTRAINT no_balance_falls_below_zero",
        "DROP TRIGGER b_a_transfer_sums_to_zero_for_every_lot ON reserve_entry",
        (
            "CREATE OR REPLACE FUNCTION guard.transfers_sum_to_zero() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        ),
        (
            "CREATE OR REPLACE FUNCTION ledger.post(request jsonb) RETURNS jsonb"
            " LANGUAGE sql AS 'SELECT request'"
        ),
        "CREATE RULE quiet AS ON INSERT TO reserve_entry DO INSTEAD NOTHING",
        (
            "CREATE TRIGGER mine BEFORE INSERT ON reserve_entry FOR EACH ROW"
            " EXECUTE FUNCTION guard.ledger_only_grows()"
        ),
        "CREATE POLICY mine ON reserve_entry USING (false)",
        "ALTER TABLE reserve_entry OWNER TO quota_app",
        "CREATE SCHEMA evil",
        "CREATE TABLE public.mine (a integer)",
        "CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "COPY reserve_entry FROM STDIN",
        "LOCK TABLE reserve_entry IN ACCESS EXCLUSIVE MODE",
        "SELECT * FROM reserve_transfer FOR UPDATE",
        "SELECT setval('reserve_transfer_id_seq', 1)",
        "SELECT nextval('reserve_transfer_id_seq')",
        "SELECT ledger.write(NULL, NULL, NULL)",
        "SELECT ledger.pick(NULL)",
        "SELECT ledger.write_sources(NULL, NULL, NULL)",
        "SELECT ledger.lock_accounts('{1}')",
        "SELECT ledger.refuse('00000', '', '', '{}')",
        "SELECT guard.ledger_only_grows()",
        (
            "MERGE INTO reserve_balance AS b USING (SELECT 1) AS s ON true"
            " WHEN MATCHED THEN UPDATE SET grams = 0"
        ),
        "INSERT INTO kernel_rowevent DEFAULT VALUES",
    ],
)
def test_the_application_finds_no_way_round(app: psycopg.Connection, trick: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        app.execute(trick)
    assert refused.value.sqlstate == DENIED


@pytest.mark.parametrize(
    "trick",
    [
        "SET ROLE quota_owner",
        "SET session_replication_role = replica",
        "ALTER TABLE reserve_entry DISABLE TRIGGER ALL",
        (
            "CREATE TRIGGER mine BEFORE INSERT ON reserve_entry FOR EACH ROW"
            " EXECUTE FUNCTION guard.ledger_only_grows()"
        ),
        (
            "CREATE OR REPLACE FUNCTION guard.transfers_sum_to_zero() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        ),
        "CREATE TABLE public.mine (a integer)",
        "UPDATE kernel_person SET is_active = true",
        "SELECT ledger.seal(true)",
    ],
)
def test_nor_does_the_ledgers_own_role(
    battlefield: tuple[Addresses, Mapping[str, Any]], trick: str
) -> None:
    with battlefield[0].connect("ledger") as ledger, pytest.raises(psycopg.Error) as refused:
        ledger.execute(trick)
    assert refused.value.sqlstate == DENIED


def test_nobody_signs_in_as_the_ledger(battlefield: tuple[Addresses, Mapping[str, Any]]) -> None:
    with battlefield[0].connect("admin") as admin:
        row = admin.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'quota_ledger'")
        assert row.fetchone() == (False,)


def test_a_shadowing_search_path_changes_nothing(
    battlefield: tuple[Addresses, Mapping[str, Any]], app: psycopg.Connection
) -> None:
    """Somebody plants look-alikes in a schema and puts it first: the ledger does not look there."""
    addresses, _world = battlefield
    with addresses.connect("admin") as admin:
        admin.execute(
            "CREATE SCHEMA planted;"
            "GRANT USAGE ON SCHEMA planted TO quota_app, quota_ledger, quota_owner;"
            "CREATE TABLE planted.reserve_balance (LIKE public.reserve_balance);"
            "CREATE TABLE planted.reserve_entry (LIKE public.reserve_entry);"
            "CREATE FUNCTION planted.sum(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';"
            "CREATE FUNCTION planted.sha256(bytea) RETURNS bytea LANGUAGE sql"
            " AS 'SELECT ''\\x00''::bytea';"
            "CREATE FUNCTION planted.person() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'"
        )
    app.execute("CREATE TEMP TABLE reserve_lot (id bigint) ON COMMIT DROP")
    app.execute("SET LOCAL search_path = planted, pg_temp, public, pg_catalog")
    row = app.execute(
        "SELECT ledger.post(%s::jsonb)", [json.dumps(world_of.hold("shadow", 10))]
    ).fetchone()
    assert row is not None
    moved = app.execute(
        "SELECT pg_catalog.sum(e.grams) FILTER (WHERE e.grams > 0)"
        " FROM public.reserve_entry AS e WHERE e.transfer_id = %s",
        [row[0]["transfer"]],
    ).fetchone()
    assert moved == (10,)
    with pytest.raises(psycopg.Error) as refused:
        app.execute("SELECT ledger.post(%s::jsonb)", [json.dumps(world_of.hold("more", 1000))])
    assert refused.value.diag.constraint_name == "no_balance_falls_below_zero"
    app.rollback()
    with addresses.connect("admin") as admin:
        admin.execute("DROP SCHEMA planted CASCADE")


def test_a_frozen_snapshot_posts_nothing(
    battlefield: tuple[Addresses, Mapping[str, Any]], app: psycopg.Connection
) -> None:
    app.rollback()
    app.isolation_level = IsolationLevel.REPEATABLE_READ
    world_of.sign(app, battlefield[1]["office"])
    with pytest.raises(psycopg.Error) as refused:
        app.execute("SELECT ledger.post(%s::jsonb)", [json.dumps(world_of.hold("frozen", 1))])
    assert refused.value.diag.constraint_name == "a_transfer_is_recorded_in_the_present"


def test_without_a_person_the_functions_refuse(
    battlefield: tuple[Addresses, Mapping[str, Any]],
) -> None:
    with battlefield[0].connect("app") as app, pytest.raises(psycopg.Error) as refused:
        app.execute("SELECT ledger.post(%s::jsonb)", [json.dumps(world_of.hold("nobody", 1))])
    assert refused.value.diag.constraint_name == "no_transfer_is_without_a_person"


def ask(app: psycopg.Connection, function: str, request_: dict[str, Any]) -> None:
    """Ask the ledger, up to what would be the commit."""
    app.execute(f"SELECT ledger.{function}(%s::jsonb)", [json.dumps(request_)])
    app.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("function", "request_"),
    [
        ("post", {"kind": "VOID", "key": "x", "effective_on": world_of.DAY, "legs": []}),
        ("post", {"kind": "REVERSAL", "key": "x", "effective_on": world_of.DAY, "legs": []}),
        ("post", {"kind": "HOLD", "key": "x", "effective_on": world_of.DAY, "legs": []}),
        ("post", {"kind": "HOLD", "key": "", "effective_on": world_of.DAY}),
        ("post", {"kind": "NONSENSE", "key": "x", "effective_on": world_of.DAY}),
        ("post", {}),
        ("post", world_of.hold("x", 10**30)),
        ("post", world_of.hold("x", 1) | {"effective_on": "yesterday-ish"}),
        ("post", world_of.hold("x\ny", 1)),
        ("post", world_of.hold("x", -5)),
        ("void", {"key": "x", "lots": [], "effective_on": world_of.DAY}),
        ("void", {"key": "x", "lots": [999_999], "effective_on": world_of.DAY}),
        ("reverse", {"key": "x", "reverses": 999_999, "effective_on": world_of.DAY}),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(
    app: psycopg.Connection, function: str, request_: dict[str, Any]
) -> None:
    before = app.execute("SELECT count(*) FROM reserve_account").fetchone()
    app.execute("SAVEPOINT attack")
    with pytest.raises(psycopg.Error):
        ask(app, function, request_)
    app.execute("ROLLBACK TO SAVEPOINT attack")
    assert app.execute("SELECT count(*) FROM reserve_account").fetchone() == before


def test_an_approved_opening_is_not_rewritten(
    battlefield: tuple[Addresses, Mapping[str, Any]], app: psycopg.Connection
) -> None:
    """The application may write drafts of openings; the guard knows when that ends."""
    for sql in (
        "UPDATE reserve_openingstock SET closed_by_id = NULL, closed_at = NULL",
        "DELETE FROM reserve_openingstock",
        "UPDATE reserve_openingstock SET document = 'another'",
    ):
        app.execute("SAVEPOINT attack")
        with pytest.raises(psycopg.Error) as refused:
            app.execute(sql)
        assert refused.value.diag.constraint_name == "a_closed_opening_stays_closed"
        app.execute("ROLLBACK TO SAVEPOINT attack")
    with pytest.raises(psycopg.Error) as refused:
        app.execute(
            "INSERT INTO reserve_openingstock (place_id, document, effective_on, imported_by_id,"
            " imported_at) VALUES ('320500', '', now(), %s, now())",
            [battlefield[1]["second"]],
        )
    assert refused.value.diag.constraint_name == "an_opening_is_seen_by_four_eyes"
