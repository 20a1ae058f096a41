"""Handing open work over to a colleague: one's own, or that of somebody who is away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Appointment, Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.views import FormPage
from quota_registry.web.views.appointments import label_of
from reserve.models import Claim
from reserve.selectors import waiting
from reserve.services import handovers
from reserve.vocabulary import ClaimStatus


class HandOverForm(forms.Form):
    """From whom, to whom."""

    of = forms.ModelChoiceField(
        Person.objects.none(), label=_("移交人"), to_field_name="username", empty_label=None
    )
    to = forms.ModelChoiceField(Person.objects.none(), label=_("接收人"), to_field_name="username")

    def __init__(
        self, *args: Any, givers: QuerySet[Person], takers: QuerySet[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, people in (("of", givers), ("to", takers)):
            self.fields[name].queryset = people  # type: ignore[attr-defined]  # a choice of rows
            self.fields[name].label_from_instance = label_of  # type: ignore[attr-defined]  # a choice of rows

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("of") and said.get("of") == said.get("to"):
            self.add_error("to", _("接收人与移交人相同"))
        return said


class HandOver(FormPage):
    """What lies with somebody, and to whom it goes."""

    permission = Permission.SEE_CLAIMS
    title = _("移交待办")
    template_name = "account/handover.html"
    form_class = HandOverForm

    def colleagues(self) -> QuerySet[Person]:
        """Return who is appointed today within the own places."""
        reach = Q(pk__in=[])
        for path in access.paths(self.person, Permission.SEE_CLAIMS, on=self.on):
            reach |= Q(place__path__startswith=path)
        held = Appointment.objects.in_force(self.on).filter(reach)
        return Person.objects.filter(is_active=True, pk__in=held.values("person")).order_by(
            "username"
        )

    def givers(self) -> QuerySet[Person]:
        """Return for whom the person may hand over: itself, and as a head its colleagues."""
        if self.may(Permission.APPOINT_DEPUTY):
            return self.colleagues() | Person.objects.filter(pk=self.person.pk)
        return Person.objects.filter(pk=self.person.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "givers": self.givers(),
            "takers": self.colleagues(),
        }

    def get_initial(self) -> dict[str, Any]:
        return {"of": self.person.username}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        givers = self.givers()
        assigned = (
            Claim.objects.filter(
                access.within(self.person, Permission.SEE_CLAIMS, on=self.on),
                assigned_to__in=givers,
            )
            .exclude(status__in=[status for status in ClaimStatus if status.is_final])
            .select_related("assigned_to", "place")
            .order_by("assigned_to__username", "pk")[:200]
        )
        return super().get_context_data(
            assigned=assigned, waiting=waiting.waiting_for(self.person, on=self.on), **kwargs
        )

    def save(self, form: Any) -> str:
        outcomes = handovers.assign_all(
            of=form.cleaned_data["of"], to=form.cleaned_data["to"], by=self.person, on=self.on
        )
        refused = [outcome for outcome in outcomes if outcome.refusal is not None]
        moved = len(outcomes) - len(refused)
        if moved:
            self.say(ngettext("已移交 %(n)s 件。", "已移交 %(n)s 件。", moved) % {"n": moved})
        for outcome in refused:
            self.warn(f"{outcome.claim}：{outcome.refusal}")
        if not outcomes:
            self.warn(gettext("没有分派给移交人的未办结事项。"))
        return reverse("hand-over")
