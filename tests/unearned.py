"""
Rewards that no park earned: the smallest source that a test of the ledger can bring mass in with.

The ledger's floor does not know parks. The guards by which the parks' floor promises that a reward
was earned, and is voided by its year, stand aside for such a test, in its own database, and come
back with its end; every other guard stays. Parks are tested with rewards that are earned.
"""

from __future__ import annotations

from typing import Final

import psycopg
from django.db import connection

from tests.databases import Addresses

GUARDS: Final = {
    "reserve_source": "a_reward_follows_its_year",
    "reserve_voiding": "a_reward_is_voided_by_its_year",
}
_allowed: Final[set[str]] = set()


def allow() -> None:
    """
    Let rewards that no park earned into the database that Django is on.

    To be said before the test's own transaction has brought anything in: it waits for its table.
    """
    here = _here()
    if here.name in _allowed:
        return
    with here.connect("owner") as owner:
        owner.execute("SET LOCAL lock_timeout = '5s'")
        # The tables are locked for it, so only where another process has not done it.
        if owner.execute(
            "SELECT 1 FROM pg_trigger WHERE tgname = ANY (%s) AND tgenabled <> 'D'",
            [list(GUARDS.values())],
        ).fetchone():
            allow_in(owner)
    _allowed.add(here.name)


def allow_in(owner: psycopg.Connection) -> None:
    """Let them into the database that *owner* is signed in to, once that is committed."""
    for table, guard in GUARDS.items():
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")


def forbid(addresses: Addresses | None = None) -> None:
    """Put the guard back where it stood aside: at the end, or before all guards are looked at."""
    addresses = addresses or _here()
    if addresses.name in _allowed:
        with addresses.connect("owner") as owner:
            for table, guard in GUARDS.items():
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")
        _allowed.remove(addresses.name)


def _here() -> Addresses:
    return Addresses.given().to(str(connection.settings_dict["NAME"]))
