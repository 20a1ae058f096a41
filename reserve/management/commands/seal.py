"""Seal what can no longer be preceded; the dated job runs the same."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reserve.services import ledger


class Command(BaseCommand):
    help = "Give positions to all transfers that nothing can precede any more, under one root."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--even-if-empty", action="store_true", help="also say that nothing came"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seal = ledger.seal(even_if_empty=options["even_if_empty"])
        if seal is None:
            self.stdout.write("无可封存 · nothing to seal")
        else:
            self.stdout.write(
                f"已封存 · seal {seal['seal']}, position {seal['last_position']},"
                f" chain {seal['chain']}"
            )
