"""Pages of a list that came in: how far it is, what came of it or would, consent, marked copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel import exports
from quota_registry.kernel.imports import marking
from quota_registry.kernel.imports.findings import Finding, Severity
from quota_registry.kernel.models import Job, Place, StoredFile
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, files, jobs
from quota_registry.kernel.services.list_work import ListWork
from quota_registry.kernel.views.base import Act, DetailPage, FormPage, OfOneObject, PermittedView
from quota_registry.kernel.views.jobs import progress_part

READING: Final = gettext_lazy("读取与校验")
TONES: Final = {
    Severity.ERROR: "danger",
    Severity.REFUSAL: "danger",
    Severity.HINDRANCE: "warning",
    Severity.WARNING: "warning",
    Severity.NOTE: "neutral",
}


class NewList(FormPage):
    """The sending in of a list; nothing of it is taken in before somebody agrees."""

    work: ClassVar[ListWork]
    page: ClassVar[str]
    """The name of the page of the list that came in."""
    lists: ClassVar[str]
    """The name of the page that who sends nothing goes back to."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse(self.lists), max_bytes=settings.QUOTA_FILE_MAX_BYTES, **kwargs
        )

    def receive(self, said: Mapping[str, Any], **whose: Any) -> Any:
        """Put a list on record: what was typed, and its place, by whom and on which day."""
        raise NotImplementedError

    def save(self, form: Any) -> str:
        who: dict[str, Any] = {"by": self.person, "on": self.on}
        widest = access.paths(self.person, self.work.right, on=self.on)
        brought = self.receive(form.cleaned_data, place=Place.objects.get(path=widest[0]), **who)
        # A file that is no such list is refused on this page, where another one can be chosen.
        self.work.find(brought=brought, **who)
        self.work.look_at(brought=brought, **who)
        return reverse(self.page, args=[brought.pk])


class OfOneList(OfOneObject):
    """A view of one list that came in."""

    work: ClassVar[ListWork]
    page: ClassVar[str]
    """The name of the list's own page."""

    def address(self) -> str:
        """Return the address of the list's own page."""
        return reverse(self.page, args=[self.object.pk])

    def file_of(self) -> StoredFile | None:
        """Return the file as which the list came; None where a program sent it."""
        file: StoredFile | None = self.object.file
        return file


def what_runs(work: ListWork, job: Job | None) -> str | Promise:
    """Say in a word what the worker does with a list."""
    if job is None:
        return ""
    return READING if job.kind == work.reading else work.consent


class ListPageOfOne(OfOneList, DetailPage):
    """A list: how far it is, what came of it or would, what is wrong in it and where."""

    changing: ClassVar[tuple[str, ...]]
    """The counts of what taking it in would change; where all are nothing nobody need agree."""

    def is_taken(self, job: Job | None) -> bool:
        """Say whether the list was taken in."""
        return self.object.taken_at is not None

    def counts_before(self) -> Mapping[str, Any]:
        """Give what is known of the list where no job wrote anything down."""
        counts: Mapping[str, Any] = self.object.counts
        return counts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.work.job_of(self.object)
        seen = self.work.job_of(self.object, self.work.reading)
        taken = self.is_taken(job)
        # What was taken in stands for what was foreseen.
        told = job if taken else seen
        counts = told.result if told is not None and told.is_done else self.counts_before()
        mine = self.may(self.work.right, self.object.place)
        changes = any(counts.get(name, 0) for name in self.changing)
        return super().get_context_data(
            job=job,
            runs=job is not None and jobs.runs(job=job),
            what_runs=what_runs(self.work, job),
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
        file = self.file_of()
        found = [
            Finding.taken_out(
                one, file=file.name if file else "", sheet=row["sheet"], row=row["number"]
            )
            for one in row["findings"]
        ]
        return row, [(f, marking.severity_label(f.severity), TONES[f.severity]) for f in found]


class ListProgress(OfOneList, PermittedView):
    """How far the worker is with a list, as a part of its page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        job = self.work.job_of(self.object)
        return progress_part(request, job, label=what_runs(self.work, job))


class TakeList(OfOneList, Act):
    """The consent: a worker takes the list in."""

    def back(self) -> str:
        return self.address()

    def act(self) -> str:
        self.work.agree(brought=self.object, by=self.person, on=self.on)
        return self.address()


class ResumeList(OfOneList, Act):
    """The sending of a list's work to a worker anew."""

    def back(self) -> str:
        return self.address()

    def act(self) -> str:
        self.work.resume(brought=self.object, by=self.person, on=self.on)
        return self.address()


class MarkedList(OfOneList, PermittedView):
    """The list back as it came, its doubtful cells coloured and explained."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file = self.file_of()
        if file is None:
            raise Http404
        try:
            found = self.work.find(brought=self.object, by=self.person, on=self.on)
        except Refusal as refusal:
            self.note(refusal)
            raise
        with files.open_bytes(file) as stream:
            content = stream.read()
        copy = marking.marked_copy(content, found.findings, file=file.name)
        name = file.name.rpartition(".")[0]
        return exports.attachment(copy, name=name + "-" + _("标注") + ".xlsx")
