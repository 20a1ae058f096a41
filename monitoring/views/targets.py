"""Targets (§9, §10, §15): the list by year, proposing one, and the second pair of eyes."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.forms import NoteForm, TargetForm
from monitoring.models import Target
from monitoring.services import targets
from monitoring.vocabulary import Indicator, TargetStatus
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Act, Column, FormPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Tier

LIST: Final = "monitoring:targets"


class TargetFilter(django_filters.FilterSet):
    """By place, year, indicator and status."""

    place = django_filters.CharFilter(label=_("地区代码"), field_name="place")
    year = django_filters.NumberFilter(label=_("年度"))
    indicator = django_filters.ChoiceFilter(label=_("指标"), choices=Indicator.choices)
    status = django_filters.ChoiceFilter(label=_("状态"), choices=TargetStatus.choices)

    class Meta:
        model = Target
        fields: list[str] = []


class Targets(ListPage):
    """Every version of every target in sight, newest year first."""

    permission = Permission.SEE_MONITORING
    model = Target
    title = _("环境质量目标")
    template_name = "monitoring/targets.html"
    filterset_class = TargetFilter
    orders = {
        "year": ("year", "place__path", "indicator", "-version", "pk"),
        "place": ("place__path", "year", "indicator", "-version", "pk"),
    }
    default_sort = "-year"
    columns = (
        Column(_("年度"), "year", "number"),
        Column(_("地区"), "place.name"),
        Column(_("指标"), "get_indicator_display"),
        Column(_("目标值"), "value", "number"),
        Column(_("下达文件"), "document"),
        Column(_("版次"), "version", "number"),
        Column(_("状态"), "get_status_display"),
        Column(_("提出人"), "proposed_by.name"),
        Column(_("审核人"), "approved_by.name"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("place", "proposed_by", "approved_by")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.may_decide = (
                row.status == TargetStatus.PROPOSED
                and row.proposed_by_id != self.person.pk
                and self.may(Permission.APPROVE_TARGETS, row.place)
            )
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_propose=self.may(Permission.PROPOSE_TARGETS), **kwargs)


class NewTarget(FormPage):
    """The proposal of a target, or of its change under a new document."""

    permission = Permission.PROPOSE_TARGETS
    title = _("提出目标")
    template_name = "monitoring/act.html"
    form_class = TargetForm
    success_message = _("目标已提出，待另一人审核。")

    def get_form_kwargs(self) -> dict[str, Any]:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        return super().get_form_kwargs() | {"places": places}

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.on.year, "place": self.request.GET.get("place")}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("环境质量目标")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse(LIST), **kwargs)

    def save(self, form: Any) -> str:
        targets.propose(**form.cleaned_data, by=self.person, on=self.on)
        return reverse(LIST)


class OfOneTarget(OfOneObject):
    """A view of one target."""

    permission = Permission.APPROVE_TARGETS
    model = Target
    object: Target

    def get_queryset(self) -> QuerySet[Any]:
        return Target.objects.select_related("place", "proposed_by")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list."""
        return [(str(_("环境质量目标")), reverse(LIST))]


class ApproveTarget(OfOneTarget, Act):
    """The second pair of eyes: the target holds, in place of the one before it."""

    def back(self) -> str:
        return reverse(LIST)

    def act(self) -> str:
        targets.approve(target=self.object, by=self.person, on=self.on)
        self.say(str(_("目标已下达。")))
        return self.back()


class RejectTarget(OfOneTarget, FormPage):
    """A target sent back with a reason."""

    title = _("退回目标")
    template_name = "monitoring/act.html"
    form_class = NoteForm
    success_message = _("目标已退回。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        target = self.object
        return super().get_context_data(
            about=(
                target.place.spoken,
                target.year,
                target.get_indicator_display(),
                target.value,
                Indicator(target.indicator).unit,
            ),
            cancel=reverse(LIST),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        targets.reject(target=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return reverse(LIST)
