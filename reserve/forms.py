"""
The form of a claim: the paper's sections, a calculation for each method, uses in one grid.

A claim may be computed by up to three calculations, each a method with its inputs and the
pollutants that it serves. Whatever was typed is kept word for word (``Claim.typed``), so that a
half-filled draft loses nothing; `ClaimForm.content` gives what of it can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quota_registry.kernel.fields import TonnesField
from quota_registry.kernel.forms import PlaceForm
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Permit, Place, Polluter
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.vocabulary import Pollutant
from reserve.calculation_fields import Calculation, Result
from reserve.models import Claim
from reserve.rules.methods import METHODS, methods_for
from reserve.selectors import accounting
from reserve.selectors.accounting import ROWS
from reserve.services.contents import Content, LineContent
from reserve.vocabulary import AccountingMethod, Destination, SourceKind

CALCULATIONS: Final = (1, 2, 3)
DATES: Final = ("finished_on", "permit_changed_on", "accepted_on")
FLAGS: Final = ("lake_tai_band", "monitorable", "reportable", "verifiable")
# Filing asks for these, so they are not called optional, though a draft may leave them out.
ASKED: Final = ("polluter", "project", "source_kind", "destination", "finished_on")


class NewClaimForm(PlaceForm):
    """What a claim begins with; everything else can wait."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("申报单位"))
    polluter = forms.ModelChoiceField(Polluter.objects.none(), label=_("排污单位"))
    project = forms.CharField(
        label=_("项目名称"),
        max_length=160,
        help_text=_("同一单位同名项目、同一污染物只能入库一次。"),
    )
    source_kind = forms.ChoiceField(label=_("减排类型"), choices=SourceKind.choices)

    def __init__(self, *args: Any, polluters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["polluter"]
        field.queryset = polluters


class ClaimForm(forms.Form):
    """A whole claim. Nothing is required: a draft is unfinished by nature, filing asks for all."""

    polluter = forms.ModelChoiceField(Polluter.objects.none(), label=_("排污单位"), required=False)
    permit = forms.ModelChoiceField(
        Permit.objects.none(),
        label=_("排污许可证"),
        required=False,
        help_text=_("没有许可证的项目（如农村生活污水、畜禽养殖）留空，填写验收日期。"),
    )
    project = forms.CharField(label=_("项目名称"), required=False, max_length=160)
    source_kind = forms.ChoiceField(label=_("减排类型"), choices=SourceKind.choices, required=False)
    destination = forms.ChoiceField(
        label=_("去向"),
        choices=Destination.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("排污单位自主深度治理形成的指标可由其自持。"),
    )
    lake_tai_band = forms.BooleanField(label=_("位于环太湖五公里范围内"), required=False)
    late_reason = forms.CharField(
        label=_("逾期理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("逾期可以申报，须说明理由。"),
    )
    monitorable = forms.BooleanField(label=_("可监测"), required=False)
    reportable = forms.BooleanField(label=_("可报告（可统计）"), required=False)
    verifiable = forms.BooleanField(label=_("可核查"), required=False)
    remarks = forms.CharField(
        label=_("备注"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    uses: Final = (
        ("binding", pgettext_lazy("claim", "约束性减排")),
        ("prior", pgettext_lazy("claim", "曾用于项目")),
    )

    def __init__(self, *args: Any, claim: Claim, polluters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.fields["polluter"].queryset = polluters  # type: ignore[attr-defined]  # a model's field
        chosen = self.typed_text("polluter")
        holder = int(chosen) if chosen.isdecimal() else claim.polluter_id
        permits = Permit.objects.filter(polluter=holder)
        self.fields["permit"].queryset = permits  # type: ignore[attr-defined]  # likewise
        labels = {
            "finished_on": _("完成日期"),
            "permit_changed_on": _("许可证变更日期"),
            "accepted_on": _("验收日期"),
        }
        for name in DATES:
            self.fields[name] = forms.DateField(
                label=labels[name],
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
        kind = self.typed_text("source_kind") or claim.source_kind
        offered = methods_for(SourceKind(kind)) if kind in SourceKind.values else ()
        choices = [("", _("未选择")), *((method.code.value, method.label) for method in offered)]
        self.calculations = []
        for number in CALCULATIONS:
            self.fields[f"method_{number}"] = forms.ChoiceField(
                label=_("核算方法"), choices=choices, required=False
            )
            code = self.typed_text(f"method_{number}")
            fits = code in {method.code.value for method in offered}
            method = METHODS[AccountingMethod(code)] if fits else None
            self.calculations.append(Calculation(self, number, method))
            self.calculations[-1].add_fields()
        for pollutant in Pollutant.values:
            for key, label in self.uses:
                self.fields[f"{key}_{pollutant}"] = TonnesField(label=label, required=False)

        for name in ASKED:
            self.fields[name].asked = True  # type: ignore[attr-defined]  # read by the template

    def typed_text(self, name: str) -> str:
        """Return what is typed in a field now, or what it starts with."""
        source = self.data if self.is_bound else self.initial
        return str(source.get(name) or "").strip()

    @property
    def shown(self) -> list[Calculation]:
        """Give the calculations to show: those in use and one more."""
        used = [one for one in self.calculations if one.method is not None]
        return self.calculations[: len(used) + 1] if used else self.calculations[:1]

    def results(self) -> dict[Pollutant, Result]:
        """Compute every pollutant that something was typed for; the first calculation wins."""
        found: dict[Pollutant, Result] = {}
        for one in self.calculations:
            for pollutant in one.method.pollutants if one.method else ():
                inputs = one.inputs(pollutant)
                if inputs is None or pollutant in found:
                    continue
                assert one.method is not None
                try:
                    computed = accounting.compute(
                        method=one.method.code, pollutant=pollutant, inputs=inputs
                    )
                    found[pollutant] = Result(pollutant, computed.grams)
                except Refusal as refusal:
                    found[pollutant] = Result(pollutant, None, refusal)
        return dict(sorted(found.items(), key=lambda item: Pollutant.values.index(item[0])))

    def content(self) -> Content:
        """Return what of the form can be read; what cannot stays typed and out of the claim."""
        self.is_valid()
        read: dict[str, Any] = self.cleaned_data
        dates: dict[str, Any] = {name: read.get(name) for name in DATES}
        flags: dict[str, Any] = {name: bool(read.get(name)) for name in FLAGS}
        return Content(
            polluter=read.get("polluter") or self.claim.polluter,
            permit=read.get("permit"),
            project=read.get("project") or self.claim.project,
            source_kind=read.get("source_kind") or self.claim.source_kind,
            destination=read.get("destination") or Destination.RESERVE,
            late_reason=read.get("late_reason") or "",
            remarks=read.get("remarks") or "",
            lines=tuple(self._lines(read)),
            **dates,
            **flags,
        )

    def _lines(self, read: Mapping[str, Any]) -> Iterator[LineContent]:
        taken: set[Pollutant] = set()
        for one in self.calculations:
            for pollutant in one.method.pollutants if one.method else ():
                inputs = one.inputs(pollutant)
                if inputs is None or pollutant in taken or one.method is None:
                    continue
                taken.add(pollutant)
                yield LineContent(
                    pollutant=pollutant,
                    method=one.method.code,
                    inputs=inputs,
                    document=self.typed_text(f"document_{one.number}"),
                    binding=read.get(f"binding_{pollutant}") or 0,
                    prior_use=read.get(f"prior_{pollutant}") or 0,
                )

    def typed(self) -> dict[str, str]:
        """Return everything typed, word for word, to be kept with the draft."""
        return {name: self.typed_text(name) for name in self.fields if self.typed_text(name)}


def field_of(form: ClaimForm, problem: str) -> str:
    """Name the field of the form that a problem of filing stands beside, or nothing."""
    if problem in form.fields:
        return problem
    if problem == "lines":
        return "method_1"
    head, _dot, rest = problem.partition(".")
    pollutant, _dot, what = rest.partition(".")
    if head != "lines":
        return ""
    computing = (one for one in form.calculations if one.method and one.inputs_typed(pollutant))
    one = next(computing, None)
    kind, _dot, name = what.partition(".")
    inputs = one.method.inputs if one and one.method else ()
    given = next((x for x in inputs if x.name == name), None)
    wanted = f"binding_{pollutant}"
    if one and kind == "document":
        wanted = f"document_{one.number}"
    elif one and given is not None:
        wanted = one.name(given) if given.shared else one.name_lacking(given, pollutant)
    elif one:
        wanted = wanted if kind == "verified" else f"method_{one.number}"
    return wanted if wanted in form.fields else ""


def initial_of(claim: Claim) -> dict[str, Any]:
    """Return what the form of *claim* starts with: what was typed, else what the claim says."""
    if claim.typed:
        return dict(claim.typed)
    found: dict[str, Any] = {
        "polluter": claim.polluter_id,
        "permit": claim.permit_id or "",
        "project": claim.project,
        "source_kind": claim.source_kind,
        "destination": claim.destination,
        "late_reason": claim.late_reason,
        "remarks": claim.remarks,
        **{name: getattr(claim, name) for name in (*DATES, *FLAGS)},
    }
    groups: dict[tuple[str, str], int] = {}
    for line in claim.lines.all():
        number = groups.setdefault((line.method, line.document), len(groups) + 1)
        if number > len(CALCULATIONS):
            continue
        found |= {f"method_{number}": line.method, f"document_{number}": line.document}
        method = METHODS[AccountingMethod(line.method)]
        rows = line.inputs.get(ROWS) if method.repeated else [line.inputs]
        for row, values in enumerate(rows or (), start=1 if method.repeated else 0):
            for given in method.inputs:
                own = (str(line.pollutant), row) if not given.shared else ("", 0)
                name = "-".join(map(str, filter(None, ("in", number, given.name, *own))))
                found[name] = values.get(given.name, "")
        found[f"binding_{line.pollutant}"] = text(Grams(line.binding)) if line.binding else ""
        found[f"prior_{line.pollutant}"] = text(Grams(line.prior_use)) if line.prior_use else ""
    return found
