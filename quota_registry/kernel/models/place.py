"""Places: region > province > city > county > park."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.querysets import PlaceQuerySet
from quota_registry.kernel.vocabulary import Tier


class Place(models.Model):
    """
    A place that answers for its environment and keeps a reserve.

    ``code`` is the permanent registry code and is never reused: the GB/T 2260 code, or the
    county's code + P + two digits for a park. ``path`` is the chain of codes from the province
    down, ended by a slash, so that "this place and all below" is one prefix search.
    """

    code = models.CharField(_("代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    short_names = models.JSONField(_("简称"), default=list, blank=True)
    tier = models.CharField(_("层级"), max_length=10, choices=Tier.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True
    )
    path = models.CharField(_("路径"), max_length=80, unique=True, editable=False)
    gb_code = models.CharField(_("国标代码"), max_length=6, blank=True)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_until = models.DateField(_("停用日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, related_name="predecessors", null=True, blank=True
    )
    sort_key = models.CharField(max_length=80, editable=False, default="")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("地区")
        indexes = [
            models.Index(
                OpClass(models.F("path"), name="varchar_pattern_ops"), name="place_path_prefix"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="a_place_has_a_known_tier",
                condition=models.Q(tier__in=Tier.values),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lineage(self) -> list[str]:
        """Give the codes from the province down to this place."""
        return self.path.strip("/").split("/")

    @property
    def spoken(self) -> str:
        """Give the name in the reader's language."""
        english = (get_language() or "").startswith("en")
        return (self.name_en if english else "") or self.name

    def lies_in(self, other: Place) -> bool:
        """Say whether this place is *other* or lies below it."""
        return self.path.startswith(other.path)
