"""Construction projects (建设项目): the list, and one with its books, duties and what it holds."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.models import Project, ProjectAmount
from allocation.rules import replacement
from allocation.selectors import assessments
from allocation.vocabulary import GRANTED, OPEN, STANDING, ProjectKind
from quota_registry.kernel.mass import Grams, tonnes
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.querysets import polluter_named
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import Column, DetailPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.models import Balance
from reserve.vocabulary import AccountKind

LIST: Final = "allocation:projects"
STRATEGIC: Final = (
    ("approved", gettext_lazy("已认定")),
    ("waiting", gettext_lazy("待认定")),
    ("none", gettext_lazy("不属于")),
)


def builders() -> list[tuple[str, str]]:
    """Offer the places where projects are built: counties and parks."""
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    return [(place.code, place.spoken) for place in places]


class PlacedFilter(django_filters.FilterSet):
    """What lists of the desk ask by alike: words, and a place with all below it."""

    q = django_filters.CharFilter(label=gettext_lazy("编号、项目或单位"), method="named")
    place = django_filters.ChoiceFilter(
        label=gettext_lazy("地区"), choices=lambda: builders(), method="below"
    )
    # Where the words are looked for.
    spoken_of: tuple[str, ...] = ()

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        words, condition = value.strip(), Q()
        for field in self.spoken_of:
            condition |= (
                polluter_named(words, field.removesuffix("name"))
                if field.endswith("polluter__name")
                else Q((f"{field}__icontains", words))
            )
        return rows.filter(condition)

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        place = Place.objects.filter(code=value).first()
        return rows.filter(place__path__startswith=place.path) if place else rows.none()


class ProjectFilter(PlacedFilter):
    """By words, place, kind and how it stands with strategic emerging industry."""

    kind = django_filters.ChoiceFilter(label=gettext_lazy("项目性质"), choices=ProjectKind.choices)
    strategic = django_filters.ChoiceFilter(
        label=gettext_lazy("战略性新兴产业"), choices=STRATEGIC, method="classed"
    )
    spoken_of = ("number", "name", "polluter__name", "polluter__uscc")

    class Meta:
        model = Project
        fields: list[str] = []

    def classed(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "none":
            return rows.filter(strategic_class="")
        waits = value == "waiting"
        return rows.exclude(strategic_class="").filter(strategic_approved_by__isnull=waits)


def _increment(pollutant: Pollutant) -> Column:
    def value(project: Project) -> int | None:
        rows = (row for row in project.amounts.all() if row.pollutant == pollutant)
        return next((row.increment for row in rows), None)

    return Column(pollutant.symbol, value, "mass")


class Projects(ListPage):
    """Every construction project in sight, newest first."""

    permission = Permission.SEE_PROJECTS
    model = Project
    title = gettext_lazy("建设项目")
    template_name = "allocation/projects.html"
    filterset_class = ProjectFilter
    orders = {"number": ("number",), "place": ("place__path", "pk"), "pk": ("pk",)}
    columns = (
        Column(gettext_lazy("项目编号"), "number"),
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("排污单位"), "polluter.name"),
        Column(gettext_lazy("统一社会信用代码"), "polluter.uscc"),
        Column(gettext_lazy("项目名称"), "name"),
        Column(gettext_lazy("项目性质"), "get_kind_display"),
        Column(gettext_lazy("战略性新兴产业类别"), "get_strategic_class_display"),
        Column(gettext_lazy("认定日期"), "strategic_approved_on", "day"),
        Column(gettext_lazy("优先保障类别"), "get_priority_display"),
        Column(gettext_lazy("免于替代的类型"), "get_exempt_kind_display"),
        Column(gettext_lazy("环评文号"), "eia_number"),
        *(_increment(pollutant) for pollutant in Pollutant),
    )

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        return rows.select_related("place", "polluter").prefetch_related("amounts")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_keep=self.may(Permission.KEEP_PROJECTS), **kwargs)


class OfOneProject(OfOneObject):
    """A view of one project, at its place."""

    model = Project
    lookup = "number"
    object: Project

    def get_queryset(self) -> QuerySet[Any]:
        return Project.objects.select_related(
            "place", "polluter__place", "strategic_file", "strategic_approved_by", "recorded_by"
        ).prefetch_related("amounts")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list."""
        return [(_("建设项目"), reverse(LIST))]

    def home(self) -> str:
        """Return the project's own page."""
        return reverse("allocation:project", args=[self.object.number])


class OneProject(OfOneProject, DetailPage):
    """What is built and adds, what it must give up for it, what it asked for and what it holds."""

    permission = Permission.SEE_PROJECTS
    template_name = "allocation/project.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        project = self.object
        facts = assessments.project_facts(project, on=self.on)
        book = rulebooks.in_force(self.on)
        applications = list(
            project.applications.select_related("voucher", "supplements").order_by("-pk")
        )
        stands = {one.status for one in applications}
        owed = replacement.duties(facts, book=book)
        holds = holdings_of(project)
        waits = bool(project.strategic_class) and not project.is_strategic
        files = self.may(Permission.FILE_APPLICATION, project.place)
        return super().get_context_data(
            amounts=in_order(project),
            duties=owed.values(),
            exempt=replacement.is_exempt(facts, book=book),
            applications=applications,
            holds=holds,
            chart=flow(holds),
            may_edit=self.may(Permission.KEEP_PROJECTS, project.place)
            and stands.isdisjoint(STANDING),
            may_apply=files and bool(owed) and stands.isdisjoint({*OPEN, *GRANTED}),
            may_approve=waits
            and project.strategic_file_id is not None
            and project.recorded_by_id != self.person.pk
            and self.may(Permission.APPROVE_STRATEGIC, project.place),
            waits=waits,
            **kwargs,
        )


def in_order(project: Project) -> list[ProjectAmount]:
    """List the project's books in the notice's order of pollutants."""
    order = Pollutant.values
    return sorted(project.amounts.all(), key=lambda row: order.index(row.pollutant))


def holdings_of(project: Project) -> list[Balance]:
    """List what the project has used up of each lot, in the notice's order of pollutants."""
    order = Pollutant.values
    rows = Balance.objects.filter(
        account__kind=AccountKind.USED, account__case=project.number, grams__gt=0
    ).select_related("account", "lot__source", "lot__place")
    return sorted(
        rows, key=lambda row: (order.index(row.lot.pollutant), row.lot.vintage, row.lot_id)
    )


def flow(holds: list[Balance]) -> dict[str, Any] | None:
    """Draw where the project's mass came into being, by pollutant; nothing where it has none."""
    if not holds:
        return None
    parts: dict[tuple[str, str], int] = {}
    names = {row.lot.place_id: row.lot.place.spoken for row in holds}
    for row in holds:
        key = (row.lot.place_id, row.lot.pollutant)
        parts[key] = parts.get(key, 0) + row.grams
    return {
        "kind": "sankey",
        "title": _("指标从何而来"),
        "subtitle": _("按批次的来源地区，吨/年"),
        "unit": _("吨/年"),
        "source": _("总量台账分录"),
        "nodes": [
            *({"id": place, "name": name} for place, name in names.items()),
            *(
                {"id": code, "name": Pollutant(code).spoken, "key": code}
                for code in dict.fromkeys(row.lot.pollutant for row in holds)
            ),
        ],
        "links": [
            {"source": place, "target": code, "value": str(tonnes(Grams(grams)))}
            for (place, code), grams in parts.items()
        ],
    }
