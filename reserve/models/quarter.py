"""Closed quarters: what is dated in them stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ClosedQuarter(models.Model):
    """A quarter whose dispatch is confirmed. The row is the closing; there is no reopening."""

    first_day = models.DateField(_("季度首日"), primary_key=True)
    closed_at = models.DateTimeField(_("关账时间"))
    closed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    document = models.CharField(_("文号"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("已关账季度")
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__day=1, first_day__month__in=(1, 4, 7, 10)),
                name="a_quarter_begins_where_quarters_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day.year}Q{(self.first_day.month + 2) // 3}"
