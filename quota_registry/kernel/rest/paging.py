"""
Pages by key: the next page begins after the last row seen, wherever rows were added meanwhile.

A cursor is signed, so that nobody composes one, and carries nothing that changes from call to
call, so that an unchanged page keeps its ETag.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from quota_registry.kernel.refusals import Refusal


class BadCursor(Refusal):
    """The cursor is none that this list gave out."""

    code = "bad_cursor"
    status = 404
    message = _("游标无效，请从第一页重新读取")


class KeyPages(BasePagination):
    """
    Pages in the order of the view's ``order``: fields, with a minus in front for falling, of
    which the last is unique.
    """

    next_cursor: str | None = None

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """Return the rows of the page that was asked for, and remember where the next begins."""
        self.request = request
        order: Sequence[str] = view.order
        if cursor := view.asked.get("cursor"):
            queryset = queryset.filter(after(order, self.opened(cursor, len(order))))
        size = view.asked["page_size"]
        rows = list(queryset.order_by(*order)[: size + 1])
        if len(rows) > size:
            rows = rows[:size]
            last = [_plain(_value(rows[-1], name)) for name in order]
            self.next_cursor = self.signed(last)
        return rows

    def signed(self, values: list[Any]) -> str:
        """Write the sort values of a row as a cursor of this list."""
        return self._signer().sign_object(values)

    def opened(self, cursor: str, length: int) -> list[Any]:
        """
        Read the sort values from a cursor.

        :raises BadCursor: if this list did not give it out.
        """
        try:
            values = self._signer().unsign_object(cursor)
        except (signing.BadSignature, ValueError) as unreadable:
            raise BadCursor() from unreadable
        if not isinstance(values, list) or len(values) != length:
            raise BadCursor()
        return values

    def _signer(self) -> signing.Signer:
        return signing.Signer(salt=f"cursor:{self.request.path}")

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap the rows; the address of the next page stands in the body and in ``Link``."""
        following = self.next_address()
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return Response({"next": following, "results": data}, headers=headers)

    def next_address(self) -> str | None:
        """Give the address of the next page, or nothing where this is the last."""
        if self.next_cursor is None:
            return None
        address = self.request.build_absolute_uri()
        return str(replace_query_param(address, "cursor", self.next_cursor))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the wrapping for the schema."""
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "example": "https://registry.example/api/v1/places/?cursor=WyIzMjAwMDAvIl0",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Add nothing: a list's parameters are declared by its query."""
        return []


def after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition for rows behind the one with these values, in this order."""
    condition, same = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name = field.removeprefix("-")
        step = "lt" if field.startswith("-") else "gt"
        condition |= same & Q(**{f"{name}__{step}": value})
        same &= Q(**{name: value})
    return condition


def _value(row: Any, field: str) -> Any:
    return attrgetter(field.removeprefix("-").replace("__", "."))(row)


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)
