"""Make the demo city; what is there already is left alone."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quota_registry.demo import city


class Command(BaseCommand):
    """Makes the demo city once; safe to run twice. Refuses outside the demo."""

    help = "Make the demo city: invented polluters and two years of claims."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.QUOTA_DEMO:
            raise CommandError(
                "演示数据只能装入演示环境 · demo data go into a demo only: set QUOTA_DEMO=1."
            )
        if city.is_there():
            self.stdout.write("演示城市已在 · the demo city is there")
            return
        city.build(
            today=timezone.localdate(),
            token=Path(settings.QUOTA_VAR) / "demo-token",
            say=lambda text: self.stdout.write(f"  {text}"),
        )
