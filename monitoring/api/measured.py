"""What monitors measured, over the API: months in, and every figure out."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.imports.measured import SENTENCES
from monitoring.models import MeasuredAmount
from monitoring.rules.measured import problems
from monitoring.selectors.measured import by_names
from monitoring.serializers import (
    FigureSerializer,
    MeasuredReceiptSerializer,
    MeasuredReportSerializer,
    MeasuredWithdrawalSerializer,
    WithdrawnSerializer,
)
from monitoring.services import measured, measured_lists
from monitoring.services.measured import Measured
from monitoring.vocabulary import FIRST_MEASURED_YEAR
from quota_registry.kernel.mass import grams_of
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.callers import acting
from quota_registry.kernel.rest.once import once
from quota_registry.kernel.rest.parameters import Page
from quota_registry.kernel.rest.views import ListView, View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant

REPORT: Final = OpenApiExample(
    "report",
    value={
        "rows": [
            {
                "uscc": "91320583MAX0149277",
                "outlet": "DA001",
                "month": "2025-03",
                "amounts": [{"pollutant": "NOX", "amount": "1.250000"}],
            }
        ]
    },
    request_only=True,
)


@extend_schema(
    tags=["monitoring"],
    summary=_("报送自动监测的逐月排放量"),
    description=_(
        "同一排放口、月份、污染物的数再次报送不产生变化；不同的数成为新版本，原版本保留。"
        "不予入库的逐条说明原因，其余照常入库。"
    ),
    request=MeasuredReportSerializer,
    responses={200: MeasuredReceiptSerializer},
    examples=[REPORT],
)
class MeasuredReports(View):
    """What monitors measured, in; the same rows again change nothing."""

    scope = Scope.MEASURED_WRITE
    serializer_class = MeasuredReportSerializer
    http_method_names = ["post"]

    @once
    def post(self, request: Request) -> Response:
        """Record the rows, and name those that cannot have been measured."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = [_values(row) for row in asked.validated_data["rows"]]
        by = acting(request)
        known = measured_lists.known(
            {row["uscc"] for row in said}, within=self.reach.within(measured_lists.PLACE)
        )
        rows: list[Measured] = []
        refused: list[dict[str, Any]] = []
        for index, row in enumerate(said):
            wrong = next(problems(row, known, on=self.on), None)
            if wrong is not None:
                _column, code, facts = wrong
                refused.append(
                    {"index": index, "code": code, "detail": str(SENTENCES[code]) % facts}
                )
                continue
            rows.append(
                Measured(
                    monitor=known[row["uscc"], row["number"]].monitor,
                    month=row["month"],
                    amounts={p: row[p.value] for p in Pollutant if p.value in row},
                )
            )
        done = measured.record(rows=rows, by=by, on=self.on)
        return Response(
            {
                "received": len(said),
                "new": done.new,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "refused": refused,
            }
        )


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row as the lists read it: who, which outlet, which month, grams by pollutant."""
    return {
        "uscc": row["uscc"],
        "number": row["outlet"],
        "month": row["month"],
        **{one["pollutant"]: grams_of(one["amount"]) for one in row["amounts"]},
    }


WITHDRAWAL: Final = OpenApiExample(
    "withdrawal",
    value={
        "uscc": "91320583MAX0149277",
        "outlet": "DA001",
        "month": "2025-03",
        "pollutants": ["NOX"],
        "reason": "标气过期，数据失实",
    },
    request_only=True,
)


@extend_schema(
    tags=["monitoring"],
    summary=_("撤回自动监测的月排放量"),
    description=_("撤回的数不再计入核算，原数与原因保留；以后可再报新数。"),
    request=MeasuredWithdrawalSerializer,
    responses={200: WithdrawnSerializer},
    examples=[WITHDRAWAL],
)
class MeasuredWithdrawals(View):
    """Figures of an outlet's month count no more, for a reason."""

    scope = Scope.MEASURED_WRITE
    serializer_class = MeasuredWithdrawalSerializer
    http_method_names = ["post"]

    @once
    def post(self, request: Request) -> Response:
        """Withdraw the figures, and answer them as they stand now."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        by = acting(request)
        found = by_names([said["uscc"]], within=self.reach.within(measured_lists.PLACE))
        monitor = found.get((said["uscc"], said["outlet"]))
        if monitor is None:
            facts = {"uscc": said["uscc"], "number": said["outlet"]}
            raise OutOfReach(SENTENCES["unknown_monitor"], **facts)
        made = measured.withdraw(
            monitor=monitor,
            month=said["month"],
            pollutants=[Pollutant(code) for code in said["pollutants"]],
            reason=said["reason"],
            by=by,
            on=self.on,
        )
        figures = MeasuredAmount.objects.with_standing().filter(pk__in=[one.pk for one in made])
        figures = figures.select_related("monitor__outlet__polluter").order_by("pk")
        return Response(WithdrawnSerializer({"figures": figures}).data)


class FiguresQuery(Page):
    """What figures are asked for by."""

    uscc = parameters.WordField(r"^[0-9A-Z]{18}$", required=False, help_text=_("统一社会信用代码"))
    year = serializers.IntegerField(required=False, min_value=FIRST_MEASURED_YEAR, max_value=2099)
    pollutant = parameters.PollutantField(required=False)


@extend_schema(tags=["monitoring"], summary=_("自动监测的逐月排放量"))
class Figures(ListView):
    """The newest figure of every monitor, month and pollutant, with whether it counts."""

    scope = Scope.MONITORING_READ
    query = FiguresQuery
    serializer_class = FigureSerializer
    order = ("-month", "monitor_id", "pollutant", "id")
    table_name = "measured-amounts"
    fields: ClassVar[dict[str, str]] = {
        "uscc": "monitor__outlet__polluter__uscc",
        "year": "month__year",
        "pollutant": "pollutant",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what lies in reach and was asked for."""
        within = self.reach.within(lookup="monitor__outlet__polluter__place__path")
        found = MeasuredAmount.objects.newest().with_standing().filter(within)
        asked = {
            lookup: self.asked[name] for name, lookup in self.fields.items() if name in self.asked
        }
        return found.filter(**asked).select_related("monitor__outlet__polluter")
