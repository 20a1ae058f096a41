"""Polluters: the list, one with its whole record, and what an officer does to them."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from quota_registry.kernel.forms import PlaceForm
from quota_registry.kernel.models import PermitVersion, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, polluters
from quota_registry.kernel.views import (
    Act,
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
)
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant, Tier
from reserve.models import Claim
from reserve.selectors.holdings import held_by

LOCAL = (Tier.COUNTY, Tier.PARK)
CONFIRMED = [("1", _("已核实")), ("0", _("待核实"))]


class ByPlace(django_filters.FilterSet):
    """A filter whose field ``place`` keeps a place and all below it."""

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        place = Place.objects.filter(code=value).first()
        return rows.below(place) if place else rows.none()  # type: ignore[attr-defined]  # ours

    def is_confirmed(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(confirmed=value == "1")


def place_choices() -> list[tuple[str, str]]:
    """Offer the places that polluters lie in, parks below their counties."""
    return [
        (place.code, place.name)
        for place in Place.objects.filter(tier__in=[*LOCAL, Tier.CITY], valid_until=None)
    ]


class PolluterFilter(ByPlace):
    """By name, code or permit number, by place, by class, by whether somebody looked at it."""

    q = django_filters.CharFilter(label=_("名称、拼音、信用代码或许可证编号"), method="matching")
    place = django_filters.ChoiceFilter(label=_("地区"), choices=place_choices, method="below")
    management_class = django_filters.ChoiceFilter(
        label=_("管理类别"), choices=ManagementClass.choices
    )
    confirmed = django_filters.ChoiceFilter(
        label=_("核实"), choices=CONFIRMED, method="is_confirmed"
    )

    class Meta:
        model = Polluter
        fields: list[str] = []

    def matching(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        rows = rows.matching(value.strip())  # type: ignore[attr-defined]  # a PolluterQuerySet
        return rows


class Polluters(ListPage):
    """Every polluter that the person sees."""

    permission = Permission.SEE_POLLUTERS
    model = Polluter
    title = pgettext_lazy("menu", "排污单位")
    template_name = "register/polluters.html"
    filterset_class = PolluterFilter
    orders = {"name": ("sort_key", "pk"), "uscc": ("uscc",), "place": ("place__path", "sort_key")}
    default_sort = "name"
    columns = (
        Column(_("统一社会信用代码"), "uscc"),
        Column(_("单位名称"), "name"),
        Column(_("地区"), "place.name"),
        Column(_("行业代码"), "industry"),
        Column(_("管理类别"), "get_management_class_display"),
        Column(_("已核实"), "confirmed"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("place")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_keep=self.may(Permission.KEEP_POLLUTERS), **kwargs)


class OfOnePolluter(OfOneObject):
    """A view of the polluter that the address names by its code."""

    model = Polluter
    lookup = "uscc"

    def get_queryset(self) -> QuerySet[Any]:
        return Polluter.objects.select_related("place")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list of polluters."""
        return [(pgettext("menu", "排污单位"), reverse("polluters"))]


class OnePolluter(OfOnePolluter, DetailPage):
    """A polluter: who it is, its permits as they changed, its claims."""

    permission = Permission.SEE_POLLUTERS
    template_name = "register/polluter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        polluter: Polluter = self.object
        versions = PermitVersion.objects.prefetch_related("amounts").order_by("-number")
        permits = list(polluter.permits.prefetch_related(Prefetch("versions", versions)))
        claims = Claim.objects.filter(polluter=polluter).filter(
            access.within(self.person, Permission.SEE_CLAIMS, on=self.on)
        )
        return super().get_context_data(
            permits=permits,
            pollutants=list(Pollutant),
            former_names=polluter.former_names.all(),
            claims=claims.select_related("place")[:50],
            held=held_by(polluter),
            may_buy_in=self.may(Permission.BUY_IN, polluter.place),
            may_keep=self.may(Permission.KEEP_POLLUTERS, polluter.place),
            **kwargs,
        )


class PolluterForm(PlaceForm):
    """Who a polluter is and where it lies."""

    name = forms.CharField(label=_("单位名称"), max_length=120)
    uscc = forms.CharField(
        label=_("统一社会信用代码"), max_length=40, help_text=_("十八位，字母大写。")
    )
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("地区"),
        help_text=_("位于限值限量园区的选园区，否则选县（市、区）；代码前六位不决定所在地。"),
    )
    industry = forms.CharField(
        label=_("行业代码"), max_length=5, required=False, help_text=_("如 C2761。")
    )
    management_class = forms.ChoiceField(
        label=_("管理类别"), choices=[("", "—"), *ManagementClass.choices], required=False
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)


class NewPolluter(FormPage):
    """The registration of a polluter."""

    permission = Permission.KEEP_POLLUTERS
    title = _("登记排污单位")
    template_name = "people/form.html"
    form_class = PolluterForm
    success_message = _("排污单位已登记。")

    def get_form_kwargs(self) -> dict[str, Any]:
        places = self.places().filter(tier__in=LOCAL, valid_until=None)
        return super().get_form_kwargs() | {"places": places}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "排污单位"), reverse("polluters"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse("polluters"), **kwargs)

    def save(self, form: Any) -> str:
        polluter = polluters.register(**form.cleaned_data, by=self.person, on=self.on)
        return reverse("polluter", args=[polluter.uscc])


class RenameForm(forms.Form):
    """The new name or code; the old ones are kept as former ones."""

    name = forms.CharField(label=_("单位名称"), max_length=120)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=40)


class RenamePolluter(OfOnePolluter, FormPage):
    """A change of name or code from today on."""

    permission = Permission.KEEP_POLLUTERS
    title = _("变更名称或代码")
    template_name = "people/form.html"
    form_class = RenameForm
    success_message = _("名称或代码已变更，原名称留存备查。")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name, "uscc": self.object.uscc}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse("polluter", args=[self.object.uscc]), **kwargs
        )

    def save(self, form: Any) -> str:
        polluter = polluters.rename(
            polluter=self.object, **form.cleaned_data, by=self.person, on=self.on
        )
        return reverse("polluter", args=[polluter.uscc])


class ConfirmPolluter(OfOnePolluter, Act):
    """The word of an officer that what came in by a file is right."""

    permission = Permission.KEEP_POLLUTERS

    def act(self) -> str:
        polluters.confirm(polluter=self.object, by=self.person, on=self.on)
        self.say(str(_("已核实。")))
        return reverse("polluter", args=[self.object.uscc])
