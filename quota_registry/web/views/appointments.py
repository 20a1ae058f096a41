"""Appointments and deputies: who is given which role where, by which document, until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.models import Appointment, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import appointments
from quota_registry.kernel.views import Act, Column, FormPage, ListPage, OfOneObject
from quota_registry.kernel.vocabulary import Role
from quota_registry.web.records import span
from quota_registry.web.views.people import address_of


class DayInput(forms.DateInput):
    """A field for a day, as browsers offer it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AppointmentFilter(django_filters.FilterSet):
    """By person, role, and whether it holds today."""

    q = django_filters.CharFilter(label=_("姓名或用户名"), method="named")
    role = django_filters.ChoiceFilter(label=_("角色"), choices=Role.choices)
    when = django_filters.ChoiceFilter(
        label=pgettext_lazy("appointment", "状态"),
        choices=[("now", _("在任")), ("coming", _("尚未开始")), ("over", _("已结束"))],
        method="standing",
    )

    class Meta:
        model = Appointment
        fields = ["role"]

    def named(self, rows: QuerySet[Appointment], name: str, value: str) -> QuerySet[Appointment]:
        return rows.filter(Q(person__name__icontains=value) | Q(person__username__icontains=value))

    def standing(self, rows: QuerySet[Appointment], name: str, value: str) -> QuerySet[Appointment]:
        on = self.request.on
        return {
            "now": rows.filter(during__contains=on),
            "coming": rows.filter(during__startswith__gt=on),
            "over": rows.filter(during__endswith__lte=on),
        }[value]


class Appointments(ListPage):
    """Every appointment that ever was, by place and role."""

    permission = Permission.SEE_PEOPLE
    model = Appointment
    title = _("任职")
    template_name = "people/appointments.html"
    filterset_class = AppointmentFilter
    orders = {
        "place": ("place__path", "role", "person__username"),
        "role": ("role", "place__path"),
        "person": ("person__username",),
    }
    default_sort = "place"
    columns = (
        Column(_("地区"), "place.name"),
        Column(_("角色"), "get_role_display"),
        Column(_("姓名"), "person.name"),
        Column(_("用户名"), "person.username"),
        Column(_("任期"), lambda item: span(item.during)),
        Column(_("代理何人"), "deputy_of.person.name"),
        Column(_("任命文件"), "document"),
    )

    def get_queryset(self) -> QuerySet[Appointment]:
        self.request.on = self.on  # type: ignore[attr-defined]  # for the filter by standing
        return (
            super()
            .get_queryset()
            .filter(during__isempty=False)
            .select_related("place", "person", "deputy_of__person")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_appoint=self.may(Permission.APPOINT), **kwargs)


class TermForm(forms.Form):
    """From when to when, by which document."""

    first_day = forms.DateField(label=_("起始日期"), widget=DayInput)
    last_day = forms.DateField(
        label=_("截止日期"), widget=DayInput, required=False, help_text=_("当日仍在任；空为长期。")
    )
    document = forms.CharField(
        label=_("任命文件"), max_length=60, help_text=_("文号，如 苏环人〔2026〕12号。")
    )


class AppointForm(TermForm):
    """A role at a place for somebody."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("人员"), to_field_name="username"
    )
    role = forms.ChoiceField(label=_("角色"), choices=[("", "---------"), *Role.choices])
    place = forms.ModelChoiceField(Place.objects.none(), label=_("地区"))
    field_order = ("person", "role", "place")

    def __init__(self, *args: Any, places: QuerySet[Place], by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]  # a choice of rows
        self.fields["person"].queryset = people_but(by)  # type: ignore[attr-defined]  # a choice of rows
        self.fields["person"].label_from_instance = label_of  # type: ignore[attr-defined]  # a choice of rows


def people_but(by: Person) -> QuerySet[Person]:
    """Return everybody with an open account but *by*."""
    return Person.objects.filter(is_active=True).exclude(pk=by.pk).order_by("username")


def label_of(person: Person) -> str:
    """Tell two people of one name apart."""
    return f"{person.name}（{person.username}）"


class Appoint(FormPage):
    """The giving of a role."""

    permission = Permission.APPOINT
    title = _("任命")
    template_name = "people/form.html"
    form_class = AppointForm
    success_message = _("已任命，并已通知本人。")

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("任职")), reverse("appointments"))]

    def get_initial(self) -> dict[str, Any]:
        return {"person": self.request.GET.get("person", ""), "first_day": self.on}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": self.places(), "by": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cancel=reverse("appointments"),
            advice=_("任何人不得任免本人；系统管理员、安全管理员、审计员与业务角色互不兼任。"),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        made = appointments.appoint(**form.cleaned_data, by=self.person, on=self.on)
        return address_of(made.person)


class OfOneAppointment(OfOneObject):
    """A view of the appointment that the address names."""

    model = Appointment

    def get_queryset(self) -> QuerySet[Any]:
        return Appointment.objects.select_related("place", "person", "deputy_of__person")


class EndForm(forms.Form):
    """The last day of an appointment."""

    last_day = forms.DateField(label=_("最后在任日"), widget=DayInput)


class End(OfOneAppointment, FormPage):
    """The end of an appointment."""

    permission = Permission.APPOINT
    title = _("终止任职")
    template_name = "people/form.html"
    form_class = EndForm
    success_message = _("任职已终止。")

    def get_trail(self) -> list[tuple[str, str]]:
        person = self.object.person
        return [(str(_("人员与任职")), reverse("people")), (person.name, address_of(person))]

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": self.on - timedelta(days=1)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item: Appointment = self.object
        return super().get_context_data(
            cancel=address_of(item.person),
            advice=f"{item.person.name} · {item.place} · {item.get_role_display()}"
            f" · {span(item.during)}",
            **kwargs,
        )

    def save(self, form: Any) -> str:
        appointments.end(appointment=self.object, **form.cleaned_data, by=self.person, on=self.on)
        return address_of(self.object.person)


class DeputyForm(TermForm):
    """Who stands in for a head, from when to when."""

    appointment = forms.ModelChoiceField(Appointment.objects.none(), label=_("代理的职务"))
    deputy = forms.ModelChoiceField(
        Person.objects.none(), label=_("代理人"), to_field_name="username"
    )
    field_order = ("appointment", "deputy")

    def __init__(self, *args: Any, own: QuerySet[Appointment], by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appointment"].queryset = own  # type: ignore[attr-defined]  # a choice of rows
        self.fields["appointment"].label_from_instance = (  # type: ignore[attr-defined]  # a choice of rows
            lambda item: f"{item.place} · {item.get_role_display()}"
        )
        self.fields["deputy"].queryset = people_but(by)  # type: ignore[attr-defined]  # a choice of rows
        self.fields["deputy"].label_from_instance = label_of  # type: ignore[attr-defined]  # a choice of rows
        self.fields["last_day"].required = True
        self.fields["last_day"].help_text = _("当日仍由其代理。")
        self.fields["document"].required = False


class Deputies(FormPage):
    """Who stands in for oneself, and the naming of somebody who will."""

    permission = Permission.APPOINT_DEPUTY
    title = _("代理人")
    template_name = "people/deputies.html"
    form_class = DeputyForm
    success_message = _("代理人已指定，并已通知本人。")

    def own(self) -> QuerySet[Appointment]:
        """Return the own appointments that may have a deputy."""
        return (
            Appointment.objects.in_force(self.on)
            .filter(person=self.person, deputy_of=None, role__in=appointments.DEPUTISED)
            .select_related("place")
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"own": self.own(), "by": self.person}

    def get_initial(self) -> dict[str, Any]:
        own = self.own().first()
        return {"appointment": own.pk if own else None, "first_day": self.on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        named = (
            Appointment.objects.filter(deputy_of__person=self.person, during__isempty=False)
            .select_related("person", "place")
            .order_by("-during")
        )
        return super().get_context_data(
            deputies=[
                (item, self.on in item.during, not item.during.upper or item.during.upper > self.on)
                for item in named
            ],
            **kwargs,
        )

    def save(self, form: Any) -> str:
        appointments.name_deputy(**form.cleaned_data, by=self.person, on=self.on)
        return reverse("deputies")


class EndDeputy(OfOneAppointment, Act):
    """The early end of a deputy's term: it ends with yesterday."""

    permission = Permission.APPOINT_DEPUTY

    def back(self) -> str:
        return reverse("deputies")

    def act(self) -> str:
        appointments.end_deputy(
            deputy=self.object, last_day=self.on - timedelta(days=1), by=self.person, on=self.on
        )
        self.say(str(_("代理已终止。")))
        return reverse("deputies")
