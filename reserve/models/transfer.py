"""Transfers and their entries: what moved, when, by whom, under which article."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant
from reserve.vocabulary import TransferKind


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction id, which is never reused and never wraps around."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class Transfer(models.Model):
    """
    One posting, all of it or none. It is never changed and never removed.

    ``key`` says what act it records, so that the same act is not recorded twice; ``content``
    is the hash of what was asked for under that key. ``lines`` says how many entries belong to
    it, ``leaf`` commits to all of them. ``xid`` shuts the door: entries join only in the same
    transaction. The keys of persons are checked by the guard, not by a foreign key: its row
    lock on the author would make everyone wait for everyone.
    """

    kind = models.CharField(_("类型"), max_length=10, choices=TransferKind.choices)
    key = models.CharField(_("业务键"), max_length=160)
    content = models.BinaryField(editable=False)
    document = models.CharField(_("文号"), max_length=160, blank=True)
    effective_on = models.DateField(_("生效日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    xid = TransactionIdField(editable=False)
    author = models.ForeignKey(
        "kernel.Person", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    prepared_by = models.ForeignKey(
        "kernel.Person",
        models.PROTECT,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    clause = models.CharField(_("依据条款"), max_length=40, blank=True)
    reason = models.CharField(_("理由"), max_length=400, blank=True)
    request = models.CharField(max_length=64, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversed_by", null=True, blank=True
    )
    lines = models.PositiveSmallIntegerField()
    leaf = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("划转")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_key_one_transfer"),
        ]
        indexes = [
            models.Index(fields=["xid"], name="transfer_by_transaction"),
            models.Index(fields=["effective_on", "id"], name="transfer_by_date"),
        ]

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """
    Signed grams of one lot in one account.

    The references are checked set-wise by the guards on this table, not by foreign keys, whose
    row locks on a busy account and lot would be shared by every posting (docs/adr/0003).
    """

    pk = models.CompositePrimaryKey("transfer", "line")
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    line = models.PositiveSmallIntegerField()
    account = models.ForeignKey(
        "reserve.Account",
        models.PROTECT,
        related_name="entries",
        db_constraint=False,
        db_index=False,
    )
    lot = models.ForeignKey(
        "reserve.Lot", models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    grams = GramsField(_("数量"))
    effective_on = models.DateField(_("生效日期"))

    class Meta:
        verbose_name = _("分录")
        ordering = ["transfer", "line"]
        indexes = [
            models.Index(
                fields=["account", "effective_on", "transfer", "line"], name="entry_of_account"
            ),
            models.Index(fields=["lot", "transfer"], name="entry_of_lot"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.line}"


class Balance(models.Model):
    """
    What lies in an account of a lot now. Written by the guard on entries and by nobody else.

    ``last_effective_on`` tells a back-dated entry from an ordinary one without reading history.
    """

    pk = models.CompositePrimaryKey("account", "lot")
    account = models.ForeignKey(
        "reserve.Account",
        models.PROTECT,
        related_name="balances",
        db_constraint=False,
        db_index=False,
    )
    lot = models.ForeignKey(
        "reserve.Lot", models.PROTECT, related_name="balances", db_constraint=False, db_index=False
    )
    may_be_negative = models.BooleanField(editable=False)
    grams = GramsField(_("余额"))
    last_effective_on = models.DateField(editable=False)

    class Meta:
        verbose_name = _("余额")
        constraints = [
            models.CheckConstraint(
                condition=Q(grams__gte=0) | Q(may_be_negative=True),
                name="no_balance_falls_below_zero",
            ),
        ]
        indexes = [models.Index(fields=["lot"], name="balance_of_lot")]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.lot_id}"
