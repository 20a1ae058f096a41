"""Yearly judgements (§10, §15): places × media, one with its record and account, and the acts."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring.forms import DocumentForm, JudgementForm, NoteForm
from monitoring.models import Judgement
from monitoring.rules.rounding import half_even
from monitoring.selectors import years
from monitoring.services import judgements
from monitoring.vocabulary import Indicator, JudgementStatus
from monitoring.workflows import JUDGEMENT
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import DetailPage, FormPage, OfOneObject, Page
from quota_registry.kernel.vocabulary import Medium, Tier
from quota_registry.kernel.workflow import acted, steps_of

LIST: Final = "monitoring:judgements"
FIRST_YEAR: Final = 2021

KINDS: Final = {
    (True, True): pgettext_lazy("judgement", "达标，完成任务"),
    (True, False): pgettext_lazy("judgement", "达标，未完成任务"),
    (False, True): pgettext_lazy("judgement", "未达标，完成任务"),
    (False, False): pgettext_lazy("judgement", "未达标，未完成任务"),
}
TONES: Final = {
    (True, True): "success",
    (True, False): "warning",
    (False, True): "warning",
    (False, False): "danger",
}


def kind_of(judgement: Judgement) -> tuple[Any, str]:
    """Give the word and the tone of what a judgement found."""
    found = judgement.quality_met, judgement.task_done
    return KINDS[found], TONES[found]


def _figures(judgement: Judgement) -> list[tuple[str, str, str]]:
    """Give the figures that a judgement was judged by: indicator, value, target."""
    shown = [
        (str(Indicator(one["indicator"]).label), one["value"] or "—", one["target"] or "—")
        for one in judgement.figures.get("indicators", ())
    ]
    improved = judgement.improvement
    percent = "—" if improved is None else f"{half_even(improved * 100, 2)}%"
    return [*shown, (str(_("改善幅度")), percent, "")]


class Judgements(Page):
    """A year's results: places down, media across."""

    permission = Permission.SEE_MONITORING
    title = _("年度评定")
    template_name = "monitoring/judgements.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = self.on.year - 1
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and FIRST_YEAR <= int(asked) <= last else last
        places = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK]).order_by("path")
        live = (JudgementStatus.PROPOSED, JudgementStatus.CONFIRMED)
        found: dict[tuple[str, str], dict[str, Judgement]] = {}
        for one in Judgement.objects.filter(year=year, place__in=places, status__in=live):
            one.kind = kind_of(one)
            found.setdefault((one.place_id, one.medium), {})[one.status] = one
        return super().get_context_data(
            year=year,
            years=range(last, FIRST_YEAR - 1, -1),
            media=list(Medium),
            rows=[
                (place, [(medium, found.get((place.pk, medium), {})) for medium in Medium])
                for place in places
            ],
            **kwargs,
        )


class OfOneYear(OfOneObject):
    """A view of one medium of one year of one place."""

    model = Place
    lookup = "code"
    object: Place
    year: int
    medium: Medium

    def place_of(self, found: Any) -> Place | None:
        """Return the place itself."""
        place: Place = found
        return place

    def get_object(self) -> Any:
        """Fetch the place; other years and media than there are, and other tiers, are not there."""
        found = super().get_object()
        year, medium = self.kwargs["year"], self.kwargs["medium"]
        known = FIRST_YEAR <= year < self.on.year and medium in Medium.values
        if not known or found.tier not in {Tier.COUNTY, Tier.PARK}:
            raise Http404
        self.year, self.medium = year, Medium(medium)
        return found

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the year's matrix."""
        return [(str(_("年度评定")), f"{reverse(LIST)}?year={self.year}")]

    def home(self) -> str:
        """Return the address of the year's own page."""
        return reverse("monitoring:judgement", args=[self.object.pk, self.year, self.medium])

    def record(self) -> dict[str, Any]:
        """Give what the record says of the year."""
        found = years.outcome(self.object, self.medium, self.year, book=rulebooks.in_force(self.on))
        return {
            "place": self.object,
            "year": self.year,
            "medium": self.medium,
            "outcome": found,
            "may_record": self.may(Permission.RECORD_TASK_RESULT, self.object),
        }


class OneYear(OfOneYear, DetailPage):
    """The record, the account of §5, the tasks, and every version of the judgement."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/judgement.html"

    def get_title(self) -> str:
        return str(_("%(place)s%(year)s年%(medium)s评定")) % {
            "place": self.object.spoken,
            "year": self.year,
            "medium": self.medium.label,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(
            Judgement.objects.filter(place=self.object, year=self.year, medium=self.medium)
            .select_related("proposed_by", "confirmed_by")
            .order_by("-version")
        )
        for one in versions:
            one.kind = kind_of(one)
            one.shown = _figures(one)
        proposed = next((x for x in versions if x.status == JudgementStatus.PROPOSED), None)
        stands = next((x for x in versions if x.status == JudgementStatus.CONFIRMED), None)
        return super().get_context_data(
            **self.record(),
            versions=versions,
            proposed=proposed,
            stands=stands,
            clause=judgements.clause_of(self.object),
            account=years.account(self.object, self.medium, self.year),
            may_propose=proposed is None and self.may(Permission.PROPOSE_JUDGEMENT, self.object),
            may_decide=proposed is not None
            and self.may(Permission.CONFIRM_JUDGEMENT, self.object)
            and self.person.pk not in acted(JUDGEMENT, proposed, ("propose",)),
            story=[step for one in versions for step in steps_of(JUDGEMENT, one)],
            **kwargs,
        )


class ProposeJudgement(OfOneYear, FormPage):
    """The proposal of a result, filled in from the record."""

    permission = Permission.PROPOSE_JUDGEMENT
    title = _("提出评定")
    template_name = "monitoring/act.html"
    form_class = JudgementForm
    success_message = _("评定已提出，待综合业务处确认。")

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (f"{self.object.spoken} {self.year}", self.home())]

    def get_initial(self) -> dict[str, Any]:
        found = self.record()["outcome"]
        known = {} if found.quality_met is None else {"quality_met": str(int(found.quality_met))}
        return known | {"task_done": str(int(found.task_done))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **self.record(),
            record="monitoring/year_record.html",
            about=(self.object.spoken, self.year, self.medium.label),
            clause_key=judgements.clause_of(self.object).key,
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        judgements.propose(
            place=self.object,
            medium=self.medium,
            year=self.year,
            **form.cleaned_data,
            by=self.person,
            on=self.on,
        )
        return self.home()


class ActOnJudgement(OfOneObject, FormPage):
    """The second pair of eyes on a proposed judgement."""

    permission = Permission.CONFIRM_JUDGEMENT
    model = Judgement
    template_name = "monitoring/act.html"
    object: Judgement

    def get_queryset(self) -> Any:
        return Judgement.objects.select_related("place")

    def home(self) -> str:
        """Return the address of its year's page."""
        one = self.object
        return reverse("monitoring:judgement", args=[one.place_id, one.year, one.medium])

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below its year."""
        one = self.object
        return [
            (str(_("年度评定")), f"{reverse(LIST)}?year={one.year}"),
            (f"{one.place.spoken} {one.year}", self.home()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.object
        kind, _tone = kind_of(one)
        return super().get_context_data(
            about=(one.place.spoken, one.year, one.get_medium_display(), kind),
            cancel=self.home(),
            **kwargs,
        )


class ConfirmJudgement(ActOnJudgement):
    """From now on it governs, in place of the version before."""

    title = _("确认评定")
    form_class = DocumentForm
    success_message = _("评定已确认。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            will=_("确认后即据此决定可否使用储备与跨区域购买；此前的版本留存，不得修改。"),
            clause_key=judgements.clause_of(self.object.place).key,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        judgements.confirm(judgement=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


class RejectJudgement(ActOnJudgement):
    """A proposed judgement sent back with a reason."""

    title = _("退回评定")
    form_class = NoteForm
    success_message = _("评定已退回。")

    def save(self, form: Any) -> str:
        judgements.reject(judgement=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()
