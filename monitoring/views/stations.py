"""Stations: the list, one with a month of its readings and their versions, and keeping them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, Final

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from monitoring.forms import RetireForm, StationFactsForm, StationForm
from monitoring.models import Reading, ReadingBatch, ReplacedReading, Station
from monitoring.services import stations
from monitoring.vocabulary import Item, Span, StationKind
from quota_registry.kernel.periods import Month
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Column, DetailPage, FormPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Tier

LIST: Final = "monitoring:stations"


class StationFilter(django_filters.FilterSet):
    """By code or name, by place and kind."""

    q = django_filters.CharFilter(label=_("编码或名称"), method="named")
    place = django_filters.CharFilter(label=_("地区代码"), field_name="place")
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=StationKind.choices)

    class Meta:
        model = Station
        fields: list[str] = []

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(code__icontains=value.strip()) | Q(name__icontains=value.strip()))


class Stations(ListPage):
    """Every station in sight."""

    permission = Permission.SEE_MONITORING
    model = Station
    title = _("站点与断面")
    template_name = "monitoring/stations.html"
    filterset_class = StationFilter
    orders = {"code": ("code",), "place": ("place__path", "code")}
    default_sort = "place"
    columns = (
        Column(_("点位编码"), "code"),
        Column(_("点位名称"), "name"),
        Column(_("类别"), "get_kind_display"),
        Column(_("地区"), "place.name"),
        Column(_("水体类型"), "get_body_display"),
        Column(_("目标类别"), "get_target_class_display"),
        Column(_("启用日期"), "valid_from", "day"),
        Column(_("停用日期"), "valid_until", "day"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("place")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.stands = row.stands_on(self.on)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_keep=self.may(Permission.KEEP_STATIONS), **kwargs)


class NewStation(FormPage):
    """The registration of an air station or a section."""

    permission = Permission.KEEP_STATIONS
    title = _("登记点位")
    template_name = "monitoring/act.html"
    form_class = StationForm
    success_message = _("点位已登记。")

    def get_form_kwargs(self) -> dict[str, Any]:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        return super().get_form_kwargs() | {"places": places}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("站点与断面")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse(LIST), **kwargs)

    def save(self, form: Any) -> str:
        made = stations.register(**form.cleaned_data, by=self.person, on=self.on)
        return reverse("monitoring:station", args=[made.code])


class OfOneStation(OfOneObject):
    """A view of one station."""

    model = Station
    lookup = "code"
    object: Station

    def get_queryset(self) -> QuerySet[Any]:
        return Station.objects.select_related("place")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list."""
        return [(str(_("站点与断面")), reverse(LIST))]

    def home(self) -> str:
        """Return its own page."""
        return reverse("monitoring:station", args=[self.object.code])


class OneStation(OfOneStation, DetailPage):
    """What it is, and its readings of a month, every version of them, with where they came from."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/station.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        month = self.month()
        here = Reading.objects.filter(
            station_id=self.object.pk, at__gte=_start(month.first), at__lt=_start(month.after)
        )
        kinds = list(here.order_by("item", "span").values_list("item", "span").distinct())
        chosen = next(
            (pair for pair in kinds if f"{pair[0]}{pair[1]}" == self.request.GET.get("of")),
            kinds[0] if kinds else None,
        )
        days: list[date] = []
        if chosen and chosen[1] == Span.HOUR:
            here, days = self.day_of_hours(month, chosen[0])
        return super().get_context_data(
            month=month,
            kinds=[
                (item + span, f"{Item(item).label} · {Span(span).label}") for item, span in kinds
            ],
            chosen="".join(chosen) if chosen else "",
            unit=Item(chosen[0]).unit if chosen else "",
            days=days,
            day=self.day_among(days),
            readings=self.readings(here, *chosen) if chosen else [],
            may_keep=self.may(Permission.KEEP_STATIONS, self.object.place)
            and self.object.kind != StationKind.MONITOR,
            stands=self.object.stands_on(self.on),
            **kwargs,
        )

    def day_of_hours(self, month: Chosen, item: str) -> tuple[QuerySet[Reading], list[date]]:
        """Give the hours of the day that is asked for, and the month's days that have hours."""
        hours = Reading.objects.filter(
            station_id=self.object.pk, item=item, span=Span.HOUR, at__gt=_start(month.first)
        )
        # An hour is labelled by its end, so that a day has the midnight after it (STANDARDS §1).
        ends = hours.filter(at__lte=_start(month.after)).values_list("at", flat=True)
        days = sorted({timezone.localdate(at - timedelta(seconds=1)) for at in ends})
        day = self.day_among(days)
        if day is None:
            return hours.none(), days
        after = day + timedelta(days=1)
        return hours.filter(at__gt=_start(day), at__lte=_start(after)), days

    def day_among(self, days: list[date]) -> date | None:
        """Return the day that the address names, else the newest."""
        asked = self.request.GET.get("day", "")
        return next((day for day in days if str(day) == asked), days[-1] if days else None)

    def month(self) -> Chosen:
        """Return the month that the address names, else that of the newest reading."""
        asked = self.request.GET.get("month", "")
        try:
            return Chosen(date.fromisoformat(f"{asked}-01"))
        except ValueError:
            newest = Reading.objects.filter(station_id=self.object.pk).order_by("-at").first()
            return Chosen(timezone.localdate(newest.at) if newest else self.on)

    def readings(self, here: QuerySet[Reading], item: str, span: str) -> list[dict[str, Any]]:
        """List the readings of one item, each with the versions that it replaced."""
        rows = list(here.filter(item=item, span=span).order_by("at"))
        former: dict[datetime, list[ReplacedReading]] = defaultdict(list)
        replaced = [row.at for row in rows if row.version > 1]
        for old in ReplacedReading.objects.filter(
            station_id=self.object.pk, item=item, span=span, at__in=replaced
        ).order_by("-version"):
            former[old.at].append(old)
        used = {row.batch_id for row in rows} | {x.batch_id for xs in former.values() for x in xs}
        batches = ReadingBatch.objects.select_related("file", "client", "by").in_bulk(used)
        return [
            {
                "at": row.at,
                "row": row,
                "batch": batches.get(row.batch_id),
                "former": [(old, batches.get(old.batch_id)) for old in former[row.at]],
            }
            for row in rows
        ]


class Chosen:
    """A month that readings are shown of."""

    def __init__(self, day: date) -> None:
        self.month = Month.of(day)
        self.first = day.replace(day=1)
        self.after = (self.first + timedelta(days=32)).replace(day=1)

    @property
    def word(self) -> str:
        """Write it as the address and the form's field do."""
        return f"{self.month.year:04d}-{self.month.number:02d}"


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


class CorrectStation(OfOneStation, FormPage):
    """A correction of what a station is; its code stays."""

    permission = Permission.KEEP_STATIONS
    title = _("更正点位")
    template_name = "monitoring/act.html"
    form_class = StationFactsForm
    success_message = _("点位已更正。")

    def get_initial(self) -> dict[str, Any]:
        one = self.object
        return {
            "name": one.name,
            "body": one.body,
            "target_class": one.target_class,
            "counts": one.counts,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=(self.object.code, self.object.name),
            advice=_("已生成的预警与评定按当时的数据保留。"),
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        stations.correct(station=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


class RetireStation(OfOneStation, FormPage):
    """The day from which it is measured no more."""

    permission = Permission.KEEP_STATIONS
    title = _("停用点位")
    template_name = "monitoring/act.html"
    form_class = RetireForm
    success_message = _("停用日期已登记。")

    def get_initial(self) -> dict[str, Any]:
        return {"valid_until": self.object.valid_until or self.on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=(self.object.code, self.object.name),
            will=_("自停用日期起不再参与评价，此前的数据仍然有效。"),
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        stations.retire(station=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()
