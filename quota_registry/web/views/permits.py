"""Permits: the list, and the recording of one or of a new version of it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.models import Permit, PermitVersion
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.querysets import polluter_named
from quota_registry.kernel.services import polluters
from quota_registry.kernel.views import Column, FormPage, ListPage
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant
from quota_registry.web.views.polluters import ByPlace, OfOnePolluter, place_choices


class PermitForm(forms.Form):
    """A permit as it stands from a day on, with what it allows of each pollutant."""

    number = forms.CharField(label=_("排污许可证编号"), max_length=40)
    changed_on = forms.DateField(
        label=_("变更日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("事由"), max_length=120, required=False)
    management_class = forms.ChoiceField(
        label=_("管理类别"), choices=[("", "—"), *ManagementClass.choices], required=False
    )
    cancelled = forms.BooleanField(label=_("注销"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pollutant in Pollutant:
            self.fields[f"allowed_{pollutant}"] = TonnesField(label=pollutant.label, required=False)

    def amounts(self) -> dict[str, int]:
        """Return the grams of those pollutants that the permit states."""
        stated = {code: self.cleaned_data[f"allowed_{code}"] for code in Pollutant.values}
        return {code: grams for code, grams in stated.items() if grams is not None}


class RecordPermit(OfOnePolluter, FormPage):
    """The recording of a permit, or of a new version of it."""

    permission = Permission.KEEP_POLLUTERS
    title = _("登记排污许可证")
    template_name = "register/permit_form.html"
    form_class = PermitForm
    success_message = _("排污许可证已登记。")

    def get_initial(self) -> dict[str, Any]:
        newest = self.object.permits.first()
        return {"number": newest.number if newest else f"{self.object.uscc}001"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse("polluter", args=[self.object.uscc]),
            columns=[("allowed", str(_("许可排放量")))],
            **kwargs,
        )

    def save(self, form: Any) -> str:
        fields = ("number", "changed_on", "reason", "management_class", "cancelled")
        polluters.record_permit(
            polluter=self.object,
            amounts=form.amounts(),
            by=self.person,
            on=self.on,
            **{name: form.cleaned_data[name] for name in fields},
        )
        return reverse("polluter", args=[self.object.uscc])


class PermitFilter(ByPlace):
    """By number or holder, by place, by whether it was cancelled."""

    q = django_filters.CharFilter(label=_("编号或单位名称"), method="matching")
    place = django_filters.ChoiceFilter(label=_("地区"), choices=place_choices, method="below")
    cancelled = django_filters.ChoiceFilter(
        label=_("注销"), choices=[("1", _("已注销")), ("0", _("有效"))], method="by_end"
    )

    class Meta:
        model = Permit
        fields: list[str] = []

    def matching(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        words = value.strip()
        return rows.filter(Q(number__icontains=words) | polluter_named(words, "polluter__"))

    def by_end(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(ended=value == "1")


class Permits(ListPage):
    """Every permit that the person sees, in its newest version."""

    permission = Permission.SEE_POLLUTERS
    model = Permit
    title = _("排污许可证")
    template_name = "register/permits.html"
    filterset_class = PermitFilter
    place_lookup = "polluter__place__path"
    orders = {"number": ("number",), "name": ("polluter__sort_key", "number")}
    default_sort = "number"
    columns = (
        Column(_("排污许可证编号"), "number"),
        Column(_("单位名称"), "polluter.name"),
        Column(_("地区"), "polluter.place.name"),
        Column(_("变更日期"), "newest.changed_on", "day"),
        Column(_("管理类别"), "newest.get_management_class_display"),
        Column(_("已注销"), "ended"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        ended = PermitVersion.objects.filter(permit=OuterRef("pk"), cancelled=True)
        rows: QuerySet[Any] = super().get_queryset().select_related("polluter__place")
        found: QuerySet[Any] = rows.annotate(ended=Exists(ended)).prefetch_related("versions")
        return found

    def decorate(self, rows: list[Any]) -> list[Any]:
        for permit in rows:
            permit.newest = next(iter(permit.versions.all()), None)
        return rows
