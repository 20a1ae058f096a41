"""The quarterly dispatch over the API: its two lists in, its rounds and findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from operator import itemgetter
from typing import Any, ClassVar, Final, cast

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.imports.stated import Stated
from allocation.models import DispatchRound, Finding
from allocation.selectors import dispatch_words, dispatches
from allocation.serializers import (
    ApprovalSerializer,
    ApprovalsSerializer,
    CancellationSerializer,
    CancellationsSerializer,
    FindingSerializer,
    ListReceiptSerializer,
    QuarterField,
    RoundSerializer,
)
from allocation.services import dispatch_lists
from allocation.vocabulary import FindingKind, ListKind, RoundStatus
from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.callers import acting
from quota_registry.kernel.rest.once import once
from quota_registry.kernel.rest.parameters import OfPlaces, Page
from quota_registry.kernel.rest.views import ListView, PlacedListView, View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Tier

RECEIPT: Final = OpenApiExample(
    "receipt",
    value={"list": 7, "received": 1, "new": 1, "corrected": 0, "unchanged": 0, "refused": []},
    response_only=True,
)
DESCRIPTION: Final = _(
    "同一编号再次报送：内容相同则不变，不同则更正，原内容保留在变更记录中。"
    "不予入账的逐条说明原因，其余照常入账。"
)


class ListIn(View):
    """Rows of one of the quarter's lists, as a program sends them; by number, so never twice."""

    scope = Scope.DISPATCH_WRITE
    http_method_names = ["post"]
    kind: ClassVar[ListKind]
    rows_of: ClassVar[type[ApprovalSerializer | CancellationSerializer]]

    @once
    def post(self, request: Request) -> Response:
        """Take the rows in that lie in the caller's reach, and name the others."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        rows: list[Stated] = []
        refused = []
        seen: dict[str, int] = {}
        form = self.rows_of()
        reached = self._reached({row["place"] for row in said["rows"]})
        for index, row in enumerate(said["rows"]):
            stated = form.stated(row)
            if wrong := self._wrong(row, stated, seen, reached):
                refused.append({"index": index, "code": wrong[0], "detail": wrong[1]})
                continue
            seen[stated.number] = index
            rows.append(stated)
        by = cast(Person | Client, request.user)
        brought, taken = dispatch_lists.receive_rows(
            kind=self.kind,
            quarter=said["quarter"],
            rows=rows,
            by=by,
            responsible=acting(request),
            place=Place.objects.get(path=self.reach.paths[0]),
            within=self.reach.within(),
            on=self.on,
        )
        refused += [
            {
                "index": seen[number],
                "code": "stands_elsewhere",
                "detail": str(dispatch_lists.ELSEWHERE) % {"number": number},
            }
            for number in taken.elsewhere
        ]
        return Response(
            {
                "list": brought.pk,
                "received": len(said["rows"]),
                "new": taken.new,
                "corrected": len(taken.corrected),
                "unchanged": taken.unchanged,
                "refused": sorted(refused, key=itemgetter("index")),
            }
        )

    def _reached(self, codes: set[str]) -> set[str]:
        places = Place.objects.filter(
            self.reach.within("path"), pk__in=codes, tier__in=[Tier.COUNTY, Tier.PARK]
        )
        return set(places.values_list("pk", flat=True))

    def _wrong(
        self, row: dict[str, Any], stated: Stated, seen: Collection[str], reached: set[str]
    ) -> tuple[str, str] | None:
        """Say by code and sentence why a row does not go in."""
        if stated.place not in reached:
            text = gettext("没有代码为“%(place)s”的地区") % {"place": stated.place}
            return "unknown_place", text
        named = Counter(one["pollutant"] for one in row["amounts"])
        if twice := [pollutant for pollutant, times in named.items() if times > 1]:
            text = gettext("污染物%(pollutants)s重复，只能填一次") % {
                "pollutants": "、".join(twice)
            }
            return "pollutant_twice", text
        if stated.number in seen:
            return "twice", gettext("编号%(number)s重复，以前一条为准") % {"number": stated.number}
        if stated.day > self.on:
            text = gettext("日期%(day)s尚未到来") % {"day": stated.day}
            return "day_in_the_future", text
        return None


@extend_schema(
    tags=["dispatch"],
    summary=_("报送环评审批"),
    description=DESCRIPTION,
    request=ApprovalsSerializer,
    responses={200: ListReceiptSerializer},
    examples=[
        OpenApiExample(
            "approvals",
            value={
                "quarter": "2026Q3",
                "rows": [
                    {
                        "number": "苏环建〔2026〕83第1006号",
                        "approved_on": "2026-08-08",
                        "name": "昆山示范有限公司",
                        "uscc": "91320583MAX0124621",
                        "project": "示范建设项目",
                        "kind": "技改",
                        "place": "320583",
                        "amounts": [{"pollutant": "COD", "amount": "0.106000"}],
                    }
                ],
            },
            request_only=True,
        ),
        RECEIPT,
    ],
)
class EiaApprovals(ListIn):
    """EIA approvals in."""

    serializer_class = ApprovalsSerializer
    kind = ListKind.EIA
    rows_of = ApprovalSerializer


@extend_schema(
    tags=["dispatch"],
    summary=_("报送注销的排污许可证"),
    description=DESCRIPTION,
    request=CancellationsSerializer,
    responses={200: ListReceiptSerializer},
    examples=[
        OpenApiExample(
            "cancellations",
            value={
                "quarter": "2026Q3",
                "rows": [
                    {
                        "number": "91320583MAX013705C001V",
                        "name": "昆山示范有限公司",
                        "uscc": "91320583MAX013705C",
                        "place": "320583",
                        "cancelled_on": "2026-08-16",
                        "reason": "关闭",
                        "amounts": [{"pollutant": "COD", "amount": "1.982000"}],
                    }
                ],
            },
            request_only=True,
        ),
        RECEIPT,
    ],
)
class PermitCancellations(ListIn):
    """Cancelled permits in."""

    serializer_class = CancellationsSerializer
    kind = ListKind.CANCELLED
    rows_of = CancellationSerializer


class RoundsQuery(Page):
    """What rounds are asked for by."""

    quarter = QuarterField(required=False)
    status = serializers.ChoiceField(RoundStatus.choices, required=False)


@extend_schema(tags=["dispatch"], summary=_("季度调度及其版次"))
class Rounds(ListView):
    """Every version of every quarter's dispatch; what it found is under findings."""

    scope = Scope.DISPATCH_READ
    query = RoundsQuery
    serializer_class = RoundSerializer
    order = ("-quarter", "-version", "id")
    table_name = "dispatch-rounds"

    def get_queryset(self) -> QuerySet[DispatchRound]:
        """Keep what was asked for."""
        found = DispatchRound.objects.all()
        if "quarter" in self.asked:
            found = found.filter(quarter=self.asked["quarter"].period.start)
        if "status" in self.asked:
            found = found.filter(status=self.asked["status"])
        return found


class FindingsQuery(OfPlaces):
    """What findings are asked for by."""

    quarter = QuarterField(required=False)
    kind = serializers.ChoiceField(FindingKind.choices, required=False)
    done = parameters.FlagField(required=False, help_text=_("1：已办结的；0：未办结的"))


@extend_schema(tags=["dispatch"], summary=_("季度调度的发现与事项"))
class Findings(PlacedListView):
    """What the newest version of each quarter found in the places in reach, with its tasks."""

    scope = Scope.DISPATCH_READ
    query = FindingsQuery
    serializer_class = FindingSerializer
    order = ("-round_id", "id")
    table_name = "dispatch-findings"
    fields: ClassVar[dict[str, str]] = {"kind": "kind", "done": "task__done"}

    def rows(self) -> QuerySet[Any]:
        """Return what the newest versions found, of one quarter if it is asked for."""
        newest = DispatchRound.objects.order_by("quarter", "-version").distinct("quarter")
        if "quarter" in self.asked:
            newest = newest.filter(quarter=self.asked["quarter"].period.start)
        return Finding.objects.filter(round__in=newest.values("pk")).select_related(
            "round", "place", "task"
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        """Say of the rows of one page what they are about."""
        found = super().paginate_queryset(queryset)
        owners = dispatches.owners({one.place for one in found or ()}, on=self.on)
        for one in found or ():
            one.sentence = dispatch_words.sentence(one)
            one.owners = dispatches.named(owners, one)
            one.masses = [
                {"pollutant": which.value, "amount": grams}
                for which, grams in dispatch_words.amounts(one)
            ]
        return found
