"""Monitors (§17, §24): how far each place is, one with its dates, checks and barred days."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.forms import CheckForm, MonitorDatesForm, MonitorForm
from monitoring.models import Monitor, MonitorCheck, Outlet
from monitoring.refusals import OutletUnnamed, PolluterUnknown
from monitoring.selectors import measured
from monitoring.selectors import monitors as selected
from monitoring.services import monitors
from monitoring.vocabulary import MonitorKind
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, files
from quota_registry.kernel.views import (
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
    PolluterNamed,
    StreamedFile,
)
from quota_registry.kernel.vocabulary import Medium, Pollutant

LIST: Final = "monitoring:monitors"
PLACE: Final = "outlet__polluter__place"


class MonitorFilter(django_filters.FilterSet):
    """By polluter, place and kind."""

    q = PolluterNamed(label=_("排污单位"), polluter="outlet__polluter__")
    place = django_filters.CharFilter(label=_("地区代码"), field_name=PLACE)
    kind = django_filters.ChoiceFilter(label=_("监控类型"), choices=MonitorKind.choices)

    class Meta:
        model = Monitor
        fields: list[str] = []


class Monitors(ListPage):
    """Every monitor in sight, below how far their places are."""

    permission = Permission.SEE_MONITORING
    model = Monitor
    title = _("监控设施")
    template_name = "monitoring/monitors.html"
    filterset_class = MonitorFilter
    place_lookup = f"{PLACE}__path"
    orders = {"due": ("due_on", "pk"), "pk": ("pk",)}
    default_sort = "due"
    columns = (
        Column(_("排污单位"), "outlet.polluter.name"),
        Column(_("统一社会信用代码"), "outlet.polluter.uscc"),
        Column(_("排放口编号"), "outlet.number"),
        Column(_("监控类型"), "get_kind_display"),
        Column(_("应安装日期"), "due_on", "day"),
        Column(_("安装日期"), "installed_on", "day"),
        Column(pgettext_lazy("monitor", "验收日期"), "accepted_on", "day"),
        Column(_("联网日期"), "networked_on", "day"),
        Column(_("比对日期"), "compared_on", "day"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related(PLACE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        within = access.within(self.person, Permission.SEE_MONITORING, on=self.on, lookup="path")
        return super().get_context_data(
            places=selected.completeness(within, on=self.on),
            may_keep=self.may(Permission.KEEP_MONITORS),
            **kwargs,
        )


class NewMonitor(FormPage):
    """An outlet, where it is new, and the monitor that it is due."""

    permission = Permission.KEEP_MONITORS
    title = _("登记监控设施")
    template_name = "monitoring/act.html"
    form_class = MonitorForm
    success_message = _("监控设施已登记。")

    def get_initial(self) -> dict[str, Any]:
        return {"uscc": self.request.GET.get("polluter", "")}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("监控设施")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse(LIST), clause_key="17.1", **kwargs)

    @transaction.atomic
    def save(self, form: Any) -> str:
        said = form.cleaned_data
        polluter = Polluter.objects.filter(
            uscc=said["uscc"].strip(), place__in=self.places()
        ).first()
        if polluter is None:
            raise PolluterUnknown(uscc=said["uscc"])
        number = said["number"].strip().upper()
        outlet = Outlet.objects.filter(polluter=polluter, number=number).first()
        if outlet is None:
            if not said["name"]:
                raise OutletUnnamed(number=number)
            outlet = monitors.add_outlet(
                polluter=polluter,
                number=number,
                name=said["name"],
                medium=said["medium"],
                by=self.person,
                on=self.on,
            )
        made = monitors.require_monitor(
            outlet=outlet, kind=said["kind"], due_on=said["due_on"], by=self.person, on=self.on
        )
        return reverse("monitoring:monitor", args=[made.pk])


class OfOneMonitor(OfOneObject):
    """A view of one monitor, at its polluter's place."""

    model = Monitor
    place_lookup = PLACE
    object: Monitor

    def get_queryset(self) -> QuerySet[Any]:
        return Monitor.objects.select_related(PLACE, "station")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list."""
        return [(str(_("监控设施")), reverse(LIST))]

    def home(self) -> str:
        """Return its own page."""
        return reverse("monitoring:monitor", args=[self.object.pk])

    def about(self) -> tuple[str, ...]:
        """Say which monitor it is."""
        one = self.object
        return (one.outlet.polluter.name, one.outlet.number, one.get_kind_display())


class OneMonitor(OfOneMonitor, DetailPage):
    """Its dates, whether its data count today, its checks, and the days that do not count."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/monitor.html"

    def get_title(self) -> str:
        return " · ".join(self.about())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, place = self.object, self.object.outlet.polluter.place
        return super().get_context_data(
            steps=(
                (_("安装"), one.installed_on),
                (_("验收"), one.accepted_on),
                (_("联网"), one.networked_on),
                (_("比对"), one.compared_on),
            ),
            counts=selected.counts(one, self.on),
            checks=one.checks.select_related("by", "file"),
            barred=one.barred.select_related("failed", "ended_by"),
            may_keep=self.may(Permission.KEEP_MONITORS, place),
            may_check=self.may(Permission.CHECK_MONITORS, place),
            **self.measured(one),
            **kwargs,
        )

    def measured(self, one: Monitor) -> dict[str, Any]:
        """Give what it measured in the year asked for, else in the newest, with the sums."""
        if one.kind != MonitorKind.AUTOMATIC:
            return {"measures": False}
        years, asked = measured.years_of(one), self.request.GET.get("year", "")
        year = next((year for year in years if str(year) == asked), years[0] if years else None)
        months = measured.months_of(one, year) if year else []
        pollutants = Pollutant.of_medium(Medium(one.outlet.medium))
        stated = [p for p in pollutants if any(p in month.amounts for month in months)]
        counting = [month.amounts for month in months if month.counts]
        return {
            "measures": True,
            "years": years,
            "year": year,
            "pollutants": stated,
            "months": [(one, [(p, one.amounts.get(p)) for p in stated]) for one in months],
            "withdrawn": measured.withdrawn_of(one, year) if year else [],
            "sums": [(p, measured.added_up(p, counting)) for p in stated],
        }


class MonitorDates(OfOneMonitor, FormPage):
    """What came of a monitor, date by date."""

    permission = Permission.KEEP_MONITORS
    title = pgettext_lazy("act", "登记日期")
    template_name = "monitoring/act.html"
    form_class = MonitorDatesForm
    success_message = _("日期已登记。")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in MonitorDatesForm.base_fields}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=self.about(),
            advice=_("依次为安装、验收、联网、比对；联网后自动登记接收数据的点位。"),
            clause_key="17.1",
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        monitors.record_dates(monitor=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


class NewCheck(OfOneMonitor, FormPage):
    """A check, which bars the data or lets them count again."""

    permission = Permission.CHECK_MONITORS
    title = _("登记检查")
    template_name = "monitoring/act.html"
    form_class = CheckForm
    success_message = _("检查已登记。")

    def get_initial(self) -> dict[str, Any]:
        return {"checked_on": self.on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=self.about(),
            will=_("登记后不得修改。不合格的，自检查日起数据不得用于核算，至同类检查合格为止。"),
            clause_key="17.2",
            cancel=self.home(),
            **kwargs,
        )

    @transaction.atomic
    def save(self, form: Any) -> str:
        said = dict(form.cleaned_data)
        upload, place = said.pop("report"), self.object.outlet.polluter.place
        file = files.store(upload=upload, place=place, by=self.person) if upload else None
        monitors.record_check(monitor=self.object, **said, file=file, by=self.person, on=self.on)
        return self.home()


class CheckReport(OfOneObject, StreamedFile):
    """The report of a check, streamed to whoever may see the monitor, and written down."""

    permission = Permission.SEE_MONITORING
    model = MonitorCheck
    place_lookup = f"monitor__{PLACE}"
    object: MonitorCheck

    def get_queryset(self) -> QuerySet[Any]:
        return MonitorCheck.objects.select_related(f"monitor__{PLACE}", "file")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the file; a check without one has none."""
        file = self.object.file
        if file is None:
            raise Http404
        return self.stream(file, str(self.object.pk))
