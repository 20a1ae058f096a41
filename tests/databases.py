"""
The databases of the suite: one migrated template, and as many clones of it as tests need.

Truncating tables between tests is what the guards refuse, so a test that commits gets a database
of its own. The template carries the fingerprint of everything that shaped it and is made anew
when any of that changes.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from quota_registry.kernel import preparation

HOUSE: Final = Path(__file__).resolve().parent.parent
SHAPING: Final = (
    "*/migrations/*.py",
    "*/privileges.py",
    "*/workflows.py",
    "*/sql/*",
    "quota_registry/kernel/database.py",
    "quota_registry/kernel/preparation.py",
    "quota_registry/settings.py",
    "requirements.lock",
)
TURN: Final = 7_320_583


@dataclass(frozen=True)
class Addresses:
    """How each role reaches one database."""

    app: str
    owner: str
    admin: str

    @classmethod
    def given(cls) -> "Addresses":
        return cls(
            app=os.environ["DATABASE_URL"],
            owner=os.environ["OWNER_DATABASE_URL"],
            admin=os.environ["ADMIN_DATABASE_URL"],
        )

    def to(self, database: str) -> "Addresses":
        return Addresses(*(_renamed(url, database) for url in (self.app, self.owner, self.admin)))

    @property
    def name(self) -> str:
        return urlsplit(self.app).path.strip("/")

    def environ(self) -> dict[str, str]:
        """Write the environment of a process that is to work on this database."""
        return os.environ | {
            "DATABASE_URL": self.app,
            "OWNER_DATABASE_URL": self.owner,
            "ADMIN_DATABASE_URL": self.admin,
        }

    def connect(self, role: str = "app") -> psycopg.Connection:
        """
        Sign in as ``app``, ``owner`` or ``admin``; ``ledger`` cannot, so the administrator
        becomes it, for good.
        """
        if role != "ledger":
            return psycopg.connect(getattr(self, role))
        connection = psycopg.connect(self.admin, autocommit=True)
        connection.execute(f"SET SESSION AUTHORIZATION {preparation.LEDGER}")
        connection.autocommit = False
        return connection


def template(given: Addresses) -> Addresses:
    """Find the migrated template, or make it; of many callers at once, one does."""
    made = given.to(f"test_quota_{fingerprint()}")
    with psycopg.connect(given.admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TURN])
        standing = {
            name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()
        }
        if made.name not in standing:
            for name in standing:
                if name.startswith("test_quota_"):
                    _drop(connection, name)
            draft = given.to("test_draft")
            _drop(connection, draft.name)
            _migrate(draft)
            connection.execute(f"ALTER DATABASE test_draft RENAME TO {made.name}")
        connection.execute("SELECT pg_advisory_unlock(%s)", [TURN])
    return made


@contextmanager
def clone(source: Addresses, name: str) -> Iterator[Addresses]:
    """Copy a database for as long as a test lives."""
    with psycopg.connect(source.to("postgres").admin, autocommit=True) as connection:
        _drop(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                *map(sql.Identifier, (name, source.name, preparation.OWNER))
            )
        )
        try:
            yield source.to(name)
        finally:
            _drop(connection, name)


def fingerprint() -> str:
    """Sum up every file that has a say in what the template looks like."""
    digest = hashlib.sha256()
    for pattern in SHAPING:
        for path in sorted(HOUSE.glob(pattern)) + sorted((HOUSE / "quota_registry").glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(HOUSE)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(draft: Addresses) -> None:
    preparation.prepare(
        admin_url=draft.to("postgres").admin, owner_url=draft.owner, app_url=draft.app
    )
    migrated = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=HOUSE,
        env=draft.environ() | {"QUOTA_DB_ROLE": "owner"},
        capture_output=True,
        text=True,
    )
    if migrated.returncode:
        raise RuntimeError(f"the template database did not migrate:\n{migrated.stderr}")
    # Functions plan on what they know: an empty table that was never looked at plans badly.
    with psycopg.connect(draft.admin, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _renamed(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
