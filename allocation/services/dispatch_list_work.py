"""What workers do with the quarter's lists: read them, and take them in on consent."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from allocation.imports.stated import ListFile
from allocation.services import dispatch_lists
from allocation.services.dispatch_list_rows import Taken
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services.list_work import ListWork, doubtful


def _told(found: ListFile, taken: Taken) -> dict[str, Any]:
    corrected = set(taken.corrected)
    rows = [row for row in found.rows if row.findings or (row.is_good and row.key in corrected)]
    return {
        "rows": len(found.rows),
        "wrong": len(found.rows) - len(found.good),
        **taken.counts,
        **doubtful(
            rows,
            lambda row: {
                "sheet": row.sheet,
                "key": row.key,
                "name": row.name,
                "corrects": row.is_good and row.key in corrected,
            },
        ),
        "other_sheets": list(found.other_sheets),
    }


WORK: Final = ListWork(
    reading="allocation.read_dispatch_list",
    taking="allocation.take_dispatch_list",
    right=Permission.IMPORT_DISPATCH,
    consent=_("入账"),
    agreed="allocation.dispatch_list.agreed",
    find=dispatch_lists.read,
    try_out=dispatch_lists.try_out,
    take_in=dispatch_lists.take_in,
    tell=_told,
)
