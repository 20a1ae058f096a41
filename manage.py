#!/usr/bin/env python
"""The registry's commands. With no ``DATABASE_URL`` they find or start the embedded servers."""

import os
import sys
from typing import Final

# These change the database's shape or are its keeper's business, so they sign in as its owner.
AS_OWNER: Final = frozenset({"migrate", "sqlmigrate", "flush", "dbshell"})
# These need no database at all.
WITHOUT_DATABASE: Final = frozenset({"makemessages", "compilemessages", "help", "version"})


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quota_registry.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"

    named = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
    if not named and command not in WITHOUT_DATABASE:
        from quota_registry import embedded

        embedded.ensure_or_exit().apply(os.environ)
    if command in AS_OWNER:
        os.environ.setdefault("QUOTA_DB_ROLE", "owner")

    from django.core.management import execute_from_command_line

    from quota_registry import celery  # noqa: F401 - a command that sends a task needs the broker

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
