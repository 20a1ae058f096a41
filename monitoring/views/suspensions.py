"""Suspensions (§9, §19): the list, one with its reasons and its way, proposing and acting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monitoring.forms import LiftForm, LiftReasonForm, NoteForm, OrderForm, SuspensionForm
from monitoring.models import PlaceWarning, Suspension, WarningTask
from monitoring.querysets import SuspensionQuerySet
from monitoring.rules import reasons
from monitoring.rules.warning_codes import WarningCode
from monitoring.services import suspensions
from monitoring.vocabulary import SuspensionScope, SuspensionStatus
from monitoring.workflows import SUSPENSION
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.ranges import last_day
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.views import Column, DetailPage, FormPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Tier
from quota_registry.kernel.workflow import acted, steps_of

LIST: Final = "monitoring:suspensions"


class SuspensionFilter(django_filters.FilterSet):
    """By place, scope and status."""

    place = django_filters.CharFilter(label=_("地区代码"), field_name="place")
    scope = django_filters.ChoiceFilter(label=_("范围"), choices=SuspensionScope.choices)
    status = django_filters.ChoiceFilter(label=_("状态"), choices=SuspensionStatus.choices)

    class Meta:
        model = Suspension
        fields: list[str] = []


class Suspensions(ListPage):
    """Every order and proposal in sight, newest first."""

    permission = Permission.SEE_MONITORING
    model = Suspension
    title = _("暂停令")
    template_name = "monitoring/suspensions.html"
    filterset_class = SuspensionFilter
    orders = {"number": ("number",), "place": ("place__path", "pk"), "pk": ("pk",)}
    columns = (
        Column(_("编号"), "number"),
        Column(_("地区"), "place.name"),
        Column(_("范围"), "get_scope_display"),
        Column(_("状态"), "get_status_display"),
        Column(_("暂停文号"), "document"),
        Column(_("暂停起始日"), lambda one: one.during and one.during.lower, "day"),
        Column(_("最后一日"), lambda one: one.during and last_day(one.during), "day"),
        Column(_("解除文号"), "lift_document"),
        Column(_("解除日期"), "lifted_on", "day"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        found = cast(SuspensionQuerySet, super().get_queryset())
        return found.with_over(self.on).select_related("place")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            may_propose=self.may(Permission.PROPOSE_SUSPENSION), **kwargs
        )


class NewSuspension(FormPage):
    """The proposal to close something for a place."""

    permission = Permission.PROPOSE_SUSPENSION
    title = _("提请暂停")
    template_name = "monitoring/act.html"
    form_class = SuspensionForm
    success_message = _("已提请，待局长决定。")

    def get_form_kwargs(self) -> dict[str, Any]:
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
        return super().get_form_kwargs() | {"places": places}

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        return {"place": asked.get("place"), "scope": asked.get("scope", SuspensionScope.RESERVES)}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("暂停令")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse(LIST), clause_key="9.3", **kwargs)

    def save(self, form: Any) -> str:
        said = form.cleaned_data
        asked = suspensions.propose(
            **said, warning=_newest_warning(said["place"].pk), by=self.person, on=self.on
        )
        return reverse("monitoring:suspension", args=[asked.number])


def _newest_warning(place: str) -> PlaceWarning | None:
    """Find what the newest version of the newest month says of a place, if it warns."""
    found = (
        PlaceWarning.objects.filter(place=place)
        .order_by("-run__month", "-run__version")
        .select_related("run")
        .first()
    )
    return found if found is not None and found.number else None


class OfOneSuspension(OfOneObject):
    """A view of one suspension."""

    model = Suspension
    lookup = "number"
    object: Any

    def get_queryset(self) -> QuerySet[Any]:
        return Suspension.objects.with_over(self.on).select_related("place", "warning__run")

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list."""
        return [(str(_("暂停令")), reverse(LIST))]

    def home(self) -> str:
        """Return its own page."""
        return reverse("monitoring:suspension", args=[self.object.number])


class OneSuspension(OfOneSuspension, DetailPage):
    """What is closed for whom, why, on which paper; who did what; what the place does about it."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/suspension.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            clause=suspensions.clause_of(self.object.place),
            path=path(self.object),
            story=steps_of(SUSPENSION, self.object),
            reasons=warned(self.object.warning),
            tasks=measures(self.object),
            acts=[deed for deed in DEEDS.values() if self.offers(deed)],
            **kwargs,
        )

    def offers(self, deed: Deed) -> bool:
        """Say whether the person may do it as the suspension stands, as a second pair of eyes."""
        if self.object.over and deed.verb == "propose_lift":
            return False
        return any(
            row.verb == deed.verb
            and self.may(row.permission, self.object.place)
            and self.person.pk not in acted(SUSPENSION, self.object, row.apart)
            for row in SUSPENSION.from_status(self.object.status)
        )


def warned(warning: PlaceWarning | None) -> list[reasons.Reason]:
    """Read the reasons of a warning as they were judged."""
    return [reasons.read(one, WarningCode) for one in warning.reasons] if warning else []


def measures(suspension: Suspension) -> QuerySet[WarningTask]:
    """List the place's tasks of the warned month and after, with the measures it recorded."""
    tasks = WarningTask.objects.filter(place=suspension.place_id)
    if suspension.warning is not None:
        tasks = tasks.filter(month__gte=suspension.warning.run.month)
    return tasks.order_by("-month").prefetch_related("measures__file", "measures__by")[:12]


PATH: Final = (
    ("propose", _("提请暂停")),
    ("order", _("下达暂停令")),
    ("propose_lift", _("提请解除")),
    ("lift", _("下达解除令")),
)
_REACHED: Final = {
    SuspensionStatus.PROPOSED: 0,
    SuspensionStatus.DROPPED: 0,
    SuspensionStatus.IN_FORCE: 1,
    SuspensionStatus.LIFT_PROPOSED: 2,
    SuspensionStatus.LIFTED: 3,
}


def path(suspension: Suspension) -> list[dict[str, Any]]:
    """Lay out the way of a suspension: what is done, by whom and when, and where it stands."""
    last = {step.verb: step for step in steps_of(SUSPENSION, suspension)}
    reached = _REACHED[SuspensionStatus(suspension.status)]
    dropped = suspension.status == SuspensionStatus.DROPPED
    return [
        {
            "label": label,
            "done": place <= reached,
            "now": place == reached + 1 and not dropped,
            "broken": place == 1 and dropped,
            "step": last.get("drop" if place == 1 and dropped else verb)
            if place <= reached or dropped
            else None,
        }
        for place, (verb, label) in enumerate(PATH)
    ]


# ── Acts ──
@dataclass(frozen=True, slots=True)
class Deed:
    """One act: its verb, its word, its right, its form, what it will do, and its service."""

    verb: str
    label: str | Promise
    permission: Permission
    form: type[forms.Form]
    will: str | Promise
    do: Callable[[Suspension, dict[str, Any], Person, date], Any]
    danger: bool = False
    final: bool = True


def _deeds() -> tuple[Deed, ...]:
    S, P = suspensions, Permission  # noqa: N806 - as the table reads
    return (
        Deed(
            "order",
            _("下达暂停令"),
            P.ORDER_SUSPENSION,
            OrderForm,
            _("下达后，自起始日起关闭本令范围内的使用与预留，至解除为止；不得修改。"),
            lambda one, said, by, on: S.order(suspension=one, **said, by=by, on=on),
            danger=True,
        ),
        Deed(
            "drop",
            _("不予暂停"),
            P.ORDER_SUSPENSION,
            NoteForm,
            _("本次提请到此为止，不关闭任何途径。"),
            lambda one, said, by, on: S.drop(suspension=one, **said, by=by, on=on),
        ),
        Deed(
            "propose_lift",
            _("提请解除"),
            P.PROPOSE_SUSPENSION,
            LiftReasonForm,
            _("提请后仍在暂停中，由局长决定是否解除。"),
            lambda one, said, by, on: S.propose_lift(suspension=one, **said, by=by, on=on),
            final=False,
        ),
        Deed(
            "lift",
            _("下达解除令"),
            P.ORDER_SUSPENSION,
            LiftForm,
            _(
                "自解除日起，本令不再关闭任何途径；此前的暂停仍留在记录中。"
                "起始日及以前解除的，本令从未关闭任何途径。"
            ),
            lambda one, said, by, on: S.lift(suspension=one, **said, by=by, on=on),
        ),
        Deed(
            "keep",
            _("不予解除"),
            P.ORDER_SUSPENSION,
            NoteForm,
            _("本令继续有效，可再次提请解除。"),
            lambda one, said, by, on: S.keep(suspension=one, **said, by=by, on=on),
        ),
    )


DEEDS: Final[dict[str, Deed]] = {deed.verb: deed for deed in _deeds()}


class ActOnSuspension(OfOneSuspension, FormPage):
    """One act, on a page of its own that says what it will do."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/act.html"
    deed: Deed

    def refuse_unless_permitted(self) -> None:
        deed = DEEDS.get(self.kwargs["verb"].replace("-", "_"))
        if deed is None:
            raise Http404
        self.deed = deed
        super().refuse_unless_permitted()
        if not self.may(deed.permission, self.object.place):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(deed.permission))

    def get_title(self) -> str:
        return str(self.deed.label)

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (self.object.number, self.home())]

    def get_form_class(self) -> type[forms.Form]:
        return self.deed.form

    def get_initial(self) -> dict[str, Any]:
        return {"starts": self.on, "lifted_on": self.on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lifting = self.deed.verb in {"propose_lift", "lift", "keep"}
        return super().get_context_data(
            object=self.object,
            about=(self.object.place.spoken, self.object.get_scope_display()),
            cancel=self.home(),
            will=self.deed.will if self.deed.final else "",
            advice="" if self.deed.final else self.deed.will,
            danger=self.deed.danger,
            clause_key=suspensions.clause_of(self.object.place).key,
            tasks=measures(self.object) if lifting else (),
            shows_measures=lifting,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        self.deed.do(self.object, form.cleaned_data, self.person, self.on)
        self.say(str(_("已办理：%(label)s") % {"label": self.deed.label}))
        return self.home()
