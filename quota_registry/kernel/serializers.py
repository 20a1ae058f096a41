"""Places and polluters as the API shows them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.models import Permit, PermittedAmount, PermitVersion, Place, Polluter
from quota_registry.kernel.models import PolluterName as FormerName


class PlaceSerializer(serializers.ModelSerializer[Place]):
    """A place that keeps a reserve."""

    parent = serializers.CharField(  # type: ignore[assignment]  # a field here, not the parent
        source="parent_id", label=_("上级代码"), allow_null=True
    )
    successor = serializers.CharField(source="successor_id", label=_("继任代码"), allow_null=True)

    class Meta:
        model = Place
        fields = [
            "code",
            "name",
            "name_en",
            "tier",
            "parent",
            "gb_code",
            "valid_from",
            "valid_until",
            "successor",
        ]


class PolluterSerializer(serializers.ModelSerializer[Polluter]):
    """A polluter as lists show it."""

    place = serializers.CharField(source="place_id", label=_("地区代码"))
    place_name = serializers.CharField(source="place.name", label=_("地区名称"))

    class Meta:
        model = Polluter
        fields = [
            "uscc",
            "name",
            "place",
            "place_name",
            "industry",
            "management_class",
            "confirmed",
        ]


class PermittedAmountSerializer(serializers.ModelSerializer[PermittedAmount]):
    """What a permit allows of one pollutant."""

    amount = GramsAsTonnes(source="grams", label=_("许可排放量"))

    class Meta:
        model = PermittedAmount
        fields = ["pollutant", "amount"]


class PermitVersionSerializer(serializers.ModelSerializer[PermitVersion]):
    """A permit as it stood from a day on."""

    amounts = PermittedAmountSerializer(many=True)

    class Meta:
        model = PermitVersion
        fields = ["number", "changed_on", "reason", "management_class", "cancelled", "amounts"]


class PermitSerializer(serializers.ModelSerializer[Permit]):
    """A permit with all its versions, the newest first."""

    versions = PermitVersionSerializer(many=True)

    class Meta:
        model = Permit
        fields = ["number", "confirmed", "versions"]


class FormerNameSerializer(serializers.ModelSerializer[FormerName]):
    """A name and code borne before."""

    class Meta:
        model = FormerName
        fields = ["name", "uscc", "until"]


class PolluterDetailSerializer(PolluterSerializer):
    """A polluter with its permits and the names it bore."""

    permits = PermitSerializer(many=True)
    former_names = FormerNameSerializer(many=True)

    class Meta(PolluterSerializer.Meta):
        fields = [*PolluterSerializer.Meta.fields, "address", "permits", "former_names"]
