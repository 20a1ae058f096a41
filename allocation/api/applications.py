"""Applications over the API: where each stands, its assessment sheets and the clock of its hold."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from allocation.models import Application
from allocation.rules import sheet
from allocation.rules.sheet_codes import Check
from allocation.selectors import clocks, sight
from allocation.services import seen
from allocation.vocabulary import ApplicationStatus, Moment
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.callers import Reach
from quota_registry.kernel.rest.parameters import OfPlaces
from quota_registry.kernel.rest.views import DetailView, PlacedListView
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant

EXAMPLE: dict[str, Any] = {
    "number": "320583-SQ-2026-00001",
    "status": "held",
    "version": 1,
    "project": "320583-XM-2026-00001",
    "project_name": "年产1万吨示范材料项目",
    "polluter": "昆山示范远博材料有限公司",
    "uscc": "91320583MA1X100217",
    "place": "320583",
    "supplements": None,
    "filed_on": "2026-09-30",
    "held_on": "2026-10-12",
    "approved_on": None,
    "approval_number": "",
    "used_on": None,
    "voucher": None,
    "lines": [
        {
            "pollutant": "NOX",
            "increment": "1.000000",
            "ratio": "2.000",
            "clause": "7.2",
            "required": "2.000000",
            "approved": None,
        }
    ],
    "sources": [
        {"pollutant": "NOX", "place": "320583", "uscc": None, "trade": None, "amount": "2.000000"}
    ],
    "exception_reason": "",
    "base": "",
    "approved_beyond": [],
    "clock": {"lapses_on": "2027-04-10", "stopped": False, "days_stopped": 0},
    "sheets": [
        {
            "version": 1,
            "moment": "filed",
            "on": "2026-09-30",
            "rule_book": "默认",
            "rows": [
                {
                    "check": "replacement",
                    "clause": "7.2",
                    "pollutant": "NOX",
                    "source": "",
                    "passes": True,
                    "blocks": False,
                    "text": "氮氧化物新增1.000000吨/年，按2倍须替代2.000000吨/年",
                    "remedy": None,
                }
            ],
        }
    ],
}


class LineSerializer(serializers.Serializer[Any]):
    """What must be replaced of one pollutant."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    increment = GramsAsTonnes(label=_("新增排放量"))
    ratio = serializers.DecimalField(max_digits=6, decimal_places=3, label=_("替代倍数"))
    clause = serializers.CharField(label=_("依据条款"))
    required = GramsAsTonnes(  # type: ignore[assignment]  # a column of its own
        label=_("须替代量")
    )
    approved = GramsAsTonnes(allow_null=True, label=_("批复增量"))


class SourceSerializer(serializers.Serializer[Any]):
    """An account that is drawn on: a place's reserve, or what a polluter holds."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    place = serializers.CharField(source="place_id", allow_null=True, label=_("地区代码"))
    uscc = serializers.CharField(
        source="polluter.uscc", default=None, allow_null=True, label=_("统一社会信用代码")
    )
    trade = serializers.CharField(
        source="trade.number", default=None, allow_null=True, label=_("交易编号")
    )
    amount = GramsAsTonnes(source="grams", label=_("数量"))


class ApplicationSerializer(serializers.Serializer[Any]):
    """An application, and where it stands."""

    number = serializers.CharField(label=_("申请编号"))
    status = serializers.ChoiceField(ApplicationStatus.choices, label=_("状态"))
    version = serializers.IntegerField(label=_("版次"))
    project = serializers.CharField(source="project.number", label=_("项目编号"))
    project_name = serializers.CharField(source="project.name", label=_("项目名称"))
    polluter = serializers.CharField(source="project.polluter.name", label=_("排污单位"))
    uscc = serializers.CharField(source="project.polluter.uscc", label=_("统一社会信用代码"))
    place = serializers.CharField(source="place_id", label=_("地区代码"))
    supplements = serializers.CharField(
        source="supplements.number", default=None, allow_null=True, label=_("补充申请所补")
    )
    filed_on = serializers.DateField(allow_null=True, label=_("提交日期"))
    held_on = serializers.DateField(allow_null=True, label=_("预留日期"))
    approved_on = serializers.DateField(allow_null=True, label=_("环评批复日期"))
    approval_number = serializers.CharField(allow_blank=True, label=_("环评批复文号"))
    used_on = serializers.DateField(allow_null=True, label=_("投入使用日期"))
    voucher = serializers.CharField(
        source="voucher.number", default=None, allow_null=True, label=_("凭证编号")
    )
    lines = LineSerializer(source="lines.all", many=True, label=_("须替代量"))
    sources = SourceSerializer(source="sources.all", many=True, label=_("指标来源"))


class RowSerializer(serializers.Serializer[Any]):
    """One clause as it applies to an application: what was found, what would make it pass."""

    check = serializers.ChoiceField(Check.choices)
    clause = serializers.CharField(source="clause.key")
    pollutant = serializers.ChoiceField(Pollutant.choices, allow_null=True)
    source = serializers.CharField(  # type: ignore[assignment]  # a column of its own
        allow_blank=True
    )
    passes = serializers.BooleanField()
    blocks = serializers.BooleanField()
    text = serializers.CharField(source="sentence")
    remedy = serializers.CharField(source="remedy.sentence", default=None, allow_null=True)


class SheetSerializer(serializers.Serializer[Any]):
    """An assessment sheet as it stood when it was stored."""

    version = serializers.IntegerField()
    moment = serializers.ChoiceField(Moment.choices)
    on = serializers.DateField()
    rule_book = serializers.CharField(source="rule_book.number")
    rows = RowSerializer(many=True)


class ClockSerializer(serializers.Serializer[Any]):
    """Until when a hold lasts, as far as is known today; while stopped no day may be named."""

    lapses_on = serializers.DateField(allow_null=True)
    stopped = serializers.BooleanField()
    days_stopped = serializers.IntegerField()


class BeyondSerializer(serializers.Serializer[Any]):
    """What the EIA approved of a pollutant that was not asked for: it needs its supplement."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    increment = GramsAsTonnes(label=_("批复增量"))


class ApplicationDetailSerializer(ApplicationSerializer):
    """An application with its sheets, and the clock of its hold while it is held."""

    exception_reason = serializers.CharField(allow_blank=True, label=_("例外理由"))
    base = serializers.CharField(allow_blank=True, label=_("草稿指纹，修改、提交时可原样传回"))
    approved_beyond = BeyondSerializer(source="beyond", many=True, label=_("批复中未申请的增量"))
    clock = ClockSerializer(allow_null=True, label=_("预留期限"))
    sheets = SheetSerializer(source="sheets.all", many=True, label=_("评估单"))


class ApplicationsQuery(OfPlaces):
    """What applications are asked for by."""

    status = serializers.ChoiceField(ApplicationStatus.choices, required=False)
    uscc = parameters.UsccField(required=False, help_text=_("排污单位的统一社会信用代码"))
    project = parameters.WordField(
        parameters.NUMBER, required=False, help_text=_("建设项目的项目编号")
    )


@extend_schema(
    tags=["allocation"],
    summary=_("指标申请"),
    description=_("项目在调用方所及地区、或使用该地区储备的指标申请，新的在前。"),
)
class Applications(PlacedListView):
    """Applications of projects in reach, and those that draw on a reserve there, newest first."""

    scope = Scope.PROJECTS_READ
    query = ApplicationsQuery
    serializer_class = ApplicationSerializer
    order = ("-id",)
    table_name = "applications"
    fields: ClassVar[dict[str, str]] = {
        "status": "status",
        "uscc": "project__polluter__uscc",
        "project": "project__number",
    }

    def seen(self) -> QuerySet[Any]:
        """Return what is there for whoever has the project or a reserve it draws on."""
        return whole(sight.applications_near(self.reach.within()))


@extend_schema(
    tags=["allocation"],
    summary=_("一件指标申请及其评估单"),
    examples=[OpenApiExample("application", value=EXAMPLE, response_only=True)],
)
class OneApplication(DetailView):
    """An application by its number, with the sheets that decisions stand on."""

    scope = Scope.PROJECTS_READ
    serializer_class = ApplicationDetailSerializer
    table_name = "application"

    def get_queryset(self) -> QuerySet[Any]:
        """Return what is there for this caller."""
        near = sight.applications_near(self.reach.within())
        return whole(near).prefetch_related("sheets__rule_book")

    def found(self, **kwargs: Any) -> Any:
        """Find the application, read its sheets, and see when its hold lapses."""
        found: Application | None = super().found(**kwargs)
        return found and detailed(found, on=self.on)


def detailed(found: Any, *, on: date) -> Any:
    """Write onto an application what its sheets say, and when its hold lapses."""
    for one in found.sheets.all():
        one.rows = sheet.read(one.content)
    found.beyond = [
        {"pollutant": pollutant, "increment": grams}
        for pollutant, grams in found.approved_beyond.items()
    ]
    held = found.status == ApplicationStatus.HELD
    found.clock = clocks.clock_of(found, on=on) if held else None
    drafted = found.status == ApplicationStatus.DRAFT
    found.base = seen.fingerprint(found) if drafted else ""
    return found


def found_by(reach: Reach, number: str) -> Application:
    """
    Find an application in reach by its number.

    :raises OutOfReach: if it is not there for this caller.
    """
    near = sight.whole(sight.applications_near(reach.within()))
    found: Application | None = near.filter(number=number).first()
    if found is None:
        raise OutOfReach(_("没有这个对象"))
    return found


def answered(application: Application, *, on: date) -> Response:
    """Answer an application as it stands after a write."""
    stands = whole(Application.objects.filter(pk=application.pk))
    found = detailed(stands.prefetch_related("sheets__rule_book").get(), on=on)
    return Response(ApplicationDetailSerializer(found).data)


def whole(applications: QuerySet[Any]) -> QuerySet[Any]:
    """Fetch all that is told of an application, in a fixed number of questions."""
    return applications.select_related(
        "place", "project__place", "project__polluter", "supplements", "voucher"
    ).prefetch_related("lines", "sources__polluter", "sources__trade")
