"""The register of parks, and the page of one: what it may, what it did, what is closed to it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.models import Station
from monitoring.selectors import gates
from monitoring.views.gates import by_medium
from parks.models import Member, Park, ParkYear
from parks.selectors import parks as selected
from parks.services import register
from parks.views.columns import RANKING
from parks.vocabulary import ParkLevel
from quota_registry.kernel.identifiers import clean_code
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.views import DetailPage, ExportedPage, FormPage
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
            stations=Station.objects.filter(place=place, valid_until=None).order_by("code"),
            monitors=selected.completeness(place, on=self.on),
            years=ParkYear.objects.standing().filter(place=place).order_by("-year"),
            asked=Pollutant(asked),
            pollutants=list(Pollutant),
            chart=selected.chart(figures),
            stock=selected.stock_of(place),
            over=selected.over_allowed(years),
            media=by_medium(gates.gates_of(place, on=self.on, book=rulebooks.in_force(self.on))),
            last=self.on.year - 1,
            may_keep=self.may(Permission.KEEP_PARKS, place),
            **kwargs,
        )


class ParkForm(forms.Form):
    """What the register says of a park."""

    level = forms.ChoiceField(label=_("级别"), choices=ParkLevel.choices)
    administrator = forms.CharField(label=_("管理机构"), max_length=120)
    since = forms.DateField(label=_("实行限值限量日期"))


class MemberForm(forms.Form):
    """A polluter that lies in the park from a day on."""

    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18)
    joined = forms.DateField(label=_("加入日期"))


class LeaveForm(forms.Form):
    """The day from which a polluter lies in the park no more."""

    left = forms.DateField(label=_("退出日期"))


class OfRegister(FormPage):
    """A page that changes what the register says of one park."""

    permission = Permission.KEEP_PARKS
    template_name = "parks/register_act.html"
    place: Place

    def refuse_unless_permitted(self) -> None:
        self.place = self.find()
        if self.place.tier != Tier.PARK:
            raise Http404
        if not access.reaches(self.person, self.place, on=self.on):
            raise OutOfReach(_("没有这个对象"))
        if not self.may(Permission.KEEP_PARKS, self.place):
            raise NotPermitted(_("您没有查看此页的权限"), permission=str(Permission.KEEP_PARKS))

    def find(self) -> Place:
        """Find the park that the address names."""
        found: Place = get_object_or_404(Place, pk=self.kwargs["code"])
        return found

    def home(self) -> str:
        """Return the address of the park's page."""
        return reverse("parks:park", args=[self.place.pk])

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("园区名录与排名")), reverse(LIST)), (self.place.spoken, self.home())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(object=self.place, cancel=self.home(), **kwargs)


class RecordPark(OfRegister):
    """Puts a park on the register, or corrects what it says."""

    title = _("登记限值限量园区")
    form_class = ParkForm

    def get_initial(self) -> dict[str, Any]:
        park = Park.objects.filter(place=self.place).first()
        names = ("level", "administrator", "since")
        return {name: getattr(park, name) for name in names} if park else {}

    def save(self, form: Any) -> str:
        register.record(place=self.place, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


class AddMember(OfRegister):
    """Records that a polluter lies in the park."""

    title = _("加入成员单位")
    form_class = MemberForm

    def save(self, form: Any) -> str:
        uscc = clean_code(form.cleaned_data["uscc"])
        polluter = Polluter.objects.filter(uscc=uscc).first()
        if polluter is None:
            raise Refusal(_("没有登记为“%(uscc)s”的单位"), uscc=uscc)
        register.admit(
            place=self.place,
            polluter=polluter,
            joined=form.cleaned_data["joined"],
            by=self.person,
            on=self.on,
        )
        return self.home()


class LeavePark(OfRegister):
    """Records that a polluter lies in the park no more."""

    title = _("成员单位退出")
    form_class = LeaveForm
    member: Member

    def find(self) -> Place:
        self.member = get_object_or_404(
            Member.objects.select_related("place", "polluter"), pk=self.kwargs["pk"]
        )
        return self.member.place

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(about=self.member.polluter.name, **kwargs)

    def save(self, form: Any) -> str:
        register.leave(member=self.member, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()
