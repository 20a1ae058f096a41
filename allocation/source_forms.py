"""The form that names an application's sources: pollutants down, accounts across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from allocation.rules.replacement import Duty
from allocation.selectors.assessments import Asked
from allocation.selectors.wells import Spring, Well, key_of
from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.mass import NOTHING, Grams, text
from quota_registry.kernel.vocabulary import Pollutant


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the grid: what is asked of an account, beside what it has."""

    well: Well
    spring: Spring
    field: BoundField

    @property
    def entry(self) -> str:
        """Draw the bare input; its name for a reader is its account and its pollutant."""
        pollutant = self.field.name.rpartition("_")[2]
        attrs: dict[str, str | bool] = {
            "data-row": pollutant,
            "data-column": self.well.key,
            "min": "0",
            "aria-label": f"{self.well.name} {Pollutant(pollutant).label}",
        }
        if self.field.errors:
            attrs["title"] = " ".join(str(text) for text in self.field.errors)
        return self.field.as_widget(attrs=attrs)


@dataclass(frozen=True, slots=True)
class GridRow:
    """A pollutant of the grid: what must be replaced, and its cells."""

    pollutant: Pollutant
    required: Grams
    cells: Sequence[Cell]

    @property
    def plain(self) -> str:
        """Write what must be replaced as the grid's script reads it."""
        return text(self.required)


class SourcesForm(forms.Form):
    """How much of which pollutant every account gives; why, where it stands outside the rule."""

    exception_reason = forms.CharField(
        label=_("例外理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("使用市级储备而不在优先保障范围，或动用环太湖批次的，须说明理由并双签。"),
    )

    def __init__(
        self,
        *args: Any,
        wells: Sequence[Well],
        duties: Mapping[Pollutant, Duty],
        asked: Sequence[Asked],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.wells, self.duties = wells, duties
        named = {one.pollutant for one in asked}
        self.pollutants = [one for one in Pollutant if one in duties or one in named]
        for pollutant in self.pollutants:
            for well in wells:
                self.fields[_name(well, pollutant)] = TonnesField(
                    label=f"{well.name} {pollutant.symbol}", required=False
                )

    def rows(self) -> list[GridRow]:
        """Lay out the grid."""
        return [
            GridRow(
                pollutant=pollutant,
                required=self.duties[pollutant].required if pollutant in self.duties else NOTHING,
                cells=[
                    Cell(well, well.springs[pollutant], self[_name(well, pollutant)])
                    for well in self.wells
                ],
            )
            for pollutant in self.pollutants
        ]

    @property
    def missing_formula(self) -> str:
        """Say to the grid's script how what is missing follows."""
        return "".join(["required", *(f"-{well.key}" for well in self.wells)])

    def asked(self) -> list[Asked]:
        """Return what is asked for as far as it can be read."""
        self.is_valid()
        return [
            Asked(pollutant, well.owner, grams, well.trade.pk if well.trade else None)
            for pollutant in self.pollutants
            for well in self.wells
            if (grams := self.cleaned_data.get(_name(well, pollutant)))
        ]

    def unread(self) -> list[tuple[BoundField, str]]:
        """List the cells that cannot be read, with why."""
        return [
            (cell.field, str(text))
            for row in self.rows()
            for cell in row.cells
            for text in cell.field.errors
        ]


def initial_of(asked: Sequence[Asked], reason: str) -> dict[str, Any]:
    """Return what the form of these sources starts with."""
    named = {
        f"{key_of(one.owner, one.trade)}_{one.pollutant.value}": text(one.grams) for one in asked
    }
    return named | {"exception_reason": reason}


def _name(well: Well, pollutant: Pollutant) -> str:
    return f"{well.key}_{pollutant.value}"
