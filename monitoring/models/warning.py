"""Monthly warnings (月度预警) and what places do about them (§9, §19)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.vocabulary import Action, Level


class MonthRun(models.Model):
    """
    A version of a month: all places judged from the same data by the same rule book.

    A re-run after corrected data makes the next version; ``changes`` says what came out
    differently. A version is never edited.
    """

    month = models.DateField(_("月份"))
    version = models.PositiveSmallIntegerField(_("版次"))
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("生成时间"), auto_now_add=True)
    on = models.DateField(_("日期"))
    rule_book = models.ForeignKey(
        "kernel.RuleBookVersion", models.PROTECT, related_name="+", null=True
    )
    digest = models.CharField(max_length=64)
    changes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("月度预警")
        ordering = ["-month", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "version"], name="a_version_of_a_month_is_numbered_once"
            )
        ]


class PlaceWarning(models.Model):
    """
    What a version of a month says of one place: its level, why, and what is proposed.

    ``reasons`` holds each reason's code, clause and figures as they were judged; ``figures`` all
    that was looked at, warning or not, so that it can be judged again years later. ``blue`` lists
    the indicators that are blue this month, of which the next months count their streaks;
    ``trigger`` says whether a suspension's trigger held, empty where the data do not tell.
    """

    run = models.ForeignKey(MonthRun, models.PROTECT, related_name="warnings")
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="warnings")
    level = models.CharField(_("预警级别"), max_length=8, choices=Level.choices)
    action = models.CharField(_("建议措施"), max_length=12, choices=Action.choices)
    number = models.CharField(_("通知编号"), max_length=30, blank=True)
    reasons = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    blue = models.JSONField(default=list)
    trigger = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("地区预警")
        ordering = ["-run_id", "place_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "place"], name="a_version_of_a_month_judges_a_place_once"
            )
        ]

    def __str__(self) -> str:
        return self.number or f"{self.run_id}/{self.place_id}"


class WarningTask(models.Model):
    """What a place was given to do by a warned month (有力措施), whatever version warned it."""

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="warning_tasks")
    month = models.DateField(_("月份"))
    opened_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField(_("期限"))
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("整改任务")
        ordering = ["-month", "place_id"]
        constraints = [
            models.UniqueConstraint(fields=["place", "month"], name="a_warned_month_opens_one_task")
        ]


class Measure(models.Model):
    """One measure that a place took against a warning: what, who, by when, with its file."""

    task = models.ForeignKey(WarningTask, models.PROTECT, related_name="measures")
    text = models.CharField(_("措施"), max_length=300)
    person = models.CharField(_("责任人"), max_length=60)
    date = models.DateField(_("完成日期"))
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("整改措施")
        ordering = ["id"]
