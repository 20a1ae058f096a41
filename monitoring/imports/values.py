"""A measured value as lists write it: a number, one below the detection limit, or none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from monitoring.imports import bounds
from monitoring.vocabulary import Item, StationKind
from quota_registry.kernel import identifiers
from quota_registry.kernel.imports import cells
from quota_registry.kernel.imports.cells import Cell
from quota_registry.kernel.imports.findings import Unreadable
from quota_registry.kernel.imports.sheets import Raw

PLACES: Final = 5
BELOW: Final = "L"
"""The mark of a value below the detection limit: half of it enters the mean."""

INSTRUMENT_HAS_NONE: Final = Decimal(-99)
_DASHES: Final = frozenset({"-", "--", "–", "—", "——", "―"})
_REMEMBERED: Final = 8_192


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and its mark; without a value the instrument gave none, which is a fact too."""

    value: Decimal | None
    mark: str = ""


NOTHING: Final = Measured(None)


def read(raw: Raw) -> Cell[Measured]:
    """
    Read a cell that holds a value; −99 and a dash say that there was none.

    :raises Unreadable: if it is no certain number, or finer than the record keeps.
    """
    if isinstance(raw, str):
        return _of_text(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Unreadable("not_a_number", text=raw)
    return Cell(_of_number(Decimal(repr(raw)), "", raw))


# Six columns of an hourly list repeat a few hundred numbers all the way down.
@lru_cache(maxsize=_REMEMBERED)
def _of_text(raw: str) -> Cell[Measured]:
    text = identifiers.half_width(raw).strip().replace("\u2212", "-")
    if text in _DASHES:
        return Cell(NOTHING)
    mark = BELOW if text[-1:] in {"L", "l"} else ""
    plain = cells.written_number(text.removesuffix(text[-1:]) if mark else text)
    return Cell(_of_number(Decimal(plain), mark, raw.strip()))


def _of_number(value: Decimal, mark: str, shown: object) -> Measured:
    if value == INSTRUMENT_HAS_NONE:
        return NOTHING
    return Measured(exact(value, shown), mark)


def exact(value: Decimal, shown: object) -> Decimal:
    """
    Give a value as the record keeps it.

    :raises Unreadable: if it has more decimals than are kept.
    """
    exponent = value.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > PLACES:
        raise Unreadable("too_fine", text=shown)
    return value


def possible(measured: Measured, item: Item, kind: StationKind | None) -> None:
    """
    Refuse what cannot be: an item that the station does not measure, a value out of its bounds.

    :raises Unreadable: naming the bounds.
    """
    if kind is not None and not bounds.suits(item, kind):
        raise Unreadable("not_measured_there", item=item.value)
    least, most = bounds.of(item, kind)
    if measured.value is not None and not least <= measured.value <= most:
        raise Unreadable(
            "impossible",
            text=f"{measured.value:f}{measured.mark}"[:40],
            least=f"{least:f}",
            most=f"{most:f}",
            unit=item.unit,
        )
