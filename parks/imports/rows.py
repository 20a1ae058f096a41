"""A row of annual totals as it was written, cell by cell: read, or kept with what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from parks.vocabulary import TotalsSource
from quota_registry.kernel.imports import cells
from quota_registry.kernel.imports.cells import Cell, Reader
from quota_registry.kernel.imports.findings import MESSAGES, Unreadable
from quota_registry.kernel.imports.sheets import Raw
from quota_registry.kernel.vocabulary import Pollutant

MOST_OUTPUT: Final = Decimal("999999999999")

TWICE: Final = "twice"

OWN_MESSAGES: Final = MappingProxyType(
    {
        "negative": _("%(text)s为负数，排放量不得为负数"),
        "finer_than_a_fen": _("%(text)s的小数超过两位"),
        "unknown_polluter": _("%(uscc)s没有登记，也没有单位名称"),
        "member_elsewhere": _("该单位在%(year)s年是%(place)s的成员"),
        TWICE: _("与第%(row)s行的单位和数据来源相同"),
    }
)
"""Sentences that the lists' own do not have, or would say of something else."""


def message_of(code: str, facts: Mapping[str, Any]) -> str:
    """Say in the language active now what is wrong with a cell."""
    sentence = str(OWN_MESSAGES.get(code) or MESSAGES[code])
    return sentence % dict(facts) if facts else sentence


def source_words() -> dict[str, str]:
    """Give the sources by their Chinese words, whatever language is active, and by their codes."""
    with override(None):
        words = {str(source.label): source.value for source in TotalsSource}
    return words | {source.value: source.value for source in TotalsSource}


def output(raw: Raw) -> Cell[Decimal]:
    """Read an output in ten thousand yuan, two decimals at most."""
    text = cells.written_number(raw if isinstance(raw, str) else repr(raw))
    found = Decimal(text)
    if found < 0:
        raise Unreadable("negative", text=text)
    if found > MOST_OUTPUT:
        raise Unreadable("too_large", text=text)
    if found != found.quantize(Decimal("0.01")):
        raise Unreadable("finer_than_a_fen", text=text)
    return Cell(found.quantize(Decimal("0.01")))


READERS: Final[Mapping[str, Reader[Any]]] = MappingProxyType(
    {
        "source": cells.choice(source_words()),
        **{pollutant.value: cells.amount for pollutant in Pollutant},
        "output": output,
        "note": partial(cells.remark, most=300),
    }
)
"""How each column that a park fills in is read."""

Faults = dict[str, dict[str, Any]]


def fault(code: str, raw: object = "", **facts: Any) -> dict[str, Any]:
    """Keep what is wrong with a cell, with what was written there."""
    plain = {name: one if isinstance(one, int | str) else str(one) for name, one in facts.items()}
    return {"code": code, "raw": str(raw), "facts": plain}


def read(raw: Mapping[str, Raw]) -> tuple[dict[str, Any], Faults]:
    """
    Read the cells of a row by column; what cannot be read is kept as a fault, never guessed.

    An empty amount is not stated, which is not zero; an empty source is a fault.
    """
    values: dict[str, Any] = {}
    faults: Faults = {}
    for column, reader in READERS.items():
        cell = raw.get(column, "")
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            if column == "source":
                faults[column] = fault("missing")
            continue
        try:
            values[column] = reader(cell).value
        except Unreadable as problem:
            faults[column] = fault(problem.code, cell, **problem.facts)
    return values, faults


def amounts_of(values: Mapping[str, Any]) -> dict[str, int]:
    """Pick the amounts out of a row's values, in grams by pollutant."""
    return {p.value: int(values[p.value]) for p in Pollutant if p.value in values}
