"""Trades (指标交易): what one side sells another, with each side's signed paper (§8, §13)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from allocation.querysets import COUNTS, STANDS, TradeQuerySet
from allocation.vocabulary import TradeKind, TradeStatus
from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant

if TYPE_CHECKING:
    from quota_registry.kernel.models import Place, Polluter

_NOBODY = Q(seller_place=None, seller_polluter=None)


def _later(name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(name, models.PROTECT, related_name="+", null=True)


class Trade(models.Model):
    """
    What a polluter's holding or a reserve sells to a polluter, straight into a project or not.

    ``seller_at`` and ``buyer_at`` are where each side's officer records its act; the side of
    another city has none and is named by ``city``. The terms never change: they are accepted and
    checked as they were offered. ``lines_offered`` counts the lines, so that none joins later.
    """

    number = models.CharField(_("交易编号"), max_length=24, unique=True)
    kind = models.CharField(_("交易类型"), max_length=8, choices=TradeKind.choices)
    status = models.CharField(
        _("状态"), max_length=10, choices=TradeStatus.choices, default=TradeStatus.OFFERED
    )
    version = models.PositiveIntegerField(default=1)
    seller_polluter = models.ForeignKey(
        "kernel.Polluter", models.PROTECT, related_name="sales", null=True
    )
    seller_place = models.ForeignKey(
        "kernel.Place", models.PROTECT, related_name="sales", null=True
    )
    buyer = models.ForeignKey(
        "kernel.Polluter", models.PROTECT, related_name="purchases", null=True
    )
    project = models.ForeignKey(
        "allocation.Project", models.PROTECT, related_name="trades", null=True
    )
    city = models.CharField(_("市外城市"), max_length=40, blank=True)
    seller_at = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+", null=True)
    buyer_at = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+", null=True)
    lines_offered = models.PositiveSmallIntegerField()
    contract = models.CharField(_("合同编号"), max_length=60)
    contract_on = models.DateField(_("合同日期"))
    offered_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    offered_on = models.DateField(_("提出日期"))
    offer_file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    consented_by = _later("kernel.Person")
    consented_on = models.DateField(_("同意出让日期"), null=True)
    accepted_by = _later("kernel.Person")
    accepted_on = models.DateField(_("接受日期"), null=True)
    accept_file = _later("kernel.StoredFile")
    # What the other city's agency gives with its side's act.
    counterpart = models.CharField(_("对方交易凭证编号"), max_length=60, blank=True)
    checked_by = _later("kernel.Person")
    checked_on = models.DateField(_("核准日期"), null=True)
    certificate = models.CharField(_("交易凭证编号"), max_length=60, blank=True)
    rule_book = _later("kernel.RuleBookVersion")
    findings = models.JSONField(null=True)
    transfer = models.OneToOneField(
        "reserve.Transfer", models.PROTECT, related_name="trade", null=True
    )

    objects = TradeQuerySet.as_manager()

    class Meta:
        verbose_name = _("指标交易")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["seller_at", "-id"], name="trade_by_seller"),
            models.Index(fields=["buyer_at", "-id"], name="trade_by_buyer"),
            models.Index(fields=["status", "-id"], name="trade_by_status"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_trade_has_two_sides",
                condition=Q(
                    Q(
                        kind=TradeKind.LOCAL,
                        city="",
                        seller_at__isnull=False,
                        buyer_at__isnull=False,
                        buyer__isnull=False,
                    )
                    & ~_NOBODY
                )
                | Q(
                    _NOBODY,
                    kind=TradeKind.INBOUND,
                    seller_at=None,
                    buyer_at__isnull=False,
                    buyer__isnull=False,
                )
                & ~Q(city="")
                | Q(
                    kind=TradeKind.OUTBOUND,
                    seller_at__isnull=False,
                    buyer_at=None,
                    buyer=None,
                    project=None,
                )
                & ~Q(city="")
                & ~_NOBODY,
            ),
            models.CheckConstraint(
                name="a_seller_is_a_reserve_or_a_holding",
                condition=Q(seller_place=None) | Q(seller_polluter=None),
            ),
            models.CheckConstraint(
                name="nobody_sells_to_itself",
                condition=Q(seller_polluter=None)
                | Q(buyer=None)
                | ~Q(seller_polluter=models.F("buyer")),
            ),
            models.CheckConstraint(
                name="a_trade_has_its_contract",
                condition=~Q(contract="") & Q(lines_offered__gt=0),
            ),
            models.CheckConstraint(
                name="an_accepted_trade_has_both_papers",
                condition=~Q(status__in=[TradeStatus.ACCEPTED, TradeStatus.POSTED])
                | Q(
                    accepted_by__isnull=False,
                    accepted_on__isnull=False,
                    accept_file__isnull=False,
                )
                & (Q(kind=TradeKind.LOCAL) | ~Q(counterpart="")),
            ),
            models.CheckConstraint(
                name="a_posted_trade_has_its_certificate",
                condition=~Q(status=TradeStatus.POSTED)
                | Q(
                    checked_by__isnull=False,
                    checked_on__isnull=False,
                    transfer__isnull=False,
                    rule_book__isnull=False,
                    findings__isnull=False,
                )
                & ~Q(certificate=""),
            ),
            models.CheckConstraint(
                name="a_head_consents_for_a_reserve_alone",
                condition=Q(consented_by=None) | Q(seller_place__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["contract", "seller_polluter", "seller_place", "buyer", "project", "city"],
                condition=STANDS,
                nulls_distinct=False,
                name="a_contract_makes_one_trade",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=~Q(certificate=""),
                name="a_certificate_stands_for_one_trade",
            ),
            models.UniqueConstraint(
                fields=["kind", "city", "counterpart"],
                condition=~Q(counterpart="") & COUNTS,
                name="another_citys_certificate_brings_mass_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def seller(self) -> Place | Polluter | None:
        """Return who sells; nobody of this city where it comes from another."""
        return self.seller_place or self.seller_polluter

    @property
    def seller_name(self) -> str:
        """Name who sells, or the city it comes from."""
        return self.seller.name if self.seller else self.city

    @property
    def buyer_name(self) -> str:
        """Name who buys, or the city it goes to."""
        return self.buyer.name if self.buyer else self.city

    @property
    def sides(self) -> list[Place]:
        """List the sides that lie in this city, the seller's first."""
        return [side for side in (self.seller_at, self.buyer_at) if side is not None]

    @property
    def home(self) -> Place:
        """Return the side that lies in this city, the seller's where both do."""
        return self.sides[0]


class TradeLine(models.Model):
    """What is sold of one pollutant, at which price in yuan per tonne a year, and in all."""

    trade = models.ForeignKey(Trade, models.PROTECT, related_name="lines")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    grams = GramsField(_("数量"))
    price = models.DecimalField(_("单价（元/吨·年）"), max_digits=14, decimal_places=2)
    total = models.DecimalField(_("总价（元）"), max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("交易明细")
        ordering = ["trade_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trade", "pollutant"], name="a_trade_sells_a_pollutant_once"
            ),
            models.CheckConstraint(
                name="a_total_is_the_price_of_its_grams",
                condition=Q(grams__gt=0, price__gte=0)
                & Q(
                    total=Round(
                        models.F("price") * models.F("grams") / models.Value(Decimal(1_000_000)),
                        precision=2,
                    )
                ),
            ),
        ]
