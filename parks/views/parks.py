"""The register of parks, and the page of one: what it may, what it did, what is closed to it."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.models import Station
from monitoring.selectors import gates
from monitoring.views.gates import by_medium
from monitoring.vocabulary import StationKind
from parks.models import Park, ParkYear
from parks.selectors import parks as selected
from parks.views.columns import RANKING
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import DetailPage, ExportedPage
from quota_registry.kernel.vocabulary import Pollutant, Tier

LIST: Final = "parks:parks"


class Parks(ExportedPage):
    """Every park in sight, ranked by what it emits for its output."""

    permission = Permission.SEE_MONITORING
    title = _("园区名录与排名")
    template_name = "parks/parks.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("pollutant", Pollutant.COD.value)
        if asked not in Pollutant.values:
            raise Http404
        places = self.places().filter(tier=Tier.PARK, valid_until=None).order_by("path")
        year = self.on.year - 1
        rows = selected.ranking(list(places), year, Pollutant(asked))
        if kind := request.GET.get("export", ""):
            name = f"{self.get_title()}-{year}-{Pollutant(asked).symbol}"
            return self.taken_home(kind, name=name, columns=RANKING, rows=rows)
        return self.render_to_response(
            self.get_context_data(rows=rows, year=year, asked=Pollutant(asked))
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            pollutants=list(Pollutant), exports=self.exports(), **kwargs
        )


class OnePark(DetailPage):
    """A park: its register, members, years, stock, monitors, and what is closed to it and why."""

    permission = Permission.SEE_MONITORING
    model = Place
    lookup = "code"
    template_name = "parks/park.html"
    object: Place

    def place_of(self, found: Any) -> Place | None:
        place: Place = found
        return place

    def get_object(self) -> Any:
        found = super().get_object()
        if found.tier != Tier.PARK:
            raise Http404
        return found

    def get_title(self) -> str:
        return str(self.object.spoken)

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("园区名录与排名")), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.object
        asked = self.request.GET.get("pollutant", Pollutant.COD.value)
        if asked not in Pollutant.values:
            raise Http404
        years = selected.over_the_years(place)
        figures = selected.with_stock(place, Pollutant(asked), years[Pollutant(asked)], on=self.on)
        return super().get_context_data(
            park=Park.objects.filter(place=place).first(),
            members=selected.members_of(place, on=self.on),
            works=selected.works_of(place, on=self.on),
            stations=Station.objects.filter(
                place=place, valid_until=None, kind__in=(StationKind.AIR, StationKind.SECTION)
            ).order_by("code"),
            monitors=selected.completeness(place, on=self.on),
            years=ParkYear.objects.standing().filter(place=place).order_by("-year"),
            asked=Pollutant(asked),
            pollutants=list(Pollutant),
            chart=selected.chart(Pollutant(asked), figures),
            stock=selected.stock_of(place),
            over=selected.over_allowed(years),
            media=by_medium(gates.gates_of(place, on=self.on, book=rulebooks.in_force(self.on))),
            last=self.on.year - 1,
            may_keep=self.may(Permission.KEEP_PARKS, place),
            **kwargs,
        )
