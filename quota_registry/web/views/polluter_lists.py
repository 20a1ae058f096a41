"""Lists of polluters and permits: sending one in, looking at what is in it, taking it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from quota_registry.kernel import exports
from quota_registry.kernel.imports.polluters import polluters_template
from quota_registry.kernel.models import Job, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import files, polluter_lists
from quota_registry.kernel.services.polluter_list_work import WORK, lists_of
from quota_registry.kernel.views import (
    ListPageOfOne,
    ListProgress,
    MarkedList,
    NewList,
    OfOneList,
    PermittedView,
    ResumeList,
    TakeList,
    what_runs,
)
from quota_registry.kernel.vocabulary import Tier


class ListForm(forms.Form):
    """A list to send in."""

    list = forms.FileField(
        label=gettext_lazy("排污单位与许可证清单"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("XLSX 或 CSV，每行一个排污单位及其一张排污许可证。"),
    )


class NewPolluterList(NewList):
    """The sending in of a list; nothing of it is registered before somebody agrees."""

    work = WORK
    page = "polluter-list"
    lists = "polluters"
    permission = Permission.KEEP_POLLUTERS
    title = gettext_lazy("导入排污单位")
    template_name = "register/polluter_list_new.html"
    form_class = ListForm

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "排污单位"), reverse("polluters"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            lists=[(file, what_runs(WORK, job), job) for file, job in lists_of(self.person)],
            **kwargs,
        )

    def receive(self, said: Mapping[str, Any], **whose: Any) -> StoredFile:
        return polluter_lists.receive(upload=said["list"], **whose)


class OfPolluterList(OfOneList):
    """A view of a list that this very person sent in."""

    model = StoredFile
    work = WORK
    page = "polluter-list"
    permission = Permission.KEEP_POLLUTERS
    object: StoredFile

    def refuse_unless_permitted(self) -> None:
        # Without the right one is told so, whoever sent the list in.
        PermittedView.refuse_unless_permitted(self)
        super().refuse_unless_permitted()

    def get_queryset(self) -> QuerySet[Any]:
        lists = StoredFile.objects.filter(media_type__in=[files.XLSX, files.CSV])
        return lists.filter(uploaded_by=self.person).select_related("place")

    def file_of(self) -> StoredFile | None:
        return self.object


class OnePolluterList(OfPolluterList, ListPageOfOne):
    """A list: how far it is, what would be registered or was, what is wrong in it and where."""

    template_name = "register/polluter_list.html"
    changing = ("registered", "permits")

    def is_taken(self, job: Job | None) -> bool:
        return job is not None and job.kind == WORK.taking and job.is_done

    def counts_before(self) -> dict[str, Any]:
        return {}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "排污单位"), reverse("polluters"))]


class PolluterListProgress(OfPolluterList, ListProgress):
    """How far the worker is with a list, as a part of its page."""


class TakePolluterList(OfPolluterList, TakeList):
    """The consent: a worker registers the good rows, marked as not yet confirmed."""


class ResumePolluterList(OfPolluterList, ResumeList):
    """The sending of a list's work to a worker anew."""


class MarkedPolluterList(OfPolluterList, MarkedList):
    """The list back as it came, its doubtful cells coloured and explained."""


class PolluterTemplate(PermittedView):
    """The registry's own list of polluters to fill in, with the person's places."""

    permission = Permission.KEEP_POLLUTERS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        content = polluters_template(places=[place.name for place in places])
        return exports.attachment(content, name=_("排污单位清单模板") + ".xlsx")
