"""The gate of a place (§9, §10, §19): a plain sentence a way, and what was opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.forms import OpeningForm
from monitoring.models import GateOpening
from monitoring.rules.gate import Gate, Passage
from monitoring.rules.gate_codes import GateCode
from monitoring.rules.reasons import Reason
from monitoring.selectors import gates
from monitoring.selectors.outstanding import outstanding
from monitoring.services import gate_openings
from monitoring.vocabulary import GATE_STATES, Way
from quota_registry.kernel.models import Place
from quota_registry.kernel.parameters import GateState
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Act, DetailPage, FormPage, OfOneObject
from quota_registry.kernel.vocabulary import Medium, Pollutant, Tier

ORDERED = frozenset(
    {
        GateCode.RESERVES_SUSPENDED,
        GateCode.PURCHASE_SUSPENDED,
        GateCode.PARK_PURCHASE_SUSPENDED,
    }
)


NOT_TO_BE_ASKED = frozenset({GateCode.NOT_IMPROVED, GateCode.IMPROVEMENT_UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A way of some pollutants: whether it is open, the sentence that decides it, and the rest."""

    way: Way
    pollutants: list[Pollutant]
    passage: Passage
    decisive: Reason
    others: list[Reason]

    @property
    def state(self) -> str:
        """Give the word of where it stands."""
        if self.passage.state is GateState.ON_APPLICATION and self.passage.open:
            return str(_("经申请开放"))
        if self.decisive.code in NOT_TO_BE_ASKED:
            return str(_("不得申请"))
        return str(GATE_STATES[self.passage.state])


class OfOnePlace(OfOneObject):
    """A view of one county or park."""

    model = Place
    lookup = "code"
    object: Place

    def place_of(self, found: Any) -> Place | None:
        """Return the place itself."""
        place: Place = found
        return place

    def get_object(self) -> Any:
        """Fetch the place; a gate stands before counties and parks only."""
        found = super().get_object()
        if found.tier not in {Tier.COUNTY, Tier.PARK}:
            raise Http404
        return found

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the yearly judgements, from which it follows."""
        return [(str(_("年度评定")), reverse("monitoring:judgements"))]


class OneGate(OfOnePlace, DetailPage):
    """Which ways to quota are open to a place today, and why."""

    permission = Permission.SEE_MONITORING
    template_name = "monitoring/gate.html"

    def get_title(self) -> str:
        return str(_("%(place)s准入状态")) % {"place": self.object.spoken}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = gates.gates_of(self.object, on=self.on)
        openings = GateOpening.objects.filter(place=self.object).select_related("by", "closed_by")
        may_open = self.may(Permission.OPEN_GATE, self.object)
        return super().get_context_data(
            media=by_medium(found),
            openings=[(one, one.during.upper > self.on) for one in openings],
            may_open=may_open,
            outstanding=outstanding(self.object, self.on),
            is_park=self.object.tier == Tier.PARK,
            **kwargs,
        )


def by_medium(found: dict[Medium | Pollutant, Gate]) -> list[tuple[Medium, list[Line]]]:
    """Set a place's gate out as pages show it."""
    return [(medium, lines(found, medium)) for medium in Medium]


def lines(found: dict[Medium | Pollutant, Gate], medium: Medium) -> list[Line]:
    """Say each way of a medium once for all pollutants that it is the same for."""
    result: list[Line] = []
    for way in Way:
        alike: list[tuple[Passage, list[Pollutant]]] = []
        for pollutant in Pollutant.of_medium(medium):
            passage = found[pollutant][way]
            known = next((ones for one, ones in alike if one == passage), None)
            if known is None:
                alike.append((passage, [pollutant]))
            else:
                known.append(pollutant)
        result += [_line(way, passage, pollutants) for passage, pollutants in alike]
    return result


def _line(way: Way, passage: Passage, pollutants: list[Pollutant]) -> Line:
    """Tell the reason that decides from those that lead to it: an order goes before the table."""
    reasons = list(passage.reasons)
    ordered = [reason for reason in reasons if reason.code in ORDERED]
    decisive = ordered[0] if ordered else reasons[-1]
    return Line(
        way=way,
        pollutants=pollutants,
        passage=passage,
        decisive=decisive,
        others=[reason for reason in reasons if reason is not decisive],
    )


class OpenGate(OfOnePlace, FormPage):
    """The opening of one way for one pollutant, with an end."""

    permission = Permission.OPEN_GATE
    title = _("申请开放")
    template_name = "monitoring/act.html"
    form_class = OpeningForm
    success_message = _("已开放。使用须由他人办理。")

    def home(self) -> str:
        """Return the gate's page."""
        return reverse("monitoring:gate", args=[self.object.pk])

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        way = asked.get("way", Way.PURCHASE)
        return {"starts": self.on, "pollutant": asked.get("pollutant"), "way": way}

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (str(_("准入状态")), self.home())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=(self.object.spoken,),
            will=_("在所填期间对该污染物开放该途径；登记后不得修改，只能提前关闭。"),
            clause_key="10.2",
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        gate_openings.open_(place=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


class CloseOpening(OfOneObject, Act):
    """The closing of an opening before its end."""

    permission = Permission.OPEN_GATE
    model = GateOpening
    object: GateOpening

    def get_queryset(self) -> Any:
        return GateOpening.objects.select_related("place")

    def back(self) -> str:
        return reverse("monitoring:gate", args=[self.object.place_id])

    def act(self) -> str:
        gate_openings.close(opening=self.object, by=self.person, on=self.on)
        self.say(str(_("已提前关闭。")))
        return self.back()
