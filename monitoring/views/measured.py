"""What monitors measured (§16, §17): every figure with whether it counts, and its lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.imports import measured_template
from monitoring.imports.measured_template import Line
from monitoring.models import MeasuredAmount, MeasuredList, Monitor
from monitoring.services import measured_lists
from monitoring.services.measured import RIGHT
from monitoring.services.measured_list_work import WORK
from monitoring.vocabulary import FIRST_MEASURED_YEAR, MonitorKind
from quota_registry.kernel import exports
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.views import (
    Column,
    ListPage,
    ListPageOfOne,
    ListProgress,
    MarkedList,
    NewList,
    OfOneList,
    PermittedView,
    PolluterNamed,
    ResumeList,
    TakeList,
)
from quota_registry.kernel.vocabulary import Pollutant

FIGURES: Final = "monitoring:measured"
LIST: Final = "monitoring:measured-lists"
PLACE: Final = "monitor__outlet__polluter__place"
NUMBER: Final = re.compile(r"[0-9]{1,9}")
COUNTS: Final = gettext_lazy("可用于核算")
BARRED: Final = gettext_lazy("数据不得使用")
NOT_YET: Final = gettext_lazy("尚未验收联网")
WITHDRAWN: Final = gettext_lazy("已撤回：%(reason)s")


def standing(row: Any) -> Any:
    """Say whether a figure counts, or why it does not."""
    if row.grams is None:
        return WITHDRAWN % {"reason": row.reason}
    if row.barred:
        return BARRED
    return COUNTS if row.stood else NOT_YET


class MeasuredFilter(django_filters.FilterSet):
    """By polluter, year and pollutant."""

    q = PolluterNamed(label=gettext_lazy("排污单位"), polluter="monitor__outlet__polluter__")
    year = django_filters.NumberFilter(
        label=gettext_lazy("年度"),
        field_name="month",
        lookup_expr="year",
        min_value=FIRST_MEASURED_YEAR,
        max_value=2099,
    )
    pollutant = django_filters.ChoiceFilter(label=gettext_lazy("污染物"), choices=Pollutant.choices)

    class Meta:
        model = MeasuredAmount
        fields: list[str] = []


class MeasuredAmounts(ListPage):
    """The newest figure of every monitor, month and pollutant in sight."""

    permission = Permission.SEE_MONITORING
    model = MeasuredAmount
    title = gettext_lazy("监测排放量")
    template_name = "monitoring/measured.html"
    filterset_class = MeasuredFilter
    place_lookup = f"{PLACE}__path"
    orders = {"month": ("month", "pk"), "pk": ("pk",)}
    default_sort = "-month"
    columns = (
        Column(gettext_lazy("排污单位"), "monitor.outlet.polluter.name"),
        Column(gettext_lazy("统一社会信用代码"), "monitor.outlet.polluter.uscc"),
        Column(gettext_lazy("排放口编号"), "monitor.outlet.number"),
        Column(gettext_lazy("月份"), "month", "day"),
        Column(gettext_lazy("污染物"), lambda row: Pollutant(row.pollutant).symbol),
        Column(gettext_lazy("监测排放量（吨）"), "grams", "mass"),
        Column(gettext_lazy("版次"), "version", "number"),
        Column(gettext_lazy("是否计入"), standing),
    )

    def get_queryset(self) -> QuerySet[Any]:
        found: Any = super().get_queryset()
        counted: QuerySet[Any] = found.newest().with_standing().select_related(PLACE)
        # A monitor's own page leads here; nobody types its number.
        monitor = self.request.GET.get("monitor", "")
        return counted.filter(monitor=monitor) if NUMBER.fullmatch(monitor) else counted

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.symbol, row.standing = Pollutant(row.pollutant).spoken, standing(row)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.may(RIGHT), **kwargs)


# ── Lists ──
def _count(name: str) -> Any:
    return lambda row: row.counts.get(name)


class MeasuredLists(ListPage):
    """Every list in sight, newest first."""

    permission = Permission.SEE_MONITORING
    model = MeasuredList
    title = gettext_lazy("监测排放量导入")
    template_name = "monitoring/measured_lists.html"
    columns = (
        Column(gettext_lazy("编号"), "pk", "number"),
        Column(gettext_lazy("文件"), "file.name"),
        Column(gettext_lazy("导入人"), "by.name"),
        Column(gettext_lazy("时间"), "at", "moment"),
        Column(gettext_lazy("入库时间"), "taken_at", "moment"),
        Column(gettext_lazy("行数"), _count("rows"), "number"),
        Column(gettext_lazy("不予入库的行"), _count("out"), "number"),
        Column(gettext_lazy("新增值"), _count("new"), "number"),
        Column(gettext_lazy("更正值"), _count("changed"), "number"),
    )

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("监测排放量"), reverse(FIGURES))]

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("file", "place", "by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.may(RIGHT), **kwargs)


class ListForm(forms.Form):
    """A list to send in."""

    file = forms.FileField(
        label=gettext_lazy("监测排放量表"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("每个排放口每月一行，每种污染物一列，单位为吨。"),
    )


class NewMeasuredList(NewList):
    """The sending in of a list; nothing of it is taken in before somebody agrees."""

    work = WORK
    page = "monitoring:measured-list"
    lists = LIST
    permission = RIGHT
    title = gettext_lazy("导入监测排放量")
    template_name = "monitoring/measured_list_new.html"
    form_class = ListForm

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("监测排放量"), reverse(FIGURES)), (_("监测排放量导入"), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(years=(self.on.year, self.on.year - 1), **kwargs)

    def receive(self, said: Mapping[str, Any], **whose: Any) -> MeasuredList:
        return measured_lists.receive(upload=said["file"], **whose)


class OfMeasuredList(OfOneList):
    """A view of one list, for those whose right it is at the place that sent it in."""

    model = MeasuredList
    work = WORK
    page = "monitoring:measured-list"
    permission = RIGHT
    object: MeasuredList

    def get_queryset(self) -> QuerySet[Any]:
        return MeasuredList.objects.select_related("file", "place", "by")


class OneMeasuredList(OfMeasuredList, ListPageOfOne):
    """A list: how far it is, what came of it or would, what is wrong in it and where."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/measured_list.html"
    changing = ("new", "changed")

    def get_title(self) -> str:
        return self.object.file.name

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("监测排放量"), reverse(FIGURES)), (_("监测排放量导入"), reverse(LIST))]


class MeasuredListProgress(OfMeasuredList, ListProgress):
    """How far the worker is with a list, as a part of its page."""

    permission = Permission.SEE_MONITORING


class TakeMeasuredList(OfMeasuredList, TakeList):
    """The consent: a worker records what the list says."""


class ResumeMeasuredList(OfMeasuredList, ResumeList):
    """The sending of a list's work to a worker anew."""


class MarkedMeasuredList(OfMeasuredList, MarkedList):
    """The list back as it came, its doubtful cells coloured and explained."""


class MeasuredTemplate(PermittedView):
    """The registry's own list to fill in, with the monitors in reach and the months of a year."""

    permission = RIGHT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        year = kwargs["year"]
        if not FIRST_MEASURED_YEAR <= year <= self.on.year:
            raise Http404
        reach = access.within(self.person, RIGHT, on=self.on, lookup=measured_lists.PLACE)
        found = (
            Monitor.objects.filter(reach, kind=MonitorKind.AUTOMATIC)
            .select_related("outlet__polluter")
            .order_by("outlet__polluter__sort_key", "outlet__polluter_id", "outlet__number")
        )
        lines = (
            Line(
                name=one.outlet.polluter.name,
                uscc=one.outlet.polluter.uscc,
                number=one.outlet.number,
                medium=one.outlet.medium,
            )
            for one in found[: measured_lists.MOST_ROWS // 12]
        )
        content = measured_template.make(year, lines=lines)
        return exports.attachment(content, name=f"{_('监测排放量')}{year}-" + _("模板") + ".xlsx")
