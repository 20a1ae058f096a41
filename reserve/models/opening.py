"""What existed on day one, by place, with its paper and two pairs of eyes before the director."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant
from reserve.vocabulary import OpeningKind


class OpeningStock(models.Model):
    """
    A place's stock on day one: imported by one person, approved by a second, closed by a third.

    Approval posts the rows. After the closing nothing opens there any more.
    """

    place = models.OneToOneField("kernel.Place", models.PROTECT, related_name="opening")
    document = models.CharField(_("文号"), max_length=120)
    effective_on = models.DateField(_("基准日期"))
    imported_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("导入时间"))
    approved_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(_("审核时间"), null=True)
    closed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    closed_at = models.DateTimeField(_("关闭时间"), null=True)

    class Meta:
        verbose_name = _("期初库存")
        constraints = [
            models.CheckConstraint(
                name="an_opening_is_seen_by_four_eyes",
                condition=(Q(approved_by__isnull=True) | ~Q(approved_by=F("imported_by")))
                & (
                    Q(closed_by__isnull=True)
                    | (
                        Q(approved_by__isnull=False)
                        & ~Q(closed_by=F("imported_by"))
                        & ~Q(closed_by=F("approved_by"))
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.document}"


class OpeningRow(models.Model):
    """One line of the file: a lot in the reserve, a holding, an open voucher or a debt."""

    What = OpeningKind

    opening = models.ForeignKey(OpeningStock, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行号"))
    what = models.CharField(_("类别"), max_length=10, choices=What.choices)
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    grams = GramsField(_("数量"))
    polluter = models.ForeignKey(
        "kernel.Polluter", models.PROTECT, related_name="+", null=True, blank=True
    )
    case = models.CharField(_("凭证编号"), max_length=80, blank=True)
    vintage = models.DateField(_("形成日期"), null=True, blank=True)
    lake_tai = models.BooleanField(_("环太湖五公里范围内"), default=False)
    provincial_number = models.CharField(_("省级编号"), max_length=60, blank=True)
    provincial_date = models.DateField(_("省级入库日期"), null=True, blank=True)
    document = models.CharField(_("文号"), max_length=120, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("期初明细")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "line"], name="an_opening_row_is_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(grams__gt=0), name="an_opening_row_brings_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening_id}/{self.line}"
