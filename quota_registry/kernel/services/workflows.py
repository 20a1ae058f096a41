"""The workflow tables, told to the database."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

from quota_registry.kernel.models import Transition
from quota_registry.kernel.workflow import REGISTERED


def after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Write the tables once the kernel's own tables stand; the last app's call has them all."""
    if Transition._meta.db_table in connections[using].introspection.table_names():
        write_transitions(using=using)


def write_transitions(*, using: str = "default") -> None:
    """Make the database's copy of every registered workflow equal to the table in the code."""
    wanted = {
        (workflow.name, source, row.verb, row.target): sorted(row.apart)
        for workflow in REGISTERED.values()
        for source, row in workflow.rows()
    }
    with transaction.atomic(using=using):
        rows = Transition.objects.using(using)
        for row in rows.filter(workflow__in=REGISTERED):
            key = (row.workflow, row.source, row.verb, row.target)
            if wanted.get(key) == row.apart:
                del wanted[key]
            else:
                row.delete()
        rows.bulk_create(
            Transition(workflow=flow, source=source, verb=verb, target=target, apart=apart)
            for (flow, source, verb, target), apart in wanted.items()
        )
