"""Construction projects over the API: their three books, and how far their duties are covered."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.project_writing import NewProjectSerializer
from allocation.models import Application, Project
from allocation.selectors import coverage
from allocation.services import projects
from allocation.vocabulary import (
    ApplicationStatus,
    ExemptKind,
    LakeTaiZone,
    Priority,
    ProjectKind,
    StrategicClass,
)
from quota_registry.kernel.fields import GramsAsTonnes
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.rest import parameters
from quota_registry.kernel.rest.callers import acting
from quota_registry.kernel.rest.once import MADE_AT, created, once
from quota_registry.kernel.rest.parameters import OfPlaces
from quota_registry.kernel.rest.views import DetailView, PlacedListView
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.vocabulary import Pollutant

EXAMPLE: dict[str, Any] = {
    "number": "320583-XM-2026-00001",
    "name": "年产1万吨示范材料项目",
    "polluter": "昆山示范远博材料有限公司",
    "uscc": "91320583MA1X100217",
    "place": "320583",
    "place_name": "昆山市",
    "site": "高新区玉山镇",
    "lake_tai_zone": "third",
    "kind": "NEW",
    "industry": "C3011",
    "strategic_class": "",
    "strategic": False,
    "priority": "none",
    "eia_number": "",
    "eia_on": None,
    "exempt_kind": "",
    "recorded_on": "2026-09-30",
    "amounts": [
        {
            "pollutant": "NOX",
            "existing": "0.000000",
            "generation": "4.200000",
            "reduction": "0.000000",
            "piped": None,
            "emission": "4.200000",
            "offset": "0.000000",
            "increment": "4.200000",
        }
    ],
    "coverage": [
        {
            "pollutant": "NOX",
            "ratio": "2",
            "clause": "7.2",
            "required": "8.400000",
            "used": "8.400000",
        }
    ],
    "applications": [
        {"number": "320583-SQ-2026-00001", "status": "vouchered", "voucher": "320583-2026-00001"}
    ],
}

NEW: dict[str, Any] = {
    "uscc": "91320583MA1X100217",
    "name": "年产1万吨示范材料项目",
    "kind": "NEW",
    "site": "高新区玉山镇",
    "amounts": [{"pollutant": "NOX", "generation": "4.2", "emission": "4.2"}],
}


class BooksSerializer(serializers.Serializer[Any]):
    """The three books of one pollutant: the plant as it is, the project, their sum."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    existing = GramsAsTonnes(label=_("现有工程排放量"))
    generation = GramsAsTonnes(label=_("本项目产生量"))
    reduction = GramsAsTonnes(label=_("本项目削减量"))
    piped = GramsAsTonnes(allow_null=True, label=_("接管量"))
    emission = GramsAsTonnes(label=_("排放量（水为外排量）"))
    offset = GramsAsTonnes(label=_("以新带老削减量"))
    increment = GramsAsTonnes(label=_("新增排放量"))


class CoverSerializer(serializers.Serializer[Any]):
    """What must be replaced of one pollutant, and what the project has for it."""

    pollutant = serializers.ChoiceField(Pollutant.choices, label=_("污染物"))
    ratio = serializers.CharField(
        source="duty.ratio", default=None, allow_null=True, label=_("替代倍数")
    )
    clause = serializers.CharField(
        source="duty.clause.key", default=None, allow_null=True, label=_("依据条款")
    )
    required = GramsAsTonnes(  # type: ignore[assignment]  # a column of its own
        label=_("须替代量")
    )
    used = GramsAsTonnes(label=_("已使用指标"))


class AskedSerializer(serializers.Serializer[Any]):
    """An application of the project, by its number."""

    number = serializers.CharField(label=_("申请编号"))
    status = serializers.ChoiceField(ApplicationStatus.choices, label=_("状态"))
    voucher = serializers.CharField(
        source="voucher.number", default=None, allow_null=True, label=_("凭证编号")
    )


class ProjectSerializer(serializers.Serializer[Any]):
    """A construction project with its books, its cover and what it asked for."""

    number = serializers.CharField(label=_("项目编号"))
    name = serializers.CharField(label=_("项目名称"))
    polluter = serializers.CharField(source="polluter.name", label=_("排污单位"))
    uscc = serializers.CharField(source="polluter.uscc", label=_("统一社会信用代码"))
    place = serializers.CharField(source="place_id", label=_("地区代码"))
    place_name = serializers.CharField(source="place.name", label=_("地区名称"))
    site = serializers.CharField(allow_blank=True, label=_("建设地点"))
    lake_tai_zone = serializers.ChoiceField(LakeTaiZone.choices, label=_("太湖流域保护区"))
    kind = serializers.ChoiceField(ProjectKind.choices, label=_("项目性质"))
    industry = serializers.CharField(allow_blank=True, label=_("行业代码"))
    strategic_class = serializers.ChoiceField(
        StrategicClass.choices, allow_blank=True, label=_("战略性新兴产业类别")
    )
    strategic = serializers.BooleanField(source="is_strategic", label=_("已认定战略性新兴产业"))
    priority = serializers.ChoiceField(Priority.choices, label=_("优先保障类别"))
    eia_number = serializers.CharField(allow_blank=True, label=_("环评文号"))
    eia_on = serializers.DateField(allow_null=True, label=_("环评日期"))
    exempt_kind = serializers.ChoiceField(
        ExemptKind.choices, allow_blank=True, label=_("免于替代的类型")
    )
    recorded_on = serializers.DateField(label=_("登记日期"))
    amounts = BooksSerializer(source="amounts.all", many=True, label=_("污染物"))
    coverage = CoverSerializer(many=True, label=_("替代情况"))
    applications = AskedSerializer(source="applications.all", many=True, label=_("指标申请"))


class ProjectsQuery(OfPlaces):
    """What projects are asked for by."""

    uscc = parameters.UsccField(required=False, help_text=_("排污单位的统一社会信用代码"))
    kind = serializers.ChoiceField(ProjectKind.choices, required=False)
    pollutant = parameters.PollutantField(required=False)


@extend_schema(tags=["allocation"])
@extend_schema(
    methods=["GET"],
    summary=_("建设项目"),
    description=_("各项目的三本账、须替代量及已使用指标，新的在前。"),
)
@extend_schema(
    methods=["POST"],
    summary=_("登记建设项目"),
    description=_(
        "以令牌责任人的名义登记，责任人须有登记该地区建设项目的权限。战略性新兴产业类别须另行提交证明文件并经认定后才适用较低倍数。"
    ),
    request=NewProjectSerializer,
    parameters=[MADE_AT],
    responses={201: ProjectSerializer},
    examples=[
        OpenApiExample("new project", value=NEW, request_only=True),
        OpenApiExample("project", value=EXAMPLE, response_only=True, status_codes=["201"]),
    ],
)
class Projects(PlacedListView):
    """Construction projects in reach, newest first; and one more that is put on record."""

    scope = Scope.PROJECTS_READ
    write_scope = Scope.PROJECTS_WRITE
    http_method_names = ["get", "head", "post"]
    query = ProjectsQuery
    serializer_class = ProjectSerializer
    order = ("-id",)
    table_name = "projects"
    fields: ClassVar[dict[str, str]] = {
        "uscc": "polluter__uscc",
        "kind": "kind",
        "pollutant": "amounts__pollutant",
    }

    def rows(self) -> QuerySet[Any]:
        """Return projects with their books and applications."""
        return whole()

    def paginate_queryset(self, queryset: Any) -> Any:
        """Say of the projects of one page how far they are covered."""
        return covered(super().paginate_queryset(queryset), on=self.on)

    @once
    def post(self, request: Request) -> Response:
        """Put a project on record, where its polluter lies, and answer it as it stands."""
        asked = NewProjectSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        uscc = asked.validated_data["uscc"]
        polluter = Polluter.objects.filter(self.reach.within(), uscc=uscc).first()
        if polluter is None:
            raise OutOfReach(_("没有统一社会信用代码为“%(uscc)s”的排污单位"), uscc=uscc)
        recorded = projects.record(
            content=asked.content(polluter),
            by=acting(request),
            on=self.on,
        )
        (project,) = covered([whole().get(pk=recorded.pk)], on=self.on)
        return created(
            self.get_serializer(project).data, at=reverse("api-project", args=[project.number])
        )


@extend_schema(
    tags=["allocation"],
    summary=_("一个建设项目"),
    examples=[OpenApiExample("project", value=EXAMPLE, response_only=True)],
)
class OneProject(DetailView):
    """A construction project by its number."""

    scope = Scope.PROJECTS_READ
    serializer_class = ProjectSerializer
    table_name = "project"

    def found(self, **kwargs: Any) -> Any:
        """Find the project, and how far it is covered."""
        found = whole().filter(self.reach.within(), **kwargs)
        return next(iter(covered(list(found), on=self.on)), None)


def whole() -> QuerySet[Any]:
    """Return projects with all that is told of one, in a fixed number of questions."""
    asked = Application.objects.select_related("voucher").order_by("-pk")
    return Project.objects.select_related("place", "polluter").prefetch_related(
        "amounts", Prefetch("applications", asked)
    )


def covered(found: Any, *, on: date) -> Any:
    """Write onto the projects *found* how far they are covered by the rule book of the day *on*."""
    if found:
        covers = coverage.of(found, book=rulebooks.in_force(on))
        for project in found:
            project.coverage = covers[project.pk]
    return found
