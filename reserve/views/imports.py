"""Lists of claims: every batch, sending one in, one with what was found in it, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from quota_registry.kernel import keyset
from quota_registry.kernel.exports import attachment
from quota_registry.kernel.imports import marking
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, audit, jobs
from quota_registry.kernel.views import (
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
    PermittedView,
    progress_part,
)
from quota_registry.kernel.vocabulary import Tier
from reserve.imports.template import claims_template
from reserve.models import ImportBatch
from reserve.selectors import batches as selected
from reserve.selectors.batches import Shown
from reserve.services import batch_work, batches

ROWS: Final = 50
TONES: Final = {
    "reading": "progress",
    "preview": "warning",
    "accepted": "success",
    "discarded": "neutral",
    "failed": "danger",
}
SEVERITIES: Final = {
    Severity.ERROR: "danger",
    Severity.REFUSAL: "danger",
    Severity.HINDRANCE: "warning",
    Severity.WARNING: "warning",
    Severity.NOTE: "neutral",
}


def _count(name: str) -> Any:
    return lambda batch: batch.counts.get(name)


class Imports(ListPage):
    """Every batch in sight, newest first."""

    permission = Permission.SEE_CLAIMS
    model = ImportBatch
    title = gettext_lazy("批量导入")
    template_name = "reserve/imports.html"
    orders = {"pk": ("pk",), "file": ("file__name", "pk"), "state": ("state", "pk")}
    columns = (
        Column(pgettext_lazy("import", "批次"), "pk", "number"),
        Column(gettext_lazy("文件"), "file.name"),
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("导入人"), "by.name"),
        Column(gettext_lazy("时间"), "at", "moment"),
        Column(gettext_lazy("状态"), "get_state_display"),
        Column(gettext_lazy("行数"), _count("rows"), "number"),
        Column(gettext_lazy("可导入"), _count("good"), "number"),
        Column(gettext_lazy("错误"), _count("errors"), "number"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("file", "place", "by")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for batch in rows:
            batch.tone = TONES[batch.state]
            batch.out = batch.counts.get("errors", 0) + batch.counts.get("refused", 0)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_import=self.may(Permission.IMPORT_CLAIMS), **kwargs)


class ListForm(forms.Form):
    """A list to send in."""

    list = forms.FileField(
        label=gettext_lazy("申报清单"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("XLSX 或 CSV；市局汇总表可原样导入，也可使用本系统的模板。"),
    )


class NewImport(FormPage):
    """The sending in of a list: a worker reads it, nothing enters before somebody agrees."""

    permission = Permission.IMPORT_CLAIMS
    title = gettext_lazy("导入申报清单")
    template_name = "reserve/import_new.html"
    form_class = ListForm

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("批量导入"), reverse("reserve:imports"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse("reserve:imports"),
            max_bytes=settings.QUOTA_FILE_MAX_BYTES,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        batch = batches.upload(
            upload=form.cleaned_data["list"], place=self.place(), by=self.person, on=self.on
        )
        return reverse("reserve:import", args=[batch.pk])

    def place(self) -> Place:
        """Return the place that one acts for, if lists may be sent in there, else the widest."""
        acting = self.acting_place
        if acting is not None and self.may(Permission.IMPORT_CLAIMS, acting):
            return acting
        widest = access.paths(self.person, Permission.IMPORT_CLAIMS, on=self.on)
        return Place.objects.get(path=widest[0])


class OfOneBatch(OfOneObject):
    """A view of one batch, at the place that it was sent in for."""

    model = ImportBatch
    object: ImportBatch

    def get_queryset(self) -> QuerySet[Any]:
        return ImportBatch.objects.select_related("file", "scan", "place", "by", "job")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list of batches."""
        return [(_("批量导入"), reverse("reserve:imports"))]


def runs(batch: ImportBatch) -> bool:
    """Say whether a worker has the batch, or is about to."""
    return batch.job is not None and jobs.runs(job=batch.job)


def what_runs(batch: ImportBatch) -> str | Promise:
    """Say in a word what the worker does with it."""
    words = {batches.READ: _("读取与校验"), batches.ACCEPT: _("导入"), batches.FILE: _("逐件申报")}
    return words.get(batch.job.kind, "") if batch.job else ""


def _said(shown: Shown) -> tuple[Shown, list[tuple[Finding, str, str]]]:
    """Give a row with its findings, each with its word and the tone that it is said in."""
    return shown, [
        (found, marking.severity_label(found.severity), SEVERITIES[found.severity])
        for found in shown.findings
    ]


class OneImport(OfOneBatch, DetailPage):
    """A batch: how far it is, what was found in it row by row, what became of it."""

    permission = Permission.SEE_CLAIMS
    template_name = "reserve/import.html"
    fragment = "rows"

    def get_title(self) -> str:
        return _("批次 %(number)s") % {"number": self.object.pk}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.object
        asked = self.request.GET
        kind = asked.get("show", "")
        if kind not in selected.KINDS:
            kind = "doubtful"
        page = keyset.page(
            selected.rows_of(batch, kind),
            order=["sheet", "row"],
            size=ROWS,
            after=asked.get("after", ""),
            before=asked.get("before", ""),
        )
        may_act = self.may(Permission.IMPORT_CLAIMS, batch.place)
        return super().get_context_data(
            counts=batch.counts,
            tone=TONES[batch.state],
            runs=runs(batch),
            what_runs=what_runs(batch),
            progress=jobs.progress(job=batch.job) if batch.job else None,
            page=page,
            rows=[_said(selected.shown(row, file=batch.file.name)) for row in page.rows],
            show=kind,
            kinds=self._kinds(batch),
            standing=selected.standing_of(batch),
            may_act=may_act and not runs(batch),
            lost=may_act and batch.job is not None and jobs.is_lost(job=batch.job),
            **kwargs,
        )

    def _kinds(self, batch: ImportBatch) -> list[tuple[str, str | Promise, int | None]]:
        counts = batch.counts
        numbers = {
            "errors": counts.get("errors"),
            "refused": counts.get("refused"),
            "hindered": counts.get("hindered"),
            "warned": counts.get("warned"),
            "good": counts.get("drafts"),
            "unchanged": counts.get("unchanged"),
            "all": counts.get("rows"),
        }
        if batch.state == ImportBatch.State.ACCEPTED:
            # What could be taken in has been, so these two would say something else by now.
            numbers.pop("good")
            numbers.pop("unchanged")
        return [
            (kind, label, numbers.get(kind))
            for kind, (label, _condition) in selected.KINDS.items()
            if kind == "doubtful" or numbers.get(kind)
        ]


class ImportProgress(OfOneBatch, PermittedView):
    """How far the worker is, as a part of the page; when it is done the page is shown anew."""

    permission = Permission.SEE_CLAIMS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return progress_part(request, self.object.job, label=what_runs(self.object))


class ImportTemplate(PermittedView):
    """The registry's own list to fill in, with the names of the person's places in drop-downs."""

    permission = Permission.IMPORT_CLAIMS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        content = claims_template(declarers=[place.name for place in places])
        return attachment(content, name=_("减排项目申报清单模板") + ".xlsx")


class ImportFile(OfOneBatch, PermittedView):
    """A file of a batch: the list as it came, the sealed scan, or the list with its marks."""

    permission = Permission.SEE_CLAIMS

    @transaction.atomic
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        batch, which = self.object, self.kwargs["which"]
        stored = {"list": batch.file, "marked": batch.file, "scan": batch.scan}.get(which)
        if stored is None:
            raise Http404
        audit.record(verb="import_file", by=self.person, subject=str(batch.pk), which=which)
        if which == "marked":
            copy = marking.marked_copy(
                batch_work.content_of(stored), selected.all_findings(batch), file=stored.name
            )
            return attachment(copy, name=Path(stored.name).stem + "-" + _("标注") + ".xlsx")
        content = batch_work.content_of(stored)
        return attachment(content, name=stored.name, media_type=stored.media_type)
