"""Transfers: the list of postings, and one with its entries, its paper and its seal."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.services import access
from quota_registry.kernel.views import Column, DetailPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Position, Transfer
from reserve.selectors import transfers
from reserve.views.accounts import said
from reserve.vocabulary import TransferKind


class TransferFilter(django_filters.FilterSet):
    """By paper or key, by kind, by pollutant, by the span of effective dates."""

    q = django_filters.CharFilter(label=gettext_lazy("文号或业务键"), method="named")
    kind = django_filters.ChoiceFilter(label=gettext_lazy("类型"), choices=TransferKind.choices)
    pollutant = django_filters.ChoiceFilter(
        label=gettext_lazy("污染物"), choices=Pollutant.choices, method="moving"
    )
    since = django_filters.DateFilter(
        label=gettext_lazy("生效日期起"), field_name="effective_on", lookup_expr="gte"
    )
    until = django_filters.DateFilter(
        label=gettext_lazy("生效日期止"), field_name="effective_on", lookup_expr="lte"
    )

    class Meta:
        model = Transfer
        fields: list[str] = []

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(key__icontains=value) | Q(document__icontains=value))

    def moving(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=Transfer.objects.filter(entries__pollutant=value).values("pk"))


class Transfers(ListPage):
    """Every posting that touches a place in sight, newest first."""

    permission = Permission.SEE_RESERVE
    model = Transfer
    title = gettext_lazy("划转记录")
    template_name = "reserve/transfers.html"
    filterset_class = TransferFilter
    place_lookup = ""
    orders = {"recorded": ("pk",), "effective": ("effective_on", "pk")}
    default_sort = "-recorded"
    columns = (
        Column(gettext_lazy("登记时间"), "recorded_at", "moment"),
        Column(gettext_lazy("生效日期"), "effective_on", "day"),
        Column(gettext_lazy("类型"), "get_kind_display"),
        Column(gettext_lazy("业务键"), "key"),
        Column(gettext_lazy("文号"), "document"),
        Column(gettext_lazy("依据条款"), "clause"),
        Column(gettext_lazy("经办人"), "author.name"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        paths = access.paths(self.person, Permission.SEE_RESERVE, on=self.on)
        touched = transfers.touching(paths).values("pk")
        return Transfer.objects.filter(pk__in=touched).select_related("author")


class OneTransfer(DetailPage):
    """A posting: what it moved, on which paper, under which article, and under which seal."""

    permission = Permission.SEE_RESERVE
    model = Transfer
    place_lookup = ""
    template_name = "reserve/transfer.html"

    def get_queryset(self) -> QuerySet[Any]:
        return Transfer.objects.select_related("author", "prepared_by", "reverses")

    def refuse_unless_permitted(self) -> None:
        super().refuse_unless_permitted()
        refuse_out_of_sight(self.object, self.person, self)

    def get_title(self) -> str:
        return f"{self.object.get_kind_display()} {self.object.pk}"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("划转记录"), reverse("reserve:transfers"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = list(
            self.object.entries.select_related(
                "account__place", "account__polluter", "lot"
            ).order_by("line")
        )
        return super().get_context_data(
            entries=[(entry, said(entry.account)) for entry in entries],
            sources=self.object.sources.select_related("place", "lot"),
            position=Position.objects.filter(transfer=self.object).select_related("seal").first(),
            reversal=Transfer.objects.filter(reverses=self.object).first(),
            **kwargs,
        )


class Receipt(OfOneObject):
    """The proof of inclusion as a file that the offline verifier reads."""

    permission = Permission.SEE_RESERVE
    model = Transfer
    place_lookup = ""

    def refuse_unless_permitted(self) -> None:
        super().refuse_unless_permitted()
        refuse_out_of_sight(self.object, self.person, self)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        inclusion = transfers.inclusion(self.object)
        if inclusion is None:
            raise OutOfReach(_("该划转尚未封存"))
        name = f"receipt-{self.object.pk}.json"
        return HttpResponse(
            inclusion.to_json(),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def refuse_out_of_sight(transfer: Transfer, person: Person, view: Any) -> None:
    """
    Refuse a person for whom none of the transfer's accounts is in sight.

    :raises OutOfReach: as if it did not exist.
    """
    paths = access.paths(person, Permission.SEE_RESERVE, on=view.on)
    if not transfers.touching(paths).filter(pk=transfer.pk).exists():
        raise OutOfReach(_("没有这个对象"))
