"""Outstanding parks (§6): the list, a new record, and the end of one."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.forms import DocumentForm, OutstandingForm
from monitoring.models import OutstandingPark
from monitoring.services import outstanding_parks
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.ranges import last_day
from quota_registry.kernel.views import Column, FormPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Tier

LIST: Final = "monitoring:outstanding"


def _trail() -> list[tuple[str, str]]:
    return [(str(_("年度评定")), reverse("monitoring:judgements"))]


class OutstandingFilter(django_filters.FilterSet):
    """By park."""

    place = django_filters.CharFilter(label=_("地区代码"), field_name="place")

    class Meta:
        model = OutstandingPark
        fields: list[str] = []


class OutstandingParks(ListPage):
    """Every record in sight, newest first."""

    permission = Permission.SEE_MONITORING
    model = OutstandingPark
    title = _("成效显著园区")
    template_name = "monitoring/outstanding.html"
    filterset_class = OutstandingFilter
    columns = (
        Column(_("园区"), "place.name"),
        Column(_("起始日期"), lambda one: one.during.lower, "day"),
        Column(_("最后一日"), lambda one: last_day(one.during), "day"),
        Column(_("文号"), "document"),
        Column(_("认定依据"), "reason"),
        Column(_("经办人"), "by.name"),
        Column(_("终止日期"), "closed_on", "day"),
        Column(_("终止文号"), "close_document"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("place", "by", "closed_by")

    def get_trail(self) -> list[tuple[str, str]]:
        return _trail()

    def decorate(self, rows: list[Any]) -> list[Any]:
        may = self.may(Permission.CONFIRM_JUDGEMENT)
        for row in rows:
            begun = row.closed_on is None or row.closed_on > row.during.lower
            ends = row.during.upper
            row.over = not begun or (ends is not None and ends <= self.on)
            row.may_close = may and row.closed_on is None and not row.over
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_record=self.may(Permission.CONFIRM_JUDGEMENT), **kwargs)


class NewOutstanding(FormPage):
    """The record that a park has outstanding results."""

    permission = Permission.CONFIRM_JUDGEMENT
    title = _("登记成效显著园区")
    template_name = "monitoring/act.html"
    form_class = OutstandingForm
    success_message = _("已登记。")

    def get_form_kwargs(self) -> dict[str, Any]:
        places = self.places().filter(tier=Tier.PARK, valid_until=None)
        return super().get_form_kwargs() | {"places": places}

    def get_initial(self) -> dict[str, Any]:
        return {"place": self.request.GET.get("place"), "starts": self.on}

    def get_trail(self) -> list[tuple[str, str]]:
        return [*_trail(), (str(_("成效显著园区")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            will=_("在所填期间，该园区的项目列入市级储备重点支持范围；登记后不得修改，只能终止。"),
            clause_key="6.1",
            cancel=reverse(LIST),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        outstanding_parks.record(**form.cleaned_data, by=self.person, on=self.on)
        return reverse(LIST)


class CloseOutstanding(OfOneObject, FormPage):
    """The end of a record before its time, or of one without an end."""

    permission = Permission.CONFIRM_JUDGEMENT
    model = OutstandingPark
    title = _("终止成效显著认定")
    template_name = "monitoring/act.html"
    form_class = DocumentForm
    success_message = _("已终止。")
    object: OutstandingPark

    def get_queryset(self) -> QuerySet[Any]:
        return OutstandingPark.objects.select_related("place")

    def get_trail(self) -> list[tuple[str, str]]:
        return [*_trail(), (str(_("成效显著园区")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=(self.object.place.spoken, self.object.document),
            will=_("自今日起，该园区不再列入市级储备重点支持范围。"),
            clause_key="6.1",
            cancel=reverse(LIST),
            danger=True,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        outstanding_parks.close(
            found=self.object, document=form.cleaned_data["document"], by=self.person, on=self.on
        )
        return reverse(LIST)
