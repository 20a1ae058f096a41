"""Applications (指标申请): what a project asks for, from whom, and its whole way to a voucher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocation.querysets import ApplicationQuerySet
from allocation.vocabulary import OPEN, VOUCHER_OF, ApplicationStatus, Hand, Moment, VoucherStatus
from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Medium, Pollutant

if TYPE_CHECKING:
    from quota_registry.kernel.models import Place, Polluter


class Application(models.Model):
    """
    What a construction project needs, and the accounts it is to come from (§7, §8).

    One application makes one voucher. ``version`` counts what was filed: who decides, decides on
    the version that was seen. A supplementary one asks for what the EIA approved beyond the first.
    """

    number = models.CharField(_("申请编号"), max_length=24, unique=True)
    status = models.CharField(
        _("状态"),
        max_length=12,
        choices=ApplicationStatus.choices,
        default=ApplicationStatus.DRAFT,
    )
    version = models.PositiveIntegerField(_("版次"), default=0)
    project = models.ForeignKey("allocation.Project", models.PROTECT, related_name="applications")
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="applications")
    supplements = models.ForeignKey(
        "self", models.PROTECT, related_name="supplements_of", null=True, blank=True
    )
    # §6 and the Lake Tai clause: what stands outside the rule says why, and is signed twice.
    exception_reason = models.CharField(_("例外理由"), max_length=300, blank=True)
    drafted_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    drafted_on = models.DateField(_("起草日期"))
    filed_on = models.DateField(_("提交日期"), null=True)
    rule_book = models.ForeignKey(
        "kernel.RuleBookVersion", models.PROTECT, related_name="+", null=True
    )
    held_on = models.DateField(_("预留日期"), null=True)
    # The notice before a hold lapses goes out once for each day of lapse: for this one it did.
    warned_of = models.DateField(null=True)
    approved_on = models.DateField(_("环评批复日期"), null=True)
    approval_number = models.CharField(_("环评批复文号"), max_length=60, blank=True)
    # Grams by pollutant that the EIA approved and nobody had asked for; a supplement covers them.
    approved_beyond = models.JSONField(default=dict)
    used_on = models.DateField(_("投入使用日期"), null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("指标申请")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["place", "status", "-id"], name="application_by_place"),
            models.Index(fields=["status", "-id"], name="application_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(status__in=list(OPEN)),
                name="a_project_asks_once_at_a_time",
            ),
            models.CheckConstraint(
                name="what_was_filed_has_its_day_and_its_rule_book",
                condition=Q(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN])
                | Q(filed_on__isnull=False, rule_book__isnull=False),
            ),
            models.CheckConstraint(
                name="an_approval_has_its_number_and_its_day",
                condition=~Q(status__in=[ApplicationStatus.APPROVED, ApplicationStatus.IN_USE])
                | (Q(approved_on__isnull=False) & ~Q(approval_number="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def voucher_status(self) -> VoucherStatus | None:
        """Say whether its voucher is good; none while it has none."""
        return VOUCHER_OF.get(ApplicationStatus(self.status))


class ApplicationLine(models.Model):
    """
    What must be replaced of one pollutant: increment × ratio, up to the gram (§7).

    Written when the application is filed, by the rule book that then rules. ``approved`` is the
    increment that the EIA approved in the end.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="lines")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    increment = GramsField(_("新增排放量"))
    ratio = models.DecimalField(_("替代倍数"), max_digits=6, decimal_places=3)
    clause = models.CharField(_("依据条款"), max_length=10)
    required = GramsField(_("须替代量"))
    approved = GramsField(_("批复增量"), null=True)

    class Meta:
        ordering = ["application_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "pollutant"],
                name="an_application_has_one_line_per_pollutant",
            ),
            models.CheckConstraint(
                name="a_line_replaces_no_less_than_it_adds",
                condition=Q(increment__gt=0, required__gte=models.F("increment")),
            ),
        ]

    @property
    def medium(self) -> Medium:
        """Say which division assesses this line."""
        return Pollutant(self.pollutant).medium


class ApplicationSource(models.Model):
    """
    An account that an application draws on: a place's reserve, or what a polluter holds.

    What others have is bought first: a holding that was may name the ``trade`` that brought it.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="sources")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+", null=True)
    polluter = models.ForeignKey("kernel.Polluter", models.PROTECT, related_name="+", null=True)
    trade = models.ForeignKey(
        "allocation.Trade", models.PROTECT, related_name="sources", null=True, blank=True
    )
    grams = GramsField(_("数量"))

    class Meta:
        verbose_name = _("指标来源")
        ordering = ["application_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "pollutant", "place", "polluter", "trade"],
                nulls_distinct=False,
                name="an_application_names_an_account_once",
            ),
            models.CheckConstraint(
                name="a_source_is_a_reserve_or_a_holding",
                condition=(
                    Q(place__isnull=False, polluter__isnull=True)
                    | Q(place__isnull=True, polluter__isnull=False)
                )
                & Q(grams__gt=0),
            ),
            models.CheckConstraint(
                name="a_trade_brings_a_holding",
                condition=Q(trade=None) | Q(polluter__isnull=False),
            ),
        ]

    @property
    def owner(self) -> Place | Polluter:
        """Return whose account it is."""
        return self.place or self.polluter  # type: ignore[return-value]  # one of them is there


class ApplicationSheet(models.Model):
    """The assessment sheet as it stood when the application was filed, held or released (§23)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="sheets")
    version = models.PositiveIntegerField()
    moment = models.CharField(_("环节"), max_length=10, choices=Moment.choices)
    on = models.DateField(_("日期"))
    rule_book = models.ForeignKey("kernel.RuleBookVersion", models.PROTECT, related_name="+")
    content = models.JSONField()
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("评估单")
        ordering = ["application_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "version", "moment"],
                name="a_sheet_is_stored_once_a_moment",
            )
        ]


class DivisionOpinion(models.Model):
    """What the division of a medium says of an application (§4, §23)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="opinions")
    version = models.PositiveIntegerField()
    medium = models.CharField(_("要素"), max_length=5, choices=Medium.choices)
    text = models.CharField(_("意见"), max_length=300)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("处室意见")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "version", "medium"],
                name="a_division_assesses_a_version_once",
            )
        ]


class Signature(models.Model):
    """
    A hand under a release: whose reserve gives, or the second one where the law wants two (§6).

    ``place`` is whose reserve it is; a countersignature stands for the whole application. What
    the province gives comes with its document.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="signatures")
    version = models.PositiveIntegerField()
    hand = models.CharField(_("签署"), max_length=12, choices=Hand.choices)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+", null=True)
    document = models.CharField(_("文号"), max_length=60, blank=True)
    text = models.CharField(_("意见"), max_length=300, blank=True)
    by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    on = models.DateField(_("日期"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("投放签署")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "version", "hand", "place"],
                nulls_distinct=False,
                name="a_release_is_signed_once_for_each_reserve",
            )
        ]
