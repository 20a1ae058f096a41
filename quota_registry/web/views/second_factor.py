"""The second factor: setting an authenticator up, showing its code, keeping recovery codes."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from quota_registry.kernel.models import Person
from quota_registry.kernel.services import audit, people
from quota_registry.kernel.views import FormPage, Page, redirect_to
from quota_registry.web import sessions
from quota_registry.web.views.sessions import onward

CODES = 10


class TokenForm(forms.Form):
    """A code of six digits, or a recovery code."""

    otp_token = forms.CharField(
        label=_("动态码"),
        max_length=24,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}
        ),
    )


class PasswordForm(forms.Form):
    """The own password once more, before something that weakens the account."""

    password = forms.CharField(
        label=_("当前密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Check it by the same door as a sign-in, so that guesses are counted."""
        given = str(self.cleaned_data["password"])
        username = self.request.user.get_username()
        if authenticate(self.request, username=username, password=given) is None:
            raise forms.ValidationError(_("密码不正确"))
        return given


@method_decorator([never_cache, sensitive_post_parameters("otp_token")], name="dispatch")
class Verify(FormPage):
    """The page that asks for the code after the password."""

    permission = None
    title = _("两步验证")
    template_name = "registration/second_factor.html"
    form_class = TokenForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        return super().get_context_data(next=wanted, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        given = form.cleaned_data["otp_token"].strip().replace(" ", "").lower()
        device = match_token(self.person, given)
        if device is None:
            audit.record(verb="second_factor", by=self.person, outcome="failed")
            form.add_error("otp_token", _("动态码不正确或已用过；连续出错会延长等待时间"))
            return self.form_invalid(form)
        otp_login(self.request, device)
        self.request.session.cycle_key()
        sessions.adopt(self.request.session, self.person)
        audit.record(verb="second_factor", by=self.person, device=device.name)
        return redirect_to(self.request, onward(self.request))


@method_decorator([never_cache, sensitive_post_parameters("otp_token")], name="dispatch")
class SetUp(FormPage):
    """The page that binds an authenticator to the account; the first code confirms it."""

    permission = None
    title = _("开通两步验证")
    template_name = "registration/second_factor_setup.html"
    form_class = TokenForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # A second authenticator is bound only after the first has been shown.
        if confirmed(self.person) and not self.person.is_verified():  # type: ignore[attr-defined]  # put there by django-otp
            return redirect_to(request, reverse("second-factor-verify"))
        return super().dispatch(request, *args, **kwargs)

    def device(self) -> TOTPDevice:
        """Return the authenticator that waits to be confirmed, making it on the first visit."""
        waiting = TOTPDevice.objects.filter(user=self.person, confirmed=False).first()
        return waiting or TOTPDevice.objects.create(user=self.person, name="totp", confirmed=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = self.device()
        return super().get_context_data(
            secret=_secret(device), qr=segno.make(device.config_url).svg_data_uri(scale=4), **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponse:
        device = self.device()
        if not device.verify_token(form.cleaned_data["otp_token"].strip()):
            form.add_error("otp_token", _("动态码不正确，请核对手机时间后重试"))
            return self.form_invalid(form)
        with transaction.atomic():
            TOTPDevice.objects.filter(user=self.person, confirmed=True).delete()
            device.confirmed = True
            device.save()
            codes = new_codes(self.person)
            audit.record(verb="second_factor.set_up", by=self.person)
        otp_login(self.request, device)
        self.request.session.cycle_key()
        sessions.adopt(self.request.session, self.person)
        return render(self.request, "registration/recovery_codes.html", {"codes": codes})


class Standing(Page):
    """The account's second factor as it stands."""

    permission = None
    title = _("两步验证")
    template_name = "account/second_factor.html"

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("我的账户")), reverse("account"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            bound=confirmed(self.person),
            left=StaticToken.objects.filter(device__user=self.person).count(),
            required=settings.QUOTA_REQUIRE_TOTP,
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class NewCodes(FormPage):
    """New recovery codes in place of the old, after the password once more."""

    permission = None
    title = _("更换恢复码")
    template_name = "account/confirm_password.html"
    form_class = PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("两步验证")), reverse("second-factor"))]

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            codes = new_codes(self.person)
            audit.record(verb="second_factor.new_codes", by=self.person)
        return render(self.request, "registration/recovery_codes.html", {"codes": codes})


class Remove(NewCodes):
    """The end of the second factor, where the house does not demand one."""

    title = _("停用两步验证")

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            people.forget_devices(self.person)
            audit.record(verb="second_factor.removed", by=self.person)
        self.say(str(_("两步验证已停用。")))
        return redirect_to(self.request, reverse("second-factor"))


def confirmed(person: Person) -> bool:
    """Say whether *person* has bound an authenticator."""
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def new_codes(person: Person) -> list[str]:
    """Replace the recovery codes of *person* and return the new ones."""
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name="recovery")
    codes = [StaticToken.random_token() for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _secret(device: TOTPDevice) -> str:
    """Write the key in groups of four, for somebody who types it."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
