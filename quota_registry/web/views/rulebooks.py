"""The rule books: which ruled when, what each says, the drafting and the second signature."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import RuleBookVersion
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.rulebook import RuleBook, default_book
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import Act, DetailPage, FormPage, ListPage, OfOneObject
from quota_registry.web.rulebooks import DRAWS, STATES, DraftForm, lines


class RuleBooks(ListPage):
    """Every version, the newest first, with drafts."""

    permission = None
    model = RuleBookVersion
    title = _("规则手册")
    template_name = "rulebook/versions.html"
    orders = {"starts": ("in_force", "number")}
    default_sort = "-starts"

    def get_queryset(self) -> QuerySet[Any]:
        return RuleBookVersion.objects.select_related("drafted_by", "approved_by").defer("content")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.rules_today = row.approved_at is not None and self.on in row.in_force
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_draft=self.may(Permission.DRAFT_RULES), **kwargs)


class OneRuleBook(DetailPage):
    """One version as a table in the notice's order, with what it changed."""

    permission = None
    model = RuleBookVersion
    lookup = "number"
    place_lookup = ""
    template_name = "rulebook/version.html"

    def get_queryset(self) -> QuerySet[Any]:
        return RuleBookVersion.objects.select_related("drafted_by", "approved_by")

    def get_title(self) -> str:
        return str(_("规则版本 %(number)s") % {"number": self.object.number})

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("规则手册")), reverse("rulebooks"))]

    def before(self) -> RuleBookVersion | None:
        """Return the approved version that ruled the day before this one begins."""
        return (
            RuleBookVersion.objects.filter(
                approved_at__isnull=False, in_force__startswith__lt=self.object.in_force.lower
            )
            .exclude(pk=self.object.pk)
            .order_by("-in_force")
            .first()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version: RuleBookVersion = self.object
        earlier = self.before()
        found = list(
            lines(
                RuleBook.from_document(version.content),
                RuleBook.from_document(earlier.content) if earlier else None,
            )
        )
        return super().get_context_data(
            lines=found,
            changed=[line for line in found if line.before],
            earlier=earlier,
            states=STATES,
            draws=DRAWS,
            rules_today=version.approved_at is not None and self.on in version.in_force,
            may_approve=version.approved_at is None
            and version.drafted_by_id != self.person.pk
            and self.may(Permission.APPROVE_RULES),
            **kwargs,
        )


class Draft(FormPage):
    """A new version, begun from the one that rules today."""

    permission = Permission.DRAFT_RULES
    title = _("起草规则版本")
    template_name = "rulebook/draft.html"
    form_class = DraftForm
    success_message = _("已起草，待他人批准。")

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("规则手册")), reverse("rulebooks"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        try:
            book = rulebooks.in_force(self.on)
        except rulebooks.NoRuleBook:
            book = default_book()
        return super().get_form_kwargs() | {"book": book}

    def get_initial(self) -> dict[str, Any]:
        return {"starts": self.on}

    def save(self, form: Any) -> str:
        said = form.cleaned_data
        version = rulebooks.draft(
            number=said["number"],
            book=said["book"],
            starts=said["starts"],
            document=said["document"],
            by=self.person,
            on=self.on,
        )
        return reverse("rulebook", kwargs={"number": version.number})


class Approve(OfOneObject, Act):
    """The second signature, by which a version begins to rule."""

    permission = Permission.APPROVE_RULES
    model = RuleBookVersion
    lookup = "number"
    place_lookup = ""

    def back(self) -> str:
        return reverse("rulebook", kwargs={"number": self.object.number})

    def act(self) -> str:
        rulebooks.approve(version=self.object, by=self.person, on=self.on)
        self.say(str(_("规则版本已批准。")))
        return self.back()
