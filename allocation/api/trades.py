"""Trades over the API: those of which one side lies in the caller's reach, read only."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from allocation.models import Trade
from allocation.selectors import trades
from allocation.vocabulary import TradeKind, TradeStatus
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import Page
from quota_registry.kernel.rest.views import DetailView, ListView
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant

EXAMPLE: dict[str, Any] = {
    "number": "320583-JY-2026-00001",
    "kind": "local",
    "status": "posted",
    "seller": "昆山示范远博材料有限公司",
    "seller_uscc": "91320583MA00000017",
    "seller_place": "320583",
    "buyer": "昆山示范恒益科技有限公司",
    "buyer_uscc": "91320583MA00000025",
    "buyer_place": "320583",
    "project": None,
    "city": "",
    "contract": "合同2026-1",
    "contract_on": "2026-09-10",
    "certificate": "苏排交〔2026〕7号",
    "checked_on": "2026-09-15",
    "lines": [{"pollutant": "NOX", "amount": "2.000000", "price": "12000.00", "total": "24000.00"}],
}


class TradeLineSerializer(serializers.Serializer[Any]):
    """What is sold of one pollutant."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    amount = GramsAsTonnes(source="grams", label=_("数量"))
    price = serializers.DecimalField(max_digits=14, decimal_places=2, label=_("单价（元/吨·年）"))
    total = serializers.DecimalField(max_digits=16, decimal_places=2, label=_("总价（元）"))


class TradeSerializer(serializers.Serializer[Any]):
    """A trade with its two sides, its papers' numbers and its lines."""

    number = serializers.CharField(label=_("交易编号"))
    kind = serializers.ChoiceField(TradeKind.choices, label=_("交易类型"))
    status = serializers.ChoiceField(TradeStatus.choices, label=_("状态"))
    seller = serializers.CharField(source="seller_name", label=_("卖方"))
    seller_uscc = serializers.CharField(
        source="seller_polluter.uscc",
        default=None,
        allow_null=True,
        label=_("卖方统一社会信用代码"),
    )
    seller_place = serializers.CharField(
        source="seller_at_id", allow_null=True, label=_("卖方所在地区代码")
    )
    buyer = serializers.CharField(source="buyer_name", label=_("买方"))
    buyer_uscc = serializers.CharField(
        source="buyer.uscc", default=None, allow_null=True, label=_("买方统一社会信用代码")
    )
    buyer_place = serializers.CharField(
        source="buyer_at_id", allow_null=True, label=_("买方所在地区代码")
    )
    project = serializers.CharField(
        source="project.number", default=None, allow_null=True, label=_("用于建设项目")
    )
    city = serializers.CharField(allow_blank=True, label=_("市外城市"))
    contract = serializers.CharField(label=_("合同编号"))
    contract_on = serializers.DateField(label=_("合同日期"))
    certificate = serializers.CharField(allow_blank=True, label=_("交易凭证编号"))
    checked_on = serializers.DateField(allow_null=True, label=_("核准日期"))
    lines = TradeLineSerializer(source="lines.all", many=True, label=_("标的"))


class TradesQuery(Page):
    """What trades are asked for by; a place is that of either side."""

    place = parameters.PlaceField(required=False)
    descendants = parameters.FlagField(required=False, help_text=_("1：包括下级地区；0：仅本地区"))
    kind = serializers.ChoiceField(TradeKind.choices, required=False)
    status = serializers.ChoiceField(TradeStatus.choices, required=False)
    pollutant = parameters.PollutantField(required=False)


@extend_schema(
    tags=["allocation"],
    summary=_("指标交易"),
    description=_("一方在调用方所及地区的指标交易，新的在前。"),
)
class Trades(ListView):
    """Trades of either side in reach, newest first."""

    scope = Scope.TRADES_READ
    query = TradesQuery
    serializer_class = TradeSerializer
    order = ("-id",)
    table_name = "trades"

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what lies in reach and was asked for."""
        asked = self.asked
        found = trades.with_sides(Trade.objects.seen_from(self.reach.within))
        if "place" in asked:
            place = self.reach.place(asked["place"])
            how = "startswith" if asked.get("descendants") else "exact"
            sides = ("seller_at__path", "buyer_at__path")
            at = [Q(**{f"{side}__{how}": place.path}) for side in sides]
            found = found.filter(at[0] | at[1])
        for name in ("kind", "status"):
            if name in asked:
                found = found.filter(**{name: asked[name]})
        if "pollutant" in asked:
            found = found.filter(lines__pollutant=asked["pollutant"])
        return found


@extend_schema(
    tags=["allocation"],
    summary=_("一笔指标交易"),
    examples=[OpenApiExample("trade", value=EXAMPLE, response_only=True)],
)
class OneTrade(DetailView):
    """A trade of either side in reach."""

    scope = Scope.TRADES_READ
    serializer_class = TradeSerializer
    table_name = "trade"

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what lies in reach."""
        return trades.with_sides(Trade.objects.seen_from(self.reach.within))
