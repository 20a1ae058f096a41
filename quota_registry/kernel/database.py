"""
Who may do what to which table, put in place after every migrate.

Every app lists its tables in ``privileges.py``. The owner takes everything back and grants
exactly what is listed, so a privilege that nobody wrote down does not exist, and a table that
nobody listed stops the migration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.utils.module_loading import module_has_submodule

from quota_registry.kernel.preparation import APP, LEDGER

SCHEMAS: Final = ("public", "ledger", "guard")
VERBS: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"})


def _words(text: str) -> list[str]:
    """Part ``SELECT, UPDATE (seen_at, kept)`` at the commas outside the brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


@dataclass(frozen=True)
class Grants:
    """What the application and the ledger's functions may do to one table, as SQL words."""

    app: str = ""
    ledger: str = ""

    def __post_init__(self) -> None:
        for word in (*_words(self.app), *_words(self.ledger)):
            if word.split("(")[0].strip() not in VERBS:
                raise ImproperlyConfigured(f"{word} is no privilege that the registry grants.")


READ: Final = Grants(app="SELECT")
GROW: Final = Grants(app="SELECT, INSERT")
CHANGE: Final = Grants(app="SELECT, INSERT, UPDATE")
KEEP: Final = Grants(app="SELECT, INSERT, UPDATE, DELETE")


def after_migrate(sender: AppConfig, using: str, plan: Any = None, **_: Any) -> None:
    """Put the privileges in place once, when the last application has been migrated."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender.label == last.label:
        apply_privileges(using=using)


def apply_privileges(*, using: str = "default") -> None:
    """
    Revoke everything from the application and the ledger, and grant exactly what is listed.

    A listed table that does not stand yet is passed over, for a migration to a point in the middle;
    a test holds the lists against what stands at the end.

    :raises ImproperlyConfigured: if a table stands in the database and in no list.
    """
    listed = privileges()
    with connections[using].cursor() as cursor:
        standing = set(_tables(cursor))
        unlisted = sorted(standing - listed.keys())
        if unlisted:
            raise ImproperlyConfigured(
                f"数据表未列入 privileges.py · no privileges.py lists: {', '.join(unlisted)}."
            )
        cursor.execute(_statement({table: listed[table] for table in standing}))


def privileges() -> Mapping[str, Grants]:
    """Gather what every app lists, refusing a table that two of them claim."""
    gathered: dict[str, Grants] = {}
    for config in apps.get_app_configs():
        if not module_has_submodule(config.module, "privileges"):
            continue
        own: Mapping[str, Grants] = import_module(f"{config.name}.privileges").PRIVILEGES
        twice = gathered.keys() & own.keys()
        if twice:
            raise ImproperlyConfigured(f"listed by two apps: {', '.join(sorted(twice))}.")
        gathered.update(own)
    return gathered


def _tables(cursor: CursorWrapper) -> Iterable[str]:
    cursor.execute(
        """
        SELECT CASE schemaname WHEN 'public' THEN relname ELSE schemaname || '.' || relname END
          FROM (SELECT n.nspname AS schemaname, c.relname
                  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                 WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                   AND NOT EXISTS (SELECT FROM pg_depend AS d
                                    WHERE d.objid = c.oid AND d.deptype = 'e')) AS ours
        """,
        [list(SCHEMAS)],
    )
    return [name for (name,) in cursor.fetchall()]


def _statement(listed: Mapping[str, Grants]) -> str:
    """Write the whole step as one statement, so that no reader ever meets half of it."""
    lines = [
        f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {APP}, {LEDGER}, PUBLIC"
        for kind in ("TABLES", "SEQUENCES")
    ]
    lines += [f"GRANT USAGE ON SCHEMA {schema} TO {APP}, {LEDGER}" for schema in SCHEMAS]
    for table, grants in sorted(listed.items()):
        quoted = ".".join(f'"{part}"' for part in table.split("."))
        lines += [
            f"GRANT {words} ON {quoted} TO {role}"
            for role, words in ((APP, grants.app), (LEDGER, grants.ledger))
            if words
        ]
    return ";\n".join(lines)
