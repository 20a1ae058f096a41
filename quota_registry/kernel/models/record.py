"""What happened: workflow steps, row events, audit events. All of it only grows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Transition(models.Model):
    """A row of a workflow's table, copied here from ``workflows.py`` at migration."""

    workflow = models.CharField(max_length=30)
    source = models.CharField(max_length=20)
    verb = models.CharField(max_length=30)
    target = models.CharField(max_length=20)
    apart = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "source", "verb", "target"],
                name="a_workflow_has_a_transition_once",
            )
        ]


class Step(models.Model):
    """One act in an object's life, written only by the trigger ``guard.take_step``."""

    workflow = models.CharField(max_length=30)
    subject = models.BigIntegerField()
    source = models.CharField(max_length=20)
    verb = models.CharField(max_length=30)
    target = models.CharField(max_length=20)
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.IntegerField()
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("办理记录")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["workflow", "subject", "id"], name="step_of_subject"),
            models.Index(fields=["person", "-id"], name="step_by_person"),
        ]


class RowEvent(models.Model):
    """A row as it was and as it became, written only by the triggers of ``guard.watch``."""

    table = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    verb = models.CharField(max_length=6)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # Held by ``guard.signer``, once a statement.
    person = models.ForeignKey(
        "kernel.Person", models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    db_role = models.CharField(max_length=63)
    request = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("数据变更")
        ordering = ["-id"]
        indexes = [models.Index(fields=["table", "key", "-id"], name="row_event_of_row")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(db_role="quota_app"),
                name="no_event_is_without_a_person",
            )
        ]


class AuditEvent(models.Model):
    """A sign-in, an export, a refusal, a look at evidence: who, when, what, with what result."""

    at = models.DateTimeField(auto_now_add=True)
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    client = models.ForeignKey("kernel.Client", models.PROTECT, related_name="+", null=True)
    verb = models.CharField(_("动作"), max_length=60)
    subject = models.CharField(_("对象"), max_length=120, blank=True)
    outcome = models.CharField(_("结果"), max_length=20)
    facts = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    request = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("审计记录")
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-id"], name="audit_by_person")]
