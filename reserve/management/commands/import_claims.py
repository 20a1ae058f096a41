"""``manage.py import_claims FILE --by USER``: read a list of claims, say what is in it, take it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access
from reserve.models import ImportBatch, ImportRow
from reserve.selectors import batches as shown
from reserve.services import batch_work, batches


class Command(BaseCommand):
    """Does what the page does, in the foreground."""

    help = "Read a list of claims (XLSX or CSV) and show what is in it; --accept makes drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="user name of who imports")
        parser.add_argument("--accept", action="store_true", help="make drafts of the good rows")
        parser.add_argument("--late-reason", default="", help="one reason for all that are late")
        parser.add_argument("--scan", type=Path, help="the sealed scan that proves all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}") from problem

    def _run(self, options: dict[str, Any]) -> None:
        on = timezone.localdate()
        by = Person.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"没有用户 {options['by']} · no such user")
        widest = access.paths(by, Permission.IMPORT_CLAIMS, on=on)
        place = Place.objects.filter(path=widest[0]).first() if widest else None
        if place is None:
            raise CommandError(f"{options['by']} 无导入权限 · may not import")

        batch = batches.upload(upload=_opened(options["file"]), place=place, by=by, on=on)
        batch = batch_work.read(batch=batch, on=on)
        batch.refresh_from_db()
        self._say(batch)
        if options["accept"]:
            scan = _opened(options["scan"]) if options["scan"] else None
            batch = batches.consent(
                batch=batch, by=by, on=on, late_reason=options["late_reason"], scan=scan
            )
            batch_work.accept(batch=batch, by=by, on=on)
            batch.refresh_from_db()
            self.stdout.write(f"{batch.get_state_display()} {batch.counts['made']}")

    def _say(self, batch: ImportBatch) -> None:
        counts = {name: count for name, count in batch.counts.items() if isinstance(count, int)}
        self.stdout.write(f"#{batch.pk} {batch.get_state_display()} {counts}")
        for row in ImportRow.objects.filter(batch=batch).exclude(errors=[], warnings=[]):
            for found in shown.findings_of(row, file=batch.file.name):
                self.stdout.write(f"{found.sheet} {found.cell} {found.severity}: {found.message}")


def _opened(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())
