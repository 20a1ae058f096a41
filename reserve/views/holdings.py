"""What polluters hold of their own treatment, and buying it in for the local reserve (§13)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.models import PermitVersion, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import FormPage, OfOneObject
from reserve.selectors.holdings import held_by, standings_of
from reserve.services import buy_ins


class BuyInForm(forms.Form):
    """How much of each pollutant is taken over, after which change of the permit, on what paper."""

    version = forms.ModelChoiceField(
        PermitVersion.objects.none(),
        label=gettext_lazy("许可证变更"),
        help_text=gettext_lazy("收储以许可证相关事项已经变更为前提。"),
    )
    document = forms.CharField(label=gettext_lazy("收储文号"), max_length=60)
    reason = forms.CharField(
        label=pgettext_lazy("of a buy-in", "事由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, polluter: Polluter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = PermitVersion.objects.filter(permit__polluter=polluter)
        choice: Any = self.fields["version"]
        choice.queryset = versions.select_related("permit").order_by("-changed_on")
        choice.label_from_instance = lambda v: f"{v.permit.number} · {v.changed_on:%Y-%m-%d}"
        self.held = held_by(polluter)
        for code, _grams in self.held:
            self.fields[f"amount_{code}"] = TonnesField(
                label=gettext_lazy("收储数量"), required=False
            )

    def amounts(self) -> dict[str, int]:
        """Return the grams of those pollutants that something is taken of."""
        taken = {code: self.cleaned_data.get(f"amount_{code}") or 0 for code, _held in self.held}
        return {code: grams for code, grams in taken.items() if grams}


class BuyIn(OfOneObject, FormPage):
    """The taking over of a polluter's holding into its county's or park's reserve, unsplit."""

    permission = Permission.BUY_IN
    model = Polluter
    lookup = "uscc"
    template_name = "reserve/buy_in.html"
    success_message = gettext_lazy("已收储，指标已转入当地储备库。")
    object: Polluter

    def get_queryset(self) -> QuerySet[Any]:
        return Polluter.objects.select_related("place")

    def get_title(self) -> str:
        return _("收储 %(name)s") % {"name": self.object.name}

    def get_trail(self) -> list[tuple[str, str]]:
        return [
            (pgettext("menu", "排污单位"), reverse("polluters")),
            (self.object.name, self.home()),
        ]

    def home(self) -> str:
        """Return the polluter's page."""
        return reverse("polluter", args=[self.object.uscc])

    def get_form(self, form_class: Any = None) -> BuyInForm:
        return BuyInForm(polluter=self.object, **self.get_form_kwargs())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object,
            standings=standings_of(self.object),
            columns=[("amount", _("收储数量"))],
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        buy_ins.buy_in(
            polluter=self.object,
            amounts=form.amounts(),
            permit_version=form.cleaned_data["version"],
            document=form.cleaned_data["document"],
            reason=form.cleaned_data["reason"],
            by=self.person,
            on=self.on,
        )
        return self.home()
