"""One place's warned month: why, by which figures, what was done about it, what it led to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring import figures
from monitoring.models import Measure, PlaceWarning, WarningTask
from monitoring.papers import printing
from monitoring.rules.reasons import Reason, read
from monitoring.rules.warning_codes import LEVELS, WarningCode
from monitoring.selectors import places, warnings
from monitoring.services import measures
from monitoring.views.charts import curves
from monitoring.vocabulary import Level, SectionLevel, WaterClass
from quota_registry.kernel.periods import Month
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.views import (
    Act,
    DetailPage,
    OfOneObject,
    Paper,
    StreamedFile,
    redirect_to,
)

TAKEN = ".pdf,.png,.jpg,.jpeg,.xlsx"


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section of a judged month: its classes in words and its level."""

    code: str
    name: str
    classes: list[str]
    level: SectionLevel


class MeasureForm(forms.Form):
    """A measure of a warned place, with the paper that shows it."""

    text = forms.CharField(
        label=gettext_lazy("措施"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    person = forms.CharField(label=gettext_lazy("责任人"), max_length=60)
    date = forms.DateField(
        label=gettext_lazy("完成日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": TAKEN}),
        help_text=gettext_lazy("PDF、PNG、JPG 或 XLSX。"),
    )


class OneWarning(DetailPage):
    """A judged month of a place; what is typed into its form of measures stays after a refusal."""

    permission = Permission.SEE_MONITORING
    model = PlaceWarning
    template_name = "monitoring/warning.html"
    object: PlaceWarning

    def get_queryset(self) -> QuerySet[Any]:
        return PlaceWarning.objects.select_related("place", "run__by", "run__rule_book")

    @property
    def month(self) -> Month:
        """Return the month that was judged."""
        return Month.of(self.object.run.month)

    def get_title(self) -> str:
        return _("%(place)s %(year)s年%(month)s月") % {
            "place": self.object.place.spoken,
            "year": self.month.year,
            "month": self.month.number,
        }

    def get_trail(self) -> list[tuple[str, str]]:
        calendar = f"{reverse('monitoring:calendar')}?year={self.month.year}"
        place = f"{reverse('monitoring:place', args=[self.object.place_id])}?year={self.month.year}"
        return [(_("预警日历"), calendar), (self.object.place.spoken, place)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        warning = self.object
        versions = warnings.versions_of(warning)
        task = warnings.task_of(warning)
        kwargs.setdefault("form", MeasureForm())
        return super().get_context_data(
            month=self.month,
            level=Level(warning.level),
            reasons=reasons_of(warning),
            indicators=figures.indicators_of(warning.figures),
            sections=sections_of(warning.figures),
            before=self.month.plus(-12),
            versions=[(one, change, _differences(change)) for one, change in versions],
            newest=versions[0][0],
            task=task,
            measures=list(task.measures.all()) if task else [],
            may_record=task is not None
            and task.closed_at is None
            and self.may(Permission.RECORD_MEASURES, warning.place),
            suspensions=warnings.suspensions_of(warning),
            charts=curves(places.air_of(warning.place, self.month.year), until=self.month),
            max_bytes=settings.QUOTA_FILE_MAX_BYTES,
            **kwargs,
        )


class RecordMeasure(OneWarning):
    """The recording of a measure, on the page of the warning that asks for it."""

    permission = Permission.RECORD_MEASURES
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        task = warnings.task_of(self.object)
        if task is None:
            raise OutOfReach(_("没有这个对象"))
        form = MeasureForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                measures.record(task=task, **form.cleaned_data, by=self.person, on=self.on)
            except (NotPermitted, OutOfReach):
                raise
            except Refusal as refusal:
                self.note(refusal)
                form.add_error(None, str(refusal))
            else:
                self.say(_("措施已登记。"))
                return redirect_to(request, address_of(self.object) + "#task")
        context = self.get_context_data(form=form)
        response: HttpResponse = self.render_to_response(context, status=422)
        return response


class CloseTask(OfOneObject, Act):
    """The closing of a place's task by the place's people."""

    permission = Permission.RECORD_MEASURES
    model = WarningTask
    object: WarningTask

    def get_queryset(self) -> QuerySet[Any]:
        return WarningTask.objects.select_related("place")

    def act(self) -> str:
        measures.close(task=self.object, by=self.person, on=self.on)
        self.say(_("整改任务已办结。"))
        return self.back()

    def back(self) -> str:
        newest = warnings.newest_warning(self.object.place_id, self.object.month)
        return address_of(newest) if newest else reverse("monitoring:calendar")


class MeasureFile(OfOneObject, StreamedFile):
    """The file of a measure, streamed to whoever may see the place, and written down."""

    permission = Permission.SEE_MONITORING
    model = Measure
    place_lookup = "task__place"
    object: Measure

    def get_queryset(self) -> QuerySet[Any]:
        return Measure.objects.exclude(file=None).select_related("task__place", "file")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file = self.object.file
        assert file is not None
        return self.stream(file, str(self.object.pk))


class WarningNotice(OfOneObject, Paper):
    """预警通知单 of a warned place."""

    permission = Permission.SEE_MONITORING
    model = PlaceWarning
    object: PlaceWarning

    def get_queryset(self) -> QuerySet[Any]:
        return PlaceWarning.objects.exclude(number="").select_related("place", "run")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        data = printing.warning_notice_pdf(self.object, on=self.on)
        return self.pdf(data, _("预警通知单") + f"-{self.object.number}", self.object.number)


def reasons_of(warning: PlaceWarning) -> list[tuple[Reason, Level]]:
    """Read the reasons that a warning stores, each with the level that it stands for."""
    return [
        (read(document, WarningCode), LEVELS[WarningCode(document["code"])])
        for document in warning.reasons
    ]


def sections_of(document: dict[str, Any]) -> list[SectionRow]:
    """Put the sections that a warning was judged by into words."""
    return [
        SectionRow(
            code=one["code"],
            name=one["section"],
            classes=[
                str(WaterClass(one[name]).label) if one[name] else "—"
                for name in ("month", "month_before", "so_far", "so_far_before", "target")
            ],
            level=SectionLevel(one["level"]),
        )
        for one in document["sections"]
    ]


def _differences(change: dict[str, Any] | None) -> list[figures.Difference]:
    return [figures.named(figure) for figure in change["figures"]] if change else []


def address_of(warning: PlaceWarning) -> str:
    """Return the address of a warning's page."""
    return reverse("monitoring:warning", args=[warning.pk])
