"""The forms of the steps of a park's year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from parks.models import ParkYear
from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.mass import text
from quota_registry.kernel.vocabulary import Pollutant

EXAMPLE = _("如 苏环办字〔2026〕15号。")
COLUMNS = (
    ("before", _("上年度允许排放量")),
    ("allowed", _("本年度允许排放量")),
    ("actual", _("上年度实际排放量")),
)


class StepForm(forms.Form):
    """A step that asks for nothing more."""

    def __init__(self, *args: Any, year: ParkYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.prepare()

    def prepare(self) -> None:
        """Add the fields that depend on the year."""


class PaperForm(StepForm):
    """A step under a paper of a day."""

    document = forms.CharField(label=_("文号"), max_length=60, help_text=EXAMPLE)
    day = forms.DateField(label=_("文件日期"))


class NoteForm(StepForm):
    """A step that says why."""

    note = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class VoidForm(NoteForm, PaperForm):
    """What a void rests on: its paper, and why."""


class TotalsForm(StepForm):
    """
    Both totals by pollutant, each filled in with what the registry computes (§16).

    A field left empty says that there is no such total; another figure than the computed one
    needs the reason of its line.
    """

    def __init__(self, *args: Any, proposed: Any, **kwargs: Any) -> None:
        self.proposed = proposed
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        for pollutant in Pollutant:
            computed = self.proposed[pollutant]
            for (key, label), grams in zip(COLUMNS, computed.figures, strict=True):
                self.fields[f"{key}_{pollutant}"] = TonnesField(
                    label=label,
                    required=False,
                    initial=None if grams is None else text(grams),
                )
            self.fields[f"reason_{pollutant}"] = forms.CharField(
                label=format_lazy("{} {}", pollutant.symbol, _("理由")),
                max_length=500,
                required=False,
            )

    @property
    def reasons(self) -> list[forms.BoundField]:
        """List the fields in which another figure than the computed one is explained."""
        return [self[f"reason_{pollutant}"] for pollutant in Pollutant]

    def figures(self, pollutant: Pollutant) -> dict[str, Any]:
        """Give what was typed for one pollutant."""
        said = self.cleaned_data
        return {key: said.get(f"{key}_{pollutant}") for key, _label in COLUMNS} | {
            "reason": said.get(f"reason_{pollutant}", "")
        }
