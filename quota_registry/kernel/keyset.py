"""
Paging by key: a page begins after the row where the one before ended.

It costs the same on page one and on page one thousand, and rows that arrive meanwhile shift
nothing. The row's sort values travel in the address as a short JSON list.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, the cursors on and back (empty at the ends), and a count if cheap."""

    rows: list[Any] = field(default_factory=list)
    after: str = ""
    before: str = ""
    count: int | None = None


def page(
    queryset: QuerySet[Any], *, order: Sequence[str], size: int, after: str = "", before: str = ""
) -> Page:
    """
    Cut the page of *size* rows that follows the cursor *after* or precedes *before*.

    *order* names fields, a minus in front for falling; the primary key is added, so that every
    row has one place. Empty values come last. A cursor that cannot be read means the first page.
    """
    keys = _keys(order)
    backward = bool(before) and not after
    values = _read(before if backward else after, len(keys))
    if values is not None:
        try:
            queryset = queryset.filter(_beyond(keys, values, backward=backward))
        except (ValueError, ValidationError, TypeError):
            values = None
    rows = list(queryset.order_by(*_orders(keys, backward=backward))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    if not rows:
        return Page()
    has_next = more if not backward else True
    has_previous = values is not None if not backward else more
    return Page(
        rows=rows,
        after=_write(rows[-1], keys) if has_next else "",
        before=_write(rows[0], keys) if has_previous else "",
    )


def _keys(order: Sequence[str]) -> list[tuple[str, bool]]:
    keys = [(name.removeprefix("-"), name.startswith("-")) for name in order]
    if not any(name in ("pk", "id") for name, _ in keys):
        keys.append(("pk", keys[-1][1] if keys else True))
    return keys


def _orders(keys: list[tuple[str, bool]], *, backward: bool) -> list[OrderBy]:
    """Say the order to the database: empty values last, or first when walking backward."""
    ends: dict[str, Any] = {"nulls_first": True} if backward else {"nulls_last": True}
    return [
        (F(name).desc if falling != backward else F(name).asc)(**ends) for name, falling in keys
    ]


def _beyond(keys: list[tuple[str, bool]], values: list[Any], *, backward: bool) -> Q:
    """Keep the rows that lie strictly beyond the row with these values."""
    condition, same = Q(pk__in=[]), Q()
    for (name, falling), value in zip(keys, values, strict=True):
        step = "lt" if falling != backward else "gt"
        if value is None:
            further = Q(**{f"{name}__isnull": False}) if backward else Q(pk__in=[])
            equal = Q(**{f"{name}__isnull": True})
        else:
            further = Q(**{f"{name}__{step}": value})
            if not backward and name != "pk":
                further |= Q(**{f"{name}__isnull": True})
            equal = Q(**{name: value})
        condition |= same & further
        same &= equal
    return condition


def _read(cursor: str, length: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = json.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(values, list) or len(values) != length:
        return None
    return values if all(map(_may_be_asked, values)) else None


def _may_be_asked(value: Any) -> bool:
    # The database knows no text with a NUL in it.
    return value is None or isinstance(value, int) or (isinstance(value, str) and "\0" not in value)


def _write(row: Any, keys: list[tuple[str, bool]]) -> str:
    text = json.dumps([_plain(_follow(row, name)) for name, _ in keys], ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _follow(row: Any, name: str) -> Any:
    """Read ``place__path`` from a row: across relations, or an annotation of that name."""
    if hasattr(row, name):
        return getattr(row, name)
    for part in name.split("__"):
        row = None if row is None else getattr(row, part)
    return row.pk if isinstance(row, Model) else row


def _plain(value: Any) -> str | int | None:
    if isinstance(value, Model):
        value = value.pk
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, int) or value is None else str(value)
