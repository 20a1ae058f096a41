"""The API of the kernel: places, polluters and their permits."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import Page
from quota_registry.kernel.rest.views import DetailView, ListView
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.serializers import (
    PlaceSerializer,
    PolluterDetailSerializer,
    PolluterSerializer,
)
from quota_registry.kernel.vocabulary import ManagementClass

KUNSHAN = {
    "code": "320583",
    "name": "昆山市",
    "name_en": "Kunshan",
    "tier": "county",
    "parent": "320500",
    "gb_code": "320583",
    "valid_from": None,
    "valid_until": None,
    "successor": None,
}
POLLUTER = {
    "uscc": "91320583MA1X100217",
    "name": "昆山示范远博水泥1002有限公司",
    "place": "320583P01",
    "place_name": "昆山经济技术开发区",
    "industry": "C3011",
    "management_class": "key",
    "confirmed": True,
}


class PlacesQuery(Page):
    """What places are asked for by."""

    tier = parameters.TierField(required=False)
    parent = parameters.PlaceField(required=False)  # type: ignore[assignment]  # a field of ours


@extend_schema(
    tags=["places"],
    summary=_("地区"),
    description=_("调用方所在地区及其下级。"),
    examples=[OpenApiExample("places", value=KUNSHAN, response_only=True)],
)
class Places(ListView):
    """The caller's place and those below it."""

    query = PlacesQuery
    serializer_class = PlaceSerializer
    order = ("path",)
    table_name = "places"

    def get_queryset(self) -> QuerySet[Place]:
        """Keep the tier and the parent asked for."""
        places: QuerySet[Place] = Place.objects.filter(self.reach.within("path"))
        for name in ("tier", "parent"):
            if name in self.asked:
                places = places.filter(**{name: self.asked[name]})
        return places


class PollutersQuery(Page):
    """What polluters are asked for by."""

    place = parameters.PlaceField(required=False)
    descendants = parameters.FlagField(required=False, help_text=_("1：包括下级地区；0：仅本地区"))
    search = serializers.CharField(
        required=False,
        max_length=60,
        help_text=_("名称、其拼音、统一社会信用代码或许可证编号的一部分"),
    )
    management_class = serializers.ChoiceField(ManagementClass.choices, required=False)


@extend_schema(
    tags=["polluters"],
    summary=_("排污单位"),
    examples=[OpenApiExample("polluters", value=POLLUTER, response_only=True)],
)
class Polluters(ListView):
    """Polluters that lie in the caller's reach."""

    scope = Scope.POLLUTERS_READ
    query = PollutersQuery
    serializer_class = PolluterSerializer
    order = ("sort_key", "id")
    table_name = "polluters"

    def get_queryset(self) -> QuerySet[Polluter]:
        """Keep the place, the words and the class asked for."""
        polluters = Polluter.objects.filter(self.reach.within()).select_related("place")
        if "place" in self.asked:
            place = self.reach.place(self.asked["place"])
            polluters = (
                polluters.below(place)
                if self.asked.get("descendants")
                else polluters.filter(place=place)
            )
        if "search" in self.asked:
            polluters = polluters.matching(self.asked["search"])
        if "management_class" in self.asked:
            polluters = polluters.filter(management_class=self.asked["management_class"])
        return polluters


@extend_schema(tags=["polluters"], summary=_("一个排污单位及其许可证"))
class OnePolluter(DetailView):
    """A polluter with its permits and former names."""

    scope = Scope.POLLUTERS_READ
    serializer_class = PolluterDetailSerializer
    lookup_field = "uscc"
    table_name = "polluter"

    def get_queryset(self) -> QuerySet[Any]:
        """Fetch what the page of a polluter shows, in a fixed number of queries."""
        return (
            Polluter.objects.filter(self.reach.within())
            .select_related("place")
            .prefetch_related("permits__versions__amounts", "former_names")
        )
