"""Attacks on the record of readings in plain SQL, as the application, outside Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import psycopg
import pytest
from psycopg import errors

pytestmark = pytest.mark.django_db(transaction=True)

Connect = Callable[..., psycopg.Connection]

PUT: Final = (
    "INSERT INTO monitoring_reading (station_id, item, span, at, value, mark, batch_id)"
    " VALUES (1, 'a34004', 'h', '2026-09-01 13:00+08', %s, '', 1)"
)
AGAIN: Final = " ON CONFLICT (station_id, span, at, item) DO UPDATE SET value = EXCLUDED.value"
PARTITION: Final = 'readings."y2026m09"'

UNMAKE: Final = (
    "DELETE FROM monitoring_reading",
    "TRUNCATE monitoring_reading",
    "UPDATE monitoring_replacedreading SET value = 1",
    "DELETE FROM monitoring_replacedreading",
    "TRUNCATE monitoring_replacedreading",
)

FORGE: Final = (
    "UPDATE monitoring_reading SET version = 7",
    "UPDATE monitoring_reading SET at = at + interval '1 hour'",
    "UPDATE monitoring_reading SET station_id = 2",
    "UPDATE monitoring_reading SET item = 'a34002'",
    "UPDATE monitoring_reading SET span = 'd'",
    "INSERT INTO monitoring_reading (station_id, item, span, at, value, version, batch_id)"
    " VALUES (1, 'a34004', 'h', '2026-09-01 14:00+08', 1, 9, 1)",
    "INSERT INTO monitoring_replacedreading (station_id, item, span, at, value, mark, version,"
    " batch_id, replaced_at) VALUES (1, 'a34004', 'h', '2026-09-01 13:00+08', 1, '', 1, 1, now())",
    "DELETE FROM monitoring_refusedreading",
    "UPDATE monitoring_refusedreading SET code = ''",
    "SELECT guard.replace_reading()",
)

REBUILD: Final = (
    "ALTER TABLE monitoring_reading DISABLE TRIGGER replace_reading",
    "ALTER TABLE monitoring_reading DETACH PARTITION readings.y2026m09",
    "DROP TABLE monitoring_reading",
)

BY_THE_BACK_DOOR: Final = (
    f"SELECT * FROM {PARTITION}",
    f"INSERT INTO {PARTITION} SELECT * FROM monitoring_reading",
    f"UPDATE {PARTITION} SET value = 1",
    f"DELETE FROM {PARTITION}",
    f"TRUNCATE {PARTITION}",
    f"DROP TABLE {PARTITION}",
    "CREATE TABLE readings.mine (LIKE monitoring_reading)",
)


@pytest.fixture
def app(connect: Connect) -> psycopg.Connection:
    """A connection of the application, with one reading in the record and one replaced."""
    connection = connect("app")
    connection.execute("SELECT guard.make_reading_months('2026-09-01', '2026-09-01')")
    connection.execute(PUT, [25])
    connection.execute(PUT + AGAIN, [26])
    connection.commit()
    return connection


def states(connection: psycopg.Connection, statements: Iterable[str]) -> dict[str, str]:
    """Try each statement and give the SQLSTATE that it was refused with."""
    found = {}
    for statement in statements:
        try:
            connection.execute(statement)
            found[statement] = "went through"
        except psycopg.Error as refused:
            found[statement] = refused.sqlstate or ""
        connection.rollback()
    return found


def standing(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT value, version FROM monitoring_replacedreading"
        " UNION ALL SELECT value, version FROM monitoring_reading ORDER BY version"
    ).fetchall()


def test_the_record_cannot_be_unmade_nor_forged_nor_reached_by_its_months(
    app: psycopg.Connection,
) -> None:
    tried = (*UNMAKE, *FORGE, *REBUILD, *BY_THE_BACK_DOOR)

    assert states(app, tried) == dict.fromkeys(tried, errors.InsufficientPrivilege.sqlstate)

    assert standing(app) == [(25, 1), (26, 2)]


def test_even_the_owner_is_refused(app: psycopg.Connection, connect: Connect) -> None:
    found = states(connect("owner"), UNMAKE)

    assert not {"went through", errors.InsufficientPrivilege.sqlstate} & set(found.values()), found
    assert standing(app) == [(25, 1), (26, 2)]


def test_the_ledgers_role_has_no_business_here(connect: Connect) -> None:
    tables = ("monitoring_reading", "monitoring_replacedreading", "monitoring_stagedreading")
    tried = [f"SELECT * FROM {table}" for table in tables]

    found = states(connect("ledger"), tried)

    assert found == dict.fromkeys(tried, errors.InsufficientPrivilege.sqlstate)


def test_a_change_keeps_the_version_before_and_counts_on(app: psycopg.Connection) -> None:
    app.execute("UPDATE monitoring_reading SET value = 27")
    app.commit()

    assert standing(app) == [(25, 1), (26, 2), (27, 3)]


def test_a_reading_stands_once_and_only_in_a_month_that_was_made(app: psycopg.Connection) -> None:
    elsewhere = PUT.replace("2026-09", "2026-07")

    assert states(app, [PUT % 27, elsewhere % 27]) == {
        PUT % 27: errors.UniqueViolation.sqlstate,
        elsewhere % 27: errors.CheckViolation.sqlstate,
    }


def test_months_are_of_this_century_and_not_to_come(app: psycopg.Connection) -> None:
    for first, last in (("1999-12-31", "2026-01-01"), ("2026-01-01", "2999-01-01")):
        with pytest.raises(psycopg.Error) as refused:
            app.execute("SELECT guard.make_reading_months(%s, %s)", [first, last])
        app.rollback()
        name = refused.value.diag.constraint_name
        assert name == "readings_are_of_this_century_and_not_to_come"
