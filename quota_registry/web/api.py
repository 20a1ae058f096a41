"""The API's root: its index, the codes of every floor, its schema and its offline browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Choices
from django.urls import URLPattern, path, re_path, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation import vocabulary as desk
from allocation.api import (
    application_acts,
    application_writing,
    applications,
    dispatch,
    projects,
    queues,
    trade_acts,
    trades,
    vouchers,
)
from allocation.rules.sheet_codes import Check
from monitoring import vocabulary as watch
from monitoring.api import gates, lists, measured, readings
from parks import vocabulary as of_parks
from parks.api import parks
from quota_registry.kernel import api as kernel
from quota_registry.kernel import doors
from quota_registry.kernel.rest import problems
from quota_registry.kernel.rest.views import Nothing, View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import ManagementClass, Medium, Pollutant, Tier
from reserve import refusals, vocabulary
from reserve.api import balances, claims, stock, stories

# What the ledger's guards refuse has its name on that floor.
problems.translate_with(refusals.named)

LISTS = {
    "tiers": Tier,
    "media": Medium,
    "management_classes": ManagementClass,
    "source_kinds": vocabulary.SourceKind,
    "accounting_methods": vocabulary.AccountingMethod,
    "claim_statuses": vocabulary.ClaimStatus,
    "line_statuses": vocabulary.LineStatus,
    "account_kinds": vocabulary.AccountKind,
    "lot_source_kinds": vocabulary.LotSourceKind,
    "transfer_kinds": vocabulary.TransferKind,
    "station_kinds": watch.StationKind,
    "reading_spans": watch.Span,
    "reading_items": watch.Item,
    "monitoring_levels": watch.Level,
    "monitoring_actions": watch.Action,
    "indicators": watch.Indicator,
    "target_statuses": watch.TargetStatus,
    "suspension_scopes": watch.SuspensionScope,
    "suspension_statuses": watch.SuspensionStatus,
    "judgement_statuses": watch.JudgementStatus,
    "water_bodies": watch.WaterBody,
    "water_classes": watch.WaterClass,
    "ways": watch.Way,
    "park_year_statuses": of_parks.YearStatus,
    "annual_totals_statuses": of_parks.TotalsStatus,
    "totals_sources": of_parks.TotalsSource,
    "totals_doubts": of_parks.Doubt,
    "total_methods": of_parks.TotalMethod,
    "reward_reasons": of_parks.RewardReason,
    "dispatch_statuses": desk.RoundStatus,
    "dispatch_findings": desk.FindingKind,
    "project_kinds": desk.ProjectKind,
    "lake_tai_zones": desk.LakeTaiZone,
    "strategic_classes": desk.StrategicClass,
    "priorities": desk.Priority,
    "exempt_kinds": desk.ExemptKind,
    "application_statuses": desk.ApplicationStatus,
    "sheet_moments": desk.Moment,
    "sheet_checks": Check,
    "signature_hands": desk.Hand,
    "voucher_statuses": desk.VoucherStatus,
    "give_back_kinds": desk.GiveBackKind,
    "trade_kinds": desk.TradeKind,
    "trade_statuses": desk.TradeStatus,
    "scopes": Scope,
}


class CodeSerializer(serializers.Serializer[Any]):
    """A code and what it stands for, in the caller's language."""

    code = serializers.CharField(label=_("代码"))
    name = serializers.CharField(label=_("名称"))


class PollutantSerializer(CodeSerializer):
    """One of the eight pollutants of §1."""

    symbol = serializers.CharField(label=_("符号"))
    medium = serializers.ChoiceField(Medium.choices, label=_("要素"))
    hj_code = serializers.CharField(label=_("行业标准代码"))


class CodesSerializer(serializers.Serializer[Any]):
    """Every list of codes by its name."""

    pollutants = PollutantSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add a list for each vocabulary."""
        return super().get_fields() | {name: CodeSerializer(many=True) for name in LISTS}


def pairs(choices: Iterable[Choices]) -> list[dict[str, str]]:
    """List a vocabulary's codes with their names."""
    return [{"code": str(choice.value), "name": str(choice.label)} for choice in choices]


@extend_schema(
    tags=["codes"],
    summary=_("代码表"),
    description=_("接口所用的全部代码及其名称，名称以调用方的语言给出。"),
)
class Codes(View):
    """The codes that the API uses."""

    serializer_class = CodesSerializer
    rows_key = "pollutants"
    table_name = "pollutants"

    def row_serializer(self) -> PollutantSerializer:
        """As a table it is the pollutants: the other lists have other columns."""
        return PollutantSerializer()

    def get(self, request: Request) -> Response:
        """Answer every list."""
        lists: dict[str, Any] = {
            "pollutants": [
                {
                    "code": pollutant.value,
                    "name": str(pollutant.label),
                    "symbol": str(pollutant.symbol),
                    "medium": pollutant.medium.value,
                    "hj_code": pollutant.hj_code,
                }
                for pollutant in Pollutant
            ]
        }
        return Response(lists | {name: pairs(choices) for name, choices in LISTS.items()})


class IndexSerializer(serializers.Serializer[Any]):
    """The addresses of the API by name."""

    resources = serializers.DictField(child=serializers.CharField())


@extend_schema(
    tags=["codes"],
    summary=_("接口目录"),
    examples=[
        OpenApiExample(
            "index", value={"resources": {"places": "/api/v1/places/"}}, response_only=True
        )
    ],
)
class Index(View):
    """What there is to read."""

    serializer_class = IndexSerializer
    table_name = "index"

    def get(self, request: Request) -> Response:
        """Answer the address of every list that can be read."""
        lists = [
            pattern
            for pattern in RESOURCES
            if "<" not in str(pattern.pattern)
            and hasattr(getattr(pattern.callback, "view_class", None), "get")
            # What asks for a paper in the hand is no list.
            and not doors.of(pattern.callback).public
        ]
        return Response(
            {"resources": {str(p.name).removeprefix("api-"): reverse(str(p.name)) for p in lists}}
        )


RESOURCES: list[URLPattern] = [
    path("codes/", Codes.as_view(), name="api-codes"),
    path("places/", kernel.Places.as_view(), name="api-places"),
    path("polluters/", kernel.Polluters.as_view(), name="api-polluters"),
    path("polluters/<str:uscc>/", kernel.OnePolluter.as_view(), name="api-polluter"),
    path("balances/", balances.Balances.as_view(), name="api-balances"),
    path("accounts/", stock.Accounts.as_view(), name="api-accounts"),
    path("accounts/<int:number>/statement/", stories.Statement.as_view(), name="api-statement"),
    path("transfers/", stock.Transfers.as_view(), name="api-transfers"),
    path("transfers/<int:number>/", stock.OneTransfer.as_view(), name="api-transfer"),
    path("lots/", stock.Lots.as_view(), name="api-lots"),
    path("lots/<int:number>/tree/", stories.LotTree.as_view(), name="api-lot-tree"),
    path("claims/", claims.Claims.as_view(), name="api-claims"),
    path("claims/<str:number>/", claims.OneClaim.as_view(), name="api-claim"),
    path("tasks/", claims.Tasks.as_view(), name="api-tasks"),
    path("readings/", readings.Readings.as_view(), name="api-readings"),
    path("measured-amounts/", measured.Figures.as_view(), name="api-measured-amounts"),
    path(
        "measured-amounts/reports/",
        measured.MeasuredReports.as_view(),
        name="api-measured-amounts-reports",
    ),
    path(
        "measured-amounts/withdrawals/",
        measured.MeasuredWithdrawals.as_view(),
        name="api-measured-amounts-withdrawals",
    ),
    path("stations/", lists.Stations.as_view(), name="api-stations"),
    path("targets/", lists.Targets.as_view(), name="api-targets"),
    path("months/", lists.Months.as_view(), name="api-months"),
    path("warnings/", lists.Warnings.as_view(), name="api-warnings"),
    path("suspensions/", lists.Suspensions.as_view(), name="api-suspensions"),
    path("judgements/", lists.Judgements.as_view(), name="api-judgements"),
    path("gates/", gates.Gates.as_view(), name="api-gates"),
    path("eia-approvals/", dispatch.EiaApprovals.as_view(), name="api-eia-approvals"),
    path(
        "permit-cancellations/",
        dispatch.PermitCancellations.as_view(),
        name="api-permit-cancellations",
    ),
    path("dispatch-rounds/", dispatch.Rounds.as_view(), name="api-dispatch-rounds"),
    path("dispatch-findings/", dispatch.Findings.as_view(), name="api-dispatch-findings"),
    path("park-years/", parks.Years.as_view(), name="api-park-years"),
    path("annual-totals/", parks.Totals.as_view(), name="api-annual-totals"),
    path("annual-totals/reports/", parks.Reports.as_view(), name="api-annual-totals-reports"),
    path("projects/", projects.Projects.as_view(), name="api-projects"),
    path("projects/<str:number>/", projects.OneProject.as_view(), name="api-project"),
    path("applications/", application_writing.Applications.as_view(), name="api-applications"),
    path(
        "applications/<str:number>/",
        applications.OneApplication.as_view(),
        name="api-application",
    ),
    path(
        "applications/<str:number>/sources/",
        application_writing.Sources.as_view(),
        name="api-application-sources",
    ),
    path(
        "applications/<str:number>/file/",
        application_writing.File.as_view(),
        name="api-application-file",
    ),
    *(
        path(
            f"applications/<str:number>/{verb.replace('_', '-')}/",
            act.as_view(),
            name=f"api-application-{verb.replace('_', '-')}",
        )
        for verb, act in application_acts.VIEWS.items()
    ),
    path("queue/", queues.Queue.as_view(), name="api-queue"),
    path("vouchers/", vouchers.Vouchers.as_view(), name="api-vouchers"),
    path("vouchers/<str:number>/", vouchers.OneVoucher.as_view(), name="api-voucher"),
    path("public/vouchers/", vouchers.VerifyVoucher.as_view(), name="api-public-voucher"),
    path("trades/", trades.Trades.as_view(), name="api-trades"),
    path("trades/<str:number>/", trades.OneTrade.as_view(), name="api-trade"),
    *(
        path(
            f"trades/<str:number>/{verb.replace('_', '-')}/",
            act.as_view(),
            name=f"api-trade-{verb.replace('_', '-')}",
        )
        for verb, act in trade_acts.VIEWS.items()
    ),
]

urlpatterns = [
    path("v1/", Index.as_view(), name="api-index"),
    *(path(f"v1/{p.pattern}", p.callback, name=p.name) for p in RESOURCES),
    path("v1/schema/", doors.public(SpectacularAPIView.as_view()), name="api-schema"),
    path(
        "docs/",
        doors.public(
            SpectacularSwaggerSplitView.as_view(
                url_name="api-schema", template_name="web/api_docs.html"
            )
        ),
        name="api-docs",
    ),
    # Only with the slash at its end, so that an address without one is still put right.
    re_path(r"^.*/$", Nothing.as_view(), name="api-nothing"),
]
