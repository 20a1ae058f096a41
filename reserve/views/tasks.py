"""Binding reduction tasks: what each place must cut, how far it is, and setting one."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.forms import PlaceForm
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Column, FormPage, ListPage
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.models import ReductionTask
from reserve.selectors import tasks as progress
from reserve.services import tasks


class TaskFilter(django_filters.FilterSet):
    """By year and pollutant."""

    year = django_filters.NumberFilter(label=_("年度"))
    pollutant = django_filters.ChoiceFilter(label=_("污染物"), choices=Pollutant.choices)

    class Meta:
        model = ReductionTask
        fields: list[str] = []


class Tasks(ListPage):
    """Tasks with what claims gave to them, newest year first."""

    permission = Permission.SEE_RESERVE
    model = ReductionTask
    title = pgettext_lazy("menu", "减排任务")
    template_name = "reserve/tasks.html"
    filterset_class = TaskFilter
    orders = {"year": ("year", "place__path", "pk"), "place": ("place__path", "year", "pk")}
    default_sort = "-year"
    columns = (
        Column(_("年度"), "year", "number"),
        Column(_("地区"), "place.name"),
        Column(_("污染物"), "get_pollutant_display"),
        Column(_("任务量"), "grams", "mass"),
        Column(_("已完成量"), "given", "mass"),
        Column(_("下达文件"), "document"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return progress.with_given(super().get_queryset().select_related("place"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_set=self.may(Permission.SET_TASKS), **kwargs)


class TaskForm(PlaceForm):
    """A place's task of one pollutant in a year, as its document states it."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("地区"))
    pollutant = forms.ChoiceField(label=_("污染物"), choices=Pollutant.choices)
    year = forms.IntegerField(label=_("年度"), min_value=2021, max_value=2099)
    grams = TonnesField(label=_("任务量（吨）"))
    document = forms.CharField(
        label=_("下达文件"), max_length=60, help_text=_("如 苏环办字〔2026〕15号。")
    )


class SetTask(FormPage):
    """The setting of a task, or its change under a new document."""

    permission = Permission.SET_TASKS
    title = _("下达减排任务")
    template_name = "people/form.html"
    form_class = TaskForm
    success_message = _("减排任务已登记。")

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.on.year}

    def get_form_kwargs(self) -> dict[str, Any]:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        return super().get_form_kwargs() | {"places": places}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "减排任务"), reverse("reserve:tasks"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse("reserve:tasks"), **kwargs)

    def save(self, form: Any) -> str:
        tasks.set_(**form.cleaned_data, by=self.person, on=self.on)
        return reverse("reserve:tasks")
