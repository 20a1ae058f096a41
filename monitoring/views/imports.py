"""Lists of readings: every batch, sending one in, one with what was refused in it, its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from monitoring.imports import template
from monitoring.models import ReadingBatch
from monitoring.selectors import reading_batches as selected
from monitoring.services import readings
from monitoring.vocabulary import BatchState
from quota_registry.kernel import keyset
from quota_registry.kernel.exports import attachment
from quota_registry.kernel.imports import marking
from quota_registry.kernel.models import Job, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, jobs
from quota_registry.kernel.services.files import CSV
from quota_registry.kernel.views import (
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
    PermittedView,
)
from reserve.services.batch_work import content_of

ROWS: Final = 50
TONES: Final = {
    BatchState.READING: "progress",
    BatchState.PREVIEW: "warning",
    BatchState.ACCEPTED: "success",
    BatchState.DISCARDED: "neutral",
    BatchState.FAILED: "danger",
}
LAYOUTS: Final[dict[str, str | Promise]] = {
    "wide-h": gettext_lazy("小时值表"),
    "wide-d": gettext_lazy("日均值表"),
    "wide-m": gettext_lazy("月均值表"),
    "items": gettext_lazy("逐项监测值"),
    "rest": gettext_lazy("接口报送"),
}


def _count(name: str) -> Any:
    return lambda batch: batch.counts.get(name)


def _source(batch: ReadingBatch) -> str:
    """Name what the batch came as: its file, or the program that sent it."""
    if batch.file is not None:
        return batch.file.name
    return batch.client.name if batch.client else ""


class Imports(ListPage):
    """Every batch in sight, newest first."""

    permission = Permission.SEE_MONITORING
    model = ReadingBatch
    title = gettext_lazy("监测数据导入")
    template_name = "monitoring/imports.html"
    orders = {"pk": ("pk",), "state": ("state", "pk"), "layout": ("layout", "pk")}
    columns = (
        Column(pgettext_lazy("import", "批次"), "pk", "number"),
        Column(gettext_lazy("来源"), _source),
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("导入人"), "by.name"),
        Column(gettext_lazy("时间"), "at", "moment"),
        Column(gettext_lazy("状态"), "get_state_display"),
        Column(gettext_lazy("行数"), _count("rows"), "number"),
        Column(gettext_lazy("新增值"), _count("new"), "number"),
        Column(gettext_lazy("更正值"), _count("changed"), "number"),
        Column(gettext_lazy("不予入库的行"), _count("refused"), "number"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("file", "client", "place", "by")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for batch in rows:
            batch.tone = TONES[batch.state]
            batch.source = _source(batch)
            batch.form = LAYOUTS.get(batch.layout, "")
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.may(Permission.IMPORT_READINGS), **kwargs)


class ListForm(forms.Form):
    """A list to send in."""

    list = forms.FileField(
        label=gettext_lazy("监测数据"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("XLSX 或 CSV；市局现有格式可原样导入，也可使用本系统的模板。"),
    )


class NewImport(FormPage):
    """The sending in of a list: a worker reads it, nothing enters before somebody agrees."""

    permission = Permission.IMPORT_READINGS
    title = gettext_lazy("导入监测数据")
    template_name = "monitoring/import_new.html"
    form_class = ListForm

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("监测数据导入"), reverse("monitoring:imports"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse("monitoring:imports"),
            max_bytes=settings.QUOTA_FILE_MAX_BYTES,
            templates=template.KINDS.items(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        batch = readings.upload(
            upload=form.cleaned_data["list"],
            place=self.place(),
            by=self.person,
            at=timezone.now(),
        )
        return reverse("monitoring:import", args=[batch.pk])

    def place(self) -> Place:
        """Return the place that one acts for, if readings may be sent in there, else the widest."""
        acting = self.acting_place
        if acting is not None and self.may(Permission.IMPORT_READINGS, acting):
            return acting
        widest = access.paths(self.person, Permission.IMPORT_READINGS, on=self.on)
        return Place.objects.get(path=widest[0])


class OfOneBatch(OfOneObject):
    """A view of one batch, at the place that it was sent in for."""

    model = ReadingBatch
    object: ReadingBatch

    def get_queryset(self) -> QuerySet[Any]:
        return ReadingBatch.objects.select_related("file", "client", "place", "by", "job")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list of batches."""
        return [(_("监测数据导入"), reverse("monitoring:imports"))]


def runs(batch: ReadingBatch) -> bool:
    """Say whether a worker has the batch, or is about to."""
    return batch.job is not None and batch.job.state in {Job.State.WAITING, Job.State.RUNNING}


def what_runs(batch: ReadingBatch) -> str | Promise:
    """Say in a word what the worker does with it."""
    words: dict[str, str | Promise] = {
        readings.READ: _("读取与校验"),
        readings.ACCEPT: pgettext_lazy("readings", "入库"),
    }
    return words.get(batch.job.kind, "") if batch.job else ""


class OneImport(OfOneBatch, DetailPage):
    """A batch: how far it is, what consent would do or has done, what was refused and why."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/import.html"
    fragment = "rows"

    def get_title(self) -> str:
        return _("批次 %(number)s") % {"number": self.object.pk}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.object
        asked = self.request.GET
        reasons = selected.reasons_of(batch)
        show = asked.get("show", "")
        if show not in {code for code, _label, _n in reasons}:
            show = ""
        page = keyset.page(
            selected.refused_of(batch, show),
            order=["row", "pk"],
            size=ROWS,
            after=asked.get("after", ""),
            before=asked.get("before", ""),
        )
        may_act = self.may(Permission.IMPORT_READINGS, batch.place)
        return super().get_context_data(
            counts=batch.counts,
            tone=TONES[BatchState(batch.state)],
            source=_source(batch),
            form=LAYOUTS.get(batch.layout, ""),
            runs=runs(batch),
            what_runs=what_runs(batch),
            progress=jobs.progress(job=batch.job) if batch.job else None,
            page=page,
            rows=[selected.finding_of(row, batch) for row in page.rows],
            show=show,
            reasons=reasons,
            refused=sum(n for _code, _label, n in reasons),
            judged=selected.judged_before(batch),
            may_act=may_act and not runs(batch),
            lost=may_act and batch.job is not None and jobs.is_lost(job=batch.job),
            **kwargs,
        )


class ImportProgress(OfOneBatch, PermittedView):
    """How far the worker is, as a part of the page; when it is done the page is shown anew."""

    permission = Permission.SEE_MONITORING

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        batch = self.object
        if batch.job is None or not runs(batch):
            return HttpResponse(headers={"HX-Refresh": "true"})
        progress = jobs.progress(job=batch.job)
        return render(
            request,
            "components/progress.html",
            {
                "url": request.path,
                "done": progress.done,
                "total": progress.total,
                "label": what_runs(batch),
            },
        )


class ImportTemplate(PermittedView):
    """One of the registry's own lists to fill in, as XLSX or CSV."""

    permission = Permission.IMPORT_READINGS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        which, ending = self.kwargs["which"], self.kwargs["ending"]
        if which not in template.KINDS or ending not in {"xlsx", "csv"}:
            raise Http404
        name = f"{template.KINDS[which]}{_('模板')}.{ending}"
        if ending == "xlsx":
            return attachment(template.xlsx(which), name=name)
        return attachment(template.blank_csv(which), name=name, media_type=CSV)


class ImportFile(OfOneBatch, PermittedView):
    """A file of a batch: the list as it came, or the list with its marks."""

    permission = Permission.SEE_MONITORING

    @transaction.atomic
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        batch, which = self.object, self.kwargs["which"]
        stored = batch.file if which in {"list", "marked"} else None
        if stored is None:
            raise Http404
        audit.record(verb="import_file", by=self.person, subject=str(batch.pk), which=which)
        content = content_of(stored)
        if which == "marked":
            copy = marking.marked_copy(content, selected.findings_of(batch), file=stored.name)
            return attachment(copy, name=Path(stored.name).stem + "-" + _("标注") + ".xlsx")
        return attachment(content, name=stored.name, media_type=stored.media_type)
