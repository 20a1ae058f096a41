"""What people do to one claim: an act a verb, each with the little form that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.models import Person
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted, Refusal
from quota_registry.kernel.services import access, files
from quota_registry.kernel.views import FormPage, OfOneObject
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.models import Claim, Correction, Inspection, Opinion
from reserve.selectors import claims as selected
from reserve.selectors import fates
from reserve.services import (
    admissions,
    claims,
    corrections,
    inspections,
    joint_reviews,
    letters,
    reviews,
    screening,
    voids,
)
from reserve.services.letters import Confirmed
from reserve.services.reviews import Verdict
from reserve.vocabulary import ClaimStatus, Fate, LineStatus


class ActForm(forms.Form):
    """The form of an act on a claim; it knows the claim, and by default it asks for nothing."""

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim


def _words(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(ActForm):
    """An act that says why."""

    reason = _words(_("理由"), required=True)


class NoteForm(ActForm):
    """An act that may say something."""

    note = _words(_("意见"), required=False)


class InspectionForm(ActForm):
    """What was found on site (§21)."""

    visited_on = forms.DateField(
        label=_("核查日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    second_inspector = forms.CharField(
        label=_("第二核查人"), max_length=60, help_text=_("登记人为第一核查人。")
    )
    finding = forms.ChoiceField(
        label=_("结论"), choices=Inspection.Finding.choices, widget=forms.RadioSelect
    )
    remarks = _words(_("情况说明"), required=False)
    photos = forms.FileField(
        label=_("现场照片"),
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg,.pdf"}),
        help_text=_("PNG、JPG 或 PDF。"),
    )


class ReviewForm(ActForm):
    """A division's word on each line of its medium; a refused line leaves with its reason."""

    medium: Medium

    def __init__(self, *args: Any, medium: Medium, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.medium = medium
        codes = [pollutant.value for pollutant in Pollutant.of_medium(medium)]
        self.lines = list(self.claim.lines.filter(pollutant__in=codes).order_by("pk"))
        for line in self.lines:
            self.fields[f"verdict_{line.pollutant}"] = forms.ChoiceField(
                label=Pollutant(line.pollutant).label,
                choices=[
                    ("accept", pgettext_lazy("claim line", "通过")),
                    ("refuse", pgettext_lazy("claim line", "不通过")),
                ],
                initial="refuse" if line.status == LineStatus.REFUSED else "accept",
            )
            self.fields[f"reason_{line.pollutant}"] = forms.CharField(
                label=_("不通过的理由"), required=False, max_length=300, initial=line.reason
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Give each line with its two fields."""
        return [
            (line, self[f"verdict_{line.pollutant}"], self[f"reason_{line.pollutant}"])
            for line in self.lines
        ]

    def verdicts(self) -> dict[str, Verdict]:
        """Return what was said of each line."""
        said = self.cleaned_data
        return {
            line.pollutant: Verdict(
                said[f"verdict_{line.pollutant}"] == "accept", said[f"reason_{line.pollutant}"]
            )
            for line in self.lines
        }


class OpinionForm(ActForm):
    """An opinion of the joint review."""

    agrees = forms.ChoiceField(
        label=_("会审意见"),
        choices=[("1", _("同意")), ("0", _("不同意"))],
        widget=forms.RadioSelect,
        initial="1",
    )
    text = _words(_("意见内容"), required=False)


class LetterForm(ActForm):
    """The province's letter with its grams; a percentage only fills in what is left blank."""

    number = forms.CharField(label=_("省级文件文号"), max_length=60)
    dated = forms.DateField(
        label=_("文件日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    percent = forms.DecimalField(
        label=_("省级份额（%）"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        help_text=_("只用来填充下面留空的数量。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in self.claim.lines.filter(status=LineStatus.ACCEPTED):
            self.fields[f"province_{line.pollutant}"] = TonnesField(
                label=_("省级份额"), required=False
            )

    columns = (("province", str(_("省级份额"))),)

    def grams(self) -> dict[str, int]:
        """Return the grams that the letter states."""
        return {
            name.removeprefix("province_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("province_") and value is not None
        }


class CorrectionForm(ActForm):
    """A proposal to correct one line of an admitted claim."""

    pollutant = forms.ChoiceField(label=_("污染物"))
    verified = TonnesField(label=_("更正后核定量（吨/年）"))
    document = forms.CharField(label=_("文号"), max_length=60)
    reason = _words(_("理由"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = self.claim.lines.filter(status=LineStatus.ACCEPTED)
        self.fields["pollutant"].choices = [  # type: ignore[attr-defined]  # a choice's field
            (line.pollutant, Pollutant(line.pollutant).label) for line in lines
        ]


class VoidForm(ActForm):
    """A proposal to void what was got by deceit (§21)."""

    document = forms.CharField(label=_("文号"), max_length=60)
    reason = _words(_("理由"), required=True)


@dataclass(frozen=True, slots=True)
class Deed:
    """An act: its word, its right, its form, the service that does it, what it will do."""

    verb: str
    label: str | Promise
    permission: Permission
    do: Callable[[Any, Claim, int], Any]
    form: Callable[..., ActForm] = ActForm
    danger: bool = False
    help: str | Promise = ""
    clause: str = ""


def _act(service: Callable[..., Any], *names: str) -> Callable[[Any, Claim, int], Any]:
    """Call *service* with the claim, the version seen and the named fields of the form."""

    def do(view: Any, claim: Claim, version: int) -> Any:
        typed = {name: view.form.cleaned_data[name] for name in names}
        return service(claim=claim, version=version, **typed, by=view.person, on=view.on)

    return do


def _own(service: Callable[..., Any], *names: str) -> Callable[[Any, Claim, int], Any]:
    """Call a service of the declarer's own acts, which need no version."""

    def do(view: Any, claim: Claim, version: int) -> Any:
        typed = {name: view.form.cleaned_data[name] for name in names}
        return service(claim=claim, **typed, by=view.person, on=view.on)

    return do


def _inspect(view: Any, claim: Claim, version: int) -> Any:
    said = view.form.cleaned_data
    waiting = claim.inspections.filter(finding="").first()
    if waiting is None:
        raise Refusal(_("没有待登记的现场核查"))
    photos = [
        files.store(upload=upload, place=claim.place, by=view.person)
        for upload in view.request.FILES.getlist("photos")
    ]
    return inspections.record(
        inspection=waiting,
        version=version,
        visited_on=said["visited_on"],
        second_inspector=said["second_inspector"],
        finding=said["finding"],
        remarks=said["remarks"],
        photos=photos,
        by=view.person,
        on=view.on,
    )


def _review(view: Any, claim: Claim, version: int) -> Any:
    verdicts = view.form.verdicts()
    return reviews.review(
        claim=claim, version=version, verdicts=verdicts, by=view.person, on=view.on
    )


def _sign(seat: Opinion.Seat, view: Any, claim: Claim, version: int) -> Any:
    said = view.form.cleaned_data
    return joint_reviews.sign(
        claim=claim,
        version=version,
        seat=seat,
        agrees=said["agrees"] == "1",
        text=said["text"],
        by=view.person,
        on=view.on,
    )


def _confirm(view: Any, claim: Claim, version: int) -> Any:
    said = view.form.cleaned_data
    reply = letters.confirm(
        number=said["number"],
        dated=said["dated"],
        claims=[Confirmed(claim, version, view.form.grams())],
        share=said["percent"] / 100 if said["percent"] is not None else None,
        by=view.person,
        on=view.on,
    )
    for outcome in reply.outcomes:
        if outcome.refusal is not None:
            raise outcome.refusal
    return reply


DEEDS: Final = {
    deed.verb: deed
    for deed in (
        Deed("take_back", _("撤回修改"), Permission.DECLARE_CLAIM, _own(claims.take_back)),
        Deed(
            "withdraw",
            _("撤销申报"),
            Permission.DECLARE_CLAIM,
            _own(claims.withdraw, "reason"),
            ReasonForm,
            danger=True,
            help=_("撤销后不能恢复；同一项目可以另行申报。"),
        ),
        Deed(
            "receive",
            _("签收"),
            Permission.SCREEN_CLAIM,
            _act(screening.receive),
            help=_("签收后申报人不能再撤回修改。"),
            clause="23.2",
        ),
        Deed(
            "screen",
            _("初审通过"),
            Permission.SCREEN_CLAIM,
            _act(screening.screen, "note"),
            NoteForm,
            clause="23.2",
        ),
        Deed(
            "order_inspection",
            _("下达现场核查"),
            Permission.ORDER_INSPECTION,
            _act(inspections.order, "reason"),
            ReasonForm,
            clause="21.1",
        ),
        Deed(
            "inspect",
            _("登记现场核查"),
            Permission.RECORD_INSPECTION,
            _inspect,
            InspectionForm,
            help=_("结论为不属实的，不能进入会审。"),
            clause="21.1",
        ),
        Deed(
            "review_water",
            _("水处审核"),
            Permission.REVIEW_WATER,
            _review,
            partial(ReviewForm, medium=Medium.WATER),
            clause="4.1",
        ),
        Deed(
            "review_air",
            _("大气处审核"),
            Permission.REVIEW_AIR,
            _review,
            partial(ReviewForm, medium=Medium.AIR),
            clause="4.1",
        ),
        Deed(
            "sign_water",
            _("水处会签"),
            Permission.REVIEW_WATER,
            partial(_sign, Opinion.Seat.WATER),
            OpinionForm,
            clause="23.1",
        ),
        Deed(
            "sign_air",
            _("大气处会签"),
            Permission.REVIEW_AIR,
            partial(_sign, Opinion.Seat.AIR),
            OpinionForm,
            clause="23.1",
        ),
        Deed(
            "sign_office",
            _("综合业务处会签"),
            Permission.LEAD_JOINT_REVIEW,
            partial(_sign, Opinion.Seat.OFFICE),
            OpinionForm,
            clause="23.1",
        ),
        Deed(
            "conclude",
            _("会审通过"),
            Permission.LEAD_JOINT_REVIEW,
            _act(joint_reviews.conclude, "note"),
            NoteForm,
            clause="23.1",
        ),
        Deed(
            "confirm",
            _("登记省级确认"),
            Permission.CONFIRM_BY_PROVINCE,
            _confirm,
            LetterForm,
            help=_("省级份额以文件载明的数量为准。"),
            clause="4.1",
        ),
        Deed("admit", _("入库"), Permission.ADMIT_CLAIM, _act(admissions.admit), clause="4.1"),
        Deed(
            "return",
            _("退回"),
            Permission.SCREEN_CLAIM,
            _act(screening.return_, "reason"),
            ReasonForm,
            help=_("退回后由申报人修改，再次申报为新的版次。"),
        ),
        Deed(
            "refuse",
            _("不予入库"),
            Permission.SCREEN_CLAIM,
            _act(screening.refuse, "reason"),
            ReasonForm,
            danger=True,
        ),
        Deed(
            "propose_correction",
            _("提出更正"),
            Permission.PROPOSE_CORRECTION,
            _own(corrections.propose, "pollutant", "verified", "document", "reason"),
            CorrectionForm,
            help=_("由第二人批准后，以新的划转更正；原记录不改。"),
        ),
        Deed(
            "propose_void",
            _("提出作废"),
            Permission.PROPOSE_CORRECTION,
            _own(voids.propose, "document", "reason"),
            VoidForm,
            danger=True,
            clause="21.2",
        ),
        Deed(
            "void",
            _("作废"),
            Permission.VOID_CLAIM,
            _own(voids.void),
            danger=True,
            help=_("未用部分转入作废账户，已用部分记为申报地区的亏欠，由其此后入库量优先抵扣。"),
            clause="21.2",
        ),
    )
}


def acts_of(claim: Claim, person: Person, *, on: date) -> list[Deed]:
    """List what *person* may do to *claim* now, in the order of its way."""
    found = [
        DEEDS[step.verb]
        for step in selected.acts_open_to(claim, person, on=on)
        if step.verb in DEEDS
    ]
    if claim.inspections.filter(finding="").exists():
        found = [deed for deed in found if deed.verb not in {"order_inspection", "conclude"}]
    else:
        found = [deed for deed in found if deed.verb != "inspect"]
    if claim.status == ClaimStatus.ADMITTED:
        verbs = ("propose_correction", "propose_void", "void")
        found += [
            DEEDS[verb]
            for verb in verbs
            if access.may(person, DEEDS[verb].permission, claim.place, on=on)
        ]
    seen: dict[str, Deed] = {deed.verb: deed for deed in found}
    return list(seen.values())


class ActOnClaim(OfOneObject, FormPage):
    """One act on one claim, on a page of its own that says what it will do."""

    permission = Permission.SEE_CLAIMS
    model = Claim
    lookup = "number"
    template_name = "reserve/claim_act.html"
    object: Claim
    form: Any
    deed: Deed

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
            (str(_("减排项目")), reverse("reserve:claims")),
            (self.object.number, self.home()),
        ]

    def home(self) -> str:
        """Return the claim's own page."""
        return reverse("reserve:claim", args=[self.object.number])

    def get_form(self, form_class: Any = None) -> Any:
        return self.deed.form(claim=self.object, **self.get_form_kwargs())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projected = self.deed.verb in {"admit", "confirm", "conclude"}
        return super().get_context_data(
            object=self.object,
            deed=self.deed,
            cancel=self.home(),
            # What was seen is what is decided on: the page carries its version.
            version=self.request.POST.get("version") or self.object.version,
            fates=fates.of_claim(self.object, on=self.on) if projected else [],
            fate_columns=list(Fate),
            **kwargs,
        )

    @transaction.atomic
    def save(self, form: Any) -> str:
        self.form = form
        version = self.request.POST.get("version", "")
        if not version.isdigit():
            raise Refusal(_("缺少所见版次，请刷新后重试"))
        self.deed.do(self, self.object, int(version))
        return self.home()

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if response.status_code in (204, 303):
            self.say(str(_("已办理：%(label)s") % {"label": self.deed.label}))
        return response


class ApproveCorrection(OfOneObject, FormPage):
    """The second pair of eyes on a correction: approving posts it."""

    permission = Permission.APPROVE_CORRECTION
    model = Correction
    place_lookup = "claim__place"
    template_name = "reserve/claim_act.html"
    title = _("批准更正")
    form_class = forms.Form

    def get_queryset(self) -> QuerySet[Any]:
        return Correction.objects.select_related("claim__place", "claim__polluter")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim = self.object.claim
        return super().get_context_data(
            object=claim,
            correction=self.object,
            cancel=reverse("reserve:claim", args=[claim.number]),
            version=claim.version,
            **kwargs,
        )

    def save(self, form: Any) -> str:
        corrections.approve(correction=self.object, by=self.person, on=self.on)
        return reverse("reserve:claim", args=[self.object.claim.number])
