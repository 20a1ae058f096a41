"""Claims (申报): what a place asks to have admitted into the reserve, and its whole way there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.querysets import ClaimQuerySet, CorrectionQuerySet
from reserve.vocabulary import (
    AccountingMethod,
    ClaimStatus,
    Destination,
    EvidenceKind,
    LineStatus,
    SourceKind,
)


class Claim(models.Model):
    """
    A reduction project that ``place`` declares (§3, §4).

    ``beneficiary`` is the county or park whose reserve takes the local part: it follows where
    the polluter lies, not who declares (RULES §5). ``version`` counts what was filed; an
    approver approves exactly the version that was seen.
    """

    number = models.CharField(_("申报编号"), max_length=24, unique=True)
    status = models.CharField(
        _("状态"), max_length=20, choices=ClaimStatus.choices, default=ClaimStatus.DRAFT
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="claims")
    beneficiary = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="claims")
    permit = models.ForeignKey(
        "kernel.Permit", models.PROTECT, related_name="claims", null=True, blank=True
    )
    project = models.CharField(_("项目名称"), max_length=160)
    project_key = models.CharField(max_length=200, editable=False)
    source_kind = models.CharField(_("减排类型"), max_length=24, choices=SourceKind.choices)
    destination = models.CharField(
        _("去向"), max_length=10, choices=Destination.choices, default=Destination.RESERVE
    )
    lake_tai_band = models.BooleanField(_("环太湖五公里范围内"), default=False)
    finished_on = models.DateField(_("完成日期"), null=True, blank=True)
    permit_changed_on = models.DateField(_("许可证变更日期"), null=True, blank=True)
    accepted_on = models.DateField(_("验收日期"), null=True, blank=True)
    due_on = models.DateField(_("申报期限"), null=True, editable=False)
    late_reason = models.CharField(_("逾期理由"), max_length=300, blank=True)
    monitorable = models.BooleanField(_("可监测"), default=False)
    reportable = models.BooleanField(_("可报告"), default=False)
    verifiable = models.BooleanField(_("可核查"), default=False)
    remarks = models.TextField(_("备注"), blank=True)
    # What a half-filled form held, word for word, so that a draft loses nothing.
    typed = models.JSONField(default=dict, blank=True, editable=False)
    # Lines that are no lines yet: without an amount, or with uses that exceed it.
    unfinished = models.JSONField(default=list, blank=True, editable=False)
    drafted_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    filed_on = models.DateField(_("申报日期"), null=True, editable=False)
    admitted_on = models.DateField(_("入库日期"), null=True, editable=False)
    letter = models.ForeignKey(
        "reserve.ProvinceLetter", models.PROTECT, related_name="claims", null=True
    )
    rule_book = models.ForeignKey(
        "kernel.RuleBookVersion", models.PROTECT, related_name="+", null=True
    )
    batch = models.ForeignKey(
        "reserve.ImportBatch", models.PROTECT, related_name="claims", null=True
    )
    origin_row = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("减排项目申报")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["place", "status", "-id"], name="claim_by_place"),
            models.Index(fields=["status", "-id"], name="claim_by_status"),
            models.Index(fields=["polluter", "project_key"], name="claim_by_project"),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimWriter(models.Model):
    """
    Somebody who wrote anything of a claim, and so declared it: never its second pair of eyes (§22).

    Written by the triggers of the claim, its lines and its evidence, by nobody else.
    """

    pk = models.CompositePrimaryKey("claim", "person")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="writers")
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("申报填写人")


class ClaimLine(models.Model):
    """
    One pollutant of a claim: verified = binding + prior use + admissible, in grams (§3).

    ``province_grams`` is the province's share as its letter states it (RULES §5).
    """

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="lines")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    method = models.CharField(_("核算方法"), max_length=24, choices=AccountingMethod.choices)
    inputs = models.JSONField(_("核算参数"), default=dict, blank=True)
    document = models.CharField(_("核定文件"), max_length=60, blank=True)
    verified = GramsField(_("核定减排量"))
    binding = GramsField(_("已用于约束性减排"), default=0)
    prior_use = GramsField(_("已用于建设项目"), default=0)
    admissible = models.GeneratedField(
        expression=F("verified") - F("binding") - F("prior_use"),
        output_field=GramsField(_("可入库量")),
        db_persist=True,
    )
    status = models.CharField(
        _("审核结果"), max_length=10, choices=LineStatus.choices, default=LineStatus.PENDING
    )
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    reviewed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    province_grams = GramsField(_("省级份额"), null=True)

    class Meta:
        ordering = ["claim_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "pollutant"], name="a_claim_has_one_line_per_pollutant"
            ),
            models.CheckConstraint(
                condition=Q(verified__gt=0, binding__gte=0, prior_use__gte=0)
                & Q(verified__gte=F("binding") + F("prior_use")),
                name="what_was_used_does_not_exceed_what_was_verified",
            ),
            models.CheckConstraint(
                condition=Q(province_grams=None)
                | Q(
                    province_grams__gte=0,
                    province_grams__lte=F("verified") - F("binding") - F("prior_use"),
                ),
                name="the_province_takes_no_more_than_is_admissible",
            ),
        ]

    @property
    def medium(self) -> Medium:
        """Say which division answers for this line."""
        return Pollutant(self.pollutant).medium


class ClaimRevision(models.Model):
    """What was filed as version n, kept whole, so that a difference can be shown."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["claim_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "version"], name="a_version_is_filed_once")
        ]


class Evidence(models.Model):
    """A file that proves something about a claim."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("证明内容"), max_length=20, choices=EvidenceKind.choices)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    added_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("证明材料")
        ordering = ["id"]


class Inspection(models.Model):
    """
    A visit to the site of a claim, drawn or ordered (§21); an adverse finding blocks.

    ``version`` is what was visited; while the visit is still to be made, what it was ordered on.
    """

    class Finding(models.TextChoices):
        SOUND = "sound", _("属实")
        ADVERSE = "adverse", _("不属实")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="inspections")
    version = models.PositiveIntegerField(_("版次"), default=1)
    ordered_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    ordered_on = models.DateField(_("下达日期"))
    reason = models.CharField(_("事由"), max_length=200)
    visited_on = models.DateField(_("核查日期"), null=True)
    first_inspector = models.ForeignKey(
        "kernel.Person", models.PROTECT, related_name="+", null=True
    )
    second_inspector = models.CharField(_("第二核查人"), max_length=60, blank=True)
    finding = models.CharField(_("结论"), max_length=10, choices=Finding.choices, blank=True)
    remarks = models.TextField(_("情况说明"), blank=True)

    class Meta:
        verbose_name = _("现场核查")
        ordering = ["id"]


class Opinion(models.Model):
    """A signed opinion of the joint review: water division, air division, general office (§23)."""

    class Seat(models.TextChoices):
        WATER = "water", _("水处")
        AIR = "air", _("大气处")
        OFFICE = "office", _("综合业务处")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="opinions")
    version = models.PositiveIntegerField()
    seat = models.CharField(_("会审单位"), max_length=10, choices=Seat.choices)
    agrees = models.BooleanField(_("同意"))
    text = models.CharField(_("意见"), max_length=300)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("会审意见")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "version", "seat"], name="a_seat_signs_a_version_once"
            )
        ]


class ProvinceLetter(models.Model):
    """The province's confirmation; one letter may serve many claims (§4)."""

    number = models.CharField(_("文号"), max_length=60, unique=True)
    dated = models.DateField(_("日期"))
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+", null=True)
    recorded_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("省级确认文件")
        ordering = ["-dated", "-id"]

    def __str__(self) -> str:
        return self.number


class Correction(models.Model):
    """A correction of an admitted claim: proposed by one, approved by another, posted anew."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="corrections")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    verified = GramsField(_("更正后核定量"))
    reason = models.CharField(_("理由"), max_length=300)
    document = models.CharField(_("文号"), max_length=60)
    proposed_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    transfer_key = models.CharField(max_length=120, blank=True)
    rejected_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    rejected_at = models.DateTimeField(null=True)
    rejection_reason = models.CharField(
        _("否决理由"), max_length=300, blank=True, default="", db_default=""
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("更正")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
                name="a_correction_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(rejected_by=None),
                name="a_rejected_correction_is_never_approved",
            ),
        ]
