"""Claims: the list, one with its whole story, beginning one and writing it."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, audit, files, rulebooks
from quota_registry.kernel.views import (
    Act,
    Column,
    DetailPage,
    FormPage,
    ListPage,
    OfOneObject,
    Page,
    redirect_to,
)
from quota_registry.kernel.vocabulary import Pollutant, Tier
from reserve.forms import ClaimForm, NewClaimForm, initial_of
from reserve.models import Claim, ClaimLine, Evidence, Lot
from reserve.querysets import ClaimQuerySet
from reserve.rules.methods import METHODS
from reserve.selectors import claims as selected
from reserve.selectors import fates, waiting
from reserve.selectors.accounting import ROWS
from reserve.selectors.filing import due_date
from reserve.services import claims, evidence
from reserve.services.claims import WRITABLE
from reserve.services.contents import Content
from reserve.views.claim_acts import acts_of
from reserve.views.claim_bulk import BULK
from reserve.vocabulary import (
    AccountingMethod,
    ClaimStatus,
    EvidenceKind,
    Fate,
    LotSourceKind,
    SourceKind,
)

PATH = (
    (ClaimStatus.FILED, gettext_lazy("申报"), "file"),
    (ClaimStatus.SCREENED, gettext_lazy("初审"), "screen"),
    (ClaimStatus.REVIEWED, gettext_lazy("要素处室审核"), "review"),
    (ClaimStatus.JOINT_REVIEWED, gettext_lazy("会审"), "conclude"),
    (ClaimStatus.PROVINCE_CONFIRMED, gettext_lazy("省级确认"), "confirm"),
    (ClaimStatus.ADMITTED, gettext_lazy("入库"), "admit"),
)


class ClaimFilter(django_filters.FilterSet):
    """By number, polluter or project, by place, status, kind, and by what waits for me."""

    q = django_filters.CharFilter(label=gettext_lazy("编号、单位或项目"), method="named")
    place = django_filters.ChoiceFilter(
        label=gettext_lazy("申报单位"), choices=lambda: declarers(), method="below"
    )
    status = django_filters.ChoiceFilter(label=gettext_lazy("状态"), choices=ClaimStatus.choices)
    source_kind = django_filters.ChoiceFilter(
        label=gettext_lazy("减排类型"), choices=SourceKind.choices
    )
    year = django_filters.NumberFilter(
        label=gettext_lazy("申报年度"), field_name="filed_on", lookup_expr="year"
    )
    batch = django_filters.NumberFilter(label=gettext_lazy("导入批次"), field_name="batch")
    letter = django_filters.CharFilter(
        label=gettext_lazy("省级文件文号"), field_name="letter__number", lookup_expr="icontains"
    )

    class Meta:
        model = Claim
        fields: list[str] = []

    def named(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        words = value.strip()
        return rows.filter(
            Q(number__icontains=words)
            | Q(project__icontains=words)
            | Q(polluter__name__icontains=words)
            | Q(polluter__uscc__icontains=words)
        )

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        place = Place.objects.filter(code=value).first()
        return rows.filter(place__path__startswith=place.path) if place else rows.none()


def declarers() -> list[tuple[str, str]]:
    """Offer the places that declare: counties and parks."""
    places = Place.objects.filter(tier__in=[Tier.COUNTY, Tier.PARK], valid_until=None)
    return [(place.code, place.name) for place in places]


def _verified(pollutant: Pollutant) -> Column:
    def value(claim: Claim) -> int | None:
        return next((x.verified for x in claim.lines.all() if x.pollutant == pollutant), None)

    return Column(pollutant.symbol, value, "mass")


class Claims(ListPage):
    """Every claim in sight; selected ones are dealt with together."""

    permission = Permission.SEE_CLAIMS
    model = Claim
    title = gettext_lazy("减排项目")
    template_name = "reserve/claims.html"
    filterset_class = ClaimFilter
    orders = {"number": ("number",), "due": ("due_on", "pk"), "pk": ("pk",)}
    default_sort = "-pk"
    columns = (
        Column(gettext_lazy("申报编号"), "number"),
        Column(gettext_lazy("申报单位"), "place.name"),
        Column(gettext_lazy("排污单位"), "polluter.name"),
        Column(gettext_lazy("统一社会信用代码"), "polluter.uscc"),
        Column(gettext_lazy("项目名称"), "project"),
        Column(gettext_lazy("减排类型"), "get_source_kind_display"),
        Column(gettext_lazy("状态"), "get_status_display"),
        Column(gettext_lazy("完成日期"), "finished_on", "day"),
        Column(gettext_lazy("申报期限"), "due_on", "day"),
        Column(gettext_lazy("申报日期"), "filed_on", "day"),
        *(_verified(pollutant) for pollutant in Pollutant),
    )

    def get_queryset(self) -> QuerySet[Any]:
        rows: ClaimQuerySet = selected.visible(self.person, on=self.on)
        return rows.select_related("place", "polluter").prefetch_related("lines")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            may_declare=self.may(Permission.DECLARE_CLAIM),
            bulk=[one for one in BULK.values() if self.may(one.permission)],
            finals=[status.value for status in ClaimStatus if status.is_final],
            **kwargs,
        )


class OfOneClaim(OfOneObject):
    """A view of the claim that the address names by its number."""

    model = Claim
    lookup = "number"
    object: Claim

    def get_queryset(self) -> QuerySet[Any]:
        return Claim.objects.select_related(
            "place", "beneficiary", "polluter__place", "permit", "letter", "rule_book"
        )

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the list of claims."""
        return [(_("减排项目"), reverse("reserve:claims"))]


class OneClaim(OfOneClaim, DetailPage):
    """A claim: what it is, where it stands, what is asked of me, what happened, the proof."""

    permission = Permission.SEE_CLAIMS
    template_name = "reserve/claim.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.object
        lines = sorted(
            claim.lines.select_related("reviewed_by"),
            key=lambda line: Pollutant.values.index(line.pollutant),
        )
        found = fates.of_claim(claim, on=self.on)
        story = selected.timeline(claim)
        return super().get_context_data(
            lines=[(line, inputs_in_words(line)) for line in lines],
            fates=found,
            fate_columns=list(Fate),
            chart=stacked(found) if found else None,
            story=story,
            path=_path(claim, story),
            acts=acts_of(claim, self.person, on=self.on),
            asked=waiting.asked_of(claim),
            writable=claim.status in WRITABLE and self.may(Permission.DECLARE_CLAIM, claim.place),
            problems=claims.check(claim, on=self.on) if claim.status in WRITABLE else [],
            evidence=claim.evidence.filter(removed_at=None).select_related("file", "added_by"),
            inspections=claim.inspections.select_related("ordered_by", "first_inspector"),
            opinions=claim.opinions.select_related("by"),
            corrections=claim.corrections.select_related("proposed_by", "approved_by"),
            lots=Lot.objects.filter(source__kind=LotSourceKind.CLAIM, source__number=claim.number),
            **kwargs,
        )


def stacked(found: list[fates.LineFates]) -> dict[str, Any]:
    """Draw the fates of every verified gram as one stacked bar a pollutant, in per cent."""

    def share(line: fates.LineFates, fate: Fate) -> str:
        return f"{line.parts.get(fate, 0) * 100 / line.verified:.2f}"

    shown = [fate for fate in Fate if any(line.parts.get(fate) for line in found)]
    return {
        "kind": "bar",
        "stacked": True,
        "horizontal": True,
        "title": _("核定量的去向"),
        "subtitle": _("占核定量的百分比，逐项相加为 100"),
        "unit": "%",
        "source": _("按规则测算") if found[0].projected else _("总量台账分录"),
        "axis": _("污染物"),
        "categories": [line.pollutant.symbol for line in found],
        "series": [
            {
                "name": str(fate.label),
                "key": fate.value,
                "values": [share(line, fate) for line in found],
            }
            for fate in shown
        ],
    }


def inputs_in_words(line: ClaimLine) -> list[tuple[str, str, str]]:
    """Call a line's inputs by their labels, with value and unit, in the method's order."""
    method = METHODS[AccountingMethod(line.method)]
    rows = line.inputs.get(ROWS, []) if method.repeated else [line.inputs]
    return [
        (str(given.label), str(row[given.name]), str(given.unit))
        for row in rows
        for given in method.inputs
        if row.get(given.name) not in (None, "")
    ]


def _path(claim: Claim, story: list[selected.Moment]) -> list[dict[str, Any]]:
    """Lay out the way of a claim: what is done, by whom and when, and where it stands."""
    last = {moment.verb.removesuffix("_water").removesuffix("_air"): moment for moment in story}
    order = [status for status, _label, _verb in PATH]
    stands = order.index(ClaimStatus(claim.status)) if claim.status in order else -1
    if claim.status == ClaimStatus.RECEIVED:
        stands = 0
    over = claim.status in {ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN, ClaimStatus.RETURNED}
    return [
        {
            "label": label,
            "done": place <= stands,
            "now": place == stands + 1 and not over,
            "moment": last.get(verb) if place <= stands else None,
        }
        for place, (_status, label, verb) in enumerate(PATH)
    ]


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
        return [(_("减排项目"), reverse("reserve:claims"))]

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
        form = self.make_form(data=request.POST)
        match request.GET.get("part"):
            case "calculation":
                return self.render_to_response(self.get_context_data(form=form))
            case "results":
                return self.render_to_response(self.get_context_data(form=form))
        readable = form.is_valid()
        try:
            self.object = claims.save(
                claim=self.object,
                content=form.content(),
                by=self.person,
                on=self.on,
                typed=form.typed(),
            )
            if request.GET.get("part") == "autosave":
                moment = timezone.localtime()
                return JsonResponse({"saved_at": f"{moment:%H:%M}"})
            if "file" in request.POST and readable:
                claims.file(claim=self.object, by=self.person, on=self.on)
                self.say(_("申报已提交，等待县级签收。"))
                return redirect_to(request, reverse("reserve:claim", args=[self.object.number]))
        except claims.NotFileable as refusal:
            self.note(refusal)
            context = self.get_context_data(form=form, refused=refusal.problems)
            return self.render_to_response(context, status=422)
        except Refusal as refusal:
            self.note(refusal)
            form.add_error(None, str(refusal))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        if not readable:
            return self.render_to_response(self.get_context_data(form=form), status=422)
        self.say(_("草稿已保存。"))
        return redirect_to(request, reverse("reserve:claim-edit", args=[self.object.number]))

    def get_template_names(self) -> list[str]:
        part = self.request.GET.get("part")
        if self.request.method == "POST" and part in ("calculation", "results"):
            return [f"reserve/claim_{part}.html"]
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
        found = form.results()
        return super().get_context_data(
            object=claim,
            shown=name_of_polluter(form) or claim.polluter.name,
            permit=claim.permit,
            columns=[(key, str(label)) for key, label in form.uses],
            results=[_line(form, result) for result in found.values()],
            due_on=due_date_of(form, claim, self.on),
            problems=[] if form.is_bound else claims.check(claim, on=self.on),
            evidence=claim.evidence.filter(removed_at=None).select_related("file"),
            evidence_kinds=EvidenceKind.choices,
            **kwargs,
        )


def _line(form: ClaimForm, result: Any) -> dict[str, Any]:
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
    if form.is_bound and form.is_valid():
        claim.permit_changed_on = form.cleaned_data.get("permit_changed_on")
        claim.accepted_on = form.cleaned_data.get("accepted_on")
    return due_date(claim, book=rulebooks.in_force(on))


def polluters_in_sight(view: Any) -> QuerySet[Polluter]:
    """Return the polluters that lie where the person may see them."""
    return Polluter.objects.filter(access.within(view.person, Permission.SEE_POLLUTERS, on=view.on))


def name_of_polluter(form: Any) -> str:
    """Return the name of the polluter chosen in *form*, for the field that shows it."""
    value = form["polluter"].value()
    if not value or not str(value).isdigit():
        return ""
    found = form.fields["polluter"].queryset.filter(pk=value).first()
    return found.name if found else ""


class AddEvidence(OfOneClaim, Act):
    """Files that prove something about a claim being written."""

    permission = Permission.DECLARE_CLAIM

    def back(self) -> str:
        return reverse("reserve:claim-edit", args=[self.object.number]) + "#evidence"

    def act(self) -> str:
        for upload in self.request.FILES.getlist("files"):
            evidence.attach(
                claim=self.object,
                kind=self.request.POST.get("kind", EvidenceKind.OTHER),
                upload=upload,
                by=self.person,
                on=self.on,
            )
        return self.back()


class OfOneEvidence(OfOneObject):
    """A view of one piece of evidence, at its claim's place."""

    model = Evidence
    place_lookup = "claim__place"
    object: Evidence

    def get_queryset(self) -> QuerySet[Any]:
        return Evidence.objects.select_related("claim__place", "file")


class RemoveEvidence(OfOneEvidence, Act):
    """The taking away of a file from a claim being written; its row stays."""

    permission = Permission.DECLARE_CLAIM

    def back(self) -> str:
        return reverse("reserve:claim-edit", args=[self.object.claim.number]) + "#evidence"

    def act(self) -> str:
        evidence.remove(evidence=self.object, by=self.person, on=self.on)
        return self.back()


class ShowEvidence(OfOneEvidence):
    """A file of a claim, streamed to whoever may see the claim, and written down."""

    permission = Permission.SEE_CLAIMS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file = self.object.file
        audit.record(
            verb="evidence", by=self.person, subject=self.object.claim.number, file=file.name
        )
        shown = file.media_type.startswith(("application/pdf", "image/"))
        response = FileResponse(
            files.open_bytes(file),
            as_attachment=not shown,
            filename=file.name,
            content_type=file.media_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response
