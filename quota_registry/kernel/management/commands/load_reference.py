"""Load the reference data: places and the shipped rule book."""

from typing import Any

from django.core.management.base import BaseCommand

from quota_registry.kernel.services import reference


class Command(BaseCommand):
    """Loads what every installation starts with; safe to run twice."""

    help = "Load places and the shipped rule book; what is there already is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, new in reference.load().items():
            self.stdout.write(f"{kind}: {new} new")
