"""
The acts on a trade over the API: those of its page, an address each, one service each.

What comes with a side's signed paper, the offer and the acceptance, is recorded in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.trades import TradeSerializer
from allocation.models import Trade
from allocation.selectors import trades
from allocation.serializers import DOCUMENT
from allocation.trade_deeds import DEEDS, Deed
from allocation.trade_forms import CheckForm, ConsentForm, EndForm
from allocation.workflows import TRADE
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.callers import acting
from quota_registry.kernel.rest.once import once
from quota_registry.kernel.rest.views import View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.workflow import Transition

PAPERS: Final = _("登记出让、登记接受须附一方签署的文件，只在系统页面上办理。")


class TradeConsentSerializer(serializers.Serializer[Any]):
    """A consent says nothing more."""


class TradeCheckSerializer(serializers.Serializer[Any]):
    """The certificate of the trading agency."""

    certificate = parameters.WordField(DOCUMENT, label=_("交易凭证编号"))


class TradeEndSerializer(serializers.Serializer[Any]):
    """Why a trade ends."""

    reason = serializers.CharField(max_length=300, label=_("理由"))


BODIES: Final[Mapping[type[forms.Form], type[serializers.Serializer[Any]]]] = {
    ConsentForm: TradeConsentSerializer,
    CheckForm: TradeCheckSerializer,
    EndForm: TradeEndSerializer,
}
"""What a program says where a page has the form; what needs a file is not there."""


class ActOnTrade(View):
    """One act on one trade, as its page does it."""

    scope = Scope.TRADES_WRITE
    http_method_names = ["post"]
    deed: ClassVar[Deed]
    row: ClassVar[Transition]

    @once
    def post(self, request: Request, number: str) -> Response:
        """Do it, and answer the trade as it stands then."""
        seen = trades.with_sides(Trade.objects.seen_from(self.reach.within))
        trade, by = seen.filter(number=number).first(), acting(request)
        if trade is None:
            raise OutOfReach(_("没有这个对象"))
        if not trades.may(trade, self.row, by, on=self.on):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(self.row.permission))
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        self.deed.do(trade, asked.validated_data, by, self.on)
        stands = trades.with_sides(Trade.objects.filter(pk=trade.pk)).get()
        return Response(TradeSerializer(stands).data)


def _view(verb: str, deed: Deed) -> type[ActOnTrade]:
    """Make the view of an act."""
    row = next(row for row in TRADE.transitions if row.verb == verb)
    body = BODIES[deed.form]

    @extend_schema(
        tags=["allocation"],
        summary=row.label,
        description=format_lazy("{}\n\n{}", deed.will, PAPERS),
        request=body if body().fields else None,
        responses={200: TradeSerializer},
    )
    class OneAct(ActOnTrade):
        serializer_class = body

    OneAct.deed, OneAct.row = deed, row
    return OneAct


VIEWS: Final = {verb: _view(verb, deed) for verb, deed in DEEDS.items() if deed.form in BODIES}
"""By the act's verb."""
