"""The quarter's lists: every one that came in, sending one in, one with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.imports import template
from allocation.models import DispatchList
from allocation.services import dispatch_lists
from allocation.services.dispatch_list_work import WORK
from allocation.views.dispatches import LIST as ROUNDS
from allocation.views.dispatches import quarter_name
from allocation.vocabulary import ListKind
from quota_registry.kernel import exports
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import (
    Column,
    ListPage,
    ListPageOfOne,
    ListProgress,
    MarkedList,
    NewList,
    OfOneList,
    PermittedView,
    ResumeList,
    TakeList,
)
from quota_registry.kernel.vocabulary import Tier

LIST: Final = "allocation:dispatch-lists"


def _count(name: str) -> Any:
    return lambda row: row.counts.get(name)


def source_of(brought: DispatchList) -> str:
    """Name what a list came as: its file, or the program that sent it."""
    if brought.file is not None:
        return brought.file.name
    return brought.client.name if brought.client else _("接口报送")


class DispatchLists(ListPage):
    """Every list in sight, newest first."""

    permission = Permission.SEE_PROJECTS
    model = DispatchList
    title = gettext_lazy("调度清单")
    template_name = "allocation/dispatch_lists.html"
    orders = {"pk": ("pk",), "quarter": ("quarter", "pk"), "kind": ("kind", "pk")}
    columns = (
        Column(gettext_lazy("编号"), "pk", "number"),
        Column(gettext_lazy("清单"), "get_kind_display"),
        Column(gettext_lazy("季度"), lambda row: str(Quarter.of(row.quarter))),
        Column(gettext_lazy("来源"), source_of),
        Column(gettext_lazy("导入人"), "by.name"),
        Column(gettext_lazy("时间"), "at", "moment"),
        Column(gettext_lazy("入账时间"), "taken_at", "moment"),
        Column(gettext_lazy("行数"), _count("rows"), "number"),
        Column(gettext_lazy("新增"), _count("new"), "number"),
        Column(gettext_lazy("更正"), _count("corrected"), "number"),
        Column(gettext_lazy("错误"), _count("wrong"), "number"),
    )

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("季度调度"), reverse(ROUNDS))]

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("file", "client", "place", "by")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.source = source_of(row)
            row.quarter_name = quarter_name(Quarter.of(row.quarter))
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.may(Permission.IMPORT_DISPATCH), **kwargs)


class ListForm(forms.Form):
    """A list to send in: which one, and of which quarter."""

    kind = forms.ChoiceField(label=gettext_lazy("清单"), choices=ListKind.choices)
    quarter = forms.ChoiceField(label=gettext_lazy("季度"))
    file = forms.FileField(
        label=gettext_lazy("清单文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("XLSX 或 CSV；市局现有格式可原样导入，也可使用本系统的模板。"),
    )

    def __init__(self, *args: Any, quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (str(quarter), quarter_name(quarter)) for quarter in quarters
        ]


class NewDispatchList(NewList):
    """The sending in of a list; nothing of it is taken in before somebody agrees."""

    work = WORK
    page = "allocation:dispatch-list"
    lists = LIST
    permission = Permission.IMPORT_DISPATCH
    title = gettext_lazy("导入调度清单")
    template_name = "allocation/dispatch_list_new.html"
    form_class = ListForm

    def get_form_kwargs(self) -> dict[str, Any]:
        now = Quarter.of(self.on)
        return super().get_form_kwargs() | {"quarters": [now.plus(-back) for back in range(5)]}

    def get_initial(self) -> dict[str, Any]:
        return {"quarter": str(Quarter.of(self.on).plus(-1))}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("季度调度"), reverse(ROUNDS)), (_("调度清单"), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(templates=ListKind.choices, **kwargs)

    def receive(self, said: Mapping[str, Any], **whose: Any) -> DispatchList:
        return dispatch_lists.receive(
            upload=said["file"],
            kind=ListKind(said["kind"]),
            quarter=Quarter.named(said["quarter"]),
            **whose,
        )


class OfDispatchList(OfOneList):
    """A view of one list, for those whose right it is at the place that sent it in."""

    model = DispatchList
    work = WORK
    page = "allocation:dispatch-list"
    permission = Permission.IMPORT_DISPATCH
    object: DispatchList

    def get_queryset(self) -> QuerySet[Any]:
        return DispatchList.objects.select_related("file", "client", "place", "by")


class OneDispatchList(OfDispatchList, ListPageOfOne):
    """A list: how far it is, what came of it or would, what is wrong in it and where."""

    permission = Permission.SEE_PROJECTS
    template_name = "allocation/dispatch_list.html"
    changing = ("new", "corrected")

    def get_title(self) -> str:
        quarter = quarter_name(Quarter.of(self.object.quarter))
        return f"{quarter} · {self.object.get_kind_display()}"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("季度调度"), reverse(ROUNDS)), (_("调度清单"), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(source=source_of(self.object), **kwargs)


class DispatchListProgress(OfDispatchList, ListProgress):
    """How far the worker is with a list, as a part of its page."""

    permission = Permission.SEE_PROJECTS


class TakeDispatchList(OfDispatchList, TakeList):
    """The consent: a worker takes in the good rows."""


class ResumeDispatchList(OfDispatchList, ResumeList):
    """The sending of a list's work to a worker anew."""


class MarkedDispatchList(OfDispatchList, MarkedList):
    """The list back as it came, its doubtful cells coloured and explained."""


class DispatchListTemplate(PermittedView):
    """The registry's own list to fill in, with the person's places."""

    permission = Permission.IMPORT_DISPATCH

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["kind"] not in ListKind.values:
            raise Http404
        kind = ListKind(kwargs["kind"])
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        content = template.make(kind, places=[place.name for place in places])
        return exports.attachment(content, name=f"{kind.label}-" + _("模板") + ".xlsx")
