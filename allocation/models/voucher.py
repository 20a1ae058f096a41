"""Vouchers (凭证): the numbered proof handed to the applicant, and what came back of one (§8)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from allocation.querysets import VoucherQuerySet
from allocation.vocabulary import GiveBackKind


class Voucher(models.Model):
    """
    The proof that a project has its quota; one per application, a line per source (RULES §5).

    ``content`` is what the paper says, frozen with the signatures it was issued under. ``code``
    is what the public asks by, with the number; whether the voucher is good follows from where its
    application stands.
    """

    number = models.CharField(_("凭证编号"), max_length=24, unique=True)
    code = models.CharField(_("验证码"), max_length=16)
    application = models.OneToOneField(
        "allocation.Application", models.PROTECT, related_name="voucher"
    )
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="vouchers")
    transfer = models.OneToOneField("reserve.Transfer", models.PROTECT, related_name="voucher")
    issued_on = models.DateField(_("出具日期"))
    issued_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    content = models.JSONField()

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("总量指标凭证")
        ordering = ["-id"]
        indexes = [models.Index(fields=["place", "-id"], name="voucher_by_place")]

    def __str__(self) -> str:
        return self.number


class GiveBack(models.Model):
    """What went back from a project into the accounts it came from, and why."""

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="give_backs")
    kind = models.CharField(_("原因"), max_length=10, choices=GiveBackKind.choices)
    transfer = models.OneToOneField("reserve.Transfer", models.PROTECT, related_name="give_back")
    document = models.CharField(_("文号"), max_length=60)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    on = models.DateField(_("日期"))

    class Meta:
        verbose_name = _("指标退回")
        ordering = ["id"]
