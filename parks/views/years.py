"""The parks' calendar, a year of a park with its steps and lines, and each step on its page."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parks.models import ParkYear
from parks.papers import printing
from parks.selectors import calendar, grounds, reward_lots, rewarded, year_figures
from parks.services import years
from parks.views.columns import CALENDAR
from parks.views.rewarded import beside_before
from parks.views.year_deeds import DEEDS, Deed
from parks.vocabulary import FIRST_YEAR, YearStatus, YearStep
from parks.workflows import YEAR
from parks.year_forms import COLUMNS, TotalsForm
from quota_registry.kernel.models import Place, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import DetailPage, ExportedPage, FormPage, OfOneObject, Paper
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier
from quota_registry.kernel.workflow import acted, steps_of

AGAIN: Final = "take_again"
VOID: Final = "propose_void"


class Calendar(ExportedPage):
    """Every park in sight with the steps of a year, in time and late."""

    permission = Permission.SEE_MONITORING
    title = _("园区年度")
    template_name = "parks/calendar.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("year", "") or str(self.on.year)
        if not asked.isdecimal() or not FIRST_YEAR <= int(asked) <= self.on.year:
            raise Http404
        self.year = int(asked)
        places = list(self.places().filter(tier=Tier.PARK, valid_until=None).order_by("path"))
        book = rulebooks.in_force(self.on)
        rows = calendar.calendar(places, self.year, on=self.on, book=book)
        if kind := request.GET.get("export", ""):
            name = f"{self.get_title()}-{self.year}"
            return self.taken_home(kind, name=name, columns=CALENDAR, rows=rows)
        return self.render_to_response(self.get_context_data(rows=rows))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            year=self.year,
            years=range(self.on.year, FIRST_YEAR - 1, -1),
            steps=list(YearStep),
            overdue=sum(row.overdue for row in kwargs["rows"]),
            may_open=self.may(Permission.KEEP_PARK_YEAR),
            exports=self.exports(),
            **kwargs,
        )


class OfOneYear(OfOneObject):
    """A view of the version that stands of one year of one park."""

    model = ParkYear
    object: ParkYear

    def get_queryset(self) -> Any:
        return ParkYear.objects.select_related("place", "air", "water", "rule_book", "totals")

    def get_object(self) -> Any:
        """Fetch the version asked for, else the newest; a year that nobody began is not there."""
        found = self.get_queryset().filter(place=self.kwargs["code"], year=self.kwargs["year"])
        if "version" in self.kwargs:
            found = found.filter(version=self.kwargs["version"])
        year = found.order_by("-version").first()
        if year is None:
            raise Http404
        return year

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the calendar of the year."""
        return [(str(_("园区年度")), f"{reverse('parks:years')}?year={self.object.year}")]

    def home(self) -> str:
        """Return the address of the year's own page."""
        return reverse("parks:year", args=[self.object.place_id, self.object.year])

    def proposal(self) -> Step | None:
        """Return the proposal to void that waits for a second person, if one does."""
        if self.object.status != YearStatus.VOID_PROPOSED:
            return None
        return steps_of(YEAR, self.object).filter(verb=VOID).last()


class OneYear(OfOneYear, DetailPage):
    """A park's year: its steps, its targets, its totals and reward line by line, its story."""

    permission = Permission.SEE_MONITORING
    template_name = "parks/year.html"

    def get_title(self) -> str:
        return str(_("%(place)s%(year)s年度")) % {
            "place": self.object.place.spoken,
            "year": self.object.year,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = self.object
        book = rulebooks.in_force(self.on)
        filed = calendar.first_filed([year.place], year.result_year).get(year.place_id)
        lines = {line.pollutant: line for line in year.lines.all()}
        corrected = grounds.corrected(year)
        paid = reward_lots.paid(year)
        stands = any(one.voided_by is None for one in paid)
        return super().get_context_data(
            cells=calendar.cells(year, year.year, filed, on=self.on, book=book),
            judged=[
                (medium, one)
                for medium, one in ((Medium.AIR, year.air), (Medium.WATER, year.water))
                if one is not None
            ],
            targets=year_figures.targets_of(year),
            lines=[lines[pollutant] for pollutant in Pollutant if pollutant in lines],
            versions=ParkYear.objects.filter(place=year.place_id, year=year.year).order_by(
                "-version"
            ),
            story=steps_of(YEAR, year),
            **beside_before(rewarded.rewarded_before(year), year.status),
            corrected=corrected,
            paid=paid,
            all_voided=bool(paid) and not stands,
            proposal=self.proposal(),
            deeds=self.deeds(corrected=bool(corrected), stands=stands),
            may_reopen=year.status == YearStatus.CLOSED
            and self.may(Permission.KEEP_PARK_YEAR, year.place),
            **kwargs,
        )

    def deeds(self, *, corrected: bool, stands: bool) -> list[Deed]:
        """
        List the steps that the person may take now; what was corrected is taken again first.

        Nobody is offered to void where no reward *stands*.
        """
        rows = YEAR.from_status(self.object.status)
        again = corrected and any(row.verb == AGAIN for row in rows)
        return [
            DEEDS[row.verb]
            for row in rows
            if row.verb in DEEDS
            and (row.verb == AGAIN) == again
            and (stands or row.verb != VOID)
            and self.may(row.permission, self.object.place)
            and self.person.pk not in acted(YEAR, self.object, row.apart)
        ]


class TakeStep(OfOneYear, FormPage):
    """One step of a year, on a page of its own."""

    permission = Permission.SEE_MONITORING
    template_name = "parks/step.html"
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
        name = f"{self.object.place.spoken} {self.object.year}"
        return [*super().get_trail(), (name, self.home())]

    def get_form(self, form_class: Any = None) -> Any:
        more = {"proposed": self.proposed()} if self.deed.form is TotalsForm else {}
        return self.deed.form(year=self.object, **more, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        return {"day": self.on}

    def proposed(self) -> Any:
        """Compute both totals; before last year is judged and counted there is nothing to."""
        if self.object.air is None or self.object.water is None or self.object.totals is None:
            raise Http404
        return year_figures.proposed(self.object, book=rulebooks.in_force(self.on))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object,
            deed=self.deed,
            columns=COLUMNS,
            proposal=self.proposal(),
            paid=reward_lots.paid(self.object) if self.deed.shows_lots else [],
            to_fix=year_figures.to_fix(self.object) if self.deed.shows_totals else [],
            year_before=self.object.result_year - 1,
            **self.before(),
            cancel=self.home(),
            **kwargs,
        )

    def before(self) -> dict[str, Any]:
        """Give what earlier versions brought in, to a step that decides on the reward."""
        if not self.deed.shows_rewards:
            return {}
        return beside_before(rewarded.rewarded_before(self.object), self.object.status)

    def save(self, form: Any) -> str:
        self.deed.do(form, {"year": self.object, "by": self.person, "on": self.on})
        self.say(str(_("已办理：%(label)s") % {"label": self.deed.label}))
        return self.home()


class TargetSheet(OfOneYear, Paper):
    """The 目标任务书 of a year whose targets were issued."""

    permission = Permission.SEE_MONITORING

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.issued_on is None:
            raise Http404
        data = printing.target_sheet_pdf(self.object, on=self.on)
        return self.pdf(data, str(_("目标任务书")) + f"-{self.object.number}", self.object.number)


class RewardNotice(OfOneYear, Paper):
    """The 奖励额度通知单 of a year whose reward was sent to the province."""

    permission = Permission.SEE_MONITORING

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.reward_sent_on is None:
            raise Http404
        data = printing.reward_notice_pdf(self.object, on=self.on)
        name = str(_("奖励额度通知单")) + f"-{self.object.number}"
        return self.pdf(data, name, self.object.number)


class OpenForm(forms.Form):
    """Why a year is taken up again; the first time needs no reason."""

    reason = forms.CharField(
        label=_("重新办理的理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("首次启动不必填写。"),
    )


class OpenYear(OfOneObject, FormPage):
    """The beginning of a year, or of its next version."""

    permission = Permission.KEEP_PARK_YEAR
    model = Place
    lookup = "code"
    title = _("启动园区年度")
    template_name = "parks/open.html"
    form_class = OpenForm
    object: Place

    def place_of(self, found: Any) -> Place | None:
        place: Place = found
        return place

    def get_object(self) -> Any:
        """Fetch the park; other places, and years that are not come, are not there."""
        found = super().get_object()
        if found.tier != Tier.PARK or not FIRST_YEAR <= self.kwargs["year"] <= self.on.year:
            raise Http404
        return found

    def get_trail(self) -> list[tuple[str, str]]:
        year = self.kwargs["year"]
        return [(str(_("园区年度")), f"{reverse('parks:years')}?year={year}")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object,
            year=self.kwargs["year"],
            **beside_before(rewarded.rewarded_so_far(self.object.pk, self.kwargs["year"]), ""),
            cancel=f"{reverse('parks:years')}?year={self.kwargs['year']}",
            **kwargs,
        )

    def save(self, form: Any) -> str:
        year = years.open_year(
            place=self.object,
            year=self.kwargs["year"],
            reason=form.cleaned_data["reason"],
            by=self.person,
            on=self.on,
        )
        return reverse("parks:year", args=[year.place_id, year.year])
