"""Binding reduction tasks (约束性总量减排) of places (§5, §10)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant


class ReductionTask(models.Model):
    """What a place must cut of one pollutant in a year; progress comes from admitted claims."""

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="reduction_tasks")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    year = models.PositiveSmallIntegerField(_("年度"))
    grams = GramsField(_("任务量"))
    document = models.CharField(_("下达文件"), max_length=60)
    set_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("减排任务")
        ordering = ["-year", "place_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "pollutant", "year"], name="a_task_is_set_once_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(grams__gt=0), name="a_task_is_more_than_nothing"
            ),
        ]
