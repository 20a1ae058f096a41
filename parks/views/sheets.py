"""What the sheet of annual totals asks for and saves, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parks.imports import rows as reading
from parks.models import TotalsRow
from parks.rules.totals import likely
from parks.selectors import members
from parks.selectors import totals as selected
from parks.services import totals_rows
from parks.services.totals_rows import RowContent
from parks.views.kept_rows import keep, kept
from parks.views.totals import OfOneYearsTotals
from parks.vocabulary import TotalsSource
from quota_registry.kernel.mass import text
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import rulebooks
from quota_registry.kernel.views import FormPage, PermittedView
from quota_registry.kernel.vocabulary import Pollutant


class Malformed(Refusal):
    """What was sent is no sheet."""

    code = "malformed"
    status = 400


class Rows(OfOneYearsTotals, PermittedView):
    """The rows of the newest version, with what stands beside each amount."""

    permission = Permission.SEE_MONITORING

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.totals
        if found is None:
            raise Http404
        book = rulebooks.in_force(self.on)
        beside = selected.context(self.object.pk, self.year)
        remarks: dict[int, dict[str, str]] = {}
        for remark in selected.remarks(found):
            remarks.setdefault(remark.number, {})[remark.column] = remark.text
        return JsonResponse(
            {
                "rows": [
                    _row(row, beside, remarks.get(row.number, {}), book) for row in found.rows.all()
                ]
            }
        )


class Save(OfOneYearsTotals, PermittedView):
    """The saving of some rows of a draft, built on the edition that was seen."""

    permission = Permission.FILL_TOTALS
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.totals
        if found is None:
            raise Http404
        try:
            sent = json.loads(request.body)
            refuse_what_cannot_be_kept(sent)
            base = int(sent["base"])
            dropped = [int(number) for number in sent.get("dropped", [])]
            rows = {int(one["number"]): one for one in sent["rows"]}
            standing = {row.number: row for row in found.rows.filter(number__in=rows)}
            content = [_read(standing[number], one) for number, one in rows.items()]
            restored = [kept(found, str(token)) for token in sent.get("restored", [])]
        except (ValueError, KeyError, TypeError, AttributeError):
            refusal = Malformed(_("内容无法识别，请刷新后重试"))
            return JsonResponse({"detail": str(refusal)}, status=refusal.status)
        known: dict[str, Any] = {"totals": found, "edition": base, "by": self.person, "on": self.on}
        was_wrong = list(found.rows.exclude(faults={}).values_list("number", flat=True))
        leaving = {row.number: keep(row) for row in found.rows.filter(number__in=dropped)}
        try:
            if dropped:
                saved = totals_rows.drop(**known, numbers=dropped)
            elif restored:
                saved = totals_rows.put_back(**known, rows=restored)
            else:
                saved = totals_rows.write(**known, rows=content)
        except Refusal as refusal:
            self.note(refusal)
            return JsonResponse({"detail": str(refusal)}, status=refusal.status)
        faults = dict(saved.rows.values_list("number", "faults"))
        # A row that another one was wrong for may be right now, though nobody touched it.
        told = sorted({*rows, *was_wrong, *(row.number for row in restored)} & faults.keys())
        return JsonResponse(
            {
                "base": saved.edition,
                "saved_at": timezone.localtime().strftime("%H:%M"),
                "wrong": sum(len(one) for one in faults.values()),
                "kept": leaving,
                "rows": [
                    {"number": number, "problems": problems_of(faults[number])} for number in told
                ],
            }
        )


class RowForm(forms.Form):
    """A further row: whose, and by which source."""

    polluter = forms.ModelChoiceField(
        label=gettext_lazy("成员单位"), queryset=Polluter.objects.none()
    )
    source = forms.ChoiceField(
        label=gettext_lazy("数据来源"),
        choices=[("", gettext_lazy("稍后在表中填写")), *TotalsSource.choices],
        required=False,
    )


class AddRow(OfOneYearsTotals, FormPage):
    """Adds a row at the end of a draft: a further source of a member, or who joined since."""

    permission = Permission.FILL_TOTALS
    title = gettext_lazy("添加一行")
    template_name = "parks/totals_act.html"
    form_class = RowForm

    def get_trail(self) -> list[tuple[str, str]]:
        name = f"{self.object.spoken} {self.year}"
        return [*super().get_trail(), (name, self.home())]

    def get_form(self, form_class: Any = None) -> Any:
        form: Any = super().get_form(form_class)
        form.fields["polluter"].queryset = members.of_year_by_name(self.object.pk, self.year)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            object=self.object,
            year=self.year,
            will=gettext_lazy("同一单位每个数据来源各填一行；新行加在表末，排放量在表中填写。"),
            clause_key="16.1",
            cancel=self.home(),
            **kwargs,
        )

    def save(self, form: Any) -> str:
        if self.totals is None:
            raise Http404
        totals_rows.add(totals=self.totals, **form.cleaned_data, by=self.person, on=self.on)
        return self.home()


def refuse_what_cannot_be_kept(sent: object) -> None:
    """
    Refuse characters that PostgreSQL keeps nowhere: NUL, and halves of a pair.

    :raises ValueError: if there is one.
    """
    whole = json.dumps(sent, ensure_ascii=False)
    whole.encode()
    if "\\u0000" in whole:
        raise ValueError("NUL")


def _read(standing: TotalsRow, sent: dict[str, Any]) -> RowContent:
    """Read one row as it was typed; who it is of stays as it is on record."""
    amounts = dict(sent["amounts"])
    raw = {p.value: str(amounts.get(p.value, "")) for p in Pollutant}
    raw |= {name: str(sent.get(name, "")) for name in ("source", "output", "note")}
    values, faults = reading.read(raw)
    if "uscc" in standing.faults:
        faults["uscc"] = standing.faults["uscc"]
    return RowContent(
        number=standing.number,
        polluter=standing.polluter_id,
        name=standing.name,
        uscc=standing.uscc,
        permit_number=standing.permit_number,
        source=values.get("source", ""),
        amounts=reading.amounts_of(values),
        output=values.get("output"),
        note=values.get("note", ""),
        faults=faults,
    )


def problems_of(faults: dict[str, Any]) -> dict[str, str]:
    """Say in the language active now what is wrong, by column."""
    return {column: reading.message_of(one["code"], one["facts"]) for column, one in faults.items()}


def _row(row: TotalsRow, beside: selected.Context, remarks: dict[str, str], book: Any) -> Any:
    amounts = {code: text(grams) for code, grams in row.amounts.items()}
    # What cannot be read is shown as it was written.
    wrong = {code: one["raw"] for code, one in row.faults.items() if code in Pollutant.values}
    last: dict[str, str] = {}
    limits: dict[str, dict[str, int]] = {}
    for pollutant in Pollutant:
        found = beside.beside(row.polluter_id, pollutant)
        if found.last is not None:
            last[pollutant.value] = text(found.last)
            low, high = likely(found.last, book=book)
            limits[pollutant.value] = {"low": low, "high": high}
        if found.permitted is not None:
            limits.setdefault(pollutant.value, {})["permitted"] = found.permitted
        if found.measured is not None:
            limits.setdefault(pollutant.value, {})["measured"] = found.measured
    return {
        "number": row.number,
        "name": row.name,
        "uscc": row.uscc,
        "source": row.faults.get("source", {}).get("raw") or row.source,
        "output": row.faults.get("output", {}).get("raw")
        or ("" if row.output is None else str(row.output)),
        "note": row.note,
        **amounts,
        **wrong,
        "last": last,
        "limits": limits,
        "problems": problems_of(row.faults),
        "remarks": remarks,
    }
