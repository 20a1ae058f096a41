"""Trades (指标交易): the list of them, one with its path, and a new offer."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allocation.models import Trade
from allocation.querysets import TradeQuerySet
from allocation.refusals import TermsIncomplete
from allocation.rules import sheet_rows as rules
from allocation.rules import trade as trade_rules
from allocation.rules.sheet_codes import Check
from allocation.selectors import sight
from allocation.selectors import trades as answers
from allocation.services import trades
from allocation.trade_forms import OfferForm
from allocation.vocabulary import TradeKind, TradeStatus
from allocation.workflows import TRADE
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.querysets import polluter_named
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.services import access, files, rulebooks
from quota_registry.kernel.views import (
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
    StreamedFile,
)
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import acted, steps_of

LIST: Final = "allocation:trades"


class TradeFilter(django_filters.FilterSet):
    """By number, contract or name, kind and status."""

    q = django_filters.CharFilter(label=_("编号、合同或单位"), method="find")
    kind = django_filters.ChoiceFilter(label=_("交易类型"), choices=TradeKind.choices)
    status = django_filters.ChoiceFilter(label=_("状态"), choices=TradeStatus.choices)

    class Meta:
        model = Trade
        fields: list[str] = []

    def find(self, found: QuerySet[Trade], _name: str, value: str) -> QuerySet[Trade]:
        """Keep those whose number, contract, certificate or side has the text."""
        return found.filter(
            Q(number__icontains=value)
            | Q(contract__icontains=value)
            | Q(certificate__icontains=value)
            | Q(city__icontains=value)
            | Q(seller_place__name__icontains=value)
            | polluter_named(value, "seller_polluter__")
            | polluter_named(value, "buyer__")
        )


def said_lines(trade: Trade) -> str:
    """Say what is sold, for a cell."""
    return "；".join(f"{line.pollutant} {text(Grams(line.grams))}" for line in trade.lines.all())


class Trades(ListPage):
    """Every trade of which one side lies in sight, newest first."""

    permission = Permission.SEE_PROJECTS
    model = Trade
    title = _("指标交易")
    template_name = "allocation/trades.html"
    filterset_class = TradeFilter
    orders = {"number": ("number",), "pk": ("pk",)}
    columns = (
        Column(_("交易编号"), "number"),
        Column(_("交易类型"), "get_kind_display"),
        Column(_("状态"), "get_status_display"),
        Column(_("卖方"), "seller_name"),
        Column(_("买方"), "buyer_name"),
        Column(_("标的（吨/年）"), said_lines),
        Column(_("合同编号"), "contract"),
        Column(_("交易凭证编号"), "certificate"),
        Column(_("核准日期"), "checked_on", "day"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        assert self.permission is not None
        return answers.with_sides(answers.seen_by(self.person, self.permission, on=self.on))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_offer=self.may(Permission.RECORD_TRADE), **kwargs)


class OfOneTrade(OfOneObject):
    """A view of one trade, for the people of either side."""

    model = Trade
    lookup = "number"
    object: Trade

    def get_queryset(self) -> QuerySet[Any]:
        found: TradeQuerySet = Trade.objects.all()
        return answers.with_sides(found).select_related(
            "offered_by",
            "consented_by",
            "accepted_by",
            "checked_by",
            "offer_file",
            "accept_file",
            "transfer",
            "rule_book",
        )

    def refuse_unless_permitted(self) -> None:
        self.object = self.get_object()
        mine = [side for side in self.object.sides if access.reaches(self.person, side, on=self.on)]
        if not mine:
            raise OutOfReach(_("没有这个对象"))
        if self.permission and not any(self.may(self.permission, side) for side in mine):
            raise NotPermitted(_("您没有查看此页的权限"), permission=str(self.permission))

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list."""
        return [(str(_("指标交易")), reverse(LIST))]

    def home(self) -> str:
        """Return its own page."""
        return reverse("allocation:trade", args=[self.object.number])


PATH: Final = (
    ("offer", _("登记出让")),
    ("consent", _("同意出让储备")),
    ("accept", _("登记接受")),
    ("check", _("核准成交")),
)
_REACHED: Final = {
    TradeStatus.OFFERED: 0,
    TradeStatus.CONSENTED: 1,
    TradeStatus.ACCEPTED: 2,
    TradeStatus.POSTED: 3,
}


def path(trade: Trade) -> list[dict[str, Any]]:
    """Lay out the way of a trade: what is done, by whom and when, and where it stands or broke."""
    steps = list(steps_of(TRADE, trade))
    last = {step.verb.replace("_inside", ""): step for step in steps}
    over = trade.status in {TradeStatus.REFUSED, TradeStatus.WITHDRAWN}
    reached = _REACHED.get(TradeStatus(trade.status), -1)
    found: list[dict[str, Any]] = []
    for place, (verb, label) in enumerate(PATH):
        if verb == "consent" and trade.seller_place_id is None:
            continue
        done = verb in last if over else place <= reached
        found.append({"label": label, "done": done, "step": last.get(verb) if done else None})
    waiting = next((line for line in found if not line["done"]), None)
    if waiting is not None:
        waiting["broken"] = over
        waiting["now"] = not over
        if over:
            waiting["step"] = steps[-1]
    return found


class OneTrade(OfOneTrade, DetailPage):
    """Who sells what to whom at which price, by which clauses, on whose papers, and its way."""

    permission = Permission.SEE_PROJECTS
    template_name = "allocation/trade.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trade = self.object
        lines = list(trade.lines.all())
        return super().get_context_data(
            lines=lines,
            total=sum(line.total for line in lines),
            path=path(trade),
            story=steps_of(TRADE, trade),
            findings=self.findings(),
            stored=trade.findings is not None,
            acts=[row for row in answers.acts(trade) if self.offers(row)],
            sources=trade.sources.filter(
                application__in=sight.applications(self.person, on=self.on)
            )
            .select_related("application")
            .order_by("application__number"),
            **kwargs,
        )

    def findings(self) -> list[rules.Row]:
        """Give what the check found, or what it would find today while the trade is under way."""
        trade = self.object
        if trade.findings is not None:
            return rules.read(trade.findings)
        if trade.status in {TradeStatus.REFUSED, TradeStatus.WITHDRAWN}:
            return []
        held = trade.number if trade.status == TradeStatus.ACCEPTED else ""
        facts = answers.facts_of(answers.deal_of(trade), on=self.on, held=held)
        rows = trade_rules.assess(facts, book=rulebooks.in_force(self.on))
        if (
            held
            or trade.seller_at is None
            or access.reaches(self.person, trade.seller_at, on=self.on)
        ):
            return rows
        # What the seller has in all is shown at its own side alone.
        return [row for row in rows if row.check not in {Check.STOCK, Check.EARMARK}]

    def offers(self, row: Any) -> bool:
        """Say whether the person may do it as a second pair of eyes."""
        return answers.may(
            self.object, row, self.person, on=self.on
        ) and self.person.pk not in acted(TRADE, self.object, row.apart)


class TradeFile(OfOneTrade, StreamedFile):
    """A side's signed paper, streamed to whoever may see the trade."""

    permission = Permission.SEE_PROJECTS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the paper of the side that the address names."""
        trade = self.object
        found = {"offer": trade.offer_file, "acceptance": trade.accept_file}.get(
            self.kwargs["which"]
        )
        if found is None:
            raise Http404
        return self.stream(found, trade.number)


class NewTrade(FormPage):
    """The offer of a seller, recorded with its signed paper."""

    permission = Permission.RECORD_TRADE
    title = _("登记出让")
    template_name = "allocation/trade_new.html"
    form_class = OfferForm
    success_message = _("已登记，待对方接受。")

    def get_form_kwargs(self) -> dict[str, Any]:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        return super().get_form_kwargs() | {"places": places}

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        return {
            "kind": asked.get("kind", TradeKind.LOCAL),
            "seller_uscc": asked.get("seller", ""),
            "buyer_uscc": asked.get("buyer", ""),
            "seller_place": asked.get("reserve"),
            "project_number": asked.get("project", ""),
            "contract_on": self.on,
        }

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("指标交易")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = [("grams", _("数量")), ("price", _("单价"), "", _("元/吨·年"))]
        context = super().get_context_data(columns=columns, cancel=reverse(LIST), **kwargs)
        names = {side: context["form"].shown(f"{side}_uscc") for side in ("seller", "buyer")}
        return context | names

    @transaction.atomic
    def save(self, form: Any) -> str:
        terms = form.terms
        home = terms.deal.seller_at or terms.deal.buyer_at
        if home is None:
            raise TermsIncomplete(clause=clause("8.1"))
        access.require(self.person, Permission.RECORD_TRADE, home, on=self.on)
        file = files.store(upload=form.cleaned_data["file"], place=home, by=self.person)
        trade = trades.offer(terms=terms, file=file, by=self.person, on=self.on)
        return reverse("allocation:trade", args=[trade.number])
