"""What a program says when it writes an application, or acts on one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from allocation import act_forms as forms
from allocation.serializers import DOCUMENT, TONNES, PermittedSerializer
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.vocabulary import Pollutant

BASE: Final = r"^[0-9a-f]{0,16}$"
MOST: Final = 32_767
_SOURCES: Final[dict[str, Any]] = {"max_length": 200}
_EACH: Final[dict[str, Any]] = {"max_length": len(Pollutant)}


class NamedSourceSerializer(serializers.Serializer[Any]):
    """An account that a draft draws on: of a place, of its polluter, or what a trade brought."""

    pollutant = parameters.PollutantField(label=_("污染物"))
    place = parameters.PlaceField(required=False, label=_("地区代码"))
    uscc = parameters.UsccField(required=False, label=_("统一社会信用代码"))
    trade = parameters.WordField(parameters.NUMBER, required=False, label=_("交易编号"))
    amount = parameters.WordField(TONNES, label=_("数量"))


class ApplicationSourcesSerializer(serializers.Serializer[Any]):
    """The sources of a draft; where none are said, those that the system proposes."""

    sources = NamedSourceSerializer(
        many=True, required=False, allow_null=True, **_SOURCES, label=_("指标来源")
    )
    exception_reason = serializers.CharField(
        max_length=300, default="", allow_blank=True, label=_("例外理由")
    )


class ChangedApplicationSourcesSerializer(ApplicationSourcesSerializer):
    """The same, in place of what stood there."""

    base = parameters.WordField(BASE, default="", label=_("所见草稿"))


class NewApplicationSerializer(ApplicationSourcesSerializer):
    """An application that begins."""

    project = parameters.WordField(parameters.NUMBER, label=_("项目编号"))
    supplements = parameters.WordField(parameters.NUMBER, required=False, label=_("补充申请所补"))


class FiledApplicationSerializer(serializers.Serializer[Any]):
    """Filing says at most which draft was looked at."""

    base = parameters.WordField(BASE, default="", label=_("所见草稿"))


# ── Acts ──
class ActSeenSerializer(serializers.Serializer[Any]):
    """Every act says which version it decides on."""

    version = serializers.IntegerField(min_value=0, max_value=MOST, label=_("所见版次"))


class ActReasonSerializer(ActSeenSerializer):
    """An act that says why."""

    reason = serializers.CharField(max_length=300, label=_("理由"))


class ActNoteSerializer(ActSeenSerializer):
    """An act that may say something."""

    note = serializers.CharField(max_length=300, default="", allow_blank=True, label=_("说明"))


class ActOpinionSerializer(ActSeenSerializer):
    """What a division says where it agrees."""

    text = serializers.CharField(max_length=300, default="", allow_blank=True, label=_("意见"))


class ActSignSerializer(ActOpinionSerializer):
    """For which reserve one signs, and the paper it comes with."""

    place = parameters.PlaceField(label=_("签署的储备"))
    document = parameters.WordField(DOCUMENT, default="", label=_("文号"))


class ActProvinceSerializer(ActSignSerializer):
    """What the province gives enters with its document."""

    document = parameters.WordField(DOCUMENT, label=_("文号"))


class ActApprovalSerializer(ActSeenSerializer):
    """The EIA approval, with the increment that it approved of each pollutant."""

    number = parameters.WordField(DOCUMENT, label=_("环评批复文号"))
    approved_on = parameters.DayField(label=_("批复日期"))
    amounts = PermittedSerializer(many=True, **_EACH, label=_("批复增量"))


class ActUseSerializer(ActSeenSerializer):
    """The day on which the project came into use."""

    used_on = parameters.DayField(label=_("投入使用日期"))


class ActBackSerializer(ActReasonSerializer):
    """The paper and the reason by which mass goes back."""

    document = parameters.WordField(DOCUMENT, label=_("文号"))


class ActGiveBackSerializer(ActBackSerializer):
    """How much goes back of each pollutant; everything that is left where nothing is said."""

    amounts = PermittedSerializer(
        many=True, required=False, allow_null=True, **_EACH, label=_("退回数量")
    )
    base = parameters.WordField(r"^[0-9]{0,6}$", default="", label=_("所见已退回次数"))


BODIES: Final[Mapping[type[forms.ActForm], type[ActSeenSerializer]]] = {
    forms.ActForm: ActSeenSerializer,
    forms.ReasonForm: ActReasonSerializer,
    forms.NoteForm: ActNoteSerializer,
    forms.OpinionForm: ActOpinionSerializer,
    forms.SignForm: ActSignSerializer,
    forms.ProvinceForm: ActProvinceSerializer,
    forms.ApprovalForm: ActApprovalSerializer,
    forms.UseForm: ActUseSerializer,
    forms.BackForm: ActBackSerializer,
    forms.GiveBackForm: ActGiveBackSerializer,
}
"""What a program says where a page has the form."""
