"""People: the list, one person with its appointments and acts, and what an administrator does."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache

from quota_registry.kernel.models import Appointment, AuditEvent, Client, Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import people
from quota_registry.kernel.views import Act, Column, DetailPage, FormPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Role
from quota_registry.web.records import span
from quota_registry.web.views.second_factor import confirmed

LAST_EVENTS = 20


def people_of_the_house() -> QuerySet[Person]:
    """Return everybody but the system itself."""
    return Person.objects.exclude(username=Person.SYSTEM)


class PersonFilter(django_filters.FilterSet):
    """By name, by role, by whether the account is open."""

    q = django_filters.CharFilter(label=_("姓名或用户名"), method="named")
    role = django_filters.ChoiceFilter(label=_("角色"), choices=Role.choices, method="holding")
    is_active = django_filters.ChoiceFilter(
        label=pgettext_lazy("account", "状态"),
        choices=[("1", _("启用")), ("0", _("停用"))],
        method="open_or_closed",
    )

    class Meta:
        model = Person
        fields: list[str] = []

    def named(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return rows.filter(Q(name__icontains=value) | Q(username__icontains=value))

    def holding(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        on = self.request.on
        held = Appointment.objects.in_force(on).filter(role=value)
        return rows.filter(pk__in=held.values("person"))

    def open_or_closed(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return rows.filter(is_active=value == "1")


class People(ListPage):
    """Everybody who may act, with what they are appointed to today."""

    permission = Permission.SEE_PEOPLE
    model = Person
    title = _("人员与任职")
    template_name = "people/people.html"
    filterset_class = PersonFilter
    place_lookup = ""
    orders = {"username": ("username",), "name": ("name", "username"), "last": ("last_login",)}
    default_sort = "username"
    columns = (
        Column(_("用户名"), "username"),
        Column(_("姓名"), "name"),
        Column(_("邮箱"), "email"),
        Column(_("电话"), "phone"),
        Column(_("任职"), lambda person: "；".join(_said(item) for item in person.in_force)),
        Column(_("启用"), "is_active"),
        Column(_("最近登录"), "last_login", "moment"),
    )

    def get_queryset(self) -> QuerySet[Person]:
        self.request.on = self.on  # type: ignore[attr-defined]  # for the filter by role
        in_force = Appointment.objects.in_force(self.on).select_related("place")
        return people_of_the_house().prefetch_related(
            Prefetch("appointments", in_force.order_by("place__path", "role"), to_attr="in_force")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_keep=self.may(Permission.KEEP_PEOPLE), **kwargs)


def _said(item: Appointment) -> str:
    return f"{item.place.name} {item.get_role_display()}（{span(item.during)}）"


class OfOnePerson(OfOneObject):
    """A view of the person that the address names."""

    model = Person
    lookup = "username"
    place_lookup = ""

    def get_queryset(self) -> QuerySet[Any]:
        return people_of_the_house()

    def back(self) -> str:
        """Return to the person's page."""
        return address_of(self.object)

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list of people."""
        return [(str(_("人员与任职")), reverse("people"))]


def address_of(person: Person) -> str:
    """Return the address of somebody's page."""
    return reverse("person", kwargs={"username": person.username})


class OnePerson(OfOnePerson, DetailPage):
    """Who this is, what it is appointed to, and what it did lately."""

    permission = Permission.SEE_PEOPLE
    template_name = "people/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Person = self.object
        appointments = (
            Appointment.objects.filter(person=person, during__isempty=False)
            .select_related("place", "appointed_by", "deputy_of__person")
            .order_by("-during")
        )
        itself = person.pk == self.person.pk
        return super().get_context_data(
            appointments=[
                (item, self.on in item.during, not item.during.upper or item.during.upper > self.on)
                for item in appointments
            ],
            clients=Client.objects.filter(responsible=person, revoked=False).select_related(
                "place"
            ),
            events=AuditEvent.objects.filter(
                Q(person=person) | Q(subject=person.username)
            ).select_related("person")[:LAST_EVENTS]
            if self.may(Permission.SEE_AUDIT)
            else (),
            locked_out=people.is_locked_out(person, at=timezone.now()),
            may_keep=self.may(Permission.KEEP_PEOPLE) and not itself,
            may_appoint=self.may(Permission.APPOINT) and not itself,
            may_unbind=self.may(Permission.UNBIND_FACTOR) and not itself,
            may_audit=self.may(Permission.SEE_AUDIT),
            second_factor=confirmed(person),
            **kwargs,
        )


class PersonForm(forms.Form):
    """How somebody is called and reached."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    email = forms.EmailField(label=_("邮箱"), required=False)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)


class NewPersonForm(PersonForm):
    """An account: also the name to sign in by."""

    username = forms.RegexField(
        r"^[a-z][a-z0-9.-]{2,58}$",
        label=_("用户名"),
        help_text=_("小写字母开头，可含数字、点和连字符，至少三位；一经建立不再更改。"),
        error_messages={"invalid": _("须以小写字母开头，只含小写字母、数字、点和连字符")},
    )
    field_order = ("username", "name", "email", "phone")


@method_decorator(never_cache, name="dispatch")
class NewPerson(FormPage):
    """The making of an account."""

    permission = Permission.KEEP_PEOPLE
    title = _("新建人员")
    template_name = "people/form.html"
    form_class = NewPersonForm

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("人员与任职")), reverse("people"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse("people"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            person, password = people.create(**form.cleaned_data, by=self.person, on=self.on)
        except people.NameTaken as refusal:
            self.note(refusal)
            form.add_error("username", str(refusal))
            return self.form_invalid(form)
        return show_password(self.request, person, password)


class Correct(OfOnePerson, FormPage):
    """The correction of a name, a mail address, a telephone number."""

    permission = Permission.KEEP_PEOPLE
    title = _("更正资料")
    template_name = "people/form.html"
    form_class = PersonForm
    success_message = _("资料已更正。")

    def get_initial(self) -> dict[str, Any]:
        person: Person = self.object
        return {"name": person.name, "email": person.email, "phone": person.phone}

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (self.object.name, address_of(self.object))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=address_of(self.object), **kwargs)

    def save(self, form: Any) -> str:
        people.correct(person=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return address_of(self.object)


class Deactivate(OfOnePerson, Act):
    """The closing of an account."""

    permission = Permission.KEEP_PEOPLE

    def act(self) -> str:
        people.deactivate(person=self.object, by=self.person, on=self.on)
        self.say(str(_("账户已停用。")))
        return address_of(self.object)


class Reactivate(OfOnePerson, Act):
    """The opening of a closed account."""

    permission = Permission.KEEP_PEOPLE

    def act(self) -> str:
        people.reactivate(person=self.object, by=self.person, on=self.on)
        self.say(str(_("账户已启用。")))
        return address_of(self.object)


class Unlock(OfOnePerson, Act):
    """The end of a lock that wrong passwords brought about."""

    permission = Permission.KEEP_PEOPLE

    def act(self) -> str:
        people.unlock(person=self.object, by=self.person, on=self.on)
        self.say(str(_("账户已解锁。")))
        return address_of(self.object)


@method_decorator(never_cache, name="dispatch")
class ResetPassword(OfOnePerson, Act):
    """A new password, shown once."""

    permission = Permission.KEEP_PEOPLE

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            password = people.reset_password(person=self.object, by=self.person, on=self.on)
        except Refusal as refusal:
            return self.turn_back(refusal)
        return show_password(request, self.object, password)


class RemoveSecondFactor(OfOnePerson, Act):
    """The unbinding of a lost authenticator, by another than who gives passwords."""

    permission = Permission.UNBIND_FACTOR

    def act(self) -> str:
        people.remove_second_factor(person=self.object, by=self.person, on=self.on)
        self.say(str(_("两步验证绑定已解除。")))
        return address_of(self.object)


def show_password(request: HttpRequest, person: Person, password: str) -> HttpResponse:
    """Show a password that nobody sees again."""
    shown = {"title": _("一次性密码"), "object": person, "password": password}
    return render(request, "people/password.html", shown)
