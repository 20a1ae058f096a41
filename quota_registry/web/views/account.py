"""One's own account: appointments, session, password, language, the place one acts for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from quota_registry.kernel import acting
from quota_registry.kernel.models import Appointment, AuditEvent, Client, Person
from quota_registry.kernel.permissions import GRANTS
from quota_registry.kernel.services import access, people
from quota_registry.kernel.views import Act, FormPage, Page, PublicView
from quota_registry.web import sessions
from quota_registry.web.views.second_factor import confirmed

LAST_SIGN_INS = 10


class Account(Page):
    """What somebody is here, where, until when, and how the account is kept safe."""

    permission = None
    title = _("我的账户")
    template_name = "account/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appointments = access.appointments_of(self.person, on=self.on)
        return super().get_context_data(
            appointments=appointments,
            rights={item.pk: len(GRANTS[item.role]) for item in appointments},
            coming=Appointment.objects.filter(person=self.person, during__startswith__gt=self.on)
            .select_related("place")
            .order_by("during"),
            clients=Client.objects.filter(responsible=self.person, revoked=False).select_related(
                "place"
            ),
            places=acting.places_of(self.person, on=self.on),
            sign_ins=AuditEvent.objects.filter(
                person=self.person, verb__in=["sign_in", "sign_out"]
            ).order_by("-pk")[:LAST_SIGN_INS],
            failures=AuditEvent.objects.filter(
                verb="sign_in", person=None, subject=self.person.username
            ).order_by("-pk")[:LAST_SIGN_INS],
            began=sessions.began(self.request.session),
            idle=int(settings.QUOTA_SESSION_IDLE.total_seconds() // 60),
            absolute=int(settings.QUOTA_SESSION_ABSOLUTE.total_seconds() // 3600),
            second_factor=confirmed(self.person),
            **kwargs,
        )


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PasswordChange(FormPage):
    """A new password, after the old one once more."""

    permission = None
    title = _("修改密码")
    template_name = "registration/password_change.html"
    form_class = PasswordChangeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            forced=sessions.must_change_password(self.person, at=sessions.now()), **kwargs
        )

    def save(self, form: Any) -> str:
        person = people.change_password(
            person=self.person, password=form.cleaned_data["new_password1"], at=sessions.now()
        )
        update_session_auth_hash(self.request, person)
        sessions.adopt(self.request.session, person)
        self.say(str(_("密码已修改。")))
        return "/"


class SetLanguage(PublicView):
    """The switch of the language, kept with the account and in the browser."""

    http_method_names: ClassVar[list[str]] = ["post", "options"]  # type: ignore[misc]  # narrower

    def post(self, request: HttpRequest) -> HttpResponseBase:
        language = request.POST.get("language", "")
        if language not in dict(settings.LANGUAGES):
            raise Http404
        if isinstance(request.user, Person):
            people.speak(person=request.user, language=language)
        response: HttpResponse = HttpResponseRedirect(_back_to(request))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response


class ActFor(Act):
    """The choice of the place that one acts for, among the own ones."""

    permission = None

    def act(self) -> str:
        code = self.request.POST.get("place", "")
        for place in acting.places_of(self.person, on=self.on):
            if place.code == code:
                acting.choose(self.request.session, place)
                return _back_to(self.request)
        raise Http404


def _back_to(request: HttpRequest) -> str:
    """Return the page that the form was sent from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"
