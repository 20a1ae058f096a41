"""Stations (点位): where the air, the water and the outlets are measured."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.querysets import StationQuerySet
from monitoring.vocabulary import StationKind, WaterBody, WaterClass


class Station(models.Model):
    """
    Something that readings come from: an air station, a water section, a monitor at an outlet.

    ``place`` is the county or park that its readings judge (§9, §19). A section has a water body
    and the class that it is to reach; only those of ``counts`` enter the place's results.
    """

    code = models.CharField(_("点位编码"), max_length=24, unique=True)
    name = models.CharField(_("点位名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=8, choices=StationKind.choices)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="stations")
    body = models.CharField(_("水体类型"), max_length=6, choices=WaterBody.choices, blank=True)
    target_class = models.PositiveSmallIntegerField(
        _("目标类别"), choices=WaterClass.choices, null=True, blank=True
    )
    counts = models.BooleanField(_("参与评价"), default=True)
    valid_from = models.DateField(_("启用日期"))
    valid_until = models.DateField(_("停用日期"), null=True, blank=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = _("监测点位")
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                name="a_section_has_a_water_body_and_a_target_class",
                condition=(
                    Q(kind=StationKind.SECTION, target_class__isnull=False, body__in=WaterBody)
                    | (~Q(kind=StationKind.SECTION) & Q(body="", target_class__isnull=True))
                ),
            ),
            models.CheckConstraint(
                name="a_station_ends_after_it_began",
                condition=Q(valid_until=None) | Q(valid_until__gt=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Station {self.code}>"

    def stands_on(self, day: Any) -> bool:
        """Say whether it was in use on *day*."""
        return bool(self.valid_from <= day and (self.valid_until is None or day < self.valid_until))
