"""Tags for forms: a field with its help and error, the list of errors, the grid of amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BaseForm, BoundField, ModelChoiceField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    DateInput,
    DateTimeInput,
    RadioSelect,
    Select,
)
from django.utils.translation import gettext as _

from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.web.templatetags.figures import named

register = template.Library()

_DASHES = BLANK_CHOICE_DASH[0][1]


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, clause: str = "", unit: str = "", wide: bool = False
) -> dict[str, Any]:
    """Show a field: label above, control, help with its article, error beside it."""
    widget = bound.field.widget
    shape = "plain"
    name_the_empty_choice(bound)
    open_a_calendar(bound)
    if isinstance(widget, CheckboxInput):
        shape = "check"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        shape = "choices"
    return {
        "field": bound,
        "shape": shape,
        "clause_key": clause or getattr(bound.field, "clause", ""),
        "unit": unit or getattr(bound.field, "unit", ""),
        "wide": wide,
    }


def open_a_calendar(bound: BoundField) -> None:
    """Let the browser offer its calendar for a day, which it wants written as 2026-03-31."""
    widget = bound.field.widget
    if isinstance(widget, DateInput) and not isinstance(widget, DateTimeInput):
        widget.input_type = "date"
        widget.format = "%Y-%m-%d"


def name_the_empty_choice(bound: BoundField) -> None:
    """Say what to do where Django shows a row of dashes; name places in the reader's language."""
    chosen = bound.field
    if isinstance(chosen, ModelChoiceField):
        if chosen.empty_label == _DASHES:
            chosen.empty_label = _("请选择")
        if chosen.queryset is not None and chosen.queryset.model is Place:
            chosen.label_from_instance = named  # type: ignore[assignment]  # a choice of rows
    elif isinstance(chosen.widget, Select) and not callable(chosen.widget.choices):
        chosen.widget.choices = [
            (value, _("请选择") if value == "" and label == _DASHES else label)
            for value, label in chosen.widget.choices
        ]


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm, names: str = "") -> dict[str, Any]:
    """Show several fields of a form in the order of *names*, or all that are visible."""
    chosen = [form[name] for name in names.split()] if names else form.visible_fields()
    return {"fields": chosen}


@register.inclusion_tag("components/errors.html")
def errors(form: BaseForm | None = None, refusal: Any = None, *more: BaseForm) -> dict[str, Any]:
    """List what is wrong on top of a form; each line jumps to its field."""
    forms = [one for one in (form, *more) if one is not None and one.is_bound]
    return {
        "refusal": refusal,
        "general": [text for one in forms for text in one.non_field_errors()],
        "lines": [
            (bound, text) for one in forms for bound in one if bound.errors for text in bound.errors
        ],
        "hidden": [text for one in forms for bound in one.hidden_fields() for text in bound.errors],
    }


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the grid: its key, its heading, how a sum is reckoned, a unit but tonnes."""

    key: str
    label: str
    formula: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the grid: a field to type in, or a sum that follows, or nothing."""

    column: Column
    code: str
    field: BoundField | None

    @property
    def entry(self) -> str:
        """Draw the bare input; its name for a reader is its column and its pollutant."""
        if self.field is None:
            return ""
        said = f"{self.column.label} {Pollutant(self.code).label}"
        attrs: dict[str, str | bool] = {
            "data-row": self.code,
            "data-column": self.column.key,
            "inputmode": "decimal",
            "autocomplete": "off",
            "aria-label": said,
        }
        if self.field.errors:
            attrs["title"] = " ".join(str(text) for text in self.field.errors)
        return self.field.as_widget(attrs=attrs)


def _field(form: BaseForm, name: str) -> BoundField | None:
    return form[name] if name in form.fields else None


@register.inclusion_tag("components/grid.html")
def amounts(
    form: BaseForm, columns: Iterable[Sequence[str]], caption: str = "", pollutants: str = ""
) -> dict[str, Any]:
    """
    Show the grid of amounts: pollutants down, what is said of each across.

    *columns* are (key, heading) for typing and (key, heading, formula) for sums, such as
    ``("admissible", "可入库量", "verified-binding-prior")``. A cell is the form's field
    ``<key>_<pollutant>``; a pollutant without any field stays away. A fourth part names the
    column's unit where it is not tonnes a year.
    """
    heads = [Column(*column) for column in columns]
    codes = pollutants.split() if pollutants else Pollutant.values
    rows = [
        (
            code,
            [Cell(head, code, _field(form, f"{head.key}_{code}")) for head in heads],
        )
        for code in codes
    ]
    rows = [row for row in rows if any(cell.field for cell in row[1])]
    return {
        "columns": heads,
        "rows": rows,
        "caption": caption,
        "errors": [
            (cell.field, text)
            for _code, cells in rows
            for cell in cells
            if cell.field
            for text in cell.field.errors
        ],
    }


@register.inclusion_tag("components/lookup.html")
def lookup(
    bound: BoundField,
    url: str,
    shown: str = "",
    placeholder: str = "",
    clause: str = "",
    typed: bool = False,
) -> dict[str, Any]:
    """
    Show a field that is filled by looking something up.

    *url* answers ``?q=`` with ``<li role="option" data-value data-text>`` lines; *shown* is the
    name of what is chosen now. The field's own value travels in a hidden input; where it is *typed*
    as well, the text travels beside it under the field's name and ``_text``, also to *url*.
    """
    return {
        "field": bound,
        "url": url,
        "shown": shown,
        "placeholder": placeholder,
        "clause_key": clause,
        "words": f"{bound.html_name}_text" if typed else "q",
    }


@register.inclusion_tag("components/drop.html")
def drop(bound: BoundField, max_bytes: int = 0, clause: str = "") -> dict[str, Any]:
    """Show a place to drop files on, which says at once what is too large or of a wrong kind."""
    return {"field": bound, "max_bytes": max_bytes, "clause_key": clause}
