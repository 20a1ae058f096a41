"""Make the roles, the schemas and the extensions on a server, as its administrator."""

from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from quota_registry import environment
from quota_registry.kernel import preparation


class Command(BaseCommand):
    help = "Make the three database roles, the schemas and the extensions (may run again)."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            environment.demand("ADMIN_DATABASE_URL", "OWNER_DATABASE_URL", "DATABASE_URL")
            preparation.prepare(
                admin_url=environment.secret("ADMIN_DATABASE_URL"),
                owner_url=environment.secret("OWNER_DATABASE_URL"),
                app_url=environment.secret("DATABASE_URL"),
            )
        except (ImproperlyConfigured, preparation.NotPrepared, psycopg.Error) as error:
            raise CommandError(str(error).strip()) from error
        self.stdout.write("数据库已就绪 · roles, schemas and extensions are in place")
