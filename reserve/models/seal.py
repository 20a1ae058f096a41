"""Seals: the order of the ledger, fixed, and a root that commits to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Seal(models.Model):
    """
    A closed span of positions under one Merkle root, chained to the seal before.

    ``horizon`` is the oldest transaction that was still open: nothing below it can appear any
    more, so a position, once given, has nothing before it that was not there.
    """

    number = models.BigIntegerField(primary_key=True)
    first_position = models.BigIntegerField()
    last_position = models.BigIntegerField()
    root = models.BinaryField()
    chain = models.BinaryField()
    horizon = models.BigIntegerField()
    sealed_at = models.DateTimeField(_("封存时间"))

    class Meta:
        verbose_name = _("封存")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_position__gte=F("first_position") - 1),
                name="a_seal_covers_a_span",
            ),
            models.UniqueConstraint(fields=["chain"], name="a_chain_has_no_fork"),
        ]
        indexes = [models.Index(fields=["sealed_at"], name="seal_by_time")]

    def __str__(self) -> str:
        return str(self.number)


class Position(models.Model):
    """The place of a transfer in the ledger's order, given once, by its seal."""

    position = models.BigIntegerField(primary_key=True)
    transfer = models.OneToOneField("reserve.Transfer", models.PROTECT, related_name="position")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="positions")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.position)
