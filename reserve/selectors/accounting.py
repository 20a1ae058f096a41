"""What a line's method gives by its inputs: the same answer while typing and when filing (§2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from quota_registry.kernel.mass import NotAMass
from quota_registry.kernel.vocabulary import Pollutant
from reserve.rules import accounting
from reserve.rules.accounting import Computed
from reserve.rules.methods import METHODS
from reserve.vocabulary import AccountingMethod

ROWS: Final = "rows"
"""Under this name the inputs of a repeated method keep the rows of their table."""


def compute(*, method: str, pollutant: str, inputs: Mapping[str, Any]) -> Computed:
    """
    Compute one pollutant's yearly reduction from inputs as they are stored and typed.

    ``inputs`` maps an input's name to a number written as text, ``{"flow": "1460"}``; a method
    whose inputs come as a table takes ``{"rows": [{…}, {…}]}``. Empty texts count as not given.

    :raises Refusal: of `reserve.rules.accounting`, with ``facts["field"]`` where an input lacks.
    """
    rule = METHODS[AccountingMethod(method)]
    given: Any = (
        [_numbers(row) for row in inputs.get(ROWS, ())] if rule.repeated else _numbers(inputs)
    )
    return accounting.compute(rule, given, pollutant=Pollutant(pollutant))


def _numbers(inputs: Mapping[str, Any]) -> dict[str, Decimal]:
    found = {}
    for name, value in inputs.items():
        text = str(value).strip() if value is not None else ""
        if not text:
            continue
        try:
            found[name] = Decimal(text)
        except InvalidOperation:
            raise NotAMass(text=text, field=name) from None
    return found
