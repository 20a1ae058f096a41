"""Lists of polluters and permits: sending one in, looking at what is in it, taking it in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel import exports
from quota_registry.kernel.imports import marking
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.imports.polluters import polluters_template
from quota_registry.kernel.models import Job, Place, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, files, jobs, polluter_list_work, polluter_lists
from quota_registry.kernel.views import (
    Act,
    DetailPage,
    FormPage,
    OfOneObject,
    PermittedView,
    progress_part,
)
from quota_registry.kernel.vocabulary import Tier

Said = tuple[Finding, str | Promise, str]
TONES = {
    Severity.ERROR: "danger",
    Severity.REFUSAL: "danger",
    Severity.HINDRANCE: "warning",
    Severity.WARNING: "warning",
    Severity.NOTE: "neutral",
}


class ListForm(forms.Form):
    """A list to send in."""

    list = forms.FileField(
        label=gettext_lazy("排污单位与许可证清单"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("XLSX 或 CSV，每行一个排污单位及其一张排污许可证。"),
    )


class NewPolluterList(FormPage):
    """The sending in of a list; nothing of it is registered before somebody agrees."""

    permission = Permission.KEEP_POLLUTERS
    title = gettext_lazy("导入排污单位")
    template_name = "register/polluter_list_new.html"
    form_class = ListForm

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("排污单位"), reverse("polluters"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse("polluters"),
            max_bytes=settings.QUOTA_FILE_MAX_BYTES,
            lists=[
                (file, what_runs(job), job)
                for file, job in polluter_list_work.lists_of(self.person)
            ],
            **kwargs,
        )

    def save(self, form: Any) -> str:
        widest = access.paths(self.person, Permission.KEEP_POLLUTERS, on=self.on)
        file = polluter_lists.receive(
            upload=form.cleaned_data["list"],
            place=Place.objects.get(path=widest[0]),
            by=self.person,
            on=self.on,
        )
        # A file that is no such list is refused on this page, where another one can be chosen.
        polluter_lists.read(file=file, by=self.person, on=self.on)
        polluter_list_work.look_at(file=file, by=self.person, on=self.on)
        return reverse("polluter-list", args=[file.pk])


class OfOneList(OfOneObject):
    """A view of a list that this very person sent in."""

    model = StoredFile
    permission = Permission.KEEP_POLLUTERS
    object: StoredFile

    def refuse_unless_permitted(self) -> None:
        # Without the right one is told so, whoever sent the list in.
        PermittedView.refuse_unless_permitted(self)
        super().refuse_unless_permitted()

    def get_queryset(self) -> QuerySet[Any]:
        lists = StoredFile.objects.filter(media_type__in=[files.XLSX, files.CSV])
        return lists.filter(uploaded_by=self.person).select_related("place")

    def address(self) -> str:
        """Return the address of the list's own page."""
        return reverse("polluter-list", args=[self.object.pk])


def what_runs(job: Job | None) -> str | Promise:
    """Say in a word what the worker does with a list."""
    words = {polluter_list_work.READ: _("读取与校验"), polluter_list_work.TAKE: _("登记")}
    return words[job.kind] if job else ""


def _said(row: dict[str, Any], *, file: str) -> tuple[dict[str, Any], list[Said]]:
    """Give a doubtful row with its findings, each with its word and the tone it is said in."""
    findings = [
        Finding.taken_out(found, file=file, sheet=row["sheet"], row=row["number"])
        for found in row["findings"]
    ]
    return row, [(f, marking.severity_label(f.severity), TONES[f.severity]) for f in findings]


class OnePolluterList(OfOneList, DetailPage):
    """A list: how far it is, what would be registered or was, what is wrong in it and where."""

    template_name = "register/polluter_list.html"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("排污单位"), reverse("polluters"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = polluter_list_work.job_of(self.object)
        seen = polluter_list_work.job_of(self.object, polluter_list_work.READ)
        taken = job is not None and job.kind == polluter_list_work.TAKE and job.is_done
        # What was registered stands for what was foreseen.
        told = job if taken else seen
        counts = told.result if told is not None and told.is_done else {}
        anything = counts.get("registered", 0) + counts.get("permits", 0)
        return super().get_context_data(
            job=job,
            runs=job is not None and jobs.runs(job=job),
            what_runs=what_runs(job),
            progress=jobs.progress(job=job) if job else None,
            lost=job is None or jobs.is_lost(job=job),
            counts=counts,
            taken=taken,
            may_take=job is not None and job == seen and job.is_done and anything,
            doubtful=[_said(row, file=self.object.name) for row in counts.get("doubtful", ())],
            **kwargs,
        )


class PolluterListProgress(OfOneList, PermittedView):
    """How far the worker is with a list, as a part of its page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        job = polluter_list_work.job_of(self.object)
        return progress_part(request, job, label=what_runs(job))


class TakePolluterList(OfOneList, Act):
    """The consent: a worker registers the good rows, marked as not yet confirmed."""

    def back(self) -> str:
        return self.address()

    def act(self) -> str:
        polluter_list_work.agree(file=self.object, by=self.person, on=self.on)
        return self.address()


class ResumePolluterList(OfOneList, Act):
    """The sending of a list's work to a worker anew."""

    def back(self) -> str:
        return self.address()

    def act(self) -> str:
        polluter_list_work.resume(file=self.object, by=self.person, on=self.on)
        return self.address()


class MarkedPolluterList(OfOneList, PermittedView):
    """The list back as it came, its doubtful cells coloured and explained."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            found = polluter_lists.read(file=self.object, by=self.person, on=self.on)
        except Refusal as refusal:
            self.note(refusal)
            raise
        with files.open_bytes(self.object) as stream:
            content = stream.read()
        copy = marking.marked_copy(content, found.findings, file=self.object.name)
        name = self.object.name.rpartition(".")[0]
        return exports.attachment(copy, name=name + "-" + _("标注") + ".xlsx")


class PolluterTemplate(PermittedView):
    """The registry's own list of polluters to fill in, with the person's places."""

    permission = Permission.KEEP_POLLUTERS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        content = polluters_template(places=[place.name for place in places])
        return exports.attachment(content, name=_("排污单位清单模板") + ".xlsx")
