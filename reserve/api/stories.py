"""The two answers that explain a figure: an account's statement and a lot's family tree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.paging import KeyPages
from quota_registry.kernel.rest.parameters import Page
from quota_registry.kernel.rest.views import DetailView, View
from quota_registry.kernel.scopes import Scope
from reserve.api.answers import LotTreeSerializer, StatementLineSerializer, StatementSerializer
from reserve.api.stock import account_of, lots_within
from reserve.selectors import lots, statements


class StatementQuery(Page):
    """What a statement is asked for by."""

    effective_from = parameters.DayField(required=False, help_text=_("首日；不填为自始"))
    effective_until = parameters.DayField(required=False, help_text=_("末日；不填为至今"))


@extend_schema(
    tags=["accounts"],
    summary=_("账户明细"),
    description=_("期初 + 收入 − 支出 = 期末；明细按生效日期排列，每行带记账后余额。"),
)
class Statement(View):
    """What an account held, what came, what went, what it holds."""

    scope = Scope.BALANCES_READ
    query = StatementQuery
    serializer_class = StatementSerializer
    table_name = "statement"

    def row_serializer(self) -> StatementLineSerializer:
        """As a table it is its lines."""
        return StatementLineSerializer()

    def get(self, request: Request, number: int) -> HttpResponse:
        """Answer one page of the statement under its totals."""
        account = account_of(self.reach, number)
        pages = KeyPages()
        pages.request = request
        behind: statements.Cursor | None = None
        if cursor := self.asked.get("cursor"):
            day, transfer, line = pages.opened(cursor, 3)
            behind = (date.fromisoformat(day), transfer, line)
        since = self.asked.get("effective_from", date.min)
        until = min(self.asked.get("effective_until", date.max), date.max - timedelta(days=1))
        found = statements.of(
            account,
            since=since,
            until=until + timedelta(days=1),
            after=behind,
            size=self.asked["page_size"],
        )
        if found.after:
            day_, transfer, line = found.after
            pages.next_cursor = pages.signed([day_.isoformat(), transfer, line])
        following = pages.next_address()
        body = self.get_serializer(
            {
                "account": account.pk,
                "name": account.name,
                "effective_from": self.asked.get("effective_from"),
                "effective_until": self.asked.get("effective_until"),
                "opening": found.opening,
                "received": found.received,
                "given": found.given,
                "closing": found.closing,
                "next": following,
                "results": found.lines,
            }
        ).data
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return Response(body, headers=headers)


@extend_schema(
    tags=["lots"],
    summary=_("批次的来龙去脉"),
    description=_("自来源文件起的每一次划转，以及目前所在的各个账户。"),
)
class LotTree(DetailView):
    """A lot from its paper to where it lies now."""

    scope = Scope.BALANCES_READ
    serializer_class = LotTreeSerializer
    table_name = "lot"

    def found(self, **kwargs: Any) -> Any:
        """Find the lot and tell its life."""
        lot = lots_within(self.reach).filter(pk=kwargs["number"]).first()
        return None if lot is None else lots.family(lot)
