"""Judge a month anew; the dated job runs the same."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring.services import months
from quota_registry.kernel.models import Person
from quota_registry.kernel.periods import Month
from quota_registry.kernel.refusals import Refusal


class Command(BaseCommand):
    help = "Judge a month for all places, and the later months that were judged after it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", help="such as 2026-09")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.named(options["month"])
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        try:
            judged = months.judge_from(
                month=month, by=Person.objects.get_system(), on=timezone.localdate()
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for run, is_new in judged:
            said = f"{len(run.changes)} changes" if is_new else "nothing changed"
            self.stdout.write(
                f"{run.month:%Y-%m} · 第 {run.version} 版 · version {run.version}, {said}"
            )
