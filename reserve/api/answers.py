"""The shapes of the two answers that explain a figure: a statement and a lot's family tree."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from quota_registry.kernel.fields import GramsAsTonnes
from reserve.serializers import LotSerializer
from reserve.vocabulary import AccountKind, TransferKind


class StatementLineSerializer(serializers.Serializer[Any]):
    """One entry of a statement, with what the account held after it."""

    effective_on = serializers.DateField(label=_("生效日期"))
    transfer = serializers.IntegerField(label=_("划转"))
    line = serializers.IntegerField(label=_("行号"))
    kind = serializers.ChoiceField(TransferKind.choices, label=_("类型"))
    key = serializers.CharField(label=_("业务键"))
    document = serializers.CharField(label=_("文号"), allow_blank=True)
    lot = serializers.IntegerField(label=_("批次"))
    lot_name = serializers.CharField(label=_("批次名称"))
    amount = GramsAsTonnes(source="grams", label=_("数量"))
    balance = GramsAsTonnes(label=_("余额"))
    recorded_at = serializers.DateTimeField(label=_("登记时间"))


class StatementSerializer(serializers.Serializer[Any]):
    """Opening + received − given = closing, and one page of the lines between."""

    account = serializers.IntegerField()
    name = serializers.CharField()
    effective_from = serializers.DateField(allow_null=True)
    effective_until = serializers.DateField(allow_null=True)
    opening = GramsAsTonnes()
    received = GramsAsTonnes()
    given = GramsAsTonnes()
    closing = GramsAsTonnes()
    next = serializers.URLField(allow_null=True)
    results = StatementLineSerializer(many=True)


class SideSerializer(serializers.Serializer[Any]):
    """An account's part in a move."""

    account = serializers.CharField()
    amount = GramsAsTonnes()


@extend_schema_field(SideSerializer(many=True))
class Sides(serializers.Field[Any, Any, Any, Any]):
    """The accounts on one side of a move, as a list."""

    def to_representation(self, value: dict[str, int]) -> list[dict[str, str]]:
        """List them in the order of their names."""
        return [
            SideSerializer({"account": name, "amount": grams}).data
            for name, grams in sorted(value.items())
        ]


class MoveSerializer(serializers.Serializer[Any]):
    """One transfer of a lot."""

    transfer = serializers.IntegerField()
    key = serializers.CharField()
    kind = serializers.ChoiceField(TransferKind.choices)
    document = serializers.CharField(allow_blank=True)
    effective_on = serializers.DateField()
    gave = Sides()
    took = Sides()


class RestingSerializer(serializers.Serializer[Any]):
    """Where some of a lot lies now."""

    account = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(AccountKind.choices)
    place = serializers.CharField(allow_null=True)
    case = serializers.CharField(allow_blank=True)
    amount = GramsAsTonnes(source="grams")


class LotTreeSerializer(serializers.Serializer[Any]):
    """A lot, every move it made in order, and where it lies now."""

    lot = LotSerializer()
    moves = MoveSerializer(many=True)
    resting = RestingSerializer(many=True)
