"""The gate over the API: which ways to quota a place may take on a day, and why."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.api.lists import told
from monitoring.refusals import WrongTier
from monitoring.selectors import gates
from monitoring.serializers import GateSerializer, PassageSerializer
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import Query
from quota_registry.kernel.rest.views import View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant, Tier

EXAMPLE: dict[str, Any] = {
    "place": "320583",
    "on": "2026-09-15",
    "passages": [
        {
            "pollutant": "NOX",
            "way": "upper",
            "state": "closed",
            "open": False,
            "since": "2026-09-01",
            "until": None,
            "reasons": [
                {
                    "code": "reserves_suspended",
                    "clause": "9.3",
                    "text": "昆山市已按苏环办字〔2026〕30号暂停使用各级储备库指标，自2026-09-01起",
                }
            ],
        }
    ],
}


class GatesQuery(Query):
    """What a gate is asked for by."""

    place = parameters.PlaceField()
    pollutant = parameters.PollutantField(required=False)
    on = parameters.DayField(required=False, help_text=_("不填为今天"))


@extend_schema(
    tags=["monitoring"],
    summary=_("准入状态"),
    description=_("一个县（市、区）或园区在某日可否使用本级储备、上级储备与跨区域购买，及其理由。"),
    examples=[OpenApiExample("gate", value=EXAMPLE, response_only=True)],
)
class Gates(View):
    """The gate of one place on a day."""

    scope = Scope.MONITORING_READ
    query = GatesQuery
    serializer_class = GateSerializer
    rows_key = "passages"
    table_name = "gates"

    def row_serializer(self) -> PassageSerializer:
        """As a table it is one row a pollutant and way."""
        return PassageSerializer()

    def get(self, request: Request) -> Response:
        """Judge the place by what is on record today."""
        place = self.reach.place(self.asked["place"])
        if place.tier not in {Tier.COUNTY, Tier.PARK}:
            raise WrongTier(place=place.name)
        on = self.asked.get("on", self.on)
        found = gates.gates_of(place, on=on)
        asked = self.asked.get("pollutant")
        passages = [
            {
                "pollutant": pollutant.value,
                "way": passage.way.value,
                "state": passage.state.value,
                "open": passage.open,
                "since": passage.since,
                "until": passage.until,
                "reasons": [told(reason) for reason in passage.reasons],
            }
            for pollutant in ([Pollutant(asked)] if asked else Pollutant)
            for passage in found[pollutant].passages
        ]
        return Response(GateSerializer({"place": place.pk, "on": on, "passages": passages}).data)
