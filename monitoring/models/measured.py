"""What monitors measured, month by month, and the lists in which it came (§16, §17)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.querysets import MeasuredQuerySet
from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant


class MeasuredAmount(models.Model):
    """
    What a monitor measured of a pollutant in a month (监测排放量), in grams.

    A row is never edited: a later figure is a later version, and the newest one stands. A version
    without a figure withdraws the one before it, for a reason. Whether a figure counts is asked of
    the monitor's dates and bars when it is read, so that a bar that comes to light later takes it
    out.
    """

    monitor = models.ForeignKey("monitoring.Monitor", models.PROTECT, related_name="measured")
    month = models.DateField(_("月份"))
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    version = models.PositiveSmallIntegerField(_("版次"))
    grams = GramsField(_("监测排放量"), null=True)
    reason = models.CharField(_("撤回原因"), max_length=500, blank=True)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = MeasuredQuerySet.as_manager()

    class Meta:
        verbose_name = _("监测排放量")
        ordering = ["-month", "monitor_id", "pollutant", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["monitor", "month", "pollutant", "version"],
                name="a_measured_amount_is_numbered_once",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1) & Q(grams__gte=0) & Q(pollutant__in=Pollutant.values),
                name="a_measured_amount_is_of_a_month_and_never_below_nothing",
            ),
            models.CheckConstraint(
                condition=Q(grams__isnull=False, reason="")
                | Q(grams__isnull=True, reason__regex=r"\S"),
                name="a_measured_amount_is_withdrawn_with_a_reason",
            ),
        ]


class MeasuredList(models.Model):
    """A list of measured amounts as it came in; ``counts`` is what came of taking it in."""

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    taken_at = models.DateTimeField(_("入库时间"), null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("监测排放量表")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.file)
