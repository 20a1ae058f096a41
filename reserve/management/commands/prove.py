"""Rebuild the ledger from its entries by a second implementation, and say where it differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reserve.services import proofs


class Command(BaseCommand):
    help = "Rebuild every balance, lot and seal from the entries and print the first difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="print every difference")

    def handle(self, *args: Any, **options: Any) -> None:
        found, count = proofs.prove(stop_at_first=not options["all"])
        for line in found:
            self.stdout.write(self.style.ERROR(line))
        if found:
            raise SystemExit(1)
        self.stdout.write(f"账实相符 · {count} transfers proved: no difference")
