"""Forget the first answers whose days are over; the dated job runs the same."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from quota_registry.kernel.services import first_answers


class Command(BaseCommand):
    help = "Forget the answers to writes that nobody may send again any more."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = first_answers.forget(at=timezone.now())
        self.stdout.write(f"已清除 {gone} 条 · {gone} forgotten")
