"""Sources and lots: every gram belongs for ever to the paper that brought it in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.vocabulary import Pollutant
from reserve.vocabulary import LotSourceKind


class Source(models.Model):
    """
    What brought mass into being: a claim line, a reward, an inbound trade, an opening balance.

    ``place`` declared it and answers for it: if it proves false, the debt is that place's.
    ``project`` is the reduction project's key (USCC and normalised name); once it has entered
    for a pollutant it never enters again. The people stand here because the database compares
    them with whoever posts (§22).
    """

    kind = models.CharField(_("来源"), max_length=13, choices=LotSourceKind.choices)
    number = models.CharField(_("编号"), max_length=60)
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="+")
    project = models.CharField(_("减排项目"), max_length=200, null=True, blank=True)
    verified_grams = GramsField(_("核定量"))
    document = models.CharField(_("文号"), max_length=120, blank=True)
    evidence = models.JSONField(_("佐证"), default=dict, blank=True)
    transfer = models.ForeignKey("reserve.Transfer", models.PROTECT, related_name="sources")
    declared_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    screened_by = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+", null=True)
    reviewed_by = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        verbose_name = _("来源")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number", "pollutant"], name="a_source_enters_once"
            ),
            models.UniqueConstraint(
                fields=["project", "pollutant"],
                name="a_reduction_project_enters_once_per_pollutant",
            ),
            models.CheckConstraint(
                condition=Q(verified_grams__gt=0), name="a_source_brings_something"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LotSourceKind.values), name="a_source_is_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(screened_by__isnull=True) | ~Q(screened_by=F("declared_by")),
                name="who_declares_does_not_screen",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LotSourceKind.CLAIM)
                | (Q(screened_by__isnull=False) & Q(reviewed_by__len__gt=0)),
                name="a_claim_was_screened_and_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LotSourceKind.CLAIM) | Q(project__isnull=False),
                name="a_claim_names_its_project",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.number}/{self.pollutant}"


class Lot(models.Model):
    """
    The mass of one source, wherever it lies now; what first in, first out goes by.

    ``name`` repeats the source's natural key: leaf hashes and receipts are written with it.
    """

    source = models.OneToOneField(Source, models.PROTECT, related_name="lot")
    name = models.CharField(_("批次"), max_length=100, unique=True)
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    vintage = models.DateField(_("形成日期"))
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="lots")
    polluter = models.ForeignKey(
        "kernel.Polluter", models.PROTECT, related_name="lots", null=True, blank=True
    )
    lake_tai = models.BooleanField(_("环太湖五公里范围内"), default=False)
    provincial_number = models.CharField(_("省级编号"), max_length=60, blank=True)
    provincial_date = models.DateField(_("省级入库日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("批次")
        ordering = ["vintage", "id"]
        indexes = [models.Index(fields=["pollutant", "vintage", "id"], name="lot_by_age")]

    def __str__(self) -> str:
        return self.name
