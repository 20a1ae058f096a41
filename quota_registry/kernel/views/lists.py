"""Lists: filters that live in the address, sorting by click, paging by key, export as shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, ClassVar, Final

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_filters import FilterSet

from quota_registry.kernel import keyset
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.services import access
from quota_registry.kernel.views.exported import Column, ExportedPage

# Counting further than this costs more than the number is worth.
COUNTED: Final = 10_000


class ListPage(ExportedPage):
    """
    A list of rows that lie where the person holds the view's permission.

    ``orders`` maps a word in the address (``?sort=word``) to the fields it sorts by, rising; a
    minus before the word turns it round. The template has ``rows``, ``page`` (for the pager),
    ``filter``, ``default_sort`` (for the headings) and ``exports`` (pairs of kind and address).
    """

    model: ClassVar[type[Model]]
    filterset_class: ClassVar[type[FilterSet] | None] = None
    # The lookup that leads from a row to its place's path; empty for rows without a place.
    place_lookup: ClassVar[str] = "place__path"
    orders: ClassVar[Mapping[str, Sequence[str]]] = {"pk": ("pk",)}
    default_sort: ClassVar[str] = "-pk"
    columns: ClassVar[Sequence[Column]] = ()
    page_size: ClassVar[int] = 50
    export_name: ClassVar[str | Promise] = ""
    # Rows of an export in memory at a time.
    export_batch: ClassVar[int] = 2_000
    fragment = "rows"

    def get_queryset(self) -> QuerySet[Any]:
        """Return all rows that the person may see, with what the page shows of them fetched."""
        rows = self.model._default_manager.all()
        if self.place_lookup and self.permission:
            rows = rows.filter(
                access.within(self.person, self.permission, on=self.on, lookup=self.place_lookup)
            )
        return rows

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = self.get_queryset()
        self.filter = self.make_filter(rows)
        if self.filter is not None:
            # A filter that cannot be read finds nothing and says why beside its field.
            unread = self.filter.is_bound and not self.filter.is_valid()
            rows = rows.none() if unread else self.filter.qs
        if kind := request.GET.get("export", ""):
            return self.export(rows, kind)
        return self.render_to_response(self.get_context_data(**self.cut(rows)))

    def make_filter(self, rows: QuerySet[Any]) -> FilterSet | None:
        """Bind the filter to the address; a first visit has its initial values."""
        if self.filterset_class is None:
            return None
        return self.filterset_class(
            self.request.GET or None, queryset=rows, request=self.request, prefix=None
        )

    # ── Sorting and paging ──
    def order(self) -> list[str]:
        """Return the fields to sort by now."""
        word = self.request.GET.get("sort", "")
        if word.removeprefix("-") not in self.orders:
            word = self.default_sort
        fields = self.orders[word.removeprefix("-")]
        return [_turned(field) for field in fields] if word.startswith("-") else list(fields)

    def cut(self, rows: QuerySet[Any]) -> dict[str, Any]:
        """Cut the page that the address asks for."""
        asked = self.request.GET
        page = keyset.page(
            rows,
            order=self.order(),
            size=self.page_size,
            after=asked.get("after", ""),
            before=asked.get("before", ""),
        )
        found = rows.order_by()[: COUNTED + 1].count()
        page = replace(page, count=found if found <= COUNTED else None)
        return {
            "rows": self.decorate(page.rows),
            "page": page,
            "filter": self.filter,
            "default_sort": self.default_sort,
            "exports": self.exports(),
        }

    def decorate(self, rows: list[Any]) -> list[Any]:
        """Add to the rows of one page, or one batch, what costs a query of its own."""
        return rows

    # ── Export ──
    def exports(self) -> list[tuple[str, str]]:
        """List the kinds of file that this list can be taken home as, with their addresses."""
        return super().exports() if self.columns else []

    def export(self, rows: QuerySet[Any], kind: str) -> HttpResponseBase:
        """
        Answer exactly the rows shown, all pages of them, as a file, and write down that it was.

        :raises NotPermitted: if the person may not take lists home, or the list has no columns.
        """
        if not self.columns:
            raise NotPermitted(_("您没有导出的权限"), permission=str(self.export_permission))
        return self.taken_home(
            kind,
            name=str(self.export_name or self.get_title()),
            columns=self.columns,
            rows=self._rows(rows.order_by(*self.order(), "pk")),
        )

    def _rows(self, rows: QuerySet[Any]) -> Iterator[Any]:
        stream = rows.iterator(chunk_size=self.export_batch)
        while batch := list(islice(stream, self.export_batch)):
            yield from self.decorate(batch)


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
