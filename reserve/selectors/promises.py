"""Whether what keeps the promises stands: guards on, constraints in force, powers as granted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import connection

from reserve.privileges import PRIVILEGES
from reserve.promises import REGISTERED

_PRIVILEGES: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def unkept() -> list[str]:
    """
    List what stands in the way of the promises: guards off, powers that nobody should have.

    An empty list is what `/readyz` wants. It asks the catalogue only, in three statements.
    """
    return [*_guards_off(), *_constraints_gone(), *_powers()]


def _guards_off() -> Iterator[str]:
    wanted = {guard for promise in REGISTERED.values() for guard in promise.triggers}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger AS t"
            " JOIN pg_class AS c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal"
        )
        # "O" fires in ordinary sessions, "A" in all of them.
        standing = {(table, name) for table, name, state in cursor.fetchall() if state in "OA"}
        cursor.execute("SELECT current_setting('session_replication_role')")
        if cursor.fetchone()[0] == "replica":
            yield "triggers are off for this session"
    for table, name in sorted(wanted - standing):
        yield f"guard {name} on {table} is off or missing"


def _constraints_gone() -> Iterator[str]:
    wanted = {constraint for promise in REGISTERED.values() for constraint in promise.constraints}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, k.conname FROM pg_constraint AS k"
            " JOIN pg_class AS c ON c.oid = k.conrelid"
            " WHERE k.convalidated AND k.conenforced"
            "   AND c.relnamespace = 'public'::regnamespace"
            # A rule of uniqueness with a condition is an index and no constraint.
            " UNION SELECT c.relname, i.relname FROM pg_index AS x"
            " JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS c ON c.oid = x.indrelid"
            " WHERE x.indisunique AND x.indisvalid AND x.indisready"
            "   AND c.relnamespace = 'public'::regnamespace"
        )
        standing = set(cursor.fetchall())
    for table, name in sorted(wanted - standing):
        yield f"constraint {name} on {table} is missing or not enforced"


def _powers() -> Iterator[str]:
    """Compare what the application and the ledger may do with what was granted on paper."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.rolname, c.relname,
                   ARRAY(SELECT p FROM unnest(%s::text[]) AS p
                          WHERE has_table_privilege(r.oid, c.oid, p))
              FROM pg_roles AS r, pg_class AS c
             WHERE r.rolname IN ('quota_app', 'quota_ledger') AND c.relname = ANY (%s)
               AND c.relnamespace = 'public'::regnamespace
            """,
            [list(_PRIVILEGES), [name for name in PRIVILEGES if name.startswith("reserve_")]],
        )
        for role, table, powers in cursor.fetchall():
            grants = PRIVILEGES[table]
            words = grants.app if role == "quota_app" else grants.ledger
            extra = set(powers) - {word.strip() for word in words.split(",")}
            for power in sorted(extra):
                yield f"{role} may {power} {table}"
        cursor.execute(
            """
            SELECT r.rolname FROM pg_roles AS r
             WHERE r.rolname IN ('quota_app', 'quota_ledger')
               AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole
                    OR EXISTS (SELECT FROM pg_class AS c WHERE c.relowner = r.oid)
                    OR (r.rolname = 'quota_ledger' AND r.rolcanlogin)
                    OR EXISTS (SELECT FROM pg_auth_members AS m WHERE m.member = r.oid))
            """
        )
        for (role,) in cursor.fetchall():
            yield f"{role} is privileged, owns tables or belongs to another role"
        cursor.execute(
            """
            SELECT p.oid::regprocedure::text FROM pg_proc AS p
             WHERE p.pronamespace IN ('ledger'::regnamespace, 'guard'::regnamespace)
               AND p.prosecdef
               AND NOT coalesce(p.proconfig, '{}') @>
                   ARRAY['search_path=pg_catalog, pg_temp']
            """
        )
        for (function,) in cursor.fetchall():
            yield f"function {function} has no fixed search_path"
