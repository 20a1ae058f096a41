"""
What every page stands on: a door, a person, a day, and a place.

A view names its right by one attribute, ``permission`` (or ``None`` for any signed-in person);
a page for everybody says ``public = True``. Services check the right again at the object's place.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.generic import FormView as DjangoFormView
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from quota_registry.kernel import acting
from quota_registry.kernel.models import Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, OutOfReach, Refusal
from quota_registry.kernel.services import access, audit

if TYPE_CHECKING:
    _FormView = DjangoFormView[BaseForm]
else:
    # Generic for the type checker alone.
    _FormView = DjangoFormView


class PublicView(View):
    """A view that anybody may open, signed in or not."""

    public: ClassVar[bool] = True


class PermittedView(View):
    """A view for a signed-in person who holds ``permission`` somewhere."""

    public: ClassVar[bool] = False
    permission: ClassVar[Permission | None]

    request: HttpRequest
    person: Person
    on: date
    acting_place: Place | None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.person = request.user  # type: ignore[assignment]  # the doorkeeper let no other in
        self.on = timezone.localdate()
        self.acting_place = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.acting_place = acting.place_of(self.person, request.session, on=self.on)
        self.refuse_unless_permitted()
        return super().dispatch(request, *args, **kwargs)

    def refuse_unless_permitted(self) -> None:
        """
        Refuse a person who holds the view's permission nowhere.

        :raises NotPermitted: if no appointment grants it.
        """
        if self.permission and not access.holds(self.person, self.permission, on=self.on):
            raise NotPermitted(_("您没有查看此页的权限"), permission=str(self.permission))

    def may(self, permission: Permission, place: Place | None = None) -> bool:
        """Say whether the person holds *permission* at *place*, or anywhere; for buttons."""
        if place is None:
            return access.holds(self.person, permission, on=self.on)
        return access.may(self.person, permission, place, on=self.on)

    def places(self, permission: Permission | None = None) -> QuerySet[Place]:
        """Return the places where the person holds *permission* (else the view's own)."""
        right = permission or self.permission
        if right is None:
            return Place.objects.none()
        return Place.objects.filter(access.within(self.person, right, on=self.on, lookup="path"))

    def note(self, refusal: Refusal) -> None:
        """Write down that the person was refused."""
        audit.record(
            verb="refusal",
            by=self.person,
            subject=self.request.path[:120],
            outcome=refusal.code[:20],
            said=str(refusal),
        )

    def say(self, text: str) -> None:
        """Show *text* on the next page as something that went well."""
        messages.success(self.request, text)

    def warn(self, text: str) -> None:
        """Show *text* on the next page as something to look at."""
        messages.warning(self.request, text)


class Page(TemplateResponseMixin, ContextMixin, PermittedView):
    """A page made of a template; ``fragment`` is the part that htmx asks for alone."""

    title: ClassVar[str | Promise] = ""
    fragment: ClassVar[str] = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render_to_response(self.get_context_data())

    def get_template_names(self) -> list[str]:
        """Return the template, or its part where htmx asks for a part."""
        names = super().get_template_names()
        htmx = getattr(self.request, "htmx", None)
        if self.fragment and htmx and not htmx.boosted and not htmx.history_restore_request:
            return [f"{name}#{self.fragment}" for name in names]
        return list(names)

    def get_title(self) -> str:
        """Return what stands above the page and in the window's title."""
        return str(self.title)

    def get_trail(self) -> list[tuple[str, str]]:
        """Return the breadcrumb before this page: pairs of label and address."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.get_title(),
            trail=self.get_trail(),
            on=self.on,
            person=self.person,
            acting_place=self.acting_place,
            **kwargs,
        )


class OfOneObject(PermittedView):
    """
    A view of one row, found by ``pk`` or by ``lookup`` in the address.

    Where the row's place lies outside the person's places it answers 404, as if the row did not
    exist; inside without the right it answers 403.
    """

    model: ClassVar[type[Model]]
    lookup: ClassVar[str] = "pk"
    # The attributes that lead from the row to its place; empty for a row that has none.
    place_lookup: ClassVar[str] = "place"

    object: Any

    def get_queryset(self) -> QuerySet[Any]:
        """Return where the row is looked for, with what the page shows of it fetched."""
        return self.model._default_manager.all()

    def get_object(self) -> Any:
        """Fetch the row that the address names, else 404."""
        found = self.get_queryset().filter(**{self.lookup: self.kwargs[self.lookup]}).first()
        if found is None:
            raise Http404
        return found

    def place_of(self, found: Any) -> Place | None:
        """Return the place where *found* lies."""
        for name in filter(None, self.place_lookup.split("__")):
            found = getattr(found, name)
        return found if self.place_lookup else None

    def refuse_unless_permitted(self) -> None:
        self.object = self.get_object()
        place = self.place_of(self.object)
        if place is None:
            super().refuse_unless_permitted()
            return
        if not access.reaches(self.person, place, on=self.on):
            raise OutOfReach(_("没有这个对象"))
        if self.permission and not access.may(self.person, self.permission, place, on=self.on):
            raise NotPermitted(_("您没有查看此页的权限"), permission=str(self.permission))


class DetailPage(OfOneObject, Page):
    """The page of one row; the template has it as ``object``."""

    def get_title(self) -> str:
        return str(self.title) or str(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(object=self.object, **kwargs)


class Act(PermittedView):
    """
    One act by POST: calls one service in ``act`` and goes on to the address that it returns.

    With ``OfOneObject`` in front it acts on the row of the address. A refusal is shown on the
    page that ``back`` names, with its clause, and nothing has changed.
    """

    http_method_names: ClassVar[list[str]] = ["post", "options"]  # type: ignore[misc]  # narrower

    def act(self) -> str:
        """Do it by one service call and return the address to go on to."""
        raise NotImplementedError

    def back(self) -> str:
        """Return the address to go back to after a refusal; empty shows a page of its own."""
        return ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return redirect_to(request, self.act())
        except Refusal as refusal:
            return self.turn_back(refusal)

    def turn_back(self, refusal: Refusal) -> HttpResponse:
        """Show *refusal* on the page that the act was asked from; raise it where there is none."""
        address = self.back()
        if not address or isinstance(refusal, NotPermitted | OutOfReach):
            raise refusal
        self.note(refusal)
        messages.error(self.request, str(refusal))
        return redirect_to(self.request, address)


class FormPage(Page, _FormView):
    """
    A page with a form whose ``save`` calls one service.

    A refusal stands above the form with its clause and what was typed stays (status 422).
    """

    success_message: ClassVar[str | Promise] = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def save(self, form: Any) -> str:
        """Do what the form asks by one service call and return the address to go on to."""
        raise NotImplementedError

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            address = self.save(form)
        except (NotPermitted, OutOfReach):
            raise
        except Refusal as refusal:
            self.note(refusal)
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        if self.success_message:
            messages.success(self.request, str(self.success_message))
        return redirect_to(self.request, address)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def redirect_to(request: HttpRequest, address: str) -> HttpResponse:
    """Go to *address*: by 303 for a browser, by a header for htmx, which would follow blindly."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
