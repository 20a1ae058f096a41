"""What workers do with workbooks of annual totals: read them, and put them into drafts."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parks.imports.workbook import Workbook
from parks.services import totals_lists
from parks.services.totals_lists import RIGHT, Taken
from quota_registry.kernel.services.list_work import ListWork, doubtful


def _told(found: Workbook, taken: Taken) -> dict[str, Any]:
    rows = [row for sheet in found.sheets for row in sheet.rows if row.findings]
    # What is wrong comes before what is only remarked.
    rows.sort(key=lambda row: not row.faults)
    return {
        **taken.counts,
        **doubtful(
            rows,
            lambda row: {"sheet": row.findings[0].sheet, "name": row.values.get("name", "")},
        ),
        "others": found.others,
    }


WORK: Final = ListWork(
    reading="parks.read_totals_list",
    taking="parks.take_totals_list",
    right=RIGHT,
    consent=_("入表"),
    agreed="parks.totals_list.agreed",
    find=totals_lists.read,
    try_out=totals_lists.try_out,
    take_in=totals_lists.take_in,
    tell=_told,
)
