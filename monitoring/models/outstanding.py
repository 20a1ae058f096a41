"""Parks with outstanding results of limit-value management (成效显著): dated records (§6)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.querysets import BEGAN, DatedQuerySet


class OutstandingPark(models.Model):
    """
    That a limit-value park has outstanding results, for a period, by a document (§6).

    The city's reserve supports it then, after its priorities. It is never edited; ``closed_on``
    ends it early, or takes it back where it had not begun: then ``during`` stays as it was written.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="outstanding")
    during = DateRangeField(_("有效期间"))
    document = models.CharField(_("文号"), max_length=60)
    reason = models.CharField(_("认定依据"), max_length=500)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    closed_on = models.DateField(_("终止日期"), null=True)
    close_document = models.CharField(_("终止文号"), max_length=60, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("成效显著园区")
        ordering = ["-id"]
        constraints = [
            ExclusionConstraint(
                name="a_park_is_outstanding_once_at_a_time",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=BEGAN,
            ),
            models.CheckConstraint(
                name="an_outstanding_park_has_its_document",
                condition=~Q(document="")
                & ~Q(reason="")
                & (Q(closed_on=None) | ~Q(close_document="")),
            ),
        ]
