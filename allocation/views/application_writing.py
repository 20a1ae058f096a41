"""Writing an application: beginning one, and naming its sources beside the live sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Application
from allocation.refusals import NotAssessable, WrittenMeanwhile
from allocation.rules import replacement
from allocation.rules import sheet as rules
from allocation.selectors import assessments, wells
from allocation.selectors.assessments import Asked
from allocation.services import applications, seen
from allocation.source_forms import SourcesForm, initial_of
from allocation.views.applications import OfOneApplication
from allocation.views.projects import OfOneProject
from allocation.views.sheets import sheet_context
from allocation.vocabulary import ApplicationStatus, Moment
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import Act, Page, redirect_to

SHEET: Final = "allocation/application_sheet.html"
SOURCES: Final = "allocation/application_sources.html"


class NewApplication(OfOneProject, Act):
    """The beginning of an application for a project."""

    permission = Permission.FILE_APPLICATION

    def back(self) -> str:
        return self.home()

    def act(self) -> str:
        found = applications.draft(project=self.object, by=self.person, on=self.on)
        return reverse("allocation:application-edit", args=[found.number])


class SupplementApplication(OfOneApplication, Act):
    """The beginning of an application for what the EIA approved beyond the voucher (§21)."""

    permission = Permission.FILE_APPLICATION

    def back(self) -> str:
        return self.home()

    def act(self) -> str:
        found = applications.draft(
            project=self.object.project,
            supplements=self.object,
            by=self.person,
            on=self.on,
        )
        return reverse("allocation:application-edit", args=[found.number])


class WriteApplication(OfOneApplication, Page):
    """The draft: which account gives how much of what; the sheet follows while one types."""

    permission = Permission.FILE_APPLICATION
    template_name = "allocation/application_edit.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.status != ApplicationStatus.DRAFT:
            return redirect_to(request, self.home())
        asked = assessments.asked_of(self.object)
        form = self.make_form(asked, initial=initial_of(asked, self.object.exception_reason))
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        part = request.GET.get("part", "")
        form = self.make_form(assessments.asked_of(self.object), data=request.POST)
        if "propose" in request.POST:
            return self.answer(self.proposed(request.POST.get("exception_reason", "")), part)
        if part in {"sheet", "sources"}:
            return self.answer(form, part)
        return self.write(form, part)

    def write(self, form: SourcesForm, part: str) -> HttpResponseBase:
        """Save the draft, and file it where that is asked for."""
        readable, filing = form.is_valid(), "file" in self.request.POST
        try:
            if readable or part == "autosave":
                base = self.save(form)
            if part == "autosave":
                saved_at = f"{timezone.localtime():%H:%M}"
                return JsonResponse({"saved_at": saved_at, "fields": {"base": base}})
            if filing and readable:
                applications.file(application=self.object, base=base, by=self.person, on=self.on)
                self.say(_("申请已提交，等待初审。"))
                return redirect_to(self.request, self.home())
        except Refusal as refusal:
            self.note(refusal)
            if not isinstance(refusal, NotAssessable):
                form.add_error(None, str(refusal))
            return self.again(form, refusal)
        if not readable:
            return self.again(form)
        self.say(_("草稿已保存。"))
        return redirect_to(
            self.request, reverse("allocation:application-edit", args=[self.object.number])
        )

    @transaction.atomic
    def save(self, form: SourcesForm) -> str:
        """Save the draft; give the fingerprint of what was saved, taken under its lock."""
        self.object = applications.name_sources(
            application=self.object,
            asked=form.asked(),
            exception_reason=form.cleaned_data.get("exception_reason", ""),
            base=self.request.POST.get("base", ""),
            by=self.person,
            on=self.on,
        )
        return seen.fingerprint(self.object)

    def again(self, form: SourcesForm, refusal: Refusal | None = None) -> HttpResponse:
        """Show the form with everything typed, and what stands in the way on top."""
        stale = isinstance(refusal, WrittenMeanwhile)
        blocking: Sequence[rules.Row] = refusal.rows if isinstance(refusal, NotAssessable) else ()
        context = self.get_context_data(form=form, blocking=blocking)
        return self.render_to_response(context, status=412 if stale else 422)

    def answer(self, form: SourcesForm, part: str) -> HttpResponse:
        """Answer a part of the page for htmx, or the whole of it where scripts are off."""
        context = self.get_context_data(form=form)
        if not part:
            return self.render_to_response(context)
        response = TemplateResponse(self.request, SHEET if part == "sheet" else SOURCES, context)
        if part == "sources":
            response["HX-Trigger-After-Swap"] = "sources-changed"
        return response

    # ── The form ──
    def make_form(self, asked: Sequence[Asked], **kwargs: Any) -> SourcesForm:
        """Make the form with a column for every account that may be named."""
        found = wells.of_application(self.object, on=self.on)
        return SourcesForm(wells=found, duties=self.duties(), asked=asked, **kwargs)

    def proposed(self, reason: str) -> SourcesForm:
        """Fill the form with what the system proposes; nothing is saved yet."""
        asked = applications.proposal_for(self.object, on=self.on)
        return self.make_form(asked, data=initial_of(asked, reason))

    def duties(self) -> dict[Any, replacement.Duty]:
        """Say what must be replaced by the rule book of the day."""
        facts = assessments.project_facts(
            self.object.project, on=self.on, supplements=self.object.supplements_id is not None
        )
        return dict(replacement.duties(facts, book=rulebooks.in_force(self.on)))

    def get_title(self) -> str:
        return _("填写申请 %(number)s") % {"number": self.object.number}

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (self.object.number, self.home())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form: SourcesForm = kwargs["form"]
        bound = form.is_bound
        asked = form.asked() if bound else assessments.asked_of(self.object)
        reason = (
            form.cleaned_data.get("exception_reason", "") if bound else self.object.exception_reason
        )
        return super().get_context_data(
            object=self.object,
            project=self.object.project,
            here=self.request.path,
            base=seen.fingerprint(self.object),
            rows=form.rows(),
            may_offer=self.may(Permission.RECORD_TRADE, self.object.place),
            **sheet_context(judged(self.object, asked, reason, on=self.on), asked),
            **kwargs,
        )


def judged(
    application: Application, asked: Sequence[Asked], reason: str, *, on: Any
) -> rules.Sheet:
    """Judge what is typed now by every clause, as filing would; nothing is stored."""
    facts = assessments.facts_of(
        application.project, asked, on=on, application=application, exception_reason=reason
    )
    return rules.assess(facts, book=rulebooks.in_force(on), moment=Moment.FILED)
