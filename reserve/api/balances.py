"""Balances: the one question that everybody asks, answered by one statement."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import Query
from quota_registry.kernel.rest.tables import CsvRenderer
from quota_registry.kernel.rest.views import View
from quota_registry.kernel.scopes import Scope
from reserve.selectors import balances
from reserve.serializers import BalanceSerializer, BalancesSerializer

EXAMPLE = {
    "effective_on": "2026-09-30",
    "known_at": None,
    "ledger_head": 1024,
    "unit": "t/a",
    "balances": [
        {
            "place": "320583",
            "place_name": "昆山市",
            "tier": "county",
            "pollutant": "NOX",
            "available": "12.345678",
            "held": "1.000000",
        }
    ],
}


class BalancesQuery(Query):
    """What balances are asked for by."""

    place = parameters.PlaceField(required=False)
    descendants = parameters.FlagField(required=False, help_text=_("1：包括下级地区；0：仅本地区"))
    tier = parameters.TierField(required=False, help_text=_("与地区不符则为400"))
    pollutant = parameters.PollutantField(required=False)
    effective_on = parameters.DayField(required=False, help_text=_("该日结束时的余额；不填为今天"))
    known_at = parameters.MomentField(
        required=False, help_text=_("按该时点所知；不填为现在。不得晚于最近一次封存")
    )


@extend_schema(
    tags=["balances"],
    summary=_("储备库余额"),
    description=_(
        "place 指该地区本身的储备库，descendants=1 时含其下级。available 为可用量，"
        "held 为已预留量。ledger_head 为封存到的台账位置。"
    ),
    examples=[OpenApiExample("balances", value=EXAMPLE, response_only=True)],
)
class Balances(View):
    """What the reserves in the caller's reach hold."""

    scope = Scope.BALANCES_READ
    query = BalancesQuery
    serializer_class = BalancesSerializer
    rows_key = "balances"
    table_name = "balances"

    def row_serializer(self) -> BalanceSerializer:
        """As a table it is one row a place and pollutant."""
        return BalanceSerializer()

    def get(self, request: Request) -> HttpResponse:
        """Answer what the database wrote, as it wrote it."""
        asked = {"effective_on": self.on} | self.asked
        body = balances.as_json(visible_places=self.reach.paths, **asked)
        if isinstance(request.accepted_renderer, CsvRenderer):
            return Response(json.loads(body))
        return HttpResponse(body, content_type="application/json")
