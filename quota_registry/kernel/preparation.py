"""
The three roles, the schemas and the extensions, made by an administrator before any migration.

``quota_owner`` owns the tables and migrates, ``quota_ledger`` cannot sign in and owns the
functions that post, ``quota_app`` serves pages and may only do what was granted to it.
"""

from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

OWNER: Final = "quota_owner"
LEDGER: Final = "quota_ledger"
APP: Final = "quota_app"
EXTENSIONS: Final = ("btree_gist", "pg_trgm")


class NotPrepared(Exception):
    """The administrator's addresses do not fit together."""


class Address(NamedTuple):
    """The parts of a database's address that matter here."""

    user: str
    password: str
    database: str

    @classmethod
    def of(cls, url: str) -> "Address":
        parts = urlsplit(url)
        return cls(
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.path.strip("/")),
        )


def prepare(*, admin_url: str, owner_url: str, app_url: str) -> None:
    """
    Make the roles, the database, the schemas and the extensions, or bring them up to date.

    It may run as often as one likes. Passwords are set to what the addresses say.

    :raises NotPrepared: if the addresses name other roles, or two different databases.
    """
    owner, app = Address.of(owner_url), Address.of(app_url)
    if (owner.user, app.user) != (OWNER, APP):
        raise NotPrepared(
            f"用户名应为 {OWNER} 与 {APP} · the addresses must sign in as {OWNER} and {APP}."
        )
    if owner.database != app.database:
        raise NotPrepared("两个地址应指向同一个库 · both addresses must name one database.")

    with psycopg.connect(admin_url, autocommit=True) as connection:
        _make_roles(connection, owner, app)
        _make_database(connection, owner.database)
    with psycopg.connect(admin_url, dbname=owner.database, autocommit=True) as connection:
        _furnish(connection, owner.database)


def _make_roles(connection: psycopg.Connection, owner: Address, app: Address) -> None:
    standing = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    plain = "NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION"
    for role, words, password in (
        (LEDGER, f"NOLOGIN NOCREATEDB {plain}", None),
        # The owner may make databases: the test suite clones its template as the owner.
        (OWNER, f"LOGIN CREATEDB {plain}", owner.password),
        (APP, f"LOGIN NOCREATEDB {plain}", app.password),
    ):
        verb = "ALTER" if role in standing else "CREATE"
        statement = sql.SQL("{} ROLE {} {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.SQL(words)
        )
        if password:
            statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
        connection.execute(statement)
    # The owner hands functions over to the ledger; it never acts as the ledger by itself.
    connection.execute(f"GRANT {LEDGER} TO {OWNER} WITH INHERIT FALSE, SET TRUE")
    for setting in (
        "statement_timeout = '120s'",
        "lock_timeout = '20s'",
        "idle_in_transaction_session_timeout = '300s'",
    ):
        connection.execute(sql.SQL(f"ALTER ROLE {APP} SET {setting}"))


def _make_database(connection: psycopg.Connection, name: str) -> None:
    found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    if found is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )


def _furnish(connection: psycopg.Connection, database: str) -> None:
    for extension in EXTENSIONS:
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
    connection.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for schema in ("ledger", "guard"):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {OWNER}")
    for schema in ("public", "ledger", "guard"):
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {APP}, {LEDGER}")
    # A function can only be handed to a role that may create in its schema.
    connection.execute(f"GRANT CREATE ON SCHEMA ledger TO {LEDGER}")
    # A function that nobody granted is nobody's to call.
    for role in (OWNER, LEDGER):
        connection.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {role} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
        )
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APP))
    )
