"""Signing in and out."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from quota_registry.kernel.models import Person
from quota_registry.kernel.services import audit
from quota_registry.kernel.views import PermittedView, redirect_to
from quota_registry.web import demo, sessions


class SignInForm(AuthenticationForm):
    """Name and password; the answer never says which of the two was wrong."""

    error_messages: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # ours is no instance's
        "invalid_login": _("用户名或密码不正确"),
        "inactive": _("用户名或密码不正确"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")
        self.fields["username"].widget.attrs["autocomplete"] = "username"


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class SignIn(FormView):  # type: ignore[type-arg]  # generic for the checker alone
    """The door for people."""

    public = True
    template_name = "registration/login.html"
    form_class = SignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, Person):
            return HttpResponseRedirect(onward(request))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            next=self.request.POST.get("next") or self.request.GET.get("next", ""),
            ended=sessions.SENTENCES.get(self.request.GET.get("ended", ""), ""),
            accounts=demo.accounts(),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        person = form.get_user()
        login(self.request, person)
        sessions.begin(self.request.session, person, at=sessions.now())
        audit.record(verb="sign_in", by=person)
        return redirect_to(self.request, onward(self.request))

    def form_invalid(self, form: Any) -> HttpResponse:
        locked_out = getattr(self.request, "axes_locked_out", False)
        typed = str(form.data.get("username", ""))[:60]
        # A name that nobody bears is not written down: people type passwords into this field.
        known = Person.objects.filter(username=typed).exists()
        audit.record(
            verb="sign_in",
            by=None,
            subject=typed if known else "",
            outcome="locked" if locked_out else "failed",
        )
        return self.render_to_response(self.get_context_data(form=form), status=422)


def onward(request: HttpRequest) -> str:
    """Return the address that somebody wanted to go to before signing in, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and ours else "/"


def locked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Say that the account is locked, and for how long."""
    return render(request, "registration/locked.html", status=429)


class SignOut(PermittedView):
    """The way out, by POST alone."""

    permission = None
    http_method_names: ClassVar[list[str]] = ["post", "options"]  # type: ignore[misc]  # narrower

    def post(self, request: HttpRequest) -> HttpResponseBase:
        audit.record(verb="sign_out", by=self.person)
        logout(request)
        return redirect_to(request, f"{reverse('sign-in')}?ended={sessions.Ending.SIGNED_OUT}")
