"""Batches: a file that came in, its rows as read, and what became of each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """A file of claims, previewed first; on consent its good rows become drafts."""

    class State(models.TextChoices):
        READING = "reading", _("读取中")
        PREVIEW = "preview", _("待确认")
        ACCEPTED = "accepted", _("已导入")
        DISCARDED = "discarded", _("已放弃")
        FAILED = "failed", _("无法读取")

    kind = models.CharField(max_length=20)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READING)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey("kernel.Job", models.PROTECT, related_name="+", null=True)
    late_reason = models.CharField(_("逾期理由"), max_length=300, blank=True)
    scan = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+", null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("导入批次")
        ordering = ["-id"]


class ImportRow(models.Model):
    """A row of a batch as read: its values, its errors and warnings, the claim it became."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=60)
    row = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    claim = models.ForeignKey("reserve.Claim", models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ["batch_id", "sheet", "row"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sheet", "row"], name="a_row_stands_in_a_batch_once"
            )
        ]
