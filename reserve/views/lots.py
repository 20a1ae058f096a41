"""Lots: the list, and one lot's family tree from the works that made it to all that uses it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from quota_registry.kernel.mass import tonnes
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Column, DetailPage, ListPage
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Account, Claim, Debt, Lot
from reserve.selectors import balances, lots
from reserve.selectors.lots import Family
from reserve.views.accounts import said
from reserve.vocabulary import AccountKind, LotSourceKind, TransferKind

UNSPENT = (AccountKind.RESERVE, AccountKind.HOLDING, AccountKind.HELD)


class LotFilter(django_filters.FilterSet):
    """By number, by pollutant, by what brought it, by whether it lay in the band of Lake Tai."""

    q = django_filters.CharFilter(label=gettext_lazy("批次、申报或省级编号"), method="named")
    pollutant = django_filters.ChoiceFilter(label=gettext_lazy("污染物"), choices=Pollutant.choices)
    source = django_filters.ChoiceFilter(
        label=gettext_lazy("来源"), choices=LotSourceKind.choices, field_name="source__kind"
    )
    lake_tai = django_filters.ChoiceFilter(
        label=gettext_lazy("环太湖五公里"),
        choices=[("1", gettext_lazy("范围内")), ("0", gettext_lazy("范围外"))],
        method="in_band",
    )

    class Meta:
        model = Lot
        fields: list[str] = []

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=value) | Q(provincial_number__icontains=value))

    def in_band(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(lake_tai=value == "1")


class Lots(ListPage):
    """Every lot that came from a place in sight, with what of it is still unspent."""

    permission = Permission.SEE_RESERVE
    model = Lot
    title = pgettext_lazy("menu", "批次")
    template_name = "reserve/lots.html"
    filterset_class = LotFilter
    orders = {"vintage": ("vintage", "pk"), "name": ("name",)}
    default_sort = "-vintage"
    columns = (
        Column(gettext_lazy("批次"), "name"),
        Column(gettext_lazy("来源"), "source.get_kind_display"),
        Column(gettext_lazy("来源地区"), "place.name"),
        Column(gettext_lazy("污染物"), "get_pollutant_display"),
        Column(gettext_lazy("形成日期"), "vintage", "day"),
        Column(gettext_lazy("核定量"), "source.verified_grams", "mass"),
        Column(gettext_lazy("未用量"), "unspent", "mass"),
        Column(gettext_lazy("省级编号"), "provincial_number"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        unspent = Sum("balances__grams", filter=Q(balances__account__kind__in=UNSPENT))
        rows: QuerySet[Any] = super().get_queryset().select_related("place", "source")
        found: QuerySet[Any] = rows.annotate(unspent=Coalesce(unspent, 0))
        return found


class OneLot(DetailPage):
    """A lot: its paper, every move it made, where it lies now, and its proof."""

    permission = Permission.SEE_RESERVE
    model = Lot
    template_name = "reserve/lot.html"

    def get_queryset(self) -> QuerySet[Any]:
        return Lot.objects.select_related("place", "source__transfer", "polluter")

    def get_title(self) -> str:
        return _("批次 %(name)s") % {"name": self.object.name}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "批次"), reverse("reserve:lots"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        family = lots.family(self.object)
        words = _words(family)
        claim = None
        if self.object.source.kind == LotSourceKind.CLAIM:
            claim = Claim.objects.filter(number=self.object.source.number).first()
        return super().get_context_data(
            family=family,
            moves=[
                (
                    move,
                    [(words.get(name, name), grams) for name, grams in move.gave.items()],
                    [(words.get(name, name), grams) for name, grams in move.took.items()],
                )
                for move in family.moves
            ],
            resting=[(spot, words.get(spot.name, spot.name)) for spot in family.resting],
            kinds=dict(TransferKind.choices),
            claim=claim,
            chart=tree(family, words),
            **kwargs,
        )


def tree(family: Family, words: dict[str, str]) -> dict[str, Any]:
    """Draw a lot from its works down: each account it came to, below the one that gave it."""
    lot = family.lot
    root: dict[str, Any] = {
        "name": lot.source.number,
        "note": _t(lot.source.verified_grams),
        "children": [],
    }
    node_of: dict[str, dict[str, Any]] = {}
    for move in family.moves:
        parents = [node_of[name] for name in move.gave if name in node_of] or [root]
        for name, grams in move.took.items():
            node = node_of.get(name)
            if node is None:
                node = {"name": words.get(name, name), "note": _t(grams), "children": []}
                node_of[name] = node
                parents[0]["children"].append(node)
    return {
        "kind": "tree",
        "title": _("家谱"),
        "subtitle": _("吨/年，从减排工程到每个使用去向"),
        "unit": _("吨/年"),
        "source": _("总量台账分录"),
        "root": root,
    }


def _words(family: Family) -> dict[str, str]:
    """Call every account of a family in words, in one query."""
    names = {name for move in family.moves for name in (*move.gave, *move.took)}
    names |= {spot.name for spot in family.resting}
    accounts = Account.objects.filter(name__in=names).select_related("place", "polluter")
    return {account.name: said(account) for account in accounts}


def _t(grams: int) -> str:
    return f"{tonnes(grams):,.6f}"


class Debts(ListPage):
    """What places owe after voids, and how much of it their later admissions repaid (§21)."""

    permission = Permission.SEE_RESERVE
    model = Debt
    title = gettext_lazy("亏欠")
    template_name = "reserve/debts.html"
    orders = {"id": ("pk",)}
    default_sort = "-id"
    columns = (
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("污染物"), "get_pollutant_display"),
        Column(gettext_lazy("亏欠量"), "grams", "mass"),
        Column(gettext_lazy("形成日期"), "transfer.effective_on", "day"),
        Column(gettext_lazy("文号"), "transfer.document"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("place", "transfer", "lot")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = {place.code: place for place in self.places()}
        open_now = [
            (places[code], pollutant, grams)
            for (code, pollutant), grams in balances.open_debts().items()
            if code in places
        ]
        return super().get_context_data(open_now=open_now, **kwargs)
