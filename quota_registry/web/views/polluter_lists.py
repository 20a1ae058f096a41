"""Lists of polluters and permits: sending one in, looking at what is in it, taking it in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel import exports
from quota_registry.kernel.imports import marking
from quota_registry.kernel.imports.findings import Severity
from quota_registry.kernel.imports.polluters import PolluterFile, polluters_template
from quota_registry.kernel.models import Place, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, files, polluter_lists
from quota_registry.kernel.views import Act, DetailPage, FormPage, OfOneObject, PermittedView
from quota_registry.kernel.vocabulary import Tier

SHOWN = 200
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
            cancel=reverse("polluters"), max_bytes=settings.QUOTA_FILE_MAX_BYTES, **kwargs
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

    def read(self) -> PolluterFile:
        """Read the list as it stands beside the person's places."""
        return polluter_lists.read(file=self.object, by=self.person, on=self.on)


class OnePolluterList(OfOneList, DetailPage):
    """A list: what would be registered, what is known, what is wrong and where."""

    template_name = "register/polluter_list.html"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("排污单位"), reverse("polluters"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.read()
        taken = polluter_lists.try_out(rows=found.rows, by=self.person, on=self.on)
        differing = set(taken.differing)
        doubtful = [
            (
                row,
                row.number in differing and row.is_good,
                [(f, marking.severity_label(f.severity), TONES[f.severity]) for f in row.findings],
            )
            for row in found.rows
            if row.findings or row.number in differing
        ]
        return super().get_context_data(
            total=len(found.rows),
            taken=taken,
            wrong=len(found.rows) - len(found.good),
            anything=taken.registered + taken.permits,
            doubtful=doubtful[:SHOWN],
            left_out=max(0, len(doubtful) - SHOWN),
            **kwargs,
        )


class TakePolluterList(OfOneList, Act):
    """The consent: the good rows are registered, marked as not yet confirmed."""

    def back(self) -> str:
        return reverse("polluter-list", args=[self.object.pk])

    def act(self) -> str:
        taken = polluter_lists.take_in(rows=self.read().rows, by=self.person, on=self.on)
        self.say(
            _("已登记 %(registered)s 家排污单位、%(permits)s 张许可证，均待核实。")
            % {"registered": taken.registered, "permits": taken.permits}
        )
        return self.back()


class MarkedPolluterList(OfOneList, PermittedView):
    """The list back as it came, its doubtful cells coloured and explained."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            found = self.read()
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
