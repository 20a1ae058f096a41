"""What a program says of a construction project that it puts on record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from allocation.serializers import TONNES
from allocation.services.projects import Books, Content
from allocation.vocabulary import ExemptKind, LakeTaiZone, Priority, ProjectKind, StrategicClass
from quota_registry.kernel.mass import Grams, grams_of
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.vocabulary import Pollutant


class StatedBooksSerializer(serializers.Serializer[Any]):
    """The three books of one pollutant: tonnes a year as text, at most six places."""

    pollutant = parameters.PollutantField(label=_("污染物"))
    existing = parameters.WordField(TONNES, label=_("现有工程排放量"), default="0")
    generation = parameters.WordField(TONNES, label=_("本项目产生量"))
    reduction = parameters.WordField(TONNES, label=_("本项目削减量"), default="0")
    piped = parameters.WordField(TONNES, label=_("接管量"), default=None, allow_null=True)
    emission = parameters.WordField(TONNES, label=_("排放量（水为外排量）"))
    offset = parameters.WordField(TONNES, label=_("以新带老削减量"), default="0")


class NewProjectSerializer(serializers.Serializer[Any]):
    """A construction project as its form says it; the file of a strategic class comes by hand."""

    uscc = parameters.UsccField(label=_("统一社会信用代码"))
    name = parameters.NameField(160, label=_("项目名称"))
    kind = serializers.ChoiceField(ProjectKind.choices, label=_("项目性质"))
    site = parameters.NameField(200, label=_("建设地点"), default="")
    lake_tai_zone = serializers.ChoiceField(
        LakeTaiZone.choices, label=_("太湖流域保护区"), default=LakeTaiZone.THIRD
    )
    industry = parameters.WordField(parameters.INDUSTRY, label=_("行业代码"), default="")
    strategic_class = serializers.ChoiceField(
        StrategicClass.choices, label=_("战略性新兴产业类别"), default=""
    )
    strategic_basis = parameters.NameField(200, label=_("认定依据"), default="")
    priority = serializers.ChoiceField(
        Priority.choices, label=_("优先保障类别"), default=Priority.NONE
    )
    priority_basis = parameters.NameField(200, label=_("优先保障依据"), default="")
    exempt_kind = serializers.ChoiceField(ExemptKind.choices, label=_("免于替代的类型"), default="")
    exempt_reason = parameters.NameField(300, label=_("免于替代的理由"), default="")
    amounts = StatedBooksSerializer(many=True, label=_("污染物"))

    def validate_amounts(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take each pollutant once."""
        if len({row["pollutant"] for row in rows}) < len(rows):
            raise serializers.ValidationError(_("同一污染物只能填一次"))
        return rows

    def content(self, polluter: Polluter) -> Content:
        """Return what was said of the project, as the service takes it."""
        said = dict(self.validated_data)
        del said["uscc"]
        return Content(
            polluter=polluter, books=[_books(row) for row in said.pop("amounts")], **said
        )


def _books(row: dict[str, Any]) -> Books:
    amounts: dict[str, Grams] = {
        name: grams_of(text) for name, text in row.items() if name != "pollutant" and text
    }
    return Books(pollutant=Pollutant(row["pollutant"]), **amounts)
