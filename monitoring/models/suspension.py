"""Suspensions (暂停令): dated orders that close reserves or purchases for a place (§9, §19)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from monitoring.querysets import ISSUED, SuspensionQuerySet
from monitoring.vocabulary import SuspensionScope, SuspensionStatus


class Suspension(models.Model):
    """
    An order that closes what ``scope`` names for a place, from its start until it is lifted.

    Proposed by the job or the city office, ordered by the director under a document; the lift
    likewise. ``during`` is what was ordered, half-open; without an end it goes on until lifted.
    ``lifted_on`` ends it early, or takes it back where it had not begun: then ``during`` stays as
    it was ordered and closes nothing.
    """

    number = models.CharField(_("编号"), max_length=24, unique=True)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="suspensions")
    scope = models.CharField(_("范围"), max_length=10, choices=SuspensionScope.choices)
    status = models.CharField(
        _("状态"),
        max_length=14,
        choices=SuspensionStatus.choices,
        default=SuspensionStatus.PROPOSED,
    )
    version = models.PositiveIntegerField(default=1)
    during = DateRangeField(_("暂停期间"), null=True)
    reason = models.CharField(_("事由"), max_length=500)
    warning = models.ForeignKey(
        "monitoring.PlaceWarning", models.PROTECT, related_name="suspensions", null=True
    )
    proposed_on = models.DateField(_("提请日期"))
    document = models.CharField(_("暂停文号"), max_length=60, blank=True)
    ordered_on = models.DateField(_("下达日期"), null=True)
    lift_reason = models.CharField(_("解除事由"), max_length=500, blank=True)
    lift_document = models.CharField(_("解除文号"), max_length=60, blank=True)
    lifted_on = models.DateField(_("解除日期"), null=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("暂停令")
        ordering = ["-id"]
        constraints = [
            ExclusionConstraint(
                name="no_two_orders_close_the_same_at_one_time",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("scope", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=ISSUED,
            ),
            models.UniqueConstraint(
                fields=["place", "scope"],
                condition=Q(status=SuspensionStatus.PROPOSED),
                name="one_suspension_is_proposed_at_a_time",
            ),
            models.CheckConstraint(
                name="an_order_has_its_document_and_its_days",
                condition=Q(status__in=[SuspensionStatus.PROPOSED, SuspensionStatus.DROPPED])
                | (~Q(document="") & Q(during__isnull=False) & Q(ordered_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="an_order_closes_from_its_own_day_on",
                condition=Q(during=None) | Q(during__startswith__gte=F("ordered_on")),
            ),
            models.CheckConstraint(
                name="a_lift_has_its_document_and_its_day",
                condition=~Q(status=SuspensionStatus.LIFTED)
                | (~Q(lift_document="") & Q(lifted_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def taken_back(self) -> bool:
        """Say whether it was lifted by its first day, so that it never closed anything."""
        return self.lifted_on is not None and self.lifted_on <= self.during.lower
