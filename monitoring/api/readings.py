"""Readings in: what a station's own program sends, value by value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.imports import messages
from monitoring.imports.readings import Sent
from monitoring.imports.values import BELOW
from monitoring.services import arrivals
from monitoring.vocabulary import Span
from quota_registry.kernel.models import Client, Person
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.once import once
from quota_registry.kernel.rest.schema import Direction, Schema
from quota_registry.kernel.rest.views import View
from quota_registry.kernel.scopes import Scope

MOST: Final = 5_000
"""So many values are taken in one request: a month of one station, or an hour of eight hundred."""

EXAMPLE: Final = {
    "station": "320583A1",
    "item": "a34004",
    "span": "h",
    "at": "2026-09-01T13:00:00+08:00",
    "value": 35,
}


@extend_schema_field({"type": "number", "example": 35})
class ValueField(serializers.Field[Decimal, Any, Any, Any]):
    """A number of JSON, exactly as it was written."""

    default_error_messages = {"invalid": _("应为数值")}

    def to_internal_value(self, data: Any) -> Decimal:
        """Take a number, and nothing that could become one."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return Decimal(repr(data))

    def to_representation(self, value: Decimal) -> float:
        """Show it as a number."""
        return float(value)


class ReadingSerializer(serializers.Serializer[Any]):
    """One value of one station and item over one hour, day or month."""

    station = parameters.WordField(r"^[0-9A-Z][0-9A-Z.-]{0,23}$", help_text=_("点位编码"))
    item = parameters.WordField(
        r"^[0-9A-Za-z.一-鿿-]{1,20}$", help_text=_("行业标准代码（HJ 212）或项目名称")
    )
    span = serializers.ChoiceField(Span.choices)
    at = parameters.MomentField(
        help_text=_("小时值为该小时结束时刻；日均值、月均值为该日、该月开始时刻（东八区）")
    )
    value = ValueField(allow_null=True, help_text=_("按系统所用单位；仪器无值时为null"))
    mark = serializers.ChoiceField(
        [(BELOW, _("低于检出限"))], required=False, help_text=_("低于检出限时为L")
    )


class RefusedSerializer(serializers.Serializer[Any]):
    """A value that was not taken in, by its place in what was sent, from 0."""

    index = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ReceiptSerializer(serializers.Serializer[Any]):
    """What came of what was sent."""

    batch = serializers.IntegerField(label=_("批次"))
    received = serializers.IntegerField(label=_("收到"))
    new = serializers.IntegerField(label=_("新增值"))
    changed = serializers.IntegerField(label=_("更正值"))
    unchanged = serializers.IntegerField(label=_("未变化的值"))
    refused = RefusedSerializer(many=True)


class ListBody(Schema):
    """Says of the body that it is a list of so many at most."""

    def _get_request_for_media_type(
        self, serializer: Any, direction: Direction = "request"
    ) -> tuple[Any, bool]:
        body: Any = super()
        schema, _required = body._get_request_for_media_type(serializer, direction)
        return {**schema, "minItems": 1, "maxItems": MOST}, True


@extend_schema(
    tags=["readings"],
    summary=_("报送监测数据"),
    description=_(
        "同一点位、项目、时段、时间的值再次报送不产生变化；不同的值成为新版本，原版本保留。"
        "不予入库的逐条说明原因，其余照常入库。"
    ),
    request=ReadingSerializer(many=True),
    responses={200: ReceiptSerializer},
    examples=[
        OpenApiExample("readings", value=EXAMPLE, request_only=True),
        OpenApiExample(
            "receipt",
            value={
                "batch": 7,
                "received": 2,
                "new": 1,
                "changed": 0,
                "unchanged": 0,
                "refused": [
                    {
                        "index": 1,
                        "code": "unknown_station",
                        "detail": "没有编码为“320583A9”的点位，请先登记",
                    }
                ],
            },
            response_only=True,
        ),
    ],
)
class Readings(View):
    """What programs send; it is taken in at once, and never twice."""

    scope = Scope.READINGS_WRITE
    serializer_class = ReadingSerializer
    http_method_names = ["post"]
    schema = ListBody()

    @once
    def post(self, request: Request) -> Response:
        """Take the values in and answer what came of each."""
        asked: Any = serializers.ListSerializer(
            child=ReadingSerializer(), data=request.data, allow_empty=False, max_length=MOST
        )
        asked.is_valid(raise_exception=True)
        receipt = arrivals.receive(
            sent=[Sent(**one | {"span": Span(one["span"])}) for one in asked.validated_data],
            by=cast(Person | Client, request.user),
            at=timezone.now(),
        )
        counts = receipt.batch.counts
        return Response(
            {
                "batch": receipt.batch.pk,
                "received": counts["rows"],
                "new": counts["new"],
                "changed": counts["changed"],
                "unchanged": counts["unchanged"],
                "refused": [
                    {
                        "index": row.row - 1,
                        "code": row.code,
                        "detail": messages.sentence(row.code, row.facts),
                    }
                    for row in receipt.refused
                ],
            }
        )
