"""Workbooks of annual totals: every one that came in, sending one in, one with what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parks.imports import template
from parks.models import TotalsList
from parks.selectors import members, totals
from parks.services import totals_lists
from parks.services.totals_list_work import WORK
from parks.vocabulary import FIRST_YEAR
from quota_registry.kernel import exports
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import (
    Column,
    ListPage,
    ListPageOfOne,
    ListProgress,
    MarkedList,
    NewList,
    OfOneList,
    OfOneObject,
    PermittedView,
    ResumeList,
    TakeList,
)
from quota_registry.kernel.vocabulary import Tier

LIST: Final = "parks:totals-lists"


def _count(name: str) -> Any:
    return lambda row: row.counts.get(name)


class TotalsLists(ListPage):
    """Every workbook in sight, newest first."""

    permission = Permission.SEE_MONITORING
    model = TotalsList
    title = gettext_lazy("总量报表导入")
    template_name = "parks/totals_lists.html"
    orders = {"pk": ("pk",), "year": ("year", "pk")}
    columns = (
        Column(gettext_lazy("编号"), "pk", "number"),
        Column(gettext_lazy("年度"), "year", "number"),
        Column(gettext_lazy("文件"), "file.name"),
        Column(gettext_lazy("导入人"), "by.name"),
        Column(gettext_lazy("时间"), "at", "moment"),
        Column(gettext_lazy("入表时间"), "taken_at", "moment"),
        Column(gettext_lazy("园区数"), _count("parks"), "number"),
        Column(gettext_lazy("行数"), _count("rows"), "number"),
        Column(gettext_lazy("错误单元格"), _count("wrong"), "number"),
    )

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("园区年度"), reverse("parks:years"))]

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("file", "place", "by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.may(Permission.IMPORT_TOTALS), **kwargs)


class ListForm(forms.Form):
    """A workbook to send in, and the year that it is of."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    file = forms.FileField(
        label=gettext_lazy("总量报表"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("每个园区一张工作表，工作表以园区名称命名；也可用本系统的模板。"),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]  # a field of choices


class NewTotalsList(NewList):
    """The sending in of a workbook; nothing of it is taken in before somebody agrees."""

    work = WORK
    page = "parks:totals-list"
    lists = LIST
    permission = Permission.IMPORT_TOTALS
    title = gettext_lazy("导入总量报表")
    template_name = "parks/totals_list_new.html"
    form_class = ListForm

    def get_form_kwargs(self) -> dict[str, Any]:
        last = self.on.year - 1
        return super().get_form_kwargs() | {"years": list(range(last, FIRST_YEAR - 1, -1))}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("园区年度"), reverse("parks:years")), (_("总量报表导入"), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            parks=self.places(Permission.IMPORT_TOTALS)
            .filter(tier=Tier.PARK, valid_until=None)
            .order_by("path"),
            last=self.on.year - 1,
            **kwargs,
        )

    def receive(self, said: Mapping[str, Any], **whose: Any) -> TotalsList:
        return totals_lists.receive(upload=said["file"], year=said["year"], **whose)


class OfTotalsList(OfOneList):
    """A view of one workbook, for those whose right it is at the place that sent it in."""

    model = TotalsList
    work = WORK
    page = "parks:totals-list"
    permission = Permission.IMPORT_TOTALS
    object: TotalsList

    def get_queryset(self) -> QuerySet[Any]:
        return TotalsList.objects.select_related("file", "place", "by")


class OneTotalsList(OfTotalsList, ListPageOfOne):
    """A workbook: how far it is, what came of it or would, what is wrong in it and where."""

    permission = Permission.SEE_MONITORING
    template_name = "parks/totals_list.html"
    changing = ("changed",)

    def get_title(self) -> str:
        return f"{self.object.year} · {self.object.file.name}"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("园区年度"), reverse("parks:years")), (_("总量报表导入"), reverse(LIST))]


class TotalsListProgress(OfTotalsList, ListProgress):
    """How far the worker is with a workbook, as a part of its page."""

    permission = Permission.SEE_MONITORING


class TakeTotalsList(OfTotalsList, TakeList):
    """The consent: a worker puts the sheets into the parks' drafts."""


class ResumeTotalsList(OfTotalsList, ResumeList):
    """The sending of a workbook's work to a worker anew."""


class MarkedTotalsList(OfTotalsList, MarkedList):
    """The workbook back as it came, its doubtful cells coloured and explained."""


class TotalsTemplate(OfOneObject, PermittedView):
    """The registry's own sheet to fill in, with the park's members and what they stated last."""

    permission = Permission.FILL_TOTALS
    model = Place
    lookup = "code"
    object: Place

    def place_of(self, found: Any) -> Place | None:
        place: Place = found
        return place

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        year = kwargs["year"]
        if self.object.tier != Tier.PARK or not FIRST_YEAR <= year < self.on.year:
            raise Http404
        content = template.make(
            self.object.name,
            year,
            members=members.listed(self.object, year),
            last=totals.context(self.object.pk, year).last,
        )
        return exports.attachment(content, name=f"{self.object.name}{year}-" + _("模板") + ".xlsx")
