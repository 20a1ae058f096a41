"""The rule book's versions, stored files, serial numbers, jobs, notices and the outbox."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleBookVersion(models.Model):
    """A dated rule book; one that is approved rules alone in its time and is never edited."""

    number = models.CharField(_("版本号"), max_length=30, unique=True)
    in_force = DateRangeField(_("施行期间"))
    content = models.JSONField(_("参数"))
    document = models.CharField(_("依据文件"), max_length=60, blank=True)
    drafted_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("规则版本")
        ordering = ["-in_force"]
        constraints = [
            ExclusionConstraint(
                name="one_approved_rule_book_rules_on_any_day",
                expressions=[("in_force", RangeOperators.OVERLAPS)],
                condition=models.Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="a_rule_book_is_approved_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class StoredFile(models.Model):
    """A file as it came in: kept outside the web root under its digest, never overwritten."""

    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(_("字节"))
    media_type = models.CharField(_("类型"), max_length=100)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("文件")

    def __str__(self) -> str:
        return self.name


class Serial(models.Model):
    """The last number given out in a series, e.g. claims of Kunshan in 2026; gapless."""

    series = models.CharField(max_length=40, primary_key=True)
    last = models.IntegerField(default=0)


class Job(models.Model):
    """A long or dated piece of work: how far it is, what came out. One per kind and key."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    result = models.JSONField(default=dict)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("任务")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="a_job_runs_once_per_key")
        ]

    @property
    def is_done(self) -> bool:
        """Say whether the work is done, and its result what came out."""
        return self.state == self.State.DONE


class Notice(models.Model):
    """A line in somebody's notice box."""

    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="notices")
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("通知")
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "read_at", "-id"], name="notice_box")]


class OutboxMessage(models.Model):
    """What must leave the house after the commit: a mail, later a webhook."""

    topic = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["id"], name="outbox_unsent", condition=models.Q(sent_at__isnull=True)
            )
        ]


class FirstAnswer(models.Model):
    """
    What a write was answered that came with an ``Idempotency-Key``, for whoever sends it again.

    Written in the transaction of the act itself: it is there if, and only if, that was done.
    ``digest`` tells the same request from another under the same key.
    """

    key = models.CharField(max_length=255)
    client = models.ForeignKey("kernel.Client", models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    media_type = models.CharField(max_length=100)
    content = models.TextField()
    location = models.TextField(blank=True, db_default="")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "person", "key"],
                nulls_distinct=False,
                name="a_key_has_one_answer_for_each_caller",
            ),
            models.CheckConstraint(
                condition=models.Q(client__isnull=False, person__isnull=True)
                | models.Q(client__isnull=True, person__isnull=False),
                name="an_answer_was_given_to_a_program_or_a_person",
            ),
        ]
