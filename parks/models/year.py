"""The year of a park: its steps with their papers, and a line per pollutant (§15–18)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parks.querysets import ParkYearQuerySet
from parks.vocabulary import RewardReason, TotalMethod, YearStatus
from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant


class ParkYear(models.Model):
    """
    What is done in ``year`` for a park; what is judged, counted and rewarded is the year before.

    Each step fills in its day and its paper, and only as the status moves. The year is taken up
    again by a new version alone; the one before stays as replaced.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="park_years")
    year = models.PositiveSmallIntegerField(_("年度"))
    version = models.PositiveIntegerField(_("版次"), default=1)
    status = models.CharField(
        _("状态"), max_length=16, choices=YearStatus.choices, default=YearStatus.OPEN
    )
    reason = models.CharField(_("重新办理的理由"), max_length=500, blank=True)
    opened_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    opened_on = models.DateField(_("启动日期"))

    air = models.ForeignKey("monitoring.Judgement", models.PROTECT, related_name="+", null=True)
    water = models.ForeignKey("monitoring.Judgement", models.PROTECT, related_name="+", null=True)
    judged_on = models.DateField(_("判定日期"), null=True)

    sent_document = models.CharField(_("报省文号"), max_length=60, blank=True)
    sent_on = models.DateField(_("报省日期"), null=True)
    agreed_document = models.CharField(_("省厅同意文号"), max_length=60, blank=True)
    agreed_on = models.DateField(_("省厅同意日期"), null=True)
    issued_document = models.CharField(_("下达文号"), max_length=60, blank=True)
    issued_on = models.DateField(_("下达日期"), null=True)

    totals = models.ForeignKey("parks.AnnualTotals", models.PROTECT, related_name="+", null=True)
    taken_on = models.DateField(_("采用日期"), null=True)
    fixed_document = models.CharField(_("核定文号"), max_length=60, blank=True)
    fixed_on = models.DateField(_("核定日期"), null=True)
    rule_book = models.ForeignKey(
        "kernel.RuleBookVersion", models.PROTECT, related_name="+", null=True
    )

    reward_sent_document = models.CharField(_("奖励报省文号"), max_length=60, blank=True)
    reward_sent_on = models.DateField(_("奖励报省日期"), null=True)
    confirmed_document = models.CharField(_("省厅确认文号"), max_length=60, blank=True)
    confirmed_on = models.DateField(_("省厅确认日期"), null=True)
    closed_on = models.DateField(_("办结日期"), null=True)
    # The paper of the void that is proposed, or was carried out last.
    void_document = models.CharField(_("作废文号"), max_length=60, blank=True)
    void_on = models.DateField(_("作废文件日期"), null=True)

    objects = ParkYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("园区年度")
        ordering = ["-year", "place_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "year", "version"], name="a_park_year_is_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["place", "year"],
                condition=~Q(status=YearStatus.REPLACED),
                name="one_version_of_a_park_year_stands",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""),
                name="a_park_year_is_taken_up_again_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.year}"

    @property
    def number(self) -> str:
        """Name the reward of this version, as the ledger keeps it: 320583P01-2026-1."""
        return f"{self.place_id}-{self.year}-{self.version}"

    @property
    def result_year(self) -> int:
        """Return the year that is judged, counted and rewarded."""
        return self.year - 1


class YearLine(models.Model):
    """
    One pollutant of a park's year, in grams: what it was allowed, what it emitted, what it earns.

    ``before`` and ``actual`` are of the year before, ``allowed`` of this one. What the registry
    proposed, and from what, stands in ``inputs``; another figure than the proposed one has its
    reason. Nothing where there is none, which is not a total of nothing.
    """

    of = models.ForeignKey(ParkYear, models.PROTECT, related_name="lines")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    before = GramsField(_("上年度允许排放量"), null=True)
    before_method = models.CharField(
        _("上年度允许量核定方法"), max_length=10, choices=TotalMethod.choices, blank=True
    )
    allowed = GramsField(_("本年度允许排放量"), null=True)
    allowed_method = models.CharField(
        _("允许量核定方法"), max_length=10, choices=TotalMethod.choices, blank=True
    )
    actual = GramsField(_("上年度实际排放量"), null=True)
    actual_method = models.CharField(
        _("实际量测算方法"), max_length=10, choices=TotalMethod.choices, blank=True
    )
    inputs = models.JSONField(default=dict)
    reason = models.CharField(_("核定理由"), max_length=500, blank=True)

    verified = GramsField(_("已由项目申报核实"), null=True)
    paid_before = GramsField(_("前版已奖励"), null=True)
    reward = GramsField(_("奖励额度"), null=True)
    reward_reasons = models.JSONField(default=list)

    class Meta:
        verbose_name = _("园区年度总量")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["of", "pollutant"], name="a_park_year_has_one_line_per_pollutant"
            ),
            models.CheckConstraint(
                condition=(Q(before=None) | Q(before__gte=0))
                & (Q(allowed=None) | Q(allowed__gte=0))
                & (Q(actual=None) | Q(actual__gte=0))
                & (Q(reward=None) | Q(reward__gte=0)),
                name="a_total_is_never_below_nothing",
            ),
            # The one promise of §18 that arithmetic can keep: never more than was saved.
            models.CheckConstraint(
                condition=Q(reward=None) | Q(reward=0) | Q(reward__lte=F("before") - F("actual")),
                name="a_reward_is_no_more_than_what_was_saved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} · {self.pollutant}"

    @property
    def why(self) -> list[str]:
        """Say in words why the reward is nothing, or less than what was saved would earn."""
        return [str(RewardReason(code).label) for code in self.reward_reasons]
