"""Outlets of polluters and their monitors, their checks, and data that do not count (§17, §24)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from monitoring.vocabulary import CheckKind, MonitorKind
from quota_registry.kernel.vocabulary import Medium


class Outlet(models.Model):
    """An outlet (排放口) of a polluter, DW001 for water, DA001 for air."""

    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="outlets")
    number = models.CharField(_("排放口编号"), max_length=5)
    name = models.CharField(_("排放口名称"), max_length=80)
    medium = models.CharField(_("要素"), max_length=5, choices=Medium.choices)

    class Meta:
        verbose_name = _("排放口")
        ordering = ["polluter_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["polluter", "number"], name="an_outlet_is_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^D[WA][0-9]{3}$"),
                name="an_outlet_is_numbered_as_permits_do",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Monitor(models.Model):
    """
    A monitor that an outlet is due, with the dates of what came of it.

    ``station`` is where its readings come in, once it is networked.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="monitors")
    kind = models.CharField(_("类型"), max_length=10, choices=MonitorKind.choices)
    station = models.OneToOneField(
        "monitoring.Station", models.PROTECT, related_name="monitor", null=True
    )
    due_on = models.DateField(_("应安装日期"))
    installed_on = models.DateField(_("安装日期"), null=True, blank=True)
    accepted_on = models.DateField(_("验收日期"), null=True, blank=True)
    networked_on = models.DateField(_("联网日期"), null=True, blank=True)
    compared_on = models.DateField(_("比对日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("监控设施")
        ordering = ["outlet_id", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "kind"], name="an_outlet_has_a_kind_of_monitor_once"
            ),
            models.CheckConstraint(
                name="a_monitors_dates_come_in_order",
                condition=(
                    Q(accepted_on=None)
                    | Q(installed_on__isnull=False, accepted_on__gte=F("installed_on"))
                )
                & (
                    Q(networked_on=None)
                    | Q(accepted_on__isnull=False, networked_on__gte=F("accepted_on"))
                )
                & (
                    Q(compared_on=None)
                    | Q(networked_on__isnull=False, compared_on__gte=F("networked_on"))
                ),
            ),
        ]


class MonitorCheck(models.Model):
    """A check of a monitor: when, how far off it was and may be, whether it passed (§24)."""

    monitor = models.ForeignKey(Monitor, models.PROTECT, related_name="checks")
    kind = models.CharField(_("检查类型"), max_length=12, choices=CheckKind.choices)
    on = models.DateField(_("检查日期"))
    error = models.DecimalField(_("误差（%）"), max_digits=6, decimal_places=2, null=True)
    tolerance = models.DecimalField(_("允许误差（%）"), max_digits=6, decimal_places=2, null=True)
    passed = models.BooleanField(_("合格"))
    finding = models.CharField(_("情况说明"), max_length=300, blank=True)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("监控检查")
        ordering = ["-on", "-id"]


class BarredSpan(models.Model):
    """Days whose data of a monitor may not be used in accounting: out of tolerance (§24)."""

    monitor = models.ForeignKey(Monitor, models.PROTECT, related_name="barred")
    during = DateRangeField(_("不得使用期间"))
    failed = models.ForeignKey(MonitorCheck, models.PROTECT, related_name="bars")
    ended_by = models.ForeignKey(MonitorCheck, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("数据不得使用期间")
        ordering = ["-id"]
        constraints = [
            ExclusionConstraint(
                name="a_monitor_is_barred_once_at_a_time",
                expressions=[
                    ("monitor", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]
