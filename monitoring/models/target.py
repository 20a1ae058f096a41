"""Targets (目标) of places by indicator and year (§9, §10, §15)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from monitoring.querysets import TargetQuerySet
from monitoring.vocabulary import Indicator, TargetStatus


class Target(models.Model):
    """
    What a place is to reach of one indicator in a year, by its document and four eyes.

    A changed target is a new row; the one before stays as replaced.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="targets")
    indicator = models.CharField(_("指标"), max_length=16, choices=Indicator.choices)
    year = models.PositiveSmallIntegerField(_("年度"))
    value = models.DecimalField(_("目标值"), max_digits=6, decimal_places=1)
    document = models.CharField(_("下达文件"), max_length=60)
    status = models.CharField(
        _("状态"), max_length=10, choices=TargetStatus.choices, default=TargetStatus.PROPOSED
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    proposed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("环境质量目标")
        ordering = ["-year", "place_id", "indicator", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "indicator", "year", "version"],
                name="a_target_is_numbered_once",
            ),
            models.UniqueConstraint(
                fields=["place", "indicator", "year"],
                condition=Q(status=TargetStatus.IN_FORCE),
                name="a_place_has_one_target_a_year",
            ),
            models.UniqueConstraint(
                fields=["place", "indicator", "year"],
                condition=Q(status=TargetStatus.PROPOSED),
                name="one_target_is_proposed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0) & (Q(indicator=Indicator.PM25) | Q(value__lte=100)),
                name="a_target_lies_in_its_range",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[TargetStatus.PROPOSED, TargetStatus.REJECTED], approved_by=None
                )
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("proposed_by"))),
                name="a_target_is_approved_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.year} · {self.get_indicator_display()}"

    @property
    def unit(self) -> str:
        """Give the unit of its value."""
        return Indicator(self.indicator).unit
