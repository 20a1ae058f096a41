"""What workers do with workbooks of annual totals: read them, and put them into drafts."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parks.imports.workbook import Workbook
from parks.services import totals_lists
from parks.services.totals_lists import RIGHT, Taken
from quota_registry.kernel.services.list_work import SHOWN, ListWork


def _told(found: Workbook, taken: Taken) -> dict[str, Any]:
    doubtful = [(sheet, row) for sheet in found.sheets for row in sheet.rows if row.findings]
    # What is wrong comes before what is only remarked.
    doubtful.sort(key=lambda pair: not pair[1].faults)
    return {
        **taken.counts,
        "doubtful": [
            {
                "sheet": sheet.name,
                "number": row.number,
                "name": row.values.get("name", ""),
                "findings": [finding.put_away() for finding in row.findings],
            }
            for sheet, row in doubtful[:SHOWN]
        ],
        "left_out": max(0, len(doubtful) - SHOWN),
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
