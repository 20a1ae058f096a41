"""Let holds lapse whose time has run out; the dated job runs the same."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from allocation.services import holds


class Command(BaseCommand):
    help = "Let holds lapse whose time has run out, and warn of those that soon will."

    def handle(self, *args: Any, **options: Any) -> None:
        lapsed, warned = holds.watch_over(on=timezone.localdate())
        self.stdout.write(
            f"失效 {lapsed} 件，预告 {warned} 件 · {lapsed} lapsed, {warned} warned of"
        )
