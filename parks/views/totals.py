"""A park's annual totals: the sheet, what stands beside it, and each act on its page."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parks.models import AnnualTotals
from parks.selectors import totals as selected
from parks.services import totals
from parks.vocabulary import FIRST_YEAR, TotalsSource, TotalsStatus
from parks.workflows import TOTALS
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import DetailPage, FormPage, OfOneObject
from quota_registry.kernel.vocabulary import Pollutant, Tier
from quota_registry.kernel.workflow import Transition, acted, steps_of


class OfOneYearsTotals(OfOneObject):
    """A view of the totals of one year of one park: their newest version, if any."""

    model = Place
    lookup = "code"
    object: Place
    year: int
    totals: AnnualTotals | None

    def place_of(self, found: Any) -> Place | None:
        place: Place = found
        return place

    def get_object(self) -> Any:
        """Fetch the park; other places, and years that are not over, are not there."""
        found = super().get_object()
        self.year = self.kwargs["year"]
        if found.tier != Tier.PARK or not FIRST_YEAR <= self.year < self.on.year:
            raise Http404
        self.totals = selected.newest(found.pk, self.year)
        return found

    def get_trail(self) -> list[tuple[str, str]]:
        """Stand below the calendar of the year in which they are reported."""
        return [(str(_("园区年度")), f"{reverse('parks:years')}?year={self.year + 1}")]

    def home(self) -> str:
        """Return the address of the totals' own page."""
        return reverse("parks:totals", args=[self.object.pk, self.year])


class OneTotals(OfOneYearsTotals, DetailPage):
    """The sheet with its sums, doubts and remarks, the version before beside it, the story."""

    permission = Permission.SEE_MONITORING
    template_name = "parks/totals.html"

    def get_title(self) -> str:
        return str(_("%(place)s%(year)s年度排放总量")) % {
            "place": self.object.spoken,
            "year": self.year,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.totals
        if found is None:
            return super().get_context_data(
                totals=None,
                year=self.year,
                may_begin=self.may(Permission.FILL_TOTALS, self.object),
                **kwargs,
            )
        rows = list(found.rows.all())
        beside = selected.context(self.object.pk, self.year)
        book = rulebooks.in_force(self.on)
        doubtful = [(row, selected.doubts(row, beside, book=book).items()) for row in rows]
        before = (
            AnnualTotals.objects.filter(
                place=self.object, year=self.year, version=found.version - 1
            ).first()
            if found.version > 1
            else None
        )
        editable = found.status == TotalsStatus.DRAFT and self.may(
            Permission.FILL_TOTALS, self.object
        )
        counted = selected.added_up(rows)
        return super().get_context_data(
            totals=found,
            year=self.year,
            wrong=sum(len(row.faults) for row in rows),
            rows=len(rows),
            sums=[(pollutant, counted.get(pollutant)) for pollutant in Pollutant],
            doubtful=[(row, said) for row, said in doubtful if said],
            missing=selected.missing_members(found),
            before=before,
            differences=selected.differences(found, before) if before else [],
            remarks=selected.remarks(found),
            deeds=self.deeds(found),
            editable=editable,
            config=self.config(found, lines=len(rows), editable=editable),
            may_begin=found.status in {TotalsStatus.RETURNED, TotalsStatus.ACCEPTED}
            and self.may(Permission.FILL_TOTALS, self.object),
            story=steps_of(TOTALS, found),
            **kwargs,
        )

    def config(self, found: AnnualTotals, *, lines: int, editable: bool) -> dict[str, Any]:
        """Give what the sheet's script needs to know."""
        args = [self.object.pk, self.year]
        return {
            "rows": reverse("parks:totals-rows", args=args),
            "save": reverse("parks:totals-save", args=args),
            "lines": lines,
            "base": found.edition,
            "editable": editable,
            "token": get_token(self.request),
            "pollutants": [{"code": p.value, "symbol": p.spoken} for p in Pollutant],
            "sources": {source.value: str(source.label) for source in TotalsSource},
        }

    def deeds(self, found: AnnualTotals) -> list[tuple[Transition, str]]:
        """List the acts that the person may do now, each with its part of the address."""
        return [
            (row, row.verb.replace("_", "-"))
            for row in TOTALS.from_status(found.status)
            if row.verb in DEEDS
            and self.may(row.permission, self.object)
            and self.person.pk not in acted(TOTALS, found, row.apart)
        ]


class ReasonForm(forms.Form):
    """Why accepted totals are corrected; the first version needs no reason."""

    reason = forms.CharField(
        label=_("更正理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("已接受的总量更正时必填。"),
    )


class BeginTotals(OfOneYearsTotals, FormPage):
    """The beginning of a version; members and what stood before are filled in."""

    permission = Permission.FILL_TOTALS
    title = _("开始填报")
    template_name = "parks/totals_act.html"
    form_class = ReasonForm

    def get_trail(self) -> list[tuple[str, str]]:
        name = f"{self.object.spoken} {self.year}"
        return [*super().get_trail(), (name, self.home())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object,
            year=self.year,
            will=_("成员单位逐一列出，数据来源与排放量由园区填写。"),
            clause_key="16.1",
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        totals.begin_with_members(
            place=self.object,
            year=self.year,
            reason=form.cleaned_data["reason"],
            by=self.person,
            on=self.on,
        )
        return self.home()


class PlainForm(forms.Form):
    """An act that asks for nothing more."""


class NoteForm(forms.Form):
    """An act that says why."""

    note = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class RemarksForm(NoteForm):
    """A return: why, and remarks on cells, one a line: row, column, text."""

    remarks = forms.CharField(
        label=_("逐格意见"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("每行一条：序号 列 意见，例如“12 COD 与自动监测不符”。"),
    )

    def clean_remarks(self) -> list[tuple[int, str, str]]:
        """Read each line as row number, column and text."""
        found = []
        symbols = {p.symbol: p.value for p in Pollutant} | {p.value: p.value for p in Pollutant}
        columns = symbols | {"数据来源": "source", "产值": "output", "备注": "note"}
        for line in self.cleaned_data["remarks"].splitlines():
            if not line.strip():
                continue
            parts = line.split(maxsplit=2)
            if len(parts) != 3 or not parts[0].isdecimal() or parts[1] not in columns:
                raise forms.ValidationError(
                    _("“%(line)s”应为：序号 列 意见"), params={"line": line}
                )
            found.append((int(parts[0]), columns[parts[1]], parts[2]))
        return found


DEEDS: Final[dict[str, tuple[type[forms.Form], Any, bool]]] = {
    "hand_in": (PlainForm, _("提交后由园区另一人审核；审核期间不能修改。"), False),
    "revise": (PlainForm, _("退回填报状态，可以修改。"), False),
    "file": (PlainForm, _("审核无误后报市生态环境局。"), False),
    "take_back": (PlainForm, _("撤回后可以修改，须重新提交与审核。"), True),
    "send_back": (RemarksForm, _("退回园区；园区以新版修改后再报。"), True),
    "accept": (PlainForm, _("接受后作为核定总量的依据；更正须另立新版。"), False),
}


class ActOnTotals(OfOneYearsTotals, FormPage):
    """One act on the newest version, on a page of its own."""

    permission = Permission.SEE_MONITORING
    template_name = "parks/totals_act.html"
    totals: AnnualTotals
    verb: str
    row: Transition

    def refuse_unless_permitted(self) -> None:
        self.verb = self.kwargs["verb"].replace("-", "_")
        if self.verb not in DEEDS:
            raise Http404
        self.row = next(row for row in TOTALS.transitions if row.verb == self.verb)
        super().refuse_unless_permitted()
        if not self.may(self.row.permission, self.object):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(self.row.permission))
        if self.totals is None:
            raise Http404

    def get_title(self) -> str:
        return str(self.row.label)

    def get_trail(self) -> list[tuple[str, str]]:
        name = f"{self.object.spoken} {self.year}"
        return [*super().get_trail(), (name, self.home())]

    def get_form_class(self) -> Any:
        return DEEDS[self.verb][0]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        _form, will, danger = DEEDS[self.verb]
        return super().get_context_data(
            object=self.object,
            year=self.year,
            will=will,
            danger=danger,
            clause_key="16.1",
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        service = getattr(totals, self.verb)
        service(totals=self.totals, **form.cleaned_data, by=self.person, on=self.on)
        self.say(str(_("已办理：%(label)s") % {"label": self.row.label}))
        return self.home()
