"""The little forms that acts on a claim ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.models import Claim, Inspection
from reserve.services.reviews import Verdict
from reserve.vocabulary import LineStatus


class ActForm(forms.Form):
    """The form of an act on a claim; it knows the claim, and by default it asks for nothing."""

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim


def _words(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(ActForm):
    """An act that says why."""

    reason = _words(_("理由"), required=True)


class NoteForm(ActForm):
    """An act that may say something."""

    note = _words(_("意见"), required=False)


class InspectionForm(ActForm):
    """What was found on site (§21)."""

    visited_on = forms.DateField(
        label=_("核查日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    second_inspector = forms.CharField(
        label=_("第二核查人"), max_length=60, help_text=_("登记人为第一核查人。")
    )
    finding = forms.ChoiceField(
        label=_("结论"), choices=Inspection.Finding.choices, widget=forms.RadioSelect
    )
    remarks = _words(_("情况说明"), required=False)
    photos = forms.FileField(
        label=_("现场照片"),
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg,.pdf"}),
        help_text=_("PNG、JPG 或 PDF。"),
    )


class ReviewForm(ActForm):
    """A division's word on each line of its medium; a refused line leaves with its reason."""

    medium: Medium

    def __init__(self, *args: Any, medium: Medium, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.medium = medium
        codes = [pollutant.value for pollutant in Pollutant.of_medium(medium)]
        self.lines = list(self.claim.lines.filter(pollutant__in=codes).order_by("pk"))
        for line in self.lines:
            self.fields[f"verdict_{line.pollutant}"] = forms.ChoiceField(
                label=Pollutant(line.pollutant).label,
                choices=[
                    ("accept", pgettext_lazy("claim line", "通过")),
                    ("refuse", pgettext_lazy("claim line", "不通过")),
                ],
                initial="refuse" if line.status == LineStatus.REFUSED else "accept",
            )
            self.fields[f"reason_{line.pollutant}"] = forms.CharField(
                label=_("不通过的理由"), required=False, max_length=300, initial=line.reason
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Give each line with its two fields."""
        return [
            (line, self[f"verdict_{line.pollutant}"], self[f"reason_{line.pollutant}"])
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any] | None:
        """Ask for a reason beside each line that is refused."""
        said = super().clean() or {}
        for line in self.lines:
            refused = said.get(f"verdict_{line.pollutant}") == "refuse"
            if refused and not said.get(f"reason_{line.pollutant}"):
                self.add_error(f"reason_{line.pollutant}", _("不通过的须写明理由"))
        return said

    def verdicts(self) -> dict[str, Verdict]:
        """Return what was said of each line."""
        said = self.cleaned_data
        return {
            line.pollutant: Verdict(
                said[f"verdict_{line.pollutant}"] == "accept", said[f"reason_{line.pollutant}"]
            )
            for line in self.lines
        }


class OpinionForm(ActForm):
    """An opinion of the joint review."""

    agrees = forms.ChoiceField(
        label=_("会审意见"),
        choices=[("1", _("同意")), ("0", _("不同意"))],
        widget=forms.RadioSelect,
        initial="1",
    )
    text = _words(_("意见内容"), required=False)


class LetterForm(ActForm):
    """The province's letter with its grams; a percentage only fills in what is left blank."""

    number = forms.CharField(label=_("省级文件文号"), max_length=60)
    dated = forms.DateField(
        label=_("文件日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    percent = forms.DecimalField(
        label=_("省级份额（%）"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        help_text=_("只用来填充下面留空的数量。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in self.claim.lines.filter(status=LineStatus.ACCEPTED):
            self.fields[f"province_{line.pollutant}"] = TonnesField(
                label=_("省级份额"), required=False
            )

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Give the column of the grid, in the reader's language."""
        return [("province", str(_("省级份额")))]

    def grams(self) -> dict[str, int]:
        """Return the grams that the letter states."""
        return {
            name.removeprefix("province_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("province_") and value is not None
        }


class CorrectionForm(ActForm):
    """A proposal to correct one line of an admitted claim."""

    pollutant = forms.ChoiceField(label=_("污染物"))
    verified = TonnesField(label=_("更正后核定量（吨/年）"))
    document = forms.CharField(label=_("文号"), max_length=60)
    reason = _words(_("理由"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = self.claim.lines.filter(status=LineStatus.ACCEPTED)
        self.fields["pollutant"].choices = [  # type: ignore[attr-defined]  # a choice's field
            (line.pollutant, Pollutant(line.pollutant).label) for line in lines
        ]


class VoidForm(ActForm):
    """A proposal to void what was got by deceit (§21)."""

    document = forms.CharField(label=_("文号"), max_length=60)
    reason = _words(_("理由"), required=True)
