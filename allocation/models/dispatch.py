"""The quarterly dispatch (季度调度): its two lists, what it finds, and who is to settle it (P4)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from allocation.querysets import FindingQuerySet, ListedQuerySet
from allocation.vocabulary import (
    CancelReason,
    ExemptKind,
    FindingKind,
    ListKind,
    ProjectKind,
    RoundStatus,
)
from quota_registry.kernel.periods import Quarter
from reserve.models.transfer import TransactionIdField


class DispatchList(models.Model):
    """
    A list of the quarter as it came in, by file or from a program; its rows say which one it was.

    ``counts`` is what came of taking it in; a list that nobody agreed to has none.
    """

    kind = models.CharField(_("清单"), max_length=10, choices=ListKind.choices)
    quarter = models.DateField(_("季度首日"))
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+", null=True)
    client = models.ForeignKey("kernel.Client", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    taken_at = models.DateTimeField(_("入账时间"), null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("调度清单")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="a_dispatch_list_is_of_a_quarter",
                condition=Q(quarter__day=1, quarter__month__in=(1, 4, 7, 10)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {Quarter.of(self.quarter)}"


class Listed(models.Model):
    """
    A row of a list as it was stated last; a later list corrects it, and history has what stood.

    ``amounts`` is grams by pollutant; one that is not there was not stated, which is not zero.
    Whose it is, is said as it was written; `ListedQuerySet.with_code` knows the code of today.
    """

    list = models.ForeignKey(DispatchList, models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(_("行"))
    quarter = models.DateField(_("季度首日"))
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("单位名称"), max_length=120)
    amounts = models.JSONField(default=dict)

    objects = ListedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(getattr(self, "number", ""))


class EiaApproval(Listed):
    """An EIA approval of the quarter; ``kind_word`` is the list's own word for its kind."""

    number = models.CharField(_("审批文号"), max_length=60, unique=True)
    approved_on = models.DateField(_("审批日期"))
    authority = models.CharField(_("审批机关"), max_length=60, blank=True)
    project = models.CharField(_("项目名称"), max_length=160)
    project_key = models.CharField(max_length=200, editable=False)
    kind = models.CharField(_("项目性质"), max_length=10, choices=ProjectKind.choices)
    kind_word = models.CharField(_("清单所填性质"), max_length=20)
    industry = models.CharField(_("行业代码"), max_length=5, blank=True)
    strategic = models.BooleanField(_("战略性新兴产业"), default=False)
    exempt_kind = models.CharField(
        _("免于替代的类型"), max_length=24, choices=ExemptKind.choices, blank=True
    )
    voucher_number = models.CharField(_("总量凭证编号"), max_length=40, blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("环评审批")
        indexes = [models.Index(fields=["quarter", "place"], name="approval_of_quarter")]


class PermitCancellation(Listed):
    """A permit that was cancelled in the quarter; ``number`` is the permit's."""

    number = models.CharField(_("排污许可证编号"), max_length=22, unique=True)
    cancelled_on = models.DateField(_("注销日期"))
    reason = models.CharField(_("注销原因"), max_length=10, choices=CancelReason.choices)
    reason_word = models.CharField(_("清单所填原因"), max_length=60)

    class Meta(Listed.Meta):
        verbose_name = _("许可证注销")
        indexes = [models.Index(fields=["quarter", "place"], name="cancellation_of_quarter")]


class MatchOpinion(models.Model):
    """What a person says of a probable match: this approval has that voucher, or has not."""

    approval = models.ForeignKey(EiaApproval, models.PROTECT, related_name="opinions")
    voucher = models.ForeignKey("allocation.Voucher", models.PROTECT, related_name="match_opinions")
    agrees = models.BooleanField()
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    on = models.DateField(_("日期"))

    class Meta:
        verbose_name = _("对应关系认定")
        ordering = ["-id"]


class DispatchRound(models.Model):
    """
    A version of a quarter's dispatch: proposed by the run, confirmed by a second person (P4).

    ``changes`` says what is new, other or gone beside the version before, by the key of a finding.
    """

    quarter = models.DateField(_("季度首日"))
    version = models.PositiveIntegerField(_("版次"))
    status = models.CharField(
        _("状态"), max_length=10, choices=RoundStatus.choices, default=RoundStatus.PROPOSED
    )
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    on = models.DateField(_("调度日期"))
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # Shuts the door: findings join only in the transaction that makes the round.
    xid = TransactionIdField(editable=False, db_default=Func(function="pg_current_xact_id"))
    rule_book = models.ForeignKey("kernel.RuleBookVersion", models.PROTECT, related_name="+")
    changes = models.JSONField(default=dict)
    confirmed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    confirmed_on = models.DateField(_("确认日期"), null=True)
    document = models.CharField(_("文号"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("季度调度")
        ordering = ["-quarter", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "version"], name="a_dispatch_has_one_round_per_version"
            ),
            models.UniqueConstraint(
                fields=["quarter"],
                condition=Q(status=RoundStatus.CONFIRMED),
                name="a_quarter_is_dispatched_once",
            ),
            models.CheckConstraint(
                name="a_dispatch_is_of_a_quarter",
                condition=Q(quarter__day=1, quarter__month__in=(1, 4, 7, 10)),
            ),
            models.CheckConstraint(
                name="a_confirmed_dispatch_has_its_day",
                condition=~Q(status=RoundStatus.CONFIRMED)
                | Q(confirmed_by__isnull=False, confirmed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of} · {self.version}"

    @property
    def of(self) -> Quarter:
        """Return the quarter that was dispatched."""
        return Quarter.of(self.quarter)


class DispatchTask(models.Model):
    """
    What the people of a place are to settle, whatever version or later quarter names it.

    ``quarter`` is the one in which it was opened, ``key`` is that of the finding; ``said_by`` is
    who said last that it is done, or is not.
    """

    quarter = models.DateField(_("季度首日"))
    key = models.CharField(max_length=90)
    kind = models.CharField(_("事项"), max_length=20, choices=FindingKind.choices)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    opened_on = models.DateField(_("下达日期"))
    due_on = models.DateField(_("办理期限"))
    done = models.BooleanField(_("已办结"), default=False)
    said_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    said_on = models.DateField(_("办理日期"), null=True)
    note = models.CharField(_("办理情况"), max_length=300, blank=True)
    # Settled by a later version that found the matter no more, not by a person's word.
    vanished = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("调度事项")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "key"], name="a_matter_is_one_task_of_a_quarter"
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(done=False), name="a_matter_has_one_open_task"
            ),
            models.CheckConstraint(
                name="who_settles_a_task_says_when_and_how",
                condition=Q(done=False)
                | (Q(said_by__isnull=False, said_on__isnull=False) & ~Q(note="")),
            ),
        ]
        indexes = [
            models.Index(fields=["place", "due_on"], condition=Q(done=False), name="open_task")
        ]


class Finding(models.Model):
    """
    One thing that a version of a dispatch found, with its facts as they were then.

    ``subject`` fields repeat what the paper said, so that a finding is read by itself; only a
    polluter's former code gives way to the one that it bears.
    """

    round = models.ForeignKey(DispatchRound, models.PROTECT, related_name="findings")
    kind = models.CharField(_("类别"), max_length=20, choices=FindingKind.choices)
    key = models.CharField(max_length=90)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    number = models.CharField(_("编号"), max_length=60)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("单位名称"), max_length=120)
    project = models.CharField(_("项目名称"), max_length=160, blank=True)
    clause = models.CharField(_("依据条款"), max_length=10)
    due_on = models.DateField(_("期限"), null=True)
    facts = models.JSONField(default=dict)
    approval = models.ForeignKey(EiaApproval, models.PROTECT, related_name="+", null=True)
    cancellation = models.ForeignKey(
        PermitCancellation, models.PROTECT, related_name="+", null=True
    )
    voucher = models.ForeignKey("allocation.Voucher", models.PROTECT, related_name="+", null=True)
    application = models.ForeignKey(
        "allocation.Application", models.PROTECT, related_name="+", null=True
    )
    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="+", null=True)
    task = models.ForeignKey(DispatchTask, models.PROTECT, related_name="findings")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("调度发现")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="a_round_finds_a_matter_once")
        ]
        indexes = [models.Index(fields=["round", "place", "kind"], name="finding_by_place")]

    def days_overdue(self, on: date) -> int:
        """Say for how many days it has been overdue on the day *on*."""
        return max(0, (on - self.due_on).days) if self.due_on else 0
