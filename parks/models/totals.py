"""Annual totals (年度排放总量): what a park's polluters emitted, as it reports it (§16)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parks.vocabulary import TotalsSource, TotalsStatus

OPEN = (TotalsStatus.DRAFT, TotalsStatus.CHECKING, TotalsStatus.FILED)


class AnnualTotals(models.Model):
    """
    A version of a park's totals of ``year``: filled in by one person, checked by another, filed.

    What was returned or accepted stands; it is changed by the next version alone.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="annual_totals")
    year = models.PositiveSmallIntegerField(_("年度"))
    version = models.PositiveIntegerField(_("版次"), default=1)
    status = models.CharField(
        _("状态"), max_length=10, choices=TotalsStatus.choices, default=TotalsStatus.DRAFT
    )
    # Counts the savings, so that nothing is overwritten that somebody else wrote meanwhile.
    edition = models.PositiveIntegerField(default=0)
    reason = models.CharField(_("更正理由"), max_length=300, blank=True)
    begun_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    begun_on = models.DateField(_("起草日期"))
    filled_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    checked_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    filed_on = models.DateField(_("上报日期"), null=True)
    decided_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField(_("审核日期"), null=True)

    class Meta:
        verbose_name = _("园区年度排放总量")
        ordering = ["-year", "place_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "year", "version"], name="annual_totals_are_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["place", "year"],
                condition=Q(status__in=OPEN),
                name="one_version_of_annual_totals_is_open",
            ),
            models.UniqueConstraint(
                fields=["place", "year"],
                condition=Q(status=TotalsStatus.ACCEPTED),
                name="one_version_of_annual_totals_stands",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("filled_by")),
                name="annual_totals_are_checked_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(TotalsStatus.FILED, TotalsStatus.ACCEPTED))
                | Q(filled_by__isnull=False, checked_by__isnull=False, filed_on__isnull=False),
                name="what_a_park_filed_has_its_hands_and_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.year}"


class TotalsWriter(models.Model):
    """Who wrote in a version: whoever checks it wrote nothing of it."""

    totals = models.ForeignKey(AnnualTotals, models.PROTECT, related_name="writers")
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["totals", "person"], name="a_writer_of_totals_is_named_once"
            )
        ]


class TotalsRow(models.Model):
    """
    What one source states of one polluter; ``amounts`` in grams by pollutant.

    A pollutant that is not there was not stated, which is not zero. ``faults`` keeps, by column,
    what was written and cannot be read, with its code: a row with faults does not count. A
    polluter has a row for each source, and the better source counts.
    """

    totals = models.ForeignKey(AnnualTotals, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("序号"))
    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="+", null=True)
    name = models.CharField(_("单位名称"), max_length=120)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    permit_number = models.CharField(_("排污许可证编号"), max_length=22, blank=True)
    source = models.CharField(
        _("数据来源"), max_length=10, choices=TotalsSource.choices, blank=True
    )
    amounts = models.JSONField(default=dict)
    output = models.DecimalField(_("产值（万元）"), max_digits=14, decimal_places=2, null=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    faults = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("年度排放总量明细")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["totals", "number"], name="a_row_of_totals_has_its_place"
            ),
            models.UniqueConstraint(
                fields=["totals", "polluter", "source"],
                condition=Q(faults={}),
                name="a_source_states_a_polluter_once",
            ),
            models.CheckConstraint(
                condition=~Q(faults={}) | (Q(polluter__isnull=False) & ~Q(source="")),
                name="a_row_that_counts_has_its_polluter_and_its_source",
            ),
        ]


class TotalsRemark(models.Model):
    """What the bureau says of a cell when it sends totals back."""

    totals = models.ForeignKey(AnnualTotals, models.PROTECT, related_name="remarks")
    number = models.PositiveIntegerField(_("序号"))
    column = models.CharField(_("列"), max_length=10)
    text = models.CharField(_("意见"), max_length=300)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("退回意见")
        ordering = ["number", "id"]


class TotalsList(models.Model):
    """A workbook of annual totals as it came in; ``counts`` is what came of taking it in."""

    year = models.PositiveSmallIntegerField(_("年度"))
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    taken_at = models.DateTimeField(_("入表时间"), null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("年度总量表")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.file} {self.year}"
