"""Voids and the debts they leave."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant


class Voiding(models.Model):
    """A lot found false (§21): what was left of it went to VOID, the rest became a debt."""

    lot = models.OneToOneField("reserve.Lot", models.PROTECT, related_name="voiding")
    transfer = models.ForeignKey("reserve.Transfer", models.PROTECT, related_name="voidings")
    voided_grams = GramsField(_("作废量"))
    owed_grams = GramsField(_("亏欠量"))

    class Meta:
        verbose_name = _("作废")
        constraints = [
            models.CheckConstraint(
                condition=Q(voided_grams__gte=0, owed_grams__gte=0),
                name="a_void_takes_and_owes_nothing_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}"


class Debt(models.Model):
    """
    What a place owes of a pollutant. Rows only grow; what covers them lies in COVER.

    It comes from a void, then it names the lot, or from the opening stock.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="debts")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    grams = GramsField(_("亏欠量"))
    lot = models.ForeignKey("reserve.Lot", models.PROTECT, related_name="debts", null=True)
    transfer = models.ForeignKey("reserve.Transfer", models.PROTECT, related_name="debts")

    class Meta:
        verbose_name = _("亏欠")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(grams__gt=0), name="a_debt_is_of_something"),
            models.UniqueConstraint(fields=["lot"], name="a_lot_leaves_one_debt"),
        ]
        indexes = [models.Index(fields=["place", "pollutant"], name="debt_of_place")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.pollutant}"
