"""Applications (指标申请): the list, and one with its whole story."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.models import Application
from allocation.selectors import sight
from allocation.views.projects import PlacedFilter
from allocation.vocabulary import ApplicationStatus
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from quota_registry.kernel.views import Column, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Pollutant

LIST: Final = "allocation:applications"


class ApplicationFilter(PlacedFilter):
    """By words, place and status."""

    status = django_filters.ChoiceFilter(
        label=gettext_lazy("状态"), choices=ApplicationStatus.choices
    )
    year = django_filters.NumberFilter(
        label=gettext_lazy("提交年度"),
        field_name="filed_on",
        lookup_expr="year",
        min_value=2000,
        max_value=2999,
    )
    spoken_of = (
        "number",
        "project__name",
        "project__number",
        "project__polluter__name",
        "project__polluter__uscc",
        "voucher__number",
    )

    class Meta:
        model = Application
        fields: list[str] = []


def _required(pollutant: Pollutant) -> Column:
    def value(application: Application) -> int | None:
        rows = (row for row in application.lines.all() if row.pollutant == pollutant)
        return next((row.required for row in rows), None)

    return Column(pollutant.symbol, value, "mass")


class Applications(ListPage):
    """Every application in sight, newest first."""

    permission = Permission.SEE_PROJECTS
    model = Application
    title = gettext_lazy("指标申请")
    template_name = "allocation/applications.html"
    filterset_class = ApplicationFilter
    place_lookup = ""
    orders = {
        "number": ("number",),
        "place": ("place__path", "pk"),
        "filed": ("filed_on", "pk"),
        "pk": ("pk",),
    }
    columns = (
        Column(gettext_lazy("申请编号"), "number"),
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("项目编号"), "project.number"),
        Column(gettext_lazy("项目名称"), "project.name"),
        Column(gettext_lazy("排污单位"), "project.polluter.name"),
        Column(gettext_lazy("统一社会信用代码"), "project.polluter.uscc"),
        Column(gettext_lazy("状态"), "get_status_display"),
        Column(gettext_lazy("提交日期"), "filed_on", "day"),
        Column(gettext_lazy("预留日期"), "held_on", "day"),
        Column(gettext_lazy("凭证编号"), "voucher.number"),
        Column(gettext_lazy("环评批复文号"), "approval_number"),
        *(_required(pollutant) for pollutant in Pollutant),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return (
            sight.applications(self.person, on=self.on)
            .select_related("place", "project__polluter", "voucher")
            .prefetch_related("lines")
        )


class OfOneApplication(OfOneObject):
    """A view of one application: at its place, or by whoever has a reserve that it draws on."""

    model = Application
    lookup = "number"
    object: Application
    # Acts of the applicant are for those at its place alone.
    for_reserves = False

    def get_queryset(self) -> QuerySet[Any]:
        return Application.objects.select_related(
            "place",
            "project__place",
            "project__polluter__place",
            "rule_book",
            "supplements",
            "voucher",
            "drafted_by",
        )

    def refuse_unless_permitted(self) -> None:
        try:
            super().refuse_unless_permitted()
        except (NotPermitted, OutOfReach):
            seen = sight.applications(self.person, on=self.on).filter(pk=self.object.pk)
            if not self.for_reserves or not seen.exists():
                raise

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list."""
        return [(_("指标申请"), reverse(LIST))]

    def home(self) -> str:
        """Return the application's own page."""
        return reverse("allocation:application", args=[self.object.number])
