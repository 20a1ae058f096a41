"""Accounts, transfers and lots."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.paging import KeyPages
from quota_registry.kernel.rest.parameters import Page
from quota_registry.kernel.rest.views import DetailView, ListView
from quota_registry.kernel.scopes import Scope
from reserve.api import examples
from reserve.models import Account, Balance, Lot
from reserve.selectors import feed
from reserve.serializers import AccountSerializer, LotSerializer, TransferSerializer
from reserve.vocabulary import AccountKind, LotSourceKind, TransferKind


class StockQuery(Page):
    """What all lists of the stock are asked for by."""

    place = parameters.PlaceField(required=False)
    descendants = parameters.FlagField(required=False, help_text=_("1：包括下级地区；0：仅本地区"))
    pollutant = parameters.PollutantField(required=False)
    polluter = serializers.CharField(required=False, max_length=18, help_text=_("统一社会信用代码"))


class AccountsQuery(StockQuery):
    """What accounts are asked for by."""

    kind = serializers.ChoiceField(AccountKind.choices, required=False)


@extend_schema(
    tags=["accounts"],
    summary=_("账户及余额"),
    examples=[OpenApiExample("accounts", value=examples.ACCOUNT, response_only=True)],
)
class Accounts(ListView):
    """Accounts of places and polluters in the caller's reach, with what lies in them now."""

    scope = Scope.BALANCES_READ
    query = AccountsQuery
    serializer_class = AccountSerializer
    order = ("id",)
    table_name = "accounts"

    def get_queryset(self) -> QuerySet[Account]:
        """Keep what was asked for."""
        accounts = accounts_within(self.reach)
        if "place" in self.asked:
            place = self.reach.place(self.asked["place"])
            accounts = accounts.filter(
                Q(place__path__startswith=place.path)
                | Q(polluter__place__path__startswith=place.path)
                if self.asked.get("descendants")
                else Q(place=place) | Q(polluter__place=place)
            )
        if "polluter" in self.asked:
            accounts = accounts.filter(polluter__uscc=self.asked["polluter"])
        for name in ("pollutant", "kind"):
            if name in self.asked:
                accounts = accounts.filter(**{name: self.asked[name]})
        return accounts.annotate(grams=Coalesce(Sum("balances__grams"), 0))


class TransfersQuery(StockQuery):
    """What transfers are asked for by."""

    kind = serializers.ChoiceField(TransferKind.choices, required=False)
    document = serializers.CharField(required=False, max_length=160, help_text=_("文号"))
    effective_from = parameters.DayField(required=False)
    effective_until = parameters.DayField(required=False)


class Feed(KeyPages):
    """Pages of the feed; the cursor is given at the end too, to go on from when more has come."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the wrapping, with the cursor."""
        wrapping = super().get_paginated_response_schema(schema)
        wrapping["required"].append("cursor")
        wrapping["properties"]["cursor"] = {
            "type": "string",
            "nullable": True,
            "example": "WzEwMjQsMl0:9fQ",
        }
        return wrapping


@extend_schema(
    tags=["transfers"],
    summary=_("划转（可作变更流）"),
    description=_(
        "按台账顺序排列，只列出其前不会再插入的划转。读到末页后保留 cursor，"
        "下次带上它即可只读取此后新增的划转，不重不漏。"
    ),
)
class Transfers(ListView):
    """Transfers that touch the caller's reach, in the ledger's order."""

    scope = Scope.BALANCES_READ
    query = TransfersQuery
    serializer_class = TransferSerializer
    pagination_class = Feed
    table_name = "transfers"
    BY: ClassVar = (
        "kind",
        "document",
        "effective_from",
        "effective_until",
        "pollutant",
        "polluter",
    )

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a page of the feed, and the cursor behind its last row."""
        pages = cast(Feed, self.paginator)
        pages.request = request
        cursor, start = self.asked.get("cursor"), feed.START
        if cursor:
            start = feed.Place(*pages.opened(cursor, 2))
        by = {name: self.asked[name] for name in self.BY if name in self.asked}
        if "place" in self.asked:
            place = self.reach.place(self.asked["place"])
            by |= {"below": place.path} if self.asked.get("descendants") else {"place": place.code}
        size = self.asked["page_size"]
        rows = feed.after(start, paths=self.reach.paths, size=size + 1, by=by)
        more, rows = len(rows) > size, rows[:size]
        if rows:
            cursor = pages.signed([rows[-1]["xid"], rows[-1]["id"]])
        pages.next_cursor = cursor if more else None
        response = pages.get_paginated_response(self.get_serializer(rows, many=True).data)
        response.data["cursor"] = cursor
        return response


@extend_schema(
    tags=["transfers"],
    summary=_("一笔划转及其分录"),
    examples=[OpenApiExample("transfer", value=examples.TRANSFER, response_only=True)],
)
class OneTransfer(DetailView):
    """A transfer with all its entries."""

    scope = Scope.BALANCES_READ
    serializer_class = TransferSerializer
    table_name = "transfer"

    def found(self, **kwargs: Any) -> Any:
        """Find it if it touches the caller's reach."""
        return feed.one(kwargs["number"], paths=self.reach.paths)


class LotsQuery(StockQuery):
    """What lots are asked for by."""

    source_kind = serializers.ChoiceField(LotSourceKind.choices, required=False)
    vintage_from = parameters.DayField(required=False)
    vintage_until = parameters.DayField(required=False)
    lake_tai = parameters.FlagField(required=False)


@extend_schema(
    tags=["lots"],
    summary=_("批次"),
    examples=[OpenApiExample("lots", value=examples.LOT, response_only=True)],
)
class Lots(ListView):
    """Lots that came into being, or lie or lay, in the caller's reach."""

    scope = Scope.BALANCES_READ
    query = LotsQuery
    serializer_class = LotSerializer
    order = ("id",)
    table_name = "lots"
    FIELDS: ClassVar = {
        "pollutant": "pollutant",
        "polluter": "polluter__uscc",
        "source_kind": "source__kind",
        "vintage_from": "vintage__gte",
        "vintage_until": "vintage__lte",
        "lake_tai": "lake_tai",
    }

    def get_queryset(self) -> QuerySet[Lot]:
        """Keep what was asked for."""
        lots = lots_within(self.reach)
        if "place" in self.asked:
            place = self.reach.place(self.asked["place"])
            lots = (
                lots.filter(place__path__startswith=place.path)
                if self.asked.get("descendants")
                else lots.filter(place=place)
            )
        return lots.filter(
            **{look: self.asked[name] for name, look in self.FIELDS.items() if name in self.asked}
        )


def accounts_within(reach: Any) -> QuerySet[Account]:
    """Return the accounts of places inside and of polluters that lie inside."""
    return Account.objects.filter(
        reach.within() | reach.within("polluter__place__path")
    ).select_related("polluter")


def lots_within(reach: Any) -> QuerySet[Lot]:
    """Return the lots that came into being inside or that an account inside ever held."""
    held = Balance.objects.filter(account__in=accounts_within(reach).order_by(), lot=OuterRef("pk"))
    return Lot.objects.filter(reach.within() | Q(Exists(held))).select_related("source", "polluter")


def account_of(reach: Any, number: int) -> Account:
    """
    Return the account of this number.

    :raises exceptions.NotFound: if there is none inside.
    """
    account = accounts_within(reach).filter(pk=number).first()
    if account is None:
        raise exceptions.NotFound()
    return account
