"""A rule book as people read and write it: each parameter with its article, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from allocation.vocabulary import ExemptKind, ProjectKind
from quota_registry.kernel.calendar import MonthDay
from quota_registry.kernel.clauses import Clause, clause
from quota_registry.kernel.parameters import GateRow, GateScope, GateState, PilotPair
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant

STATES: Final[dict[str, str | Promise]] = {
    GateState.OPEN: pgettext_lazy("gate", "可用"),
    GateState.ON_APPLICATION: pgettext_lazy("gate", "申请后可用"),
    GateState.CLOSED: pgettext_lazy("gate", "不可用"),
}
SCOPES: Final[dict[str, str | Promise]] = {
    GateScope.MEDIUM: _("分要素"),
    GateScope.PLACE: _("按地区整体"),
}
CHOICES: Final[dict[str, type[TextChoices]]] = {
    "strategic_kinds": ProjectKind,
    "exempt_kinds": ExemptKind,
}
"""What a parameter of codes chooses from."""

CODES: Final = {code: label for terms in CHOICES.values() for code, label in terms.choices}

# A day that even this year does not have means the month's last.
LEAP_YEAR: Final = 2028
DRAWS: Final = ("own", "upper", "purchase")


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter: what it is called, which clause leaves it open, its value in words."""

    name: str
    label: str
    clause: Clause
    value: str
    before: str = ""
    gate: tuple[GateRow, ...] = ()


def lines(book: RuleBook, before: RuleBook | None = None) -> Iterator[Line]:
    """List every parameter of *book*; where *before* had another value, that one too."""
    for item in fields(book):
        value = getattr(book, item.name)
        old = getattr(before, item.name) if before is not None else value
        yield Line(
            name=item.name,
            label=str(item.metadata["label"]),
            clause=clause(item.metadata["clause"]),
            value=in_words(value),
            before=in_words(old) if old != value else "",
            gate=value if item.metadata["codec"].kind == "gate_table" else (),
        )


def in_words(value: Any) -> str:
    """Write a value of the book for a reader."""
    if value is None:
        return gettext("不设")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, MonthDay):
        if value.in_year(LEAP_YEAR).day != value.day:
            return gettext("%(month)s月末") % {"month": value.month}
        return gettext("%(month)s月%(day)s日") % {"month": value.month, "day": value.day}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, GateScope):
        return str(SCOPES[value])
    if isinstance(value, GateRow):
        return " / ".join(str(STATES[getattr(value, name)]) for name in DRAWS)
    if isinstance(value, PilotPair):
        return f"{value.place} {value.pollutant.symbol}"
    if isinstance(value, Pollutant):
        return str(value.symbol)
    if isinstance(value, tuple):
        return gettext("、").join(in_words(one) for one in value) or gettext("无")
    return str(CODES.get(value, value)) if isinstance(value, str) else str(value)


class DraftForm(forms.Form):
    """Number, first day and document of a new version, and every parameter as it will be."""

    number = forms.CharField(label=_("版本号"), max_length=30, help_text=_("如 2027-01。"))
    starts = forms.DateField(
        label=_("施行日期"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不早于今日；现行版本至前一日止。"),
    )
    document = forms.CharField(label=_("依据文件"), max_length=60)

    def __init__(self, *args: Any, book: RuleBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        for item in fields(book):
            for name, field in _fields_of(item, getattr(book, item.name)):
                self.fields[name] = field

    def parameters(self) -> list[Any]:
        """Return the fields of the parameters, after those of the version itself."""
        version = ("number", "starts", "document")
        return [b for b in self if b.name not in version and not b.name.startswith("gate_table")]

    def gate(self) -> list[Any]:
        """Return the twelve fields of the gate's table, row by row."""
        return [bound for bound in self if bound.name.startswith("gate_table")]

    def clean(self) -> dict[str, Any]:
        """Read the parameters back into a book, saying beside its field what cannot be."""
        cleaned = super().clean() or {}
        changes: dict[str, Any] = {}
        for item in fields(self.book):
            try:
                changes[item.name] = _read(item, cleaned, getattr(self.book, item.name))
            except (ValueError, KeyError, ArithmeticError):
                if item.name in self.fields and item.name not in self.errors:
                    self.add_error(item.name, _("不能识别，请按原有写法填写"))
        if not self.errors:
            try:
                cleaned["book"] = self.book.with_changes(**changes)
            except ValueError as error:
                self.add_error(None, _("参数相互矛盾：%(error)s") % {"error": error})
        return cleaned


def _fields_of(item: Field[Any], value: Any) -> Iterator[tuple[str, forms.Field]]:
    """Make the form fields of one parameter; most have one, the gate's table has twelve."""
    kind, label, key = (
        item.metadata["codec"].kind,
        item.metadata["label"],
        item.metadata["clause"],
    )
    written = item.metadata["codec"].write(value)
    field: forms.Field
    if kind == "gate_table":
        for row, gate in enumerate(value):
            for draw in DRAWS:
                choice = forms.ChoiceField(
                    label=gate_label(gate, draw),
                    choices=[(str(state), word) for state, word in STATES.items()],
                    initial=str(getattr(gate, draw)),
                )
                choice.clause = key  # type: ignore[attr-defined]  # read by the field's template
                yield f"{item.name}_{row}_{draw}", choice
        return
    if kind == "flag":
        field = forms.BooleanField(label=label, initial=value, required=False)
    elif kind == "count":
        field = forms.IntegerField(label=label, initial=value, min_value=0)
    elif kind in ("number", "number_or_none"):
        field = forms.DecimalField(
            label=label, initial=value, min_value=0, required=kind == "number"
        )
    elif kind == "day":
        field = forms.DateField(
            label=label, initial=value, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        )
    elif kind == "gate_scope":
        choices = [(str(scope), word) for scope, word in SCOPES.items()]
        field = forms.ChoiceField(label=label, choices=choices, initial=str(value))
    elif kind in ("pollutants", "codes"):
        field = forms.MultipleChoiceField(
            label=label,
            choices=Pollutant.choices if kind == "pollutants" else _codes(item.name, written),
            initial=written,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    else:
        text = written if isinstance(written, str) else "，".join(_one(one) for one in written)
        field = forms.CharField(label=label, initial=text, required=kind == "day_of_year")
        field.help_text = str(HELP.get(kind, ""))
    setattr(field, "clause", key)  # noqa: B010 - the field's template reads it, Django has none
    yield item.name, field


HELP: Final[dict[str, str | Promise]] = {
    "day_of_year": _("月-日，如 01-31"),
    "days_of_year": _("月-日，以逗号分隔"),
    "pilot_list": _("县级代码/污染物代码，以逗号分隔，如 320583/NOX"),
}


def _codes(name: str, written: list[str]) -> list[tuple[str, str | Promise]]:
    """List what a parameter of codes may hold, in words, with what it holds already."""
    known = CHOICES[name].values if name in CHOICES else ()
    return [(code, CODES.get(code, code)) for code in dict.fromkeys((*known, *written))]


def gate_label(gate: GateRow, draw: str) -> str:
    """Say which cell of the gate's table a choice fills."""
    result = gettext("目标完成") if gate.quality_met else gettext("目标未完成")
    task = gettext("任务完成") if gate.task_done else gettext("任务未完成")
    what = {
        "own": gettext("本级储备"),
        "upper": gettext("上级储备"),
        "purchase": gettext("跨区购买"),
    }[draw]
    return f"{result} · {task} · {what}"


def _one(value: Any) -> str:
    return f"{value['place']}/{value['pollutant']}" if isinstance(value, dict) else str(value)


def _words(text: str) -> list[str]:
    return [
        word.strip()
        for word in text.replace("，", ",").replace("、", ",").split(",")
        if word.strip()
    ]


def _read(item: Field[Any], cleaned: dict[str, Any], old: Any) -> Any:
    """Read one parameter back from what was typed, by the codec that the document uses."""
    codec = item.metadata["codec"]
    if codec.kind == "gate_table":
        return tuple(
            gate._replace(
                **{draw: GateState(cleaned[f"{item.name}_{row}_{draw}"]) for draw in DRAWS}
            )
            for row, gate in enumerate(old)
        )
    typed = cleaned[item.name]
    if codec.kind == "days_of_year":
        typed = _words(typed)
    elif codec.kind == "pilot_list":
        pairs = (word.split("/") for word in _words(typed))
        typed = [{"place": place, "pollutant": pollutant} for place, pollutant in pairs]
    elif isinstance(typed, Decimal):
        typed = str(typed.normalize() if typed else Decimal(0))
        typed = format(Decimal(typed), "f")
    elif isinstance(typed, date):
        typed = typed.isoformat()
    return codec.read(typed)
