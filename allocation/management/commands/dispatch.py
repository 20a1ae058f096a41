"""Dispatch a quarter anew; the dated job and the button run the same."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from allocation.services import dispatch_rounds
from quota_registry.kernel.models import Person
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.refusals import Refusal


class Command(BaseCommand):
    help = "Dispatch a quarter: EIA approvals, cancelled permits and vouchers held together."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", help="such as 2026Q3")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            quarter = Quarter.named(options["quarter"])
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        try:
            made = dispatch_rounds.run(
                quarter=quarter, by=Person.objects.get_system(), on=timezone.localdate()
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{made.of} · 第 {made.version} 版 · version {made.version},"
            f" {made.findings.count()} findings"
        )
