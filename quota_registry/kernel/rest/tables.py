"""The same answers as a table: CSV that a spreadsheet opens as it should."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import renderers, serializers

from quota_registry.kernel.fields import GramsAsTonnes

BOM: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")


class CsvRenderer(renderers.BaseRenderer):
    """
    UTF-8 with a byte order mark, one heading a column with its unit, no cell that computes.

    The columns are those of the view's serializer; what is a list inside a row is left to JSON.
    """

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Write the rows of a page, or the one object, as a table."""
        context = renderer_context or {}
        view, response = context["view"], context["response"]
        response["Content-Disposition"] = f'attachment; filename="{view.table_name}.csv"'
        rows = data if isinstance(data, list) else data.get(view.rows_key, [data])
        return table(view.row_serializer(), rows)


def table(serializer: serializers.Serializer[Any], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Write *rows*, as the serializer made them, under its labels."""
    fields = {
        name: field
        for name, field in serializer.fields.items()
        if not isinstance(field, serializers.ListSerializer)
    }
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(heading(field)) for field in fields.values()])
    writer.writerows([neutral(row.get(name)) for name in fields] for row in rows)
    return (BOM + out.getvalue()).encode()


def heading(field: serializers.Field[Any, Any, Any, Any]) -> str:
    """Name a column, with its unit where it holds a mass."""
    label = str(field.label or field.field_name)
    if isinstance(field, GramsAsTonnes):
        return _("%(label)s（吨/年）") % {"label": label}
    return label


def neutral(value: Any) -> str:
    """Write a cell so that no spreadsheet takes it for a formula."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
