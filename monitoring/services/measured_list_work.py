"""What workers do with lists of measured amounts: read them, and record what they say."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from monitoring.imports.measured import MeasuredSheets
from monitoring.services import measured_lists
from monitoring.services.measured import RIGHT
from monitoring.services.measured_lists import Taken
from quota_registry.kernel.services.list_work import ListWork, doubtful


def _told(found: MeasuredSheets, taken: Taken) -> dict[str, Any]:
    rows = [row for _table, row in found.rows if row.findings]
    # What is wrong comes before what is only remarked.
    rows.sort(key=lambda row: not row.stays_out)
    return {
        **taken.counts,
        **doubtful(
            rows,
            lambda row: {
                "sheet": row.sheet,
                "name": row.values.get("name") or row.values.get("uscc", ""),
            },
        ),
        "others": found.others,
    }


WORK: Final = ListWork(
    reading="monitoring.read_measured_list",
    taking="monitoring.take_measured_list",
    right=RIGHT,
    consent=_("入库"),
    agreed="monitoring.measured_list.agreed",
    find=measured_lists.read,
    try_out=measured_lists.try_out,
    take_in=measured_lists.take_in,
    tell=_told,
)
