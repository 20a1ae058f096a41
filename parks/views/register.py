"""What the register says of one park: its level, its members, the works that take its water."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parks.models import Member, Park, SewageWorks
from parks.services import register
from parks.views.parks import LIST
from parks.vocabulary import ParkLevel
from quota_registry.kernel.forms import ChosenOrTyped
from quota_registry.kernel.identifiers import clean_code
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.views import Column, FormPage, ListPage, PolluterNamed
from quota_registry.kernel.vocabulary import Tier


class MemberFilter(django_filters.FilterSet):
    """By name."""

    q = PolluterNamed(label=_("单位名称"), polluter="polluter__")

    class Meta:
        model = Member
        fields: list[str] = []


class Members(ListPage):
    """Everybody who lies in a park, or did."""

    permission = Permission.SEE_MONITORING
    model = Member
    title = _("成员单位")
    template_name = "parks/members.html"
    filterset_class = MemberFilter
    place_lookup = "place__path"
    orders = {"name": ("polluter__sort_key", "pk"), "uscc": ("polluter__uscc", "pk")}
    default_sort = "name"
    columns = (
        Column(_("单位名称"), "polluter.name"),
        Column(_("统一社会信用代码"), "polluter.uscc"),
        Column(_("加入日期"), "during.lower", "day"),
        Column(_("退出日期"), "during.upper", "day"),
    )
    place: Place

    def refuse_unless_permitted(self) -> None:
        super().refuse_unless_permitted()
        self.place = get_object_or_404(Place, pk=self.kwargs["code"], tier=Tier.PARK)
        if not access.reaches(self.person, self.place, on=self.on):
            raise OutOfReach(_("没有这个对象"))

    def get_trail(self) -> list[tuple[str, str]]:
        return _trail(self.place)

    def get_queryset(self) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset()
        return found.filter(place=self.place).select_related("polluter")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_keep = self.may(Permission.KEEP_PARKS, self.place)
        return super().get_context_data(place=self.place, may_keep=may_keep, **kwargs)


class ParkForm(forms.Form):
    """What the register says of a park."""

    level = forms.ChoiceField(label=_("级别"), choices=ParkLevel.choices)
    administrator = forms.CharField(label=_("管理机构"), max_length=120)
    since = forms.DateField(label=_("实行限值限量日期"))


class OfAPolluter(forms.Form):
    """A polluter, chosen of those in sight or named by its code."""

    uscc = forms.CharField(
        label=_("排污单位"),
        help_text=_("输入后从列表选择；列表中没有的，填写统一社会信用代码。"),
        widget=ChosenOrTyped,
    )

    def polluter(self) -> Polluter:
        """
        Find the polluter.

        :raises Refusal: if nobody has that code.
        """
        uscc = clean_code(self.cleaned_data["uscc"])
        found: Polluter | None = Polluter.objects.filter(uscc=uscc).first()
        if found is None:
            raise Refusal(_("没有登记为“%(uscc)s”的单位"), uscc=uscc)
        return found


class MemberForm(OfAPolluter):
    """A polluter that lies in the park from a day on."""

    joined = forms.DateField(label=_("加入日期"))


class LeaveForm(forms.Form):
    """The day from which a polluter lies in the park no more."""

    left = forms.DateField(label=_("退出日期"))


class WorksForm(OfAPolluter):
    """A works that takes the park's waste water from a day on."""

    since = forms.DateField(label=_("服务起始日期"))


class EndOfWorksForm(forms.Form):
    """The day from which it takes it no more."""

    last = forms.DateField(label=_("服务截止日期"))


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
        return _trail(self.place)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs = {
            "object": self.place,
            "cancel": self.home(),
            "shown": _shown(self.request),
        } | kwargs
        return super().get_context_data(**kwargs)


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
        register.admit(
            place=self.place,
            polluter=form.polluter(),
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
        rows = Member.objects.select_related("place", "polluter")
        self.member = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self.member.place

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(about=self.member.polluter.name, **kwargs)

    def save(self, form: Any) -> str:
        register.leave(member=self.member, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


class AddWorks(OfRegister):
    """Records that a works takes the park's waste water."""

    title = _("登记污水处理厂")
    form_class = WorksForm

    def save(self, form: Any) -> str:
        register.serve(
            place=self.place,
            polluter=form.polluter(),
            since=form.cleaned_data["since"],
            by=self.person,
            on=self.on,
        )
        return self.home()


class EndWorks(OfRegister):
    """Records that a works takes the park's waste water no more."""

    title = _("污水处理厂停止服务")
    form_class = EndOfWorksForm
    works: SewageWorks

    def find(self) -> Place:
        rows = SewageWorks.objects.select_related("place", "polluter")
        self.works = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self.works.place

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(about=self.works.polluter.name, **kwargs)

    def save(self, form: Any) -> str:
        register.stop_serving(works=self.works, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


def _trail(place: Place) -> list[tuple[str, str]]:
    home = reverse("parks:park", args=[place.pk])
    return [(str(_("园区名录与排名")), reverse(LIST)), (str(place.spoken), home)]


def _shown(request: HttpRequest) -> str:
    """Give what was typed where a polluter is looked up, to stand there again."""
    return request.POST.get("uscc_text", "")
