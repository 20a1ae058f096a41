"""The register of limit-value parks (限值限量园区): what a park is, who lies in it (§15–19)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from parks.querysets import DuringQuerySet
from parks.vocabulary import ParkLevel


class Park(models.Model):
    """
    A place of tier park that has limits and totals; its county is the place above it.

    Stations, sections and monitors that judge it are the watch's, by the same place.
    """

    place = models.OneToOneField("kernel.Place", models.PROTECT, related_name="park")
    level = models.CharField(_("级别"), max_length=12, choices=ParkLevel.choices)
    administrator = models.CharField(_("管理机构"), max_length=120)
    since = models.DateField(_("实行限值限量日期"))

    class Meta:
        verbose_name = _("限值限量园区")
        ordering = ["place_id"]

    def __str__(self) -> str:
        return str(self.place)


class Member(models.Model):
    """A polluter that lies in a park for a while; from its first day, before its last."""

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="park_members")
    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="memberships")
    during = DateRangeField(_("成员期间"))

    objects = DuringQuerySet.as_manager()

    class Meta:
        verbose_name = _("园区成员单位")
        ordering = ["polluter__sort_key", "id"]
        constraints = [
            ExclusionConstraint(
                name="a_polluter_lies_in_one_park_at_a_time",
                expressions=[
                    ("polluter", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class SewageWorks(models.Model):
    """A works that takes the park's waste water, for a while."""

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="sewage_works")
    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="serves_parks")
    during = DateRangeField(_("服务期间"))

    objects = DuringQuerySet.as_manager()

    class Meta:
        verbose_name = _("园区污水处理厂")
        ordering = ["id"]
        constraints = [
            ExclusionConstraint(
                name="a_works_serves_a_park_once_at_a_time",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("polluter", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
