"""The calculations of a claim's form: each its method, and the fields that its inputs need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.vocabulary import Pollutant
from reserve.rules.accounting import Input, Method
from reserve.selectors.accounting import ROWS
from reserve.vocabulary import AccountingMethod

if TYPE_CHECKING:
    from reserve.forms import ClaimForm

ROWS_OFFERED: Final = (1, 2, 3, 4)
DOCUMENTED: Final = frozenset({AccountingMethod.APPROVAL_DOCUMENT})


class NumberField(forms.CharField):
    """A number of a calculation: kept as it was typed, read where the formula needs it."""

    def __init__(self, given: Input, **kwargs: Any) -> None:
        label: Any = given.label
        super().__init__(label=label, required=False, max_length=30, **kwargs)
        self.unit = given.unit
        # A draft may lack it, a claim that is filed may not: the page does not call it optional.
        self.asked = not given.optional
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}


class DocumentField(forms.CharField):
    """The number of a document: a draft may lack it, a claim that is filed may not."""

    asked = True


class Calculation:
    """One calculation of the form: its method, and the names of the fields for its inputs."""

    def __init__(self, form: ClaimForm, number: int, method: Method | None) -> None:
        self.form = form
        self.number = number
        self.method = method

    @property
    def choice(self) -> BoundField:
        """Give the field that picks the method."""
        return self.form[f"method_{self.number}"]

    @property
    def document(self) -> BoundField | None:
        """Give the field of the approval's number, where the method rests on one."""
        name = f"document_{self.number}"
        return self.form[name] if name in self.form.fields else None

    @property
    def shared(self) -> list[BoundField]:
        """Give the inputs that are asked once."""
        return [self.form[self.name(given)] for given in self._inputs(shared=True)]

    @property
    def columns(self) -> list[Input]:
        """Give the inputs that are asked of each pollutant."""
        return self._inputs(shared=False)

    @property
    def rows(self) -> Iterator[tuple[Pollutant, int, list[BoundField]]]:
        """Give the rows of the table: a pollutant, its row's number, and its fields."""
        if self.method is None:
            return
        for pollutant in self.method.pollutants:
            for row in ROWS_OFFERED if self.method.repeated else (0,):
                yield (
                    pollutant,
                    row,
                    [self.form[self.name(given, pollutant, row)] for given in self.columns],
                )

    def name(self, given: Input, pollutant: str = "", row: int = 0) -> str:
        """Name the field of an input."""
        return "-".join(map(str, filter(None, ("in", self.number, given.name, pollutant, row))))

    def inputs_typed(self, pollutant: str) -> bool:
        """Say whether something of its own was typed for *pollutant*."""
        return (
            self.method is not None
            and pollutant in self.method.pollutants
            and self.inputs(Pollutant(pollutant)) is not None
        )

    def name_lacking(self, given: Input, pollutant: str) -> str:
        """Name the first field in use of *pollutant* in which *given* is not typed."""
        names = [
            self.name(given, pollutant, row)
            for row in (ROWS_OFFERED if self.method and self.method.repeated else (0,))
            if self._typed(Pollutant(pollutant), row)
        ]
        empty = (name for name in names if not self.form.typed_text(name))
        return next(empty, next(iter(names), ""))

    def add_fields(self) -> None:
        """Add the fields of the chosen method to the form."""
        if self.method is None:
            return
        if self.method.code in DOCUMENTED:
            self.form.fields[f"document_{self.number}"] = DocumentField(
                label=_("核定文件文号"),
                required=False,
                max_length=60,
                help_text=_("如 苏环办字〔2026〕15号。"),
            )
        for given in self._inputs(shared=True):
            self.form.fields[self.name(given)] = NumberField(given)
        for pollutant in self.method.pollutants:
            for row in ROWS_OFFERED if self.method.repeated else (0,):
                for given in self.columns:
                    self.form.fields[self.name(given, pollutant, row)] = NumberField(given)

    def inputs(self, pollutant: Pollutant) -> Mapping[str, Any] | None:
        """Return the inputs typed for *pollutant*, or nothing if none of its own was typed."""
        assert self.method is not None
        own = [
            self._typed(pollutant, row) for row in (ROWS_OFFERED if self.method.repeated else (0,))
        ]
        own = [row for row in own if row]
        if not own:
            return None
        if self.method.repeated:
            return {ROWS: own}
        shared = {
            given.name: self.form.typed_text(self.name(given))
            for given in self._inputs(shared=True)
        }
        return {name: value for name, value in (shared | own[0]).items() if value}

    def _typed(self, pollutant: Pollutant, row: int) -> dict[str, str]:
        found = {
            given.name: self.form.typed_text(self.name(given, pollutant, row))
            for given in self.columns
        }
        return {name: value for name, value in found.items() if value}

    def _inputs(self, *, shared: bool) -> list[Input]:
        if self.method is None:
            return []
        return [given for given in self.method.inputs if given.shared is shared]


@dataclass(frozen=True, slots=True)
class Result:
    """What a calculation gave for a pollutant: grams, or why it gave none."""

    pollutant: Pollutant
    grams: Grams | None
    refusal: Refusal | None = None
