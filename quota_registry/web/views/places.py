"""Places: the tree of them, and one with what lies in it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from quota_registry.kernel.models import Appointment, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Column, DetailPage, ListPage
from quota_registry.kernel.vocabulary import Tier
from reserve.models import Claim
from reserve.selectors import balances


class PlaceFilter(django_filters.FilterSet):
    """By name or code, by tier."""

    q = django_filters.CharFilter(label=_("名称或代码"), method="named")
    tier = django_filters.ChoiceFilter(label=_("层级"), choices=Tier.choices)

    class Meta:
        model = Place
        fields: list[str] = []

    def named(self, rows: QuerySet[Place], name: str, value: str) -> QuerySet[Place]:
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value))


class Places(ListPage):
    """Every place that the person sees, from the widest to the narrowest."""

    permission = Permission.SEE_POLLUTERS
    model = Place
    title = pgettext_lazy("menu", "地区")
    template_name = "register/places.html"
    filterset_class = PlaceFilter
    place_lookup = "path"
    orders = {"path": ("path",), "name": ("sort_key", "path")}
    default_sort = "path"
    columns = (
        Column(_("代码"), "code"),
        Column(_("名称"), "name"),
        Column(pgettext_lazy("place", "英文名称"), "name_en"),
        Column(_("层级"), "get_tier_display"),
        Column(_("上级地区"), "parent.name"),
        Column(_("国标代码"), "gb_code"),
        Column(_("启用日期"), "valid_from", "day"),
        Column(_("停用日期"), "valid_until", "day"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("parent", "successor")


class OnePlace(DetailPage):
    """A place: where it belongs, who acts there, what lies in it."""

    permission = Permission.SEE_POLLUTERS
    model = Place
    lookup = "code"
    place_lookup = ""
    template_name = "register/place.html"

    def get_queryset(self) -> QuerySet[Any]:
        return Place.objects.select_related("parent", "successor")

    def place_of(self, found: Place) -> Place:
        """Say that a place lies where it is."""
        return found

    def get_title(self) -> str:
        return str(self.object.spoken)

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "地区"), reverse("places"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place: Place = self.object
        return super().get_context_data(
            children=place.children.order_by("path"),
            people=Appointment.objects.in_force(self.on)
            .filter(place=place)
            .select_related("person")
            .order_by("role", "person__username"),
            polluters=Polluter.objects.below(place).aggregate(
                all=Count("pk"), unconfirmed=Count("pk", filter=Q(confirmed=False))
            ),
            stock=self.stock(),
            claims=self.claims(),
            **kwargs,
        )

    def stock(self) -> list[balances.Stock]:
        """Return what the place's reserve has of each pollutant, for who may see reserves."""
        if not self.may(Permission.SEE_RESERVE, self.object):
            return []
        return balances.stock(place=self.object.code)

    def claims(self) -> int | None:
        """Count the claims that the place and those below it declared."""
        if not self.may(Permission.SEE_CLAIMS, self.object):
            return None
        claims: int = Claim.objects.filter(place__path__startswith=self.object.path).count()
        return claims
