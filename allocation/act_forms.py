"""The forms of the acts on an application: what people write when they decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allocation.models import Application
from allocation.selectors import vouchers
from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Place
from quota_registry.kernel.vocabulary import Pollutant

EXAMPLE = _("如 苏环办字〔2026〕15号。")


def _words(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ActForm(forms.Form):
    """
    An act on one application; by itself it asks for nothing more.

    ``columns`` are those of its grid of amounts, where it has one.
    """

    columns: tuple[tuple[str, Any], ...] = ()

    def __init__(
        self,
        *args: Any,
        application: Application,
        places: Sequence[Place] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.places = list(places)
        self.prepare()

    def prepare(self) -> None:
        """Add the fields that depend on the application."""

    @property
    def plain(self) -> list[forms.BoundField]:
        """List the fields that stand outside the grid."""
        keys = tuple(f"{key}_" for key, _label in self.columns)
        days = {name for name, field in self.fields.items() if isinstance(field, forms.DateField)}
        return [
            self[name]
            for name in self.fields
            if not keys or not name.startswith(keys) or name in days
        ]


class ReasonForm(ActForm):
    """An act that says why."""

    reason = _words(_("理由"))


class NoteForm(ActForm):
    """An act that may say something."""

    note = _words(_("说明"), required=False)


class OpinionForm(ActForm):
    """What a division says where it agrees."""

    text = _words(_("意见"), required=False)


class SignForm(ActForm):
    """For which reserve one signs, and the paper it comes with."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("签署的储备"))
    document = forms.CharField(label=_("文号"), max_length=60, required=False, help_text=EXAMPLE)
    text = _words(_("意见"), required=False)

    def prepare(self) -> None:
        field: Any = self.fields["place"]
        field.queryset = Place.objects.filter(pk__in=[place.pk for place in self.places])
        if len(self.places) == 1:
            field.initial = self.places[0].pk
            field.empty_label = None


class ProvinceForm(SignForm):
    """What the province gives, which enters with its document."""

    def prepare(self) -> None:
        super().prepare()
        self.fields["document"].required = True


class ApprovalForm(ActForm):
    """The EIA approval: its paper, its day, and the increment that it approved of each."""

    columns = (("approved", _("批复增量")),)

    number = forms.CharField(
        label=_("环评批复文号"), max_length=60, help_text=_("如 苏环建〔2026〕07第1001号。")
    )
    approved_on = forms.DateField(label=_("批复日期"))

    def prepare(self) -> None:
        asked = {line.pollutant: line for line in self.application.lines.all()}
        for pollutant in Pollutant:
            line = asked.get(pollutant.value)
            # What was not asked for may be approved all the same: then it lacks its quota.
            if line is not None or not self.application.supplements_id:
                self.fields[f"approved_{pollutant.value}"] = TonnesField(
                    label=_("批复增量"),
                    required=line is not None,
                    initial=None if line is None else text(Grams(line.increment)),
                )

    def increments(self) -> dict[Pollutant, Grams]:
        """Return the approved increments, as far as they can be read."""
        return _amounts(self, "approved")


class UseForm(ActForm):
    """The day on which the project came into use."""

    used_on = forms.DateField(label=_("投入使用日期"))


class BackForm(ActForm):
    """The paper and the reason by which mass goes back."""

    document = forms.CharField(label=_("文号"), max_length=60, help_text=EXAMPLE)
    reason = _words(_("理由"))


class GiveBackForm(BackForm):
    """How much goes back of each pollutant; everything that is left unless said otherwise."""

    columns = (("back", _("退回数量")),)

    def prepare(self) -> None:
        for pollutant, grams in vouchers.left(self.application.voucher).items():
            if grams > 0:
                self.fields[f"back_{pollutant.value}"] = TonnesField(
                    label=_("退回数量"), initial=text(grams), required=False
                )

    def amounts(self) -> dict[Pollutant, Grams]:
        """Return how much goes back, as far as it can be read."""
        return _amounts(self, "back")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(self.amounts().values()):
            raise forms.ValidationError(_("填写要退回的数量"))
        return cleaned


def _amounts(form: forms.Form, key: str) -> dict[Pollutant, Grams]:
    return {
        pollutant: form.cleaned_data[name]
        for pollutant in Pollutant
        if form.cleaned_data.get(name := f"{key}_{pollutant.value}") is not None
    }
