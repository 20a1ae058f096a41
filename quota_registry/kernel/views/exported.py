"""What a page shows, taken home as a file by whoever may, and written down that it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.db import transaction
from django.http import HttpResponseBase, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from quota_registry.kernel import exports
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.services import audit
from quota_registry.kernel.views.base import Page

KINDS: Final = ("xlsx", "csv")
# What belongs to the walk through a list and not to what is asked of it.
WALK: Final = ("after", "before", "export")


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a list's export: its heading, and the attribute path or function that fills it.

    A path such as ``place.name`` calls what it can, so ``get_status_display`` works. ``kind``
    says how a spreadsheet shows it: text, mass (grams), day, moment or number.
    """

    label: str | Promise
    value: str | Callable[[Any], Any]
    kind: str = "text"

    def of(self, row: Any) -> Any:
        """Return what the column shows of *row*."""
        if callable(self.value):
            return self.value(row)
        for name in self.value.split("."):
            row = getattr(row, name, None)
            row = row() if callable(row) else row
        return row


class ExportedPage(Page):
    """A page whose table can be taken home as it is shown: ``?export=xlsx`` or ``csv``."""

    export_permission: ClassVar[Permission] = Permission.EXPORT

    def exports(self) -> list[tuple[str, str]]:
        """List the kinds of file that the table can be taken home as, with their addresses."""
        if not self.may(self.export_permission):
            return []
        return [(kind.upper(), self._export_address(kind)) for kind in KINDS]

    def _export_address(self, kind: str) -> str:
        query: QueryDict = self.request.GET.copy()
        for word in WALK:
            query.pop(word, None)
        query["export"] = kind
        return f"{self.request.path}?{query.urlencode()}"

    @transaction.atomic
    def taken_home(
        self,
        kind: str,
        *,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Any],
    ) -> HttpResponseBase:
        """
        Answer the table as a file, and write down that it was taken.

        :raises NotPermitted: if the person may not take lists home.
        """
        if not self.may(self.export_permission):
            raise NotPermitted(_("您没有导出的权限"), permission=str(self.export_permission))
        audit.record(
            verb="export",
            by=self.person,
            subject=self.request.path[:120],
            kind=kind,
            filters=self.request.GET.urlencode(),
        )
        return exports.respond(
            kind=kind,
            name=name,
            headings=[str(column.label) for column in columns],
            kinds=[column.kind for column in columns],
            rows=([column.of(row) for column in columns] for row in rows),
        )
