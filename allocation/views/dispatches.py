"""The quarterly dispatch: its quarters and versions, running one and confirming it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.models import DispatchRound, Finding
from allocation.rules import dispatch_days
from allocation.selectors import dispatches
from allocation.services import dispatch_rounds
from allocation.vocabulary import FindingKind
from quota_registry.kernel.models import Place
from quota_registry.kernel.periods import Quarter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.views import Act, Column, FormPage, ListPage, PermittedView

LIST = "allocation:dispatches"
ALARMS = [kind for kind in FindingKind if kind.alarms]


def quarter_name(quarter: Quarter) -> str:
    """Name a quarter in the reader's language."""
    return _("%(year)s年第%(number)s季度") % {"year": quarter.year, "number": quarter.number}


def address(found: DispatchRound) -> str:
    """Return the address of a round's page."""
    return reverse("allocation:dispatch", args=[str(found.of), found.version])


class Dispatches(ListPage):
    """Every version of every quarter's dispatch, newest first."""

    permission = Permission.SEE_PROJECTS
    model = DispatchRound
    title = gettext_lazy("季度调度")
    template_name = "allocation/dispatches.html"
    place_lookup = ""
    orders = {"quarter": ("quarter", "version")}
    default_sort = "-quarter"
    columns = (
        Column(gettext_lazy("季度"), lambda row: str(row.of)),
        Column(gettext_lazy("版次"), "version", "number"),
        Column(gettext_lazy("状态"), "get_status_display"),
        Column(gettext_lazy("调度日期"), "on", "day"),
        Column(gettext_lazy("汇总人"), "by.name"),
        Column(gettext_lazy("发现"), "found", "number"),
        Column(gettext_lazy("无量审批"), "alarms", "number"),
        Column(gettext_lazy("未办结"), "open", "number"),
        Column(gettext_lazy("确认人"), "confirmed_by.name"),
        Column(gettext_lazy("确认日期"), "confirmed_on", "day"),
        Column(gettext_lazy("文号"), "document"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        seen = access.within(self.person, Permission.SEE_PROJECTS, on=self.on, lookup="place__path")
        here = Q(findings__in=Finding.objects.filter(seen))
        found: QuerySet[Any] = (
            super()
            .get_queryset()
            .select_related("by", "confirmed_by")
            .annotate(
                found=Count("findings", filter=here),
                alarms=Count("findings", filter=here & Q(findings__kind__in=ALARMS)),
                open=Count("findings", filter=here & Q(findings__task__done=False)),
            )
        )
        return found

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.title = quarter_name(row.of)
            row.url = address(row)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        over = [Quarter.of(self.on).plus(-back) for back in (1, 2, 3, 4)]
        book = rulebooks.in_force(self.on)
        return super().get_context_data(
            may_run=self.may(Permission.RUN_DISPATCH),
            over=[(quarter, quarter_name(quarter)) for quarter in over],
            next_day=dispatch_days.next_day(self.on, book=book),
            **kwargs,
        )


class RunDispatch(Act):
    """The dispatching of a quarter that is over; what says the same makes no new version."""

    permission = Permission.RUN_DISPATCH

    def act(self) -> str:
        quarter = named(self.request.POST.get("quarter", ""))
        before = dispatches.newest(quarter)
        made = dispatch_rounds.run(quarter=quarter, by=self.person, on=self.on)
        if before is not None and before.pk == made.pk:
            said = _("%(quarter)s没有变化，仍为第%(version)s版。")
        else:
            said = _("%(quarter)s已调度，为第%(version)s版。")
        self.say(said % {"quarter": quarter_name(quarter), "version": made.version})
        return address(made)

    def back(self) -> str:
        return reverse(LIST)


def named(text: str) -> Quarter:
    """
    Read the quarter that an address names, such as 2026Q3.

    :raises Http404: if it names none.
    """
    try:
        return Quarter.named(text)
    except ValueError:
        raise Http404 from None


class OfRound(PermittedView):
    """A view of one version of a quarter's dispatch; what it shows of it lies in one's places."""

    round: DispatchRound

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        quarter = named(kwargs["quarter"])
        found = (
            DispatchRound.objects.filter(quarter=quarter.period.start, version=kwargs["version"])
            .select_related("by", "confirmed_by", "place", "rule_book")
            .first()
        )
        if found is None:
            raise Http404
        self.round = found

    def place(self) -> Place | None:
        """Return the place that the address keeps to, if the person sees it."""
        code = self.request.GET.get("place", "")
        return self.places(Permission.SEE_PROJECTS).filter(code=code).first() if code else None

    def findings(self, found: DispatchRound | None = None) -> list[Finding]:
        """List what the round found in the person's places, or at the one that was asked for."""
        rows = dispatches.findings(found or self.round, self.place())
        paths = tuple(access.paths(self.person, Permission.SEE_PROJECTS, on=self.on))
        return [row for row in rows if row.place.path.startswith(paths)]

    def name(self, what: str) -> str:
        """Name a file of this round."""
        place = self.place()
        where = place.spoken if place else _("全市")
        return f"{what}-{self.round.of}-{self.round.version}-{where}"


class ConfirmForm(forms.Form):
    """The paper under which a dispatch is confirmed."""

    document = forms.CharField(
        label=gettext_lazy("文号"), max_length=60, required=False, strip=True
    )


class ConfirmDispatch(OfRound, FormPage):
    """The confirmation of a round by a second person; the quarter closes with it."""

    permission = Permission.CONFIRM_DISPATCH
    title = gettext_lazy("确认调度")
    template_name = "allocation/dispatch_confirm.html"
    form_class = ConfirmForm
    success_message = gettext_lazy("调度已确认，季度已关账。")

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("季度调度"), reverse(LIST)), (quarter_name(self.round.of), address(self.round))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.round, name=quarter_name(self.round.of), cancel=address(self.round), **kwargs
        )

    def save(self, form: Any) -> str:
        dispatch_rounds.confirm(
            found=self.round,
            document=form.cleaned_data["document"],
            by=self.person,
            on=self.on,
        )
        return address(self.round)
