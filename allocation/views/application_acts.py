"""The page of one act on one application: what it will do, in figures, and on what was seen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from allocation.application_deeds import DEEDS, ON_VOUCHER, Deed, may_act, signable
from allocation.refusals import NotAssessable
from allocation.selectors import assessments
from allocation.services import seen
from allocation.views.applications import OfOneApplication
from allocation.views.sheets import in_order
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, Refusal, Stale
from quota_registry.kernel.views import FormPage


class ActOnApplication(OfOneApplication, FormPage):
    """One act on one application, on a page of its own."""

    permission = Permission.SEE_PROJECTS
    template_name = "allocation/application_act.html"
    for_reserves = True
    deed: Deed
    refusal: Refusal | None = None

    def refuse_unless_permitted(self) -> None:
        deed = DEEDS.get(self.kwargs["verb"].replace("-", "_"))
        if deed is None:
            raise Http404
        self.deed = deed
        super().refuse_unless_permitted()
        if not may_act(deed, self.object, self.person, on=self.on):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(deed.permission))
        if deed.verb in ON_VOUCHER and not hasattr(self.object, "voucher"):
            raise Http404

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("part") == "will":
            context = {"will": self.deed.will(self.get_form())}
            return TemplateResponse(request, "allocation/application_will.html", context)
        return super().post(request, *args, **kwargs)

    def get_title(self) -> str:
        return str(self.deed.label)

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (self.object.number, self.home())]

    def get_form(self, form_class: Any = None) -> Any:
        places = signable(self.object, self.deed.verb, self.person, on=self.on)
        return self.deed.form(application=self.object, places=places, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        return {"used_on": self.on, "approved_on": self.on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            object=self.object,
            project=self.object.project,
            deed=self.deed,
            cancel=self.home(),
            here=self.request.path,
            # What was seen is what is decided on: the page carries its version.
            **self.seen(),
            refusal=self.refusal,
            rows=self.rows(),
            **kwargs,
        )
        form = context["form"]
        return context | {
            "will": self.deed.will(form),
            "follows": self.deed.verb in {"approve", "give_back"},
            "columns": [(key, str(label)) for key, label in form.columns],
        }

    def seen(self) -> dict[str, Any]:
        """Give the version, and for a return how many went before; what stands now once stale."""
        stands: dict[str, Any] = {"version": self.object.version}
        if self.deed.verb == "give_back":
            stands["base"] = seen.returns(self.object.voucher)
        if isinstance(self.refusal, Stale):
            return stands
        return {name: self.request.POST.get(name) or value for name, value in stands.items()}

    def rows(self) -> list[Any]:
        """Judge the application as it stands now, for acts that stand on the sheet."""
        if self.deed.moment is None:
            return []
        return in_order(assessments.of(self.object, on=self.on, moment=self.deed.moment).rows)

    def save(self, form: Any) -> str:
        version = self.request.POST.get("version", "")
        if not version.isdecimal():
            raise Refusal(_("缺少所见版次，请刷新后重试"))
        known = {
            "application": self.object,
            "version": int(version),
            "by": self.person,
            "on": self.on,
        }
        try:
            self.deed.do(form, known)
        except Refusal as refusal:
            self.refusal = refusal
            raise
        self.say(str(_("已办理：%(label)s") % {"label": self.deed.label}))
        return self.home()

    def form_invalid(self, form: Any) -> HttpResponse:
        if isinstance(self.refusal, Stale):
            # The page turns to the version that stands now.
            self.object = self.get_object()
        status = self.refusal.status if isinstance(self.refusal, Stale) else 422
        blocking = self.refusal.rows if isinstance(self.refusal, NotAssessable) else ()
        context = self.get_context_data(form=form, blocking=blocking)
        return self.render_to_response(context, status=status)
