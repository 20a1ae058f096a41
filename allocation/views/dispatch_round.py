"""One round of the dispatch: counts by county and kind, what differs, everything it found."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from allocation.models import DispatchRound, Finding
from allocation.selectors import dispatch_words, dispatches
from allocation.views.dispatches import LIST, OfRound, address, named, quarter_name
from allocation.vocabulary import FindingKind, RoundStatus
from allocation.workflows import DISPATCH
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Column, ListPage
from quota_registry.kernel.vocabulary import Pollutant, Tier
from quota_registry.kernel.workflow import acted
from reserve.models import ClosedQuarter


class FindingFilter(django_filters.FilterSet):
    """By county, by kind, and by whether it is new, settled or overdue."""

    place = django_filters.ChoiceFilter(
        label=gettext_lazy("地区"), choices=lambda: _places(), method="below"
    )
    kind = django_filters.ChoiceFilter(label=gettext_lazy("类别"), choices=FindingKind.choices)
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("事项"),
        choices=[
            ("open", pgettext_lazy("task", "未办结")),
            ("done", pgettext_lazy("task", "已办结")),
            ("overdue", pgettext_lazy("task", "已逾期")),
            ("new", gettext_lazy("比上一版新增")),
        ],
        method="in_state",
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        place = Place.objects.filter(code=value).first()
        return rows.filter(place__path__startswith=place.path) if place else rows.none()

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        assert self.request is not None
        view = self.request.resolver_match.kwargs
        if value == "new":
            found = DispatchRound.objects.get(
                quarter=named(view["quarter"]).period.start, version=view["version"]
            )
            return rows.filter(key__in=found.changes.get("new", []))
        if value == "overdue":
            return rows.filter(task__done=False, task__due_on__lt=timezone.localdate())
        return rows.filter(task__done=value == "done")


def _places() -> list[tuple[str, str]]:
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    return [(place.code, place.spoken) for place in places.order_by("path")]


def _grams(pollutant: Pollutant) -> Any:
    def of(row: Finding) -> int | None:
        return dict(dispatch_words.amounts(row)).get(pollutant)

    return of


def _done(row: Finding) -> str | Promise:
    return _("已办结") if row.task.done else _("未办结")


class OneRound(OfRound, ListPage):
    """A round: counts by county and kind, what differs, and everything found with its task."""

    permission = Permission.SEE_PROJECTS
    model = Finding
    template_name = "allocation/dispatch.html"
    filterset_class = FindingFilter
    orders = {"pk": ("pk",), "due": ("task__due_on", "pk"), "place": ("place__path", "pk")}
    default_sort = "pk"
    columns = (
        Column(gettext_lazy("地区"), "place.name"),
        Column(gettext_lazy("类别"), "get_kind_display"),
        Column(gettext_lazy("编号"), "number"),
        Column(gettext_lazy("单位名称"), "name"),
        Column(gettext_lazy("统一社会信用代码"), "uscc"),
        Column(gettext_lazy("项目名称"), "project"),
        Column(gettext_lazy("情况"), dispatch_words.sentence),
        *(Column(pollutant.symbol, _grams(pollutant), "mass") for pollutant in Pollutant),
        Column(gettext_lazy("申报期限"), "due_on", "day"),
        Column(gettext_lazy("办理期限"), "task.due_on", "day"),
        Column(gettext_lazy("事项"), _done),
        Column(pgettext_lazy("of a task", "办理人"), lambda row: "、".join(row.owners)),
        Column(gettext_lazy("办理情况"), "task.note"),
    )

    def get_title(self) -> str:
        return _("%(quarter)s调度") % {"quarter": quarter_name(self.round.of)}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("季度调度"), reverse(LIST))]

    def get_queryset(self) -> QuerySet[Any]:
        found: QuerySet[Any] = (
            super()
            .get_queryset()
            .filter(round=self.round)
            .select_related(
                "place", "task__said_by", "task__place", "voucher", "application", "polluter"
            )
        )
        return found

    def decorate(self, rows: list[Any]) -> list[Any]:
        new, other = (set(self.round.changes.get(name, ())) for name in ("new", "other"))
        owners = dispatches.owners({row.place for row in rows}, on=self.on)
        stands = self.round.status != RoundStatus.REPLACED
        for row in rows:
            row.sentence = dispatch_words.sentence(row)
            row.masses = dispatch_words.amounts(row)
            row.is_new, row.is_other = row.key in new, row.key in other
            row.alarms = FindingKind(row.kind).alarms
            row.owners = dispatches.named(owners, row)
            row.may_act = stands and self.may(Permission.IMPORT_DISPATCH, row.place)
            row.may_match = row.may_act and row.kind == FindingKind.EIA_PROBABLE
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everything = self.findings()
        before, last = dispatches.before(self.round), dispatches.last_quarter(self.round)
        places = (
            self.places()
            .filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
            .order_by("path")
        )
        place = self.place()
        if place is not None:
            places = places.filter(path__startswith=place.path)
        newest = dispatches.newest(self.round.of)
        asked = self.round.status == RoundStatus.PROPOSED
        barred = self.person.pk in acted(DISPATCH, self.round, ("run",))
        return super().get_context_data(
            round=self.round,
            matrix=dispatches.matrix(everything, list(places)),
            alarms=sum(FindingKind(row.kind).alarms for row in everything),
            open=sum(not row.task.done for row in everything),
            overdue=sum(not row.task.done and row.task.due_on < self.on for row in everything),
            storable=[
                (Pollutant(code), grams) for code, grams in dispatches.storable(everything).items()
            ],
            version_before=before,
            beside_before=dispatches.beside(everything, self.findings(before)) if before else None,
            last=last,
            last_name=quarter_name(last.of) if last else "",
            last_url=address(last) if last else "",
            beside_last=dispatches.beside(everything, self.findings(last)) if last else None,
            versions=[
                (one.version, address(one))
                for one in DispatchRound.objects.filter(quarter=self.round.quarter).order_by(
                    "version"
                )
            ],
            newest=newest,
            newest_url=address(newest) if newest else "",
            closed=ClosedQuarter.objects.filter(first_day=self.round.quarter).first(),
            may_run=asked and self.may(Permission.RUN_DISPATCH),
            may_confirm=asked
            and not barred
            and self.may(Permission.CONFIRM_DISPATCH, self.round.place),
            papers=f"?place={place.code}" if place else "",
            may_export=self.may(Permission.EXPORT),
            **kwargs,
        )
