"""Writing a project: putting it on record, correcting it, and approving its strategic class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.forms import COLUMNS, ProjectForm, initial_of
from allocation.models import Project
from allocation.rules import replacement
from allocation.rules.facts import ProjectFacts
from allocation.selectors import coverage
from allocation.services import projects
from allocation.views.projects import LIST, OfOneProject
from allocation.vocabulary import ProjectKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Polluter, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, files, rulebooks
from quota_registry.kernel.views import FormPage, StreamedFile

SALT = "allocation.strategic-file"


class ProjectPage(FormPage):
    """The form of a project; while one types it says what would have to be replaced (§7)."""

    permission = Permission.KEEP_PROJECTS
    template_name = "allocation/project_edit.html"
    form_class = ProjectForm
    # A file that was handed in before a refusal is not asked for twice.
    kept: StoredFile | None = None
    project: Project | None = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("part") == "duties":
            form = self.get_form()
            form.is_valid()
            context = self.get_context_data(form=form)
            return self.response_class(
                request=request, template="allocation/project_duties.html", context=context
            )
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        seen = Polluter.objects.filter(
            access.within(self.person, Permission.KEEP_PROJECTS, on=self.on)
        )
        return super().get_form_kwargs() | {"polluters": seen}

    def get_trail(self) -> list[tuple[str, str]]:
        return [(_("建设项目"), reverse(LIST))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            columns=[(key, str(label), *formula) for key, label, *formula in COLUMNS],
            max_bytes=settings.QUOTA_FILE_MAX_BYTES,
            **kwargs,
        )
        form = context["form"]
        kept = self.kept_before()
        return context | {
            "shown": _named(form),
            "kept": kept,
            "kept_key": signing.dumps(kept.pk, salt=SALT) if kept else "",
            "project": self.project,
            "duties": self.duties(form),
        }

    def duties(self, form: ProjectForm) -> list[replacement.Duty]:
        """Reckon what is typed now would have to replace; nothing while it cannot be read."""
        if not form.is_bound:
            return []
        form.is_valid()
        said = form.cleaned_data
        kept = self.project
        approved = (
            kept is not None
            and kept.is_strategic
            and kept.strategic_class == said.get("strategic_class")
        )
        facts = ProjectFacts(
            kind=ProjectKind(said.get("kind") or ProjectKind.NEW),
            strategic=approved,
            exempt_kind=said.get("exempt_kind") or "",
            increments={one.pollutant: Grams(one.emission - one.offset) for one in form.books()},
        )
        return list(replacement.duties(facts, book=rulebooks.in_force(self.on)).values())

    # ── The file of the strategic class ──
    def kept_before(self) -> StoredFile | None:
        """Return the file that stands: just handed in, handed in before a refusal, or on record."""
        if self.kept is None and (key := self.request.POST.get("kept", "")):
            try:
                pk = signing.loads(key, salt=SALT)
            except signing.BadSignature:
                return None
            self.kept = StoredFile.objects.filter(pk=pk, uploaded_by=self.person).first()
        return self.kept or (self.project.strategic_file if self.project else None)

    def proof(self, form: ProjectForm) -> StoredFile | None:
        """Keep the file that came with the form, else give the one that stands, for its class."""
        if not form.cleaned_data.get("strategic_class"):
            return None
        upload, polluter = self.request.FILES.get("strategic_file"), form.cleaned_data["polluter"]
        if upload is not None:
            self.kept = files.store(upload=upload, place=polluter.place, by=self.person)
        return self.kept_before()

    def form_invalid(self, form: Any) -> HttpResponse:
        if self.kept is None and form.cleaned_data.get("polluter"):
            try:
                self.proof(form)
            except Refusal as refusal:
                form.add_error("strategic_file", str(refusal))
        return super().form_invalid(form)


class NewProject(ProjectPage):
    """A project that is put on record where its polluter lies."""

    title = gettext_lazy("登记建设项目")
    success_message = gettext_lazy("建设项目已登记。")

    def get_initial(self) -> dict[str, Any]:
        return {"polluter": self.request.GET.get("polluter", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=reverse(LIST), **kwargs)

    def save(self, form: Any) -> str:
        content = form.content(proof=self.proof(form))
        project = projects.record(content=content, by=self.person, on=self.on)
        return reverse("allocation:project", args=[project.number])


class EditProject(OfOneProject, ProjectPage):
    """The correction of a project that no application stands on."""

    success_message = gettext_lazy("建设项目已更正。")

    def refuse_unless_permitted(self) -> None:
        super().refuse_unless_permitted()
        self.project = self.object

    def get_title(self) -> str:
        return _("更正 %(number)s") % {"number": self.object.number}

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (self.object.number, self.home())]

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        # Whose project it is stands for ever.
        form.fields["polluter"].disabled = True
        return form

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel=self.home(), object=self.object, **kwargs)

    def save(self, form: Any) -> str:
        content = form.content(proof=self.proof(form))
        projects.correct(project=self.object, content=content, by=self.person, on=self.on)
        return self.home()


class ApproveStrategic(OfOneProject, FormPage):
    """The second pair of eyes on a strategic class, with its basis and its file before them."""

    permission = Permission.APPROVE_STRATEGIC
    title = gettext_lazy("认定战略性新兴产业")
    template_name = "allocation/project_approve.html"
    form_class = forms.Form
    success_message = gettext_lazy("战略性新兴产业类别已认定。")

    def get_trail(self) -> list[tuple[str, str]]:
        return [*super().get_trail(), (self.object.number, self.home())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object, cancel=self.home(), changes=self.changes(), **kwargs
        )

    def changes(self) -> list[tuple[replacement.Duty, replacement.Duty]]:
        """Say which duties the approval lowers: as they are, and as they will be."""
        book, facts = rulebooks.in_force(self.on), coverage.facts_of(self.object)
        plain, classed = (
            replacement.duties(replace(facts, strategic=strategic), book=book)
            for strategic in (False, True)
        )
        return [
            (plain[one], classed[one])
            for one in plain
            if plain[one].required != classed[one].required
        ]

    def save(self, form: Any) -> str:
        projects.approve_strategic(project=self.object, by=self.person, on=self.on)
        return self.home()


class StrategicFile(OfOneProject, StreamedFile):
    """The file that proves a strategic class."""

    permission = Permission.SEE_PROJECTS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.strategic_file is None:
            raise Http404
        return self.stream(self.object.strategic_file, self.object.number)


def _named(form: ProjectForm) -> str:
    """Return the name of the polluter chosen in *form*, for the field that shows it."""
    value = str(form["polluter"].value() or "")
    field: Any = form.fields["polluter"]
    found = field.queryset.filter(pk=int(value)).first() if value.isdecimal() else None
    return found.name if found else ""
