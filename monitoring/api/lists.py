"""What the watch knows, read only: stations, targets, months, warnings, suspensions, judgements."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from monitoring.models import Judgement, MonthRun, PlaceWarning, Station, Suspension, Target
from monitoring.rules import reasons
from monitoring.rules.reasons import Reason
from monitoring.rules.warning_codes import WarningCode
from monitoring.serializers import (
    JudgementSerializer,
    MonthSerializer,
    StationSerializer,
    SuspensionSerializer,
    TargetSerializer,
    WarningSerializer,
)
from monitoring.vocabulary import (
    Indicator,
    JudgementStatus,
    Level,
    StationKind,
    SuspensionScope,
    SuspensionStatus,
    TargetStatus,
)
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.parameters import OfPlaces, Page
from quota_registry.kernel.rest.views import ListView, PlacedListView
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Medium


def _year() -> serializers.IntegerField:
    return serializers.IntegerField(required=False, min_value=2000, max_value=2200)


class WatchList(PlacedListView):
    """Rows of the watch that lie at places."""

    scope = Scope.MONITORING_READ


class StationsQuery(OfPlaces):
    """What stations are asked for by."""

    kind = serializers.ChoiceField(StationKind.choices, required=False)


@extend_schema(tags=["monitoring"], summary=_("站点与断面"))
class Stations(WatchList):
    """Stations of the places in reach."""

    query = StationsQuery
    serializer_class = StationSerializer
    order = ("code",)
    table_name = "stations"
    fields: ClassVar[dict[str, str]] = {"kind": "kind"}

    def rows(self) -> QuerySet[Any]:
        """Return stations with their places."""
        return Station.objects.select_related("place")


class TargetsQuery(OfPlaces):
    """What targets are asked for by."""

    year = _year()
    indicator = serializers.ChoiceField(Indicator.choices, required=False)
    status = serializers.ChoiceField(TargetStatus.choices, required=False)


@extend_schema(tags=["monitoring"], summary=_("环境质量目标"))
class Targets(WatchList):
    """Every version of every target in reach."""

    query = TargetsQuery
    serializer_class = TargetSerializer
    order = ("-year", "place_id", "indicator", "-version", "id")
    table_name = "targets"
    fields: ClassVar[dict[str, str]] = {
        "year": "year",
        "indicator": "indicator",
        "status": "status",
    }

    def rows(self) -> QuerySet[Any]:
        """Return targets with their places."""
        return Target.objects.select_related("place")


class SuspensionsQuery(OfPlaces):
    """What suspensions are asked for by."""

    scope = serializers.ChoiceField(SuspensionScope.choices, required=False)
    status = serializers.ChoiceField(SuspensionStatus.choices, required=False)
    closing_on = parameters.DayField(required=False, help_text=_("该日暂停中的"))


@extend_schema(tags=["monitoring"], summary=_("暂停令"))
class Suspensions(WatchList):
    """Orders of suspension and proposals of them, newest first."""

    query = SuspensionsQuery
    serializer_class = SuspensionSerializer
    order = ("-id",)
    table_name = "suspensions"
    fields: ClassVar[dict[str, str]] = {"scope": "scope", "status": "status"}

    def rows(self) -> QuerySet[Any]:
        """Return suspensions with their places; on a day only those that close something then."""
        found = Suspension.objects.select_related("place")
        day = self.asked.get("closing_on")
        return found.closing(day) if day else found


class JudgementsQuery(OfPlaces):
    """What judgements are asked for by."""

    year = _year()
    medium = serializers.ChoiceField(Medium.choices, required=False)
    status = serializers.ChoiceField(JudgementStatus.choices, required=False)


@extend_schema(tags=["monitoring"], summary=_("年度评定"))
class Judgements(WatchList):
    """Every version of every judgement in reach."""

    query = JudgementsQuery
    serializer_class = JudgementSerializer
    order = ("-year", "place_id", "medium", "-version", "id")
    table_name = "judgements"
    fields: ClassVar[dict[str, str]] = {"year": "year", "medium": "medium", "status": "status"}

    def rows(self) -> QuerySet[Any]:
        """Return judgements with their places."""
        return Judgement.objects.select_related("place", "rule_book")


class MonthsQuery(Page):
    """What judged months are asked for by."""

    month = parameters.DayField(required=False, help_text=_("该月第一日"))


@extend_schema(tags=["monitoring"], summary=_("已评判的月份及其版次"))
class Months(ListView):
    """Every version of every judged month; what it says of places is under warnings."""

    scope = Scope.MONITORING_READ
    query = MonthsQuery
    serializer_class = MonthSerializer
    order = ("-id",)
    table_name = "months"

    def get_queryset(self) -> QuerySet[MonthRun]:
        """Keep the month that was asked for."""
        found = MonthRun.objects.all()
        month = self.asked.get("month")
        return found.filter(month=month) if month else found


class WarningsQuery(OfPlaces):
    """What warnings are asked for by."""

    month = parameters.DayField(required=False, help_text=_("该月第一日"))
    level = serializers.ChoiceField(Level.choices, required=False)
    all_versions = parameters.FlagField(required=False, help_text=_("1：包括被替代的版次"))


@extend_schema(tags=["monitoring"], summary=_("月度预警"))
class Warnings(WatchList):
    """What the newest version of each month says of the places in reach, with every reason."""

    query = WarningsQuery
    serializer_class = WarningSerializer
    order = ("-run_id", "place_id")
    table_name = "warnings"
    fields: ClassVar[dict[str, str]] = {"month": "run__month", "level": "level"}

    def rows(self) -> QuerySet[Any]:
        """Return warnings with their months and places."""
        found = PlaceWarning.objects.select_related("run", "place")
        if self.asked.get("all_versions"):
            return found
        newest = MonthRun.objects.annotate(
            age=Window(RowNumber(), partition_by=F("month"), order_by=F("version").desc())
        ).filter(age=1)
        return found.filter(run__in=[run.pk for run in newest])

    def paginate_queryset(self, queryset: Any) -> Any:
        """Read the reasons of the rows of one page."""
        found = super().paginate_queryset(queryset)
        for one in found or ():
            one.told = [told(reasons.read(reason, WarningCode)) for reason in one.reasons]
        return found


def told(reason: Reason) -> dict[str, str]:
    """Tell a reason by its code, its clause and its sentence."""
    return {"code": reason.code.value, "clause": reason.clause.key, "text": reason.sentence}
