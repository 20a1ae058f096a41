"""The quarter's lists: every one that came in, sending one in, one with what is wrong in it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.imports import template
from allocation.models import DispatchList
from allocation.services import dispatch_list_work, dispatch_lists
from allocation.views.dispatches import LIST as ROUNDS
from allocation.views.dispatches import quarter_name
from allocation.vocabulary import ListKind
from quota_registry.kernel import exports
from quota_registry.kernel.imports import marking
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.models import Job, Place
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, files, jobs
from quota_registry.kernel.views import (
    Act,
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
    PermittedView,
    progress_part,
)
from quota_registry.kernel.vocabulary import Tier

LIST: Final = "allocation:dispatch-lists"
TONES: Final = {
    Severity.ERROR: "danger",
    Severity.REFUSAL: "danger",
    Severity.HINDRANCE: "warning",
    Severity.WARNING: "warning",
    Severity.NOTE: "neutral",
}


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


class NewDispatchList(FormPage):
    """The sending in of a list; nothing of it is taken in before somebody agrees."""

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
        return super().get_context_data(
            cancel=reverse(LIST),
            max_bytes=settings.QUOTA_FILE_MAX_BYTES,
            templates=ListKind.choices,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        widest = access.paths(self.person, Permission.IMPORT_DISPATCH, on=self.on)
        said = form.cleaned_data
        brought = dispatch_lists.receive(
            upload=said["file"],
            kind=ListKind(said["kind"]),
            quarter=Quarter.named(said["quarter"]),
            place=Place.objects.get(path=widest[0]),
            by=self.person,
            on=self.on,
        )
        # A file that is no such list is refused on this page, where another one can be chosen.
        dispatch_lists.read(brought=brought, by=self.person, on=self.on)
        dispatch_list_work.look_at(brought=brought, by=self.person, on=self.on)
        return reverse("allocation:dispatch-list", args=[brought.pk])


class OfOneList(OfOneObject):
    """A view of one list, for those whose right it is at the place that sent it in."""

    model = DispatchList
    permission = Permission.IMPORT_DISPATCH
    object: DispatchList

    def get_queryset(self) -> QuerySet[Any]:
        return DispatchList.objects.select_related("file", "client", "place", "by")

    def address(self) -> str:
        """Return the address of the list's own page."""
        return reverse("allocation:dispatch-list", args=[self.object.pk])


class OneDispatchList(OfOneList, DetailPage):
    """A list: how far it is, what came of it or would, what is wrong in it and where."""

    permission = Permission.SEE_PROJECTS
    template_name = "allocation/dispatch_list.html"

    def get_title(self) -> str:
        quarter = quarter_name(Quarter.of(self.object.quarter))
        return f"{quarter} · {self.object.get_kind_display()}"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("季度调度"), reverse(ROUNDS)), (_("调度清单"), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = dispatch_list_work.job_of(self.object)
        seen = dispatch_list_work.job_of(self.object, dispatch_list_work.READ)
        taken = self.object.taken_at is not None
        told = job if taken else seen
        counts = told.result if told is not None and told.is_done else self.object.counts
        mine = self.may(Permission.IMPORT_DISPATCH, self.object.place)
        changes = counts.get("new", 0) + counts.get("corrected", 0)
        return super().get_context_data(
            source=source_of(self.object),
            job=job,
            runs=job is not None and jobs.runs(job=job),
            what_runs=what_runs(job),
            progress=jobs.progress(job=job) if job else None,
            lost=not taken and mine and (job is None or jobs.is_lost(job=job)),
            counts=counts,
            taken=taken,
            mine=mine,
            may_take=mine and job is not None and job == seen and job.is_done and changes,
            doubtful=[self._said(row) for row in counts.get("doubtful", ())],
            **kwargs,
        )

    def _said(self, row: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Give a doubtful row with its findings, each with its word and the tone it is said in."""
        file = source_of(self.object)
        found = [
            Finding.taken_out(one, file=file, sheet=row["sheet"], row=row["number"])
            for one in row["findings"]
        ]
        return row, [(f, marking.severity_label(f.severity), TONES[f.severity]) for f in found]


def what_runs(job: Job | None) -> str | Promise:
    """Say in a word what the worker does with a list."""
    words = {dispatch_list_work.READ: _("读取与校验"), dispatch_list_work.TAKE: _("入账")}
    return words[job.kind] if job else ""


class DispatchListProgress(OfOneList, PermittedView):
    """How far the worker is with a list, as a part of its page."""

    permission = Permission.SEE_PROJECTS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        job = dispatch_list_work.job_of(self.object)
        return progress_part(request, job, label=what_runs(job))


class TakeDispatchList(OfOneList, Act):
    """The consent: a worker takes in the good rows."""

    def back(self) -> str:
        return self.address()

    def act(self) -> str:
        dispatch_list_work.agree(brought=self.object, by=self.person, on=self.on)
        return self.address()


class ResumeDispatchList(OfOneList, Act):
    """The sending of a list's work to a worker anew."""

    def back(self) -> str:
        return self.address()

    def act(self) -> str:
        dispatch_list_work.resume(brought=self.object, by=self.person, on=self.on)
        return self.address()


class MarkedDispatchList(OfOneList, PermittedView):
    """The list back as it came, its doubtful cells coloured and explained."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.file is None:
            raise Http404
        try:
            found = dispatch_lists.read(brought=self.object, by=self.person, on=self.on)
        except Refusal as refusal:
            self.note(refusal)
            raise
        with files.open_bytes(self.object.file) as stream:
            content = stream.read()
        copy = marking.marked_copy(content, found.findings, file=self.object.file.name)
        name = self.object.file.name.rpartition(".")[0]
        return exports.attachment(copy, name=name + "-" + _("标注") + ".xlsx")


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
