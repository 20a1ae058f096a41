"""Programs that use the API: who answers for them, what they may read, when they last did."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache

from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.scopes import DEFAULT, Scope
from quota_registry.kernel.services import clients
from quota_registry.kernel.views import Act, Column, FormPage, ListPage, OfOneObject
from quota_registry.web.views.appointments import DayInput, label_of


class ClientFilter(django_filters.FilterSet):
    """By name, by whether the token still works."""

    q = django_filters.CharFilter(label=_("名称或责任人"), method="named")
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("token", "状态"),
        choices=[("valid", _("有效")), ("revoked", _("已吊销")), ("expired", _("已过期"))],
        method="standing",
    )

    class Meta:
        model = Client
        fields: list[str] = []

    def named(self, rows: QuerySet[Client], name: str, value: str) -> QuerySet[Client]:
        return rows.filter(Q(name__icontains=value) | Q(responsible__name__icontains=value))

    def standing(self, rows: QuerySet[Client], name: str, value: str) -> QuerySet[Client]:
        expired = Q(expiry_date__lte=timezone.now())
        return {
            "valid": rows.filter(revoked=False).exclude(expired),
            "revoked": rows.filter(revoked=True),
            "expired": rows.filter(expired, revoked=False),
        }[value]


class Clients(ListPage):
    """Every program that was given a token."""

    permission = Permission.KEEP_CLIENTS
    model = Client
    title = pgettext_lazy("menu", "接口客户端")
    template_name = "people/clients.html"
    filterset_class = ClientFilter
    orders = {
        "name": ("name", "prefix"),
        "place": ("place__path", "name"),
        "used": ("last_used_on", "name"),
    }
    default_sort = "name"
    columns = (
        Column(_("名称"), "name"),
        Column(_("标识"), "prefix"),
        Column(_("地区"), "place.name"),
        Column(_("责任人"), "responsible.name"),
        Column(_("权限范围"), lambda client: "、".join(client.scopes)),
        Column(_("签发时间"), "created", "moment"),
        Column(_("有效期至"), "expiry_date", "moment"),
        Column(_("最近使用"), "last_used_on", "day"),
        Column(_("已吊销"), "revoked"),
    )

    def get_queryset(self) -> QuerySet[Client]:
        return super().get_queryset().select_related("place", "responsible")

    def decorate(self, rows: list[Any]) -> list[Any]:
        labels = dict(Scope.choices)
        for row in rows:
            row.scope_labels = [labels.get(scope, scope) for scope in row.scopes]
        return rows


class ClientForm(forms.Form):
    """What a token is for, where, until when, and who answers for it."""

    name = forms.CharField(label=_("名称"), max_length=50, help_text=_("如 市大数据平台。"))
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("地区"), help_text=_("只能读取该地区及其下级。")
    )
    responsible = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("责任人"),
        to_field_name="username",
        help_text=_("责任人停用后，令牌随即失效。"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("权限范围"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_on = forms.DateField(
        label=_("有效期至"), widget=DayInput, required=False, help_text=_("当日仍有效；空为长期。")
    )

    def __init__(self, *args: Any, places: QuerySet[Place], on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        people = Person.objects.filter(is_active=True).order_by("username")
        self.fields["place"].queryset = places  # type: ignore[attr-defined]  # a choice of rows
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]  # a choice of rows
        self.fields["responsible"].label_from_instance = label_of  # type: ignore[attr-defined]  # a choice of rows

    def clean_expires_on(self) -> datetime | None:
        """Turn the last day into the moment at which it is over."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        if day < self.on:
            raise forms.ValidationError(_("有效期已过"))
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


@method_decorator(never_cache, name="dispatch")
class NewClient(FormPage):
    """The giving of a token, which is shown once."""

    permission = Permission.KEEP_CLIENTS
    title = _("签发令牌")
    template_name = "people/form.html"
    form_class = ClientForm

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "接口客户端"), reverse("clients"))]

    def get_initial(self) -> dict[str, Any]:
        return {"scopes": list(DEFAULT)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": self.places(), "on": self.on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse("clients"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        asked = dict(form.cleaned_data)
        expires_at = asked.pop("expires_on")
        try:
            client, token = clients.issue(
                **asked, expires_at=expires_at, by=self.person, on=self.on
            )
        except (NotPermitted, OutOfReach):
            raise
        except Refusal as refusal:
            self.note(refusal)
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        shown = {"title": _("接口令牌"), "client": client, "token": token}
        return render(self.request, "people/token.html", shown)


class Revoke(OfOneObject, Act):
    """The taking back of a token, for good."""

    permission = Permission.KEEP_CLIENTS
    model = Client
    lookup = "prefix"

    def get_queryset(self) -> QuerySet[Any]:
        return Client.objects.select_related("place")

    def back(self) -> str:
        return reverse("clients")

    def act(self) -> str:
        clients.revoke(client=self.object, by=self.person, on=self.on)
        self.say(str(_("令牌已吊销。")))
        return reverse("clients")
