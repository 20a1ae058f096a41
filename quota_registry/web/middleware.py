"""Between the wire and the views: the request's number, the session, the doors, the no."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

import psycopg
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.functional import LazyObject, empty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice
from structlog.contextvars import bound_contextvars

from quota_registry.kernel import doors
from quota_registry.kernel.models import Person
from quota_registry.kernel.refusals import NotPermitted, Refusal
from quota_registry.kernel.request import answering
from quota_registry.kernel.services import audit
from quota_registry.web import answers, sessions
from reserve.refusals import named as of_the_ledger

Answer = Callable[[HttpRequest], HttpResponse]

# The guards' own class of SQLSTATE.
GUARDS: Final = ("QG", "QL", "QR", "QD")
# What somebody may do who must first change the password or show a second factor.
BEFORE_PASSWORD: Final = frozenset({"password-change", "sign-out", "set-language"})
BEFORE_SECOND_FACTOR: Final = frozenset(
    {"second-factor-verify", "second-factor-setup", "sign-out", "set-language"}
)


class RequestContext:
    """Gives each request a number of our own, which the log, the audit and the error page bear."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex
        # The log's middleware takes its number from here; a number sent from outside is not kept.
        request.META["HTTP_X_REQUEST_ID"] = number
        request.request_id = number  # type: ignore[attr-defined]  # read by the error pages
        address = address_of(request)
        # The log names the same address as the audit: not one that a sender may write itself.
        with answering(id=number, address=address), bound_contextvars(ip=address):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = number
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse an address with a NUL, which the database takes for no text at all."""
        asked = "" if answers.is_api(request) else request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "%00" in asked:
            return answers.refuse(request, Unreadable())
        return None


class Unreadable(Refusal):
    """The address holds what no text can hold."""

    code = "unreadable"
    status = 400
    message = gettext_lazy("地址中含有无法识别的字符")


def address_of(request: HttpRequest) -> str | None:
    """Return the address that sent *request*, past as many proxies as the settings name."""
    proxies = settings.AXES_IPWARE_PROXY_COUNT
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= proxies and hops[-proxies]:
            return str(hops[-proxies])
    return request.META.get("REMOTE_ADDR") or None


class SessionLimits:
    """
    Ends a session that is idle, too old or superseded, and asks for what must come first.

    It also speaks the account's language: the account's choice, else the browser's cookie, else
    Chinese. A program is answered in the language that it asks for.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = plain(request.user)
        person = request.user if isinstance(request.user, Person) else None
        if person is not None:
            ending = sessions.ending_of(request.session, person, at=sessions.now())
            if ending is not None:
                return self.end(request, person, ending)
            sessions.touch(request.session, at=sessions.now())
        if not answers.is_api(request):
            self.speak(request, person)
        response = self.get_response(request)
        if person is not None and not response.has_header("Cache-Control"):
            # What somebody saw is not left behind in a browser that others use.
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def end(self, request: HttpRequest, person: Person, ending: sessions.Ending) -> HttpResponse:
        """Forget the session and say why on the page of sign-in."""
        audit.record(verb="sign_out", by=person, outcome=ending.value)
        logout(request)
        if answers.is_api(request):
            request.user = AnonymousUser()
            return self.get_response(request)
        return answers.send_to(request, reverse("sign-in"), ended=ending.value)

    def speak(self, request: HttpRequest, person: Person | None) -> None:
        """Switch to the reader's language."""
        known = dict(settings.LANGUAGES)
        chosen = person.language if person and person.language else ""
        chosen = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Ask first for a new password, then for the second factor, where they are due."""
        person = request.user
        if not isinstance(person, Person) or doors.of(view).public:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in BEFORE_SECOND_FACTOR and (due := second_factor_due(request, person)):
            return self.first(request, due, _("请先完成两步验证"))
        if name in BEFORE_PASSWORD | BEFORE_SECOND_FACTOR:
            return None
        if sessions.must_change_password(person, at=sessions.now()):
            return self.first(request, "password-change", _("请先修改密码"))
        return None

    def first(self, request: HttpRequest, name: str, sentence: str) -> HttpResponse:
        """Send a browser to the page called *name*; refuse a program with *sentence*."""
        if answers.is_api(request):
            return answers.refuse(request, NotPermitted(sentence))
        return answers.send_to(request, reverse(name))


def second_factor_due(request: HttpRequest, person: Person) -> str:
    """Return the name of the page that asks for a second factor, or nothing if none is due."""
    if person.is_verified():  # type: ignore[attr-defined]  # put there by django-otp
        return ""
    if request.session.get(sessions.ONE_FACTOR) and not settings.QUOTA_REQUIRE_TOTP:
        return ""
    if TOTPDevice.objects.filter(user=person, confirmed=True).exists():
        return "second-factor-verify"
    return "second-factor-setup" if settings.QUOTA_REQUIRE_TOTP else ""


def plain(user: Any) -> Any:
    """Take the person out of the lazy wrappers, so that what is kept on it stays with it."""
    while isinstance(user, LazyObject):
        bool(user)
        user = user._wrapped if user._wrapped is not empty else AnonymousUser()
    return user


class Doorkeeper:
    """Lets nobody in who has not signed in, unless the view says that it is public."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        door = doors.of(view)
        # The API knows its callers itself: a program has a token and no session.
        if door.public or hasattr(view, "cls") or request.user.is_authenticated:
            return None
        return answers.send_to(request, reverse("sign-in"))


class Refusals:
    """Turns a refusal that no view caught into its answer, and writes it down."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = error if isinstance(error, Refusal) else named(error)
        if refusal is None:
            return None
        audit.record(
            verb="refusal",
            by=request.user if isinstance(request.user, Person) else None,
            subject=request.path[:120],
            outcome=refusal.code[:20],
            said=str(refusal),
        )
        return answers.refuse(request, refusal)


class PromiseKept(Refusal):
    """The database itself refused, by one of its guards; nothing has changed."""

    code = "promise_kept"


def named(error: Exception) -> Refusal | None:
    """Find the refusal behind an error of the database: the ledger's by name, else a guard's."""
    cause = error.__cause__
    if not isinstance(error, DatabaseError) or not isinstance(cause, psycopg.Error):
        return None
    if found := of_the_ledger(error):
        return found
    if not (cause.sqlstate or "").startswith(GUARDS):
        return None
    return PromiseKept(
        cause.diag.message_primary or "", constraint=cause.diag.constraint_name or ""
    )
