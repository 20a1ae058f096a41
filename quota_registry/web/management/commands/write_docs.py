"""Write the documents that are printed from the code, or say which do not fit."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from quota_registry.web import documents


class Command(BaseCommand):
    """Writes docs/rules, docs/workflows, docs/roles.md and docs/glossary.md."""

    help = "Write the documents that are printed from the code."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail if outdated")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs"
        outdated = documents.outdated(folder)
        if options["check"]:
            if outdated:
                raise CommandError(f"outdated: {', '.join(outdated)}; run manage.py write_docs")
            return
        for path, text in documents.pages().items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(outdated)} documents written")
