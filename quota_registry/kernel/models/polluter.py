"""Polluters (排污单位) and their permits."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.fields import GramsField
from quota_registry.kernel.querysets import PermitQuerySet, PolluterQuerySet
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant


def _without(pattern: str, text: Combinable) -> models.Func:
    """Return *text* less all that the regular expression *pattern* finds in it."""
    return models.Func(
        text,
        models.Value(pattern),
        models.Value(""),
        models.Value("g"),
        function="regexp_replace",
        output_field=models.TextField(),
    )


class Polluter(models.Model):
    """
    A permit holder, in its newest name and code; earlier ones are kept in ``PolluterName``.

    ``place`` is where it lies: its park if it lies in one, else its county. A USCC's prefix
    never locates a polluter (RULES §5). ``confirmed`` is false for one that came in by a file
    and that nobody has looked at yet.
    """

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("单位名称"), max_length=120)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="polluters")
    industry = models.CharField(_("行业代码"), max_length=5, blank=True)
    management_class = models.CharField(
        _("管理类别"), max_length=12, choices=ManagementClass.choices, blank=True
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    confirmed = models.BooleanField(_("已核实"), default=True)
    sort_key = models.CharField(max_length=240, editable=False, default="", db_index=True)
    # "kun shan 3m" is looked for as "ks3m" and as "kunshan3m"; kept by the database itself.
    pinyin = models.GeneratedField(
        expression=Concat(
            _without("[^a-z0-9]", _without("(?<=[a-z])[a-z]", models.F("sort_key"))),
            models.Value(" "),
            _without("[^a-z0-9]", models.F("sort_key")),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PolluterQuerySet.as_manager()

    class Meta:
        verbose_name = _("排污单位")
        ordering = ["sort_key", "id"]
        indexes = [
            # What is looked for whatever its case is compared in capitals.
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="polluter_by_name"),
            GinIndex(OpClass(Upper("uscc"), name="gin_trgm_ops"), name="polluter_by_uscc"),
            GinIndex(OpClass(models.F("pinyin"), name="gin_trgm_ops"), name="polluter_by_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name


class PolluterName(models.Model):
    """A name and code that a polluter bore before, until ``until``."""

    polluter = models.ForeignKey(Polluter, models.PROTECT, related_name="former_names")
    name = models.CharField(_("曾用名称"), max_length=120)
    uscc = models.CharField(_("曾用代码"), max_length=18)
    until = models.DateField(_("使用至"))

    class Meta:
        ordering = ["-until", "-id"]
        indexes = [models.Index(fields=["uscc"], name="a_former_code_is_found")]


class Permit(models.Model):
    """A pollutant discharge permit (排污许可证), HJ 608 number."""

    number = models.CharField(_("排污许可证编号"), max_length=22, unique=True)
    polluter = models.ForeignKey(Polluter, models.PROTECT, related_name="permits")
    confirmed = models.BooleanField(_("已核实"), default=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        verbose_name = _("排污许可证")
        ordering = ["number"]
        indexes = [GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="permit_by_number")]

    def __str__(self) -> str:
        return self.number


class PermitVersion(models.Model):
    """A permit as it stood from ``changed_on`` on; ``cancelled`` ends it."""

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    changed_on = models.DateField(_("变更日期"))
    reason = models.CharField(_("事由"), max_length=120, blank=True)
    management_class = models.CharField(
        _("管理类别"), max_length=12, choices=ManagementClass.choices, blank=True
    )
    cancelled = models.BooleanField(_("注销"), default=False)

    class Meta:
        ordering = ["permit_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "number"], name="a_permit_version_is_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.permit_id}/{self.number}"


class PermittedAmount(models.Model):
    """What a permit version allows of a pollutant, grams a year; absent = not stated (§2, §14)."""

    version = models.ForeignKey(PermitVersion, models.PROTECT, related_name="amounts")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    grams = GramsField(_("许可排放量"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "pollutant"], name="a_permit_allows_a_pollutant_once"
            ),
            models.CheckConstraint(
                condition=models.Q(grams__gte=0), name="a_permitted_amount_is_not_negative"
            ),
        ]
