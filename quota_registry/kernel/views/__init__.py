"""
What every floor's views stand on: who acts, on which day, with which permission.

They live here and not in ``quota_registry.web`` because the views of ``reserve`` and the floors
above it stand on them, and nothing below may know of anything above.
"""

from quota_registry.kernel.views.base import (
    Act,
    DetailPage,
    FormPage,
    OfOneObject,
    Page,
    PermittedView,
    PublicView,
    redirect_to,
)
from quota_registry.kernel.views.exported import Column, ExportedPage
from quota_registry.kernel.views.filters import PolluterNamed
from quota_registry.kernel.views.jobs import progress_part
from quota_registry.kernel.views.list_work import (
    ListPageOfOne,
    ListProgress,
    MarkedList,
    NewList,
    OfOneList,
    ResumeList,
    TakeList,
    what_runs,
)
from quota_registry.kernel.views.lists import ListPage
from quota_registry.kernel.views.papers import Paper
from quota_registry.kernel.views.streams import StreamedFile

__all__ = [
    "Act",
    "Column",
    "DetailPage",
    "ExportedPage",
    "FormPage",
    "ListPage",
    "ListPageOfOne",
    "ListProgress",
    "MarkedList",
    "NewList",
    "OfOneList",
    "OfOneObject",
    "Page",
    "Paper",
    "PermittedView",
    "PolluterNamed",
    "PublicView",
    "ResumeList",
    "StreamedFile",
    "TakeList",
    "progress_part",
    "redirect_to",
    "what_runs",
]
