"""The page of one act on one claim, and the second pair of eyes on a correction."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from quota_registry.kernel.mass import text
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, Refusal
from quota_registry.kernel.services import access
from quota_registry.kernel.views import FormPage, OfOneObject
from reserve.act_forms import ReasonForm
from reserve.models import Claim, Correction
from reserve.rules.postings import Where
from reserve.selectors import fates
from reserve.services import corrections
from reserve.services.seen import ChangedSince, FatesChanged
from reserve.views.claim_deeds import DEEDS, Deed
from reserve.vocabulary import AccountKind, ClaimStatus


class ActOnClaim(OfOneObject, FormPage):
    """One act on one claim, on a page of its own that says what it will do."""

    permission = Permission.SEE_CLAIMS
    model = Claim
    lookup = "number"
    template_name = "reserve/claim_act.html"
    object: Claim
    form: Any
    deed: Deed
    stale: ChangedSince | FatesChanged | None = None

    def get_queryset(self) -> QuerySet[Any]:
        return Claim.objects.select_related("place", "beneficiary", "polluter", "letter")

    def refuse_unless_permitted(self) -> None:
        deed = DEEDS.get(self.kwargs["verb"].replace("-", "_"))
        if deed is None:
            raise Http404
        self.deed = deed
        # Who may not do it is told so by the service; who may see the claim may ask.
        super().refuse_unless_permitted()
        needed = self.needed()
        if not access.may(self.person, needed, self.object.place, on=self.on):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(needed))

    def needed(self) -> Permission:
        """Name the right that the act needs as the claim stands: a return has two hands."""
        if self.deed.verb in {"return", "refuse"} and self.object.status != ClaimStatus.RECEIVED:
            return Permission.LEAD_JOINT_REVIEW
        return self.deed.permission

    def get_title(self) -> str:
        return str(self.deed.label)

    def get_trail(self) -> list[tuple[str, str]]:
        return [
            (pgettext("menu", "减排项目"), reverse("reserve:claims")),
            (self.object.number, self.home()),
        ]

    def home(self) -> str:
        """Return the claim's own page."""
        return reverse("reserve:claim", args=[self.object.number])

    def get_form(self, form_class: Any = None) -> Any:
        return self.deed.form(claim=self.object, **self.get_form_kwargs())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projected = self.deed.verb in {"admit", "confirm", "conclude"}
        found = fates.of_claim(self.object, on=self.on) if projected else []
        return super().get_context_data(
            object=self.object,
            deed=self.deed,
            cancel=self.home(),
            # What was seen is what is decided on: the page carries its version.
            version=self.object.version
            if self.stale
            else self.request.POST.get("version") or self.object.version,
            stale=self.stale,
            fates=fates.table(found),
            fate_columns=fates.used(found),
            shown=fates.written(found),
            will=in_figures(found) if self.deed.verb == "admit" else [],
            **kwargs,
        )

    @transaction.atomic
    def save(self, form: Any) -> str:
        self.form = form
        version = self.request.POST.get("version", "")
        if not version.isdecimal():
            raise Refusal(_("缺少所见版次，请刷新后重试"))
        try:
            self.deed.do(self, self.object, int(version))
        except (ChangedSince, FatesChanged) as changed:
            self.stale = changed
            raise
        return self.home()

    def form_invalid(self, form: Any) -> HttpResponse:
        if self.stale is None:
            return super().form_invalid(form)
        # The page turns to the version that stands now and says what differs from the one seen.
        self.object = self.stale.claim
        return self.render_to_response(self.get_context_data(form=form), status=self.stale.status)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if response.status_code in (204, 303):
            self.say(str(_("已办理：%(label)s") % {"label": self.deed.label}))
        return response


def in_figures(found: list[fates.LineFates]) -> list[str]:
    """Say what an admission will do, a sentence a pollutant: what goes where, in tonnes."""
    return [
        f"{line.pollutant.symbol}："
        + "，".join(f"{fate.label} +{text(grams)}" for fate, grams in line.parts.items() if grams)
        for line in found
    ]


def called(where: Where) -> str:
    """Call an account in words: whose, of what kind."""
    owner: object = ""
    if where.place:
        owner = Place.objects.get(pk=where.place).spoken
    elif where.polluter:
        owner = Polluter.objects.get(pk=where.polluter)
    return f"{owner} · {AccountKind(where.kind).label}"


class OfOneCorrection(OfOneObject, FormPage):
    """A page on which a proposed correction is decided, with what it would book."""

    model = Correction
    place_lookup = "claim__place"
    template_name = "reserve/claim_act.html"
    object: Correction

    def get_queryset(self) -> QuerySet[Any]:
        return Correction.objects.select_related(
            "claim__place", "claim__beneficiary", "claim__polluter__place", "proposed_by"
        )

    def get_trail(self) -> list[tuple[str, str]]:
        claim = self.object.claim
        address = reverse("reserve:claim", args=[claim.number])
        return [(pgettext("menu", "减排项目"), reverse("reserve:claims")), (claim.number, address)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.object.claim
        return super().get_context_data(
            object=claim,
            correction=self.object,
            cancel=reverse("reserve:claim", args=[claim.number]),
            version=claim.version,
            **self.effects(),
            **kwargs,
        )

    def effects(self) -> dict[str, Any]:
        """Say in figures what approving would do; nothing where it is decided, or cannot be."""
        if self.object.approved_by_id or self.object.rejected_by_id:
            return {}
        try:
            booked = corrections.booked(self.object)
            found = corrections.differences(self.object, on=self.on)
        except Refusal:
            return {}
        return {
            "booked": booked,
            "change": self.object.verified - booked,
            "effects": [(called(where), grams) for where, grams in found.items()],
        }


class ApproveCorrection(OfOneCorrection):
    """The second pair of eyes on a correction: approving posts it."""

    permission = Permission.APPROVE_CORRECTION
    title = _("批准更正")
    form_class = forms.Form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reject = reverse("reserve:correction-reject", args=[self.object.pk])
        return super().get_context_data(reject=reject, **kwargs)

    def save(self, form: Any) -> str:
        corrections.approve(correction=self.object, by=self.person, on=self.on)
        return reverse("reserve:claim", args=[self.object.claim.number])


class RejectCorrection(OfOneCorrection):
    """A proposed correction said no to, or taken back by who proposed it; nothing is posted."""

    permission = Permission.SEE_CLAIMS

    def refuse_unless_permitted(self) -> None:
        super().refuse_unless_permitted()
        needed = corrections.rejecting(self.object, self.person)
        if not access.may(self.person, needed, self.object.claim.place, on=self.on):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(needed))

    def get_title(self) -> str:
        own = self.object.proposed_by_id == self.person.pk
        return str(_("撤回更正") if own else _("否决更正"))

    def get_form(self, form_class: Any = None) -> Any:
        return ReasonForm(claim=self.object.claim, **self.get_form_kwargs())

    def save(self, form: Any) -> str:
        reason = form.cleaned_data["reason"]
        corrections.reject(correction=self.object, reason=reason, by=self.person, on=self.on)
        return reverse("reserve:claim", args=[self.object.claim.number])
