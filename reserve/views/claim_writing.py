"""Writing a claim: beginning one, and the form that computes, checks, saves and files itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from quota_registry.kernel.models import Permit, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, rulebooks
from quota_registry.kernel.views import FormPage, Page, redirect_to
from quota_registry.kernel.vocabulary import Tier
from reserve.forms import ClaimForm, NewClaimForm, field_of, initial_of
from reserve.models import Claim
from reserve.rules.problems import Problem
from reserve.selectors.filing import due_date
from reserve.services import claims, seen
from reserve.services.claims import WRITABLE
from reserve.services.contents import Content
from reserve.views.claim_evidence import evidence_of
from reserve.views.claims import OfOneClaim

PARTS = frozenset({"calculation", "results", "permit"})


class NewClaim(FormPage):
    """The beginning of a claim: whose works, which project, of what kind."""

    permission = Permission.DECLARE_CLAIM
    title = gettext_lazy("新建申报")
    template_name = "reserve/claim_new.html"
    form_class = NewClaimForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {
            "places": self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None),
            "polluters": polluters_in_sight(self),
        }
        if "data" in kwargs and not kwargs["data"].get("place"):
            kwargs["data"] = kwargs["data"].copy()
            kwargs["data"]["place"] = self._usual_place()
        return kwargs

    def get_initial(self) -> dict[str, Any]:
        return {"place": self._usual_place(), "polluter": self.request.GET.get("polluter", "")}

    def _usual_place(self) -> str:
        here = self.acting_place
        if here is not None and here.tier in (Tier.COUNTY, Tier.PARK):
            return here.code
        first = self.places().filter(tier__in=[Tier.COUNTY, Tier.PARK]).first()
        return first.code if first else ""

    def get_trail(self) -> list[tuple[str, str]]:
        return [(pgettext("menu", "减排项目"), reverse("reserve:claims"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(cancel=reverse("reserve:claims"), **kwargs)
        context["shown"] = name_of_polluter(context["form"])
        return context

    def save(self, form: Any) -> str:
        claim = claims.draft(
            place=form.cleaned_data["place"],
            content=Content(
                polluter=form.cleaned_data["polluter"],
                project=form.cleaned_data["project"],
                source_kind=form.cleaned_data["source_kind"],
            ),
            by=self.person,
            on=self.on,
        )
        return reverse("reserve:claim-edit", args=[claim.number])


class WriteClaim(OfOneClaim, Page):
    """The form of a draft or a returned claim; it saves itself, computes itself, and files."""

    permission = Permission.DECLARE_CLAIM
    template_name = "reserve/claim_edit.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.status not in WRITABLE:
            return redirect_to(request, reverse("reserve:claim", args=[self.object.number]))
        form = self.make_form(initial=initial_of(self.object))
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        part = request.GET.get("part")
        if part in PARTS:
            data = request.POST
            if part == "permit":
                data = with_its_permit(data, polluters_in_sight(self))
            return self.render_to_response(self.get_context_data(form=self.make_form(data=data)))
        form = self.make_form(data=request.POST)
        readable = form.is_valid()
        filing = "file" in request.POST
        try:
            self.object = claims.save(
                claim=self.object,
                content=form.content(),
                by=self.person,
                on=self.on,
                typed=form.typed(),
                base=request.POST.get("base", ""),
            )
            if part == "autosave":
                saved_at = f"{timezone.localtime():%H:%M}"
                base = seen.fingerprint(self.object)
                return JsonResponse({"saved_at": saved_at, "fields": {"base": base}})
            if filing and readable:
                claims.file(claim=self.object, by=self.person, on=self.on)
                self.say(_("申报已提交，等待县级签收。"))
                return redirect_to(request, reverse("reserve:claim", args=[self.object.number]))
        except claims.NotFileable as refusal:
            self.note(refusal)
            return self.again(form, refusal.problems)
        except seen.WrittenMeanwhile as refusal:
            self.note(refusal)
            self.object = refusal.claim
            form.add_error(None, str(refusal))
            differences = list(differing(form, initial_of(refusal.claim)))
            return self.again(form, differences=differences, status=refusal.status)
        except Refusal as refusal:
            self.note(refusal)
            form.add_error(None, str(refusal))
            return self.again(form)
        if not readable:
            # What else would stand in the way of filing is told with it, in one go.
            return self.again(form, claims.check(self.object, on=self.on) if filing else ())
        self.say(_("草稿已保存。"))
        return redirect_to(request, reverse("reserve:claim-edit", args=[self.object.number]))

    def again(
        self,
        form: ClaimForm,
        problems: Iterable[Problem] = (),
        *,
        differences: list[tuple[str, str, str]] | None = None,
        status: int = 422,
    ) -> HttpResponse:
        """Show the form with everything typed, each problem beside its field and on top."""
        others = []
        for problem in problems:
            if problem.only_warns:
                continue
            name = field_of(form, problem.field)
            if name:
                form.add_error(name, str(problem))
            else:
                others.append((anchor_of(form, problem.field), str(problem)))
        wrong = [
            (anchor_of(form, name), form[name].label, text)
            for name in form.errors
            if name in form.fields
            for text in form.errors[name]
        ]
        context = self.get_context_data(
            form=form,
            wrong=[
                *(("", "", text) for text in form.non_field_errors()),
                *wrong,
                *((anchor, "", text) for anchor, text in others),
            ],
            differences=differences,
        )
        return self.render_to_response(context, status=status)

    def get_template_names(self) -> list[str]:
        part = self.request.GET.get("part")
        if self.request.method == "POST" and part in PARTS:
            return [f"reserve/claim_{part}.html"]
        if self.request.method == "GET" and part == "problems":
            return ["reserve/claim_problems.html"]
        return [self.template_name]

    def make_form(self, **kwargs: Any) -> ClaimForm:
        """Make the form of this claim, bound or not."""
        return ClaimForm(claim=self.object, polluters=polluters_in_sight(self), **kwargs)

    def get_title(self) -> str:
        return _("填写申报 %(number)s") % {"number": self.object.number}

    def get_trail(self) -> list[tuple[str, str]]:
        address = reverse("reserve:claim", args=[self.object.number])
        return [*super().get_trail(), (self.object.number, address)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form: ClaimForm = kwargs["form"]
        claim = self.object
        asked = self.request.GET.get("part")
        # Read before the form's dates are tried on the claim.
        problems = [] if asked in PARTS else claims.check(claim, on=self.on)
        return super().get_context_data(
            base=seen.fingerprint(claim),
            shown=name_of_polluter(form) or claim.polluter.name,
            columns=[(key, str(label)) for key, label in form.uses],
            results=[one_line(form, result) for result in form.results().values()],
            due_on=due_date_of(form, claim, self.on),
            problems=[
                (anchor_of(form, field_of(form, one.field) or one.field), one) for one in problems
            ],
            **evidence_of(claim),
            **kwargs,
        )


def with_its_permit(typed: Any, polluters: QuerySet[Polluter]) -> Any:
    """Choose the permit of a polluter, one of *polluters*, that has only one."""
    data = typed.copy()
    holder = str(data.get("polluter", ""))
    chosen = polluters.filter(pk=int(holder)) if holder.isdecimal() else polluters.none()
    own = list(Permit.objects.filter(polluter__in=chosen)[:2])
    data["permit"] = str(own[0].pk) if len(own) == 1 else ""
    return data


def anchor_of(form: ClaimForm, name: str) -> str:
    """Return the id of what one types into for the field *name*, or of the part it stands in."""
    if name not in form.fields:
        return "evidence" if name == "evidence" else "claim"
    auto_id = form[name].auto_id
    return {"polluter": f"{auto_id}_text", "destination": f"{auto_id}_0"}.get(name, str(auto_id))


def differing(form: ClaimForm, stored: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Say where what is typed differs from what somebody else stored: label, stored, typed."""
    for name in form.fields:
        here, there = form.typed_text(name), str(stored.get(name) or "").strip()
        # A box that is ticked is "on" when typed and True when stored.
        if here != there and {here, there} != {"on", "True"}:
            yield str(form[name].label), in_words(form, name, there), in_words(form, name, here)


def in_words(form: ClaimForm, name: str, value: str) -> str:
    """Call a value of a choice by its label."""
    choices = getattr(form.fields[name], "choices", ())
    if name == "polluter":
        found = Polluter.objects.filter(pk=int(value)).first() if value.isdecimal() else None
        return found.name if found else value
    return next((str(label) for key, label in choices if str(key) == value), value) if value else ""


def one_line(form: ClaimForm, result: Any) -> dict[str, Any]:
    """Put one pollutant on one line: verified = binding + earlier projects + admissible."""
    form.is_valid()
    cleaned = getattr(form, "cleaned_data", {})

    def used(key: str) -> int:
        name = f"{key}_{result.pollutant}"
        if form.is_bound:
            return cleaned.get(name) or 0
        try:
            return form.fields[name].clean(form.typed_text(name)) or 0
        except ValidationError:
            # What cannot be read counts as nothing while typing.
            return 0

    binding, prior = used("binding"), used("prior")
    left = None if result.grams is None else result.grams - binding - prior
    return {
        "pollutant": result.pollutant,
        "verified": result.grams,
        "binding": binding,
        "prior": prior,
        "admissible": left,
        "wrong": result.refusal
        or (_("已用量之和大于核定量") if left is not None and left < 0 else ""),
    }


def due_date_of(form: ClaimForm, claim: Claim, on: date) -> date | None:
    """Say by when what is typed now must be filed, or what is stored where it cannot be read."""
    if form.is_bound:
        form.is_valid()
        for name in ("permit_changed_on", "accepted_on"):
            setattr(claim, name, form.cleaned_data.get(name))
    return due_date(claim, book=rulebooks.in_force(on))


def polluters_in_sight(view: Any) -> QuerySet[Polluter]:
    """Return the polluters that lie where the person may see them."""
    return Polluter.objects.filter(access.within(view.person, Permission.SEE_POLLUTERS, on=view.on))


def name_of_polluter(form: Any) -> str:
    """Return the name of the polluter chosen in *form*, for the field that shows it."""
    value = form["polluter"].value()
    if not value or not str(value).isdecimal():
        return ""
    found = form.fields["polluter"].queryset.filter(pk=value).first()
    return found.name if found else ""
