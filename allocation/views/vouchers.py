"""Vouchers (凭证): the list, one with where its mass came from and went, and the paper itself."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from allocation.models import Voucher
from allocation.papers import printing
from allocation.selectors import issued, verification
from allocation.selectors.issued import Said
from allocation.views.projects import PlacedFilter
from allocation.vocabulary import VOUCHER_OF, VoucherStatus
from quota_registry.kernel.mass import tonnes
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.views import Column, DetailPage, ListPage, OfOneObject, Paper
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Claim, Lot, Position
from reserve.vocabulary import LotSourceKind


class VoucherFilter(PlacedFilter):
    """By words, by place, by whether it is good, by the day of issue."""

    status = django_filters.ChoiceFilter(
        label=gettext_lazy("状态"), choices=VoucherStatus.choices, method="standing"
    )
    since = django_filters.DateFilter(
        label=gettext_lazy("出具日期起"), field_name="issued_on", lookup_expr="gte"
    )
    until = django_filters.DateFilter(
        label=gettext_lazy("出具日期止"), field_name="issued_on", lookup_expr="lte"
    )
    spoken_of = (
        "number",
        "application__number",
        "application__project__name",
        "application__project__number",
        "application__project__polluter__name",
        "application__project__polluter__uscc",
    )

    class Meta:
        model = Voucher
        fields: list[str] = []

    def standing(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(application__status__in=[s for s, v in VOUCHER_OF.items() if v == value])


def _required(pollutant: Pollutant) -> Column:
    def value(voucher: Voucher) -> int | None:
        lines = voucher.application.lines.all()
        return next((line.required for line in lines if line.pollutant == pollutant), None)

    return Column(pollutant.symbol, value, "mass")


def _status(voucher: Voucher) -> str:
    status = voucher.application.voucher_status
    return str(status.label) if status else ""


class Vouchers(ListPage):
    """Every voucher of the places in sight, the newest first."""

    permission = Permission.SEE_PROJECTS
    model = Voucher
    title = pgettext_lazy("menu", "总量指标凭证")
    template_name = "allocation/vouchers.html"
    filterset_class = VoucherFilter
    orders = {"number": ("number",), "issued": ("issued_on", "pk"), "pk": ("pk",)}
    default_sort = "-pk"
    columns = (
        Column(gettext_lazy("凭证编号"), "number"),
        Column(gettext_lazy("状态"), _status),
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("排污单位"), "application.project.polluter.name"),
        Column(gettext_lazy("统一社会信用代码"), "application.project.polluter.uscc"),
        Column(gettext_lazy("项目名称"), "application.project.name"),
        Column(gettext_lazy("项目编号"), "application.project.number"),
        Column(gettext_lazy("申请编号"), "application.number"),
        Column(gettext_lazy("出具日期"), "issued_on", "day"),
        Column(gettext_lazy("签发人"), "issued_by.name"),
        *(_required(pollutant) for pollutant in Pollutant),
    )

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()
        return rows.select_related(
            "place", "issued_by", "application__project__polluter"
        ).prefetch_related("application__lines")


class OneVoucher(DetailPage):
    """What a voucher says, where it stands, where each gram came from, and the ledger's proof."""

    permission = Permission.SEE_PROJECTS
    model = Voucher
    lookup = "number"
    template_name = "allocation/voucher.html"
    object: Voucher

    def get_queryset(self) -> QuerySet[Any]:
        return Voucher.objects.select_related("place", "application__project__polluter", "transfer")

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "总量指标凭证"), reverse("allocation:vouchers"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = issued.of(self.object)
        said = found.said
        pollutants = [line.pollutant for line in said.lines]
        chosen = self.request.GET.get("pollutant", "")
        shown = Pollutant(chosen) if chosen in pollutants else pollutants[0]
        return super().get_context_data(
            issued=found,
            said=said,
            pollutants=pollutants,
            shown=shown,
            chart=sankey(said, shown),
            code=verification.spoken(self.object.code),
            claims=self.claims_in_sight(said),
            lots=self.lots_in_sight(said),
            voided=set(
                Lot.objects.filter(
                    pk__in=[source.lot for source in said.sources], voiding__isnull=False
                ).values_list("pk", flat=True)
            ),
            position=Position.objects.filter(transfer=self.object.transfer_id)
            .select_related("seal")
            .first(),
            **kwargs,
        )

    def claims_in_sight(self, said: Said) -> set[str]:
        """Say which reduction projects this person may open."""
        numbers = [one.paper for one in said.sources if one.kind is LotSourceKind.CLAIM]
        seen = access.within(self.person, Permission.SEE_CLAIMS, on=self.on)
        return set(Claim.objects.filter(seen, number__in=numbers).values_list("number", flat=True))

    def lots_in_sight(self, said: Said) -> set[int]:
        """Say which lots this person may open."""
        seen = access.within(self.person, Permission.SEE_RESERVE, on=self.on)
        numbers = [one.lot for one in said.sources]
        return set(Lot.objects.filter(seen, pk__in=numbers).values_list("pk", flat=True))


class VoucherPaper(OfOneObject, Paper):
    """排污总量指标凭证, as it was issued, with where it stands today."""

    permission = Permission.SEE_PROJECTS
    model = Voucher
    lookup = "number"
    object: Voucher

    def get_queryset(self) -> QuerySet[Any]:
        return Voucher.objects.select_related("place", "application")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        data = printing.voucher_pdf(self.object, on=self.on)
        return self.pdf(data, _("排污总量指标凭证") + f"-{self.object.number}", self.object.number)


def sankey(said: Said, pollutant: Pollutant) -> dict[str, Any]:
    """Draw where a voucher's mass came from: reduction project → account → this project."""
    sources = [source for source in said.sources if source.pollutant is pollutant]
    target = f"project:{said.project_number}"
    nodes = {target: said.project}
    flows: dict[tuple[str, str], int] = {}
    for source in sources:
        paper, owner = f"paper:{source.paper}", f"owner:{source.owner.zh}"
        nodes |= {paper: source.paper, owner: source.owner.spoken}
        for link in ((paper, owner), (owner, target)):
            flows[link] = flows.get(link, 0) + source.grams
    return {
        "kind": "sankey",
        "title": _("%(pollutant)s 指标来源") % {"pollutant": pollutant.spoken},
        "subtitle": _("减排项目 → 来源账户 → 本项目，吨/年"),
        "unit": _("吨/年"),
        "source": said.number,
        "nodes": [
            {"id": node, "name": name, "key": pollutant.value if node != target else "project"}
            for node, name in nodes.items()
        ],
        "links": [
            {"source": start, "target": end, "value": str(tonnes(grams))}
            for (start, end), grams in flows.items()
        ],
    }
