"""Yearly judgements (年度评定), what they look at, and what was opened on application (§10)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from monitoring.querysets import BEGAN, DatedQuerySet, JudgementQuerySet
from monitoring.vocabulary import JudgementStatus, Way
from quota_registry.kernel.vocabulary import Medium, Pollutant


class Judgement(models.Model):
    """
    A place's result of one medium in ``year``: target met, task done, improvement (§10, §15).

    ``figures`` holds what it was judged by, with the account of §5, and ``rule_book`` the rules,
    so that it can be judged again years later. One version stands confirmed; a correction is the
    next version, and the one before stays as replaced.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="judgements")
    year = models.PositiveSmallIntegerField(_("评定年度"))
    medium = models.CharField(_("要素"), max_length=5, choices=Medium.choices)
    version = models.PositiveIntegerField(_("版次"), default=1)
    status = models.CharField(
        _("状态"), max_length=10, choices=JudgementStatus.choices, default=JudgementStatus.PROPOSED
    )
    quality_met = models.BooleanField(_("环境质量目标完成"))
    task_done = models.BooleanField(_("约束性减排任务完成"))
    improvement = models.DecimalField(
        _("较上年改善幅度"), max_digits=8, decimal_places=4, null=True
    )
    figures = models.JSONField(default=dict)
    rule_book = models.ForeignKey("kernel.RuleBookVersion", models.PROTECT, related_name="+")
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    document = models.CharField(_("评定文件"), max_length=60, blank=True)
    proposed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("提出日期"))
    confirmed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    confirmed_on = models.DateField(_("确认日期"), null=True)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("年度评定")
        ordering = ["-year", "place_id", "medium", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "year", "medium", "version"],
                name="a_judgement_is_numbered_once",
            ),
            models.UniqueConstraint(
                fields=["place", "year", "medium"],
                condition=Q(status=JudgementStatus.CONFIRMED),
                name="one_judgement_of_a_year_stands",
            ),
            models.UniqueConstraint(
                fields=["place", "year", "medium"],
                condition=Q(status=JudgementStatus.PROPOSED),
                name="one_judgement_is_proposed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[JudgementStatus.PROPOSED, JudgementStatus.REJECTED],
                    confirmed_by=None,
                )
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                name="a_judgement_is_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[JudgementStatus.PROPOSED, JudgementStatus.REJECTED])
                | (Q(confirmed_on__isnull=False) & ~Q(document="")),
                name="a_confirmed_judgement_has_its_document_and_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.year} · {self.get_medium_display()}"


class TaskResult(models.Model):
    """
    A place's binding task of one pollutant in a year, recorded done or not (§10).

    By a named officer with the province's document; the ledger's progress only proposes it. The
    newest version holds.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="task_results")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    year = models.PositiveSmallIntegerField(_("年度"))
    version = models.PositiveSmallIntegerField(_("版次"))
    done = models.BooleanField(_("完成"))
    document = models.CharField(_("省级文件"), max_length=60)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    on = models.DateField(_("登记日期"))

    class Meta:
        verbose_name = _("减排任务完成情况")
        ordering = ["-year", "place_id", "pollutant", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "pollutant", "year", "version"],
                name="a_task_result_is_numbered_once",
            )
        ]


class GateOpening(models.Model):
    """
    What a named officer of the city office opened on application (§10).

    For one place, one pollutant, one way and a period, with reason and document. ``grounds`` are
    the reasons by which the rule book left the way to application then. It is never edited;
    ``closed_on`` ends it early, or takes it back where it had not begun: then ``during`` stays as
    it was written and opens nothing.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="gate_openings")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    way = models.CharField(_("途径"), max_length=10, choices=Way.choices)
    during = DateRangeField(_("开放期间"))
    reason = models.CharField(_("理由"), max_length=500)
    document = models.CharField(_("文号"), max_length=60)
    rule_book = models.ForeignKey("kernel.RuleBookVersion", models.PROTECT, related_name="+")
    grounds = models.JSONField()
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    closed_on = models.DateField(_("提前关闭日期"), null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("申请开放")
        ordering = ["-id"]
        constraints = [
            ExclusionConstraint(
                name="nothing_is_opened_twice_at_one_time",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("pollutant", RangeOperators.EQUAL),
                    ("way", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=BEGAN,
            ),
            models.CheckConstraint(
                condition=~Q(way=Way.OWN), name="the_own_reserve_needs_no_opening"
            ),
            models.CheckConstraint(
                condition=Q(during__endswith__isnull=False), name="an_opening_has_an_end"
            ),
        ]
