"""§2: how a reduction is computed: typed inputs, exact arithmetic, one rounding down at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.clauses import Clause
from quota_registry.kernel.mass import TONNE, Grams, scale_down
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.vocabulary import Pollutant
from reserve.vocabulary import AccountingMethod, SourceKind

Numbers = Mapping[str, Decimal]
Exact = Mapping[str, Fraction]


class InputMissing(Refusal):
    """A number that the formula needs was not given."""

    code = "input_missing"
    message = _("缺少%(label)s")


class InputOutOfBounds(Refusal):
    """A number lies outside what can be."""

    code = "input_out_of_bounds"
    message = _("%(label)s须在%(least)s至%(most)s之间")


class UnknownInput(Refusal):
    """A number was given that the formula does not know."""

    code = "input_unknown"
    message = _("该核算方法没有参数%(name)s")


class WrongPollutant(Refusal):
    """The method does not serve this pollutant."""

    code = "wrong_pollutant"
    message = _("%(method)s不适用于%(pollutant)s")


class NoReduction(Refusal):
    """By these inputs nothing is reduced."""

    code = "no_reduction"
    message = _("按所填参数核算的减排量不大于零")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """
    One number that a method asks for: what it is called, its unit and its bounds.

    A shared input (a flow) is asked once per claim, the others once per pollutant; an input of
    a repeated method is asked in every row of its table.
    """

    name: str
    label: str | Promise
    unit: str | Promise
    least: Decimal = Decimal("0")
    most: Decimal = Decimal("1000000000000")
    shared: bool = False
    optional: bool = False

    def read(self, given: Numbers) -> Fraction | None:
        """
        Take this input's number from those given, exactly; nothing where it is optional.

        :raises InputMissing: if it is needed and not there.
        :raises InputOutOfBounds: if it cannot be.
        """
        number = given.get(self.name)
        if number is None:
            if self.optional:
                return None
            raise InputMissing(label=str(self.label), field=self.name)
        if not number.is_finite() or not self.least <= number <= self.most:
            raise InputOutOfBounds(
                label=str(self.label), field=self.name, least=self.least, most=self.most
            )
        return Fraction(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way of accounting: its inputs, its formula as papers print it, and where it applies."""

    code: AccountingMethod
    clause: Clause
    formula: str | Promise
    inputs: tuple[Input, ...]
    pollutants: tuple[Pollutant, ...]
    kinds: tuple[SourceKind, ...]
    compute: Callable[[Exact], Fraction]
    repeated: bool = False
    """Whether inputs come as rows of a table whose results are summed."""

    @property
    def label(self) -> str:
        """Give the method's name in the language active now."""
        return str(self.code.label)


@dataclass(frozen=True, slots=True)
class Computed:
    """What a method gave: the mass, and the exact tonnes before the one rounding."""

    grams: Grams
    exact: Fraction


def compute(
    method: Method, given: Numbers | Sequence[Numbers], *, pollutant: Pollutant
) -> Computed:
    """
    Compute the yearly reduction of one pollutant by a method, rounded down to the gram.

    A repeated method takes a sequence of rows, every other method one mapping of its inputs.

    :raises WrongPollutant: if the method does not serve the pollutant.
    :raises InputMissing: or another refusal of the inputs.
    :raises NoReduction: if nothing is left after rounding.
    """
    if pollutant not in method.pollutants:
        raise WrongPollutant(method=method.label, pollutant=str(pollutant.label))
    rows = [given] if isinstance(given, Mapping) else list(given)
    if not rows:
        raise InputMissing(label=str(method.inputs[0].label), field=method.inputs[0].name)
    exact = sum((method.compute(_read(method, row)) for row in rows), Fraction(0))
    grams = scale_down(TONNE, exact)
    if grams <= 0:
        raise NoReduction(clause=method.clause)
    return Computed(grams=grams, exact=exact)


def _read(method: Method, given: Numbers) -> Exact:
    names = {needed.name for needed in method.inputs}
    for name in given:
        if name not in names:
            raise UnknownInput(name=name)
    found = ((needed.name, needed.read(given)) for needed in method.inputs)
    return {name: number for name, number in found if number is not None}
