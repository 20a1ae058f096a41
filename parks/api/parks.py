"""Parks over the API: annual totals in and out, the years of parks out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from parks.models import AnnualTotals, ParkYear
from parks.selectors import totals as selected
from parks.serializers import (
    ReportSerializer,
    TotalsReceiptSerializer,
    TotalsSerializer,
    YearSerializer,
)
from parks.services import totals_reports
from parks.services.totals_reports import Receipt, Reported
from parks.vocabulary import FIRST_YEAR, TotalsStatus, YearStatus
from quota_registry.kernel.mass import grams_of
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.callers import acting
from quota_registry.kernel.rest.once import once
from quota_registry.kernel.rest.parameters import Page
from quota_registry.kernel.rest.views import ListView, View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant

REPORT: Final = OpenApiExample(
    "report",
    value={
        "place": "320583P01",
        "year": 2025,
        "rows": [
            {
                "uscc": "91320583MAX0149277",
                "data_source": "automatic",
                "amounts": [{"pollutant": "COD", "amount": "2.314300"}],
                "output": "12000.00",
            }
        ],
    },
    request_only=True,
)


@extend_schema(
    tags=["parks"],
    summary=_("报送园区年度排放总量"),
    description=_(
        "写入园区该年度的草稿；同一单位、同一数据来源再次报送则更正。上报仍由园区两人在系统中办理。"
    ),
    request=ReportSerializer,
    responses={200: TotalsReceiptSerializer},
    examples=[REPORT],
)
class Reports(View):
    """Annual totals in, by polluter and source, so that the same rows again change nothing."""

    scope = Scope.TOTALS_WRITE
    serializer_class = ReportSerializer
    http_method_names = ["post"]

    @once
    def post(self, request: Request) -> Response:
        """Write the rows into the park's draft, and name those of polluters that are no members."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        place = self.reach.place(said["place"])
        rows = [_reported(row) for row in said["rows"]]
        found = totals_reports.receive(
            place=place,
            year=said["year"],
            rows=rows,
            by=acting(request),
            on=self.on,
        )
        return Response(
            {
                "place": place.pk,
                "year": said["year"],
                "version": found.totals.version,
                "status": found.totals.status,
                "received": len(said["rows"]),
                "new": found.new,
                "changed": found.changed,
                "unchanged": found.unchanged,
                "refused": [
                    {
                        "index": index,
                        "code": "not_a_member",
                        "detail": gettext("%(uscc)s在%(year)s年不是园区成员单位")
                        % {"uscc": said["rows"][index]["uscc"], "year": said["year"]},
                    }
                    for index in found.strange
                ],
                "doubtful": self.doubtful(found, rows),
            }
        )

    def doubtful(self, found: Receipt, rows: Sequence[Reported]) -> list[dict[str, Any]]:
        """Name what deserves a second look; it is written all the same (§16, §17)."""
        beside = selected.context(found.totals.place_id, found.totals.year)
        book = rulebooks.in_force(self.on)
        return [
            {"index": index, "pollutant": pollutant.value, "doubts": [one.value for one in doubts]}
            for index, row in enumerate(rows)
            for pollutant, doubts in selected.doubts_of(
                found.polluters.get(row.uscc), row.amounts, beside, book=book
            ).items()
        ]


def _reported(row: dict[str, Any]) -> Reported:
    return Reported(
        uscc=row["uscc"],
        source=row["data_source"],
        amounts={Pollutant(one["pollutant"]): grams_of(one["amount"]) for one in row["amounts"]},
        output=row["output"],
        note=row["note"],
    )


class OfParkQuery(Page):
    """What rows of parks are asked for by."""

    place = parameters.PlaceField(required=False)
    year = serializers.IntegerField(required=False, min_value=FIRST_YEAR, max_value=2099)


class TotalsQuery(OfParkQuery):
    """What annual totals are asked for by."""

    status = serializers.ChoiceField(TotalsStatus.choices, required=False)


@extend_schema(tags=["parks"], summary=_("园区年度排放总量"))
class Totals(ListView):
    """Every version of every park's annual totals, with what it adds up to."""

    scope = Scope.PARKS_READ
    query = TotalsQuery
    serializer_class = TotalsSerializer
    order = ("-year", "place_id", "-version", "id")
    table_name = "annual-totals"

    def get_queryset(self) -> QuerySet[AnnualTotals]:
        """Keep what lies in reach and was asked for."""
        found = AnnualTotals.objects.filter(self.reach.within()).select_related("place")
        if "place" in self.asked:
            found = found.filter(place=self.reach.place(self.asked["place"]))
        for name in ("year", "status"):
            if name in self.asked:
                found = found.filter(**{name: self.asked[name]})
        return found

    def paginate_queryset(self, queryset: Any) -> Any:
        """Add up the versions of one page."""
        found = super().paginate_queryset(queryset)
        keys = [one.pk for one in found or ()]
        sums, wrong = selected.sums_of(keys), selected.wrong_cells_of(keys)
        for one in found or ():
            one.wrong = wrong.get(one.pk, 0)
            one.sums = [
                {"pollutant": pollutant.value, "amount": grams}
                for pollutant, grams in sums.get(one.pk, {}).items()
            ]
        return found


class YearsQuery(OfParkQuery):
    """What years of parks are asked for by."""

    status = serializers.ChoiceField(YearStatus.choices, required=False)


@extend_schema(tags=["parks"], summary=_("园区年度：判定、目标、两项总量与奖励"))
class Years(ListView):
    """The version that stands of every park's year, with its totals and its reward."""

    scope = Scope.PARKS_READ
    query = YearsQuery
    serializer_class = YearSerializer
    order = ("-year", "place_id", "id")
    table_name = "park-years"

    def get_queryset(self) -> QuerySet[ParkYear]:
        """Keep what lies in reach and was asked for."""
        found = ParkYear.objects.standing().filter(self.reach.within()).select_related("place")
        if "place" in self.asked:
            found = found.filter(place=self.reach.place(self.asked["place"]))
        for name in ("year", "status"):
            if name in self.asked:
                found = found.filter(**{name: self.asked[name]})
        return cast("QuerySet[ParkYear]", found.prefetch_related("lines"))
