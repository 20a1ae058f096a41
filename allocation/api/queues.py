"""The queue of a reserve over the API (§6, P3): who is served first and why, what would be left."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.rules.queue import left_after
from allocation.selectors import queue
from allocation.selectors.queue import Queued
from allocation.vocabulary import ApplicationStatus
from monitoring.api.lists import told
from monitoring.serializers import ReasonSerializer
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import Query
from quota_registry.kernel.rest.views import View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant

GRANTED: Final = r"^[0-9A-Z]{1,9}(-[0-9A-Z]{1,6}){1,4}(,[0-9A-Z]{1,9}(-[0-9A-Z]{1,6}){1,4}){0,49}$"
EXAMPLE: dict[str, Any] = {
    "place": "320583",
    "on": "2026-09-30",
    "waiting": [
        {
            "position": 1,
            "number": "320583-SQ-2026-00002",
            "project": "320583-XM-2026-00002",
            "place": "320583",
            "status": "filed",
            "class": "本区域重大产业项目",
            "clause": "6.2",
            "reasons": [{"code": "filed", "clause": "P3.2", "text": "2026-09-30提交"}],
            "wanted": [{"pollutant": "NOX", "amount": "2.000000"}],
        }
    ],
    "left": [{"pollutant": "NOX", "free": "10.000000", "wanted": "2.000000", "left": "8.000000"}],
}


class WantedSerializer(serializers.Serializer[Any]):
    """What an application asks of the reserve of one pollutant."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    amount = GramsAsTonnes(label=_("申请本储备"))


class QueuedSerializer(serializers.Serializer[Any]):
    """An application in the queue: where it stands, and why there."""

    position = serializers.IntegerField(label=_("序号"))
    number = serializers.CharField(label=_("申请编号"))
    project = serializers.CharField(label=_("项目编号"))
    place = serializers.CharField(label=_("地区代码"))
    status = serializers.ChoiceField(ApplicationStatus.choices, label=_("状态"))
    clause = serializers.CharField(label=_("依据条款"))
    reasons = ReasonSerializer(many=True, label=_("排序理由"))
    wanted = WantedSerializer(many=True, label=_("申请本储备"))

    def get_fields(self) -> dict[str, Any]:
        """Add the class of §6 by its plain name, which is a word of Python's."""
        return super().get_fields() | {"class": serializers.CharField(label=_("类别"))}


class LeftSerializer(serializers.Serializer[Any]):
    """What the reserve has of one pollutant, and would have left; less than nothing is missing."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    free = GramsAsTonnes(label=_("可用"))
    wanted = GramsAsTonnes(label=_("所选申请"))
    left = GramsAsTonnes(label=_("余量"))


class QueueSerializer(serializers.Serializer[Any]):
    """The queue of a reserve on a day."""

    place = serializers.CharField(label=_("地区代码"))
    on = serializers.DateField(label=_("日期"))
    waiting = QueuedSerializer(many=True)
    left = LeftSerializer(many=True)


class QueueQuery(Query):
    """What a queue is asked for by."""

    place = parameters.PlaceField()
    grant = parameters.WordField(
        GRANTED,
        required=False,
        help_text=_("假定投放的申请编号，以逗号分隔；余量随之计算"),
    )


@extend_schema(
    tags=["allocation"],
    summary=_("储备申请排队"),
    description=_("等候一个储备的申请，按优先顺序，各附理由；以及假定投放其中几件之后的余量。"),
    examples=[OpenApiExample("queue", value=EXAMPLE, response_only=True)],
)
class Queue(View):
    """The applications that wait for a reserve, and what would be left of it."""

    scope = Scope.PROJECTS_READ
    query = QueueQuery
    serializer_class = QueueSerializer
    rows_key = "waiting"
    table_name = "queue"

    def row_serializer(self) -> QueuedSerializer:
        """As a table it is one row an application."""
        return QueuedSerializer()

    def get(self, request: Request) -> Response:
        """Answer the queue as it stands today."""
        place = self.reach.place(self.asked["place"])
        rows = queue.of(place, on=self.on)
        by_number = {row.application.number: row for row in rows}
        granted = set(self.asked["grant"].split(",")) if "grant" in self.asked else set()
        if strange := granted - by_number.keys():
            raise OutOfReach(_("没有在此等候的申请“%(number)s”"), number=min(strange))
        free = queue.free(place)
        left = left_after(free, [by_number[number].wanted for number in granted])
        found = {
            "place": place.pk,
            "on": self.on,
            "waiting": [_told(at, row) for at, row in enumerate(rows, start=1)],
            "left": [
                {
                    "pollutant": pollutant.value,
                    "free": free[pollutant],
                    "wanted": free[pollutant] - left[pollutant],
                    "left": left[pollutant],
                }
                for pollutant in Pollutant
            ],
        }
        return Response(QueueSerializer(found).data)


def _told(position: int, row: Queued) -> dict[str, Any]:
    application = row.application
    return {
        "position": position,
        "number": application.number,
        "project": application.project.number,
        "place": application.place_id,
        "status": application.status,
        "class": str(row.standing.label),
        "clause": row.standing.clause.key,
        "reasons": [told(reason) for reason in row.reasons],
        "wanted": [
            {"pollutant": pollutant.value, "amount": grams}
            for pollutant, grams in row.wanted.items()
        ],
    }
