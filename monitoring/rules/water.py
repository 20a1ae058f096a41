"""The classes of surface water (GB 3838-2002): the worst item decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from monitoring.rules import rounding
from monitoring.rules.rounding import Exact, half_even
from monitoring.vocabulary import Item, WaterBody, WaterClass

Row = tuple[Decimal, ...]


def _row(written: str) -> Row:
    return tuple(map(Decimal, written.split("/")))


_SHARED: Final[Mapping[Item, Row]] = {
    Item.DO: _row("7.5/6/5/3/2"),
    Item.CODMN: _row("2/4/6/10/15"),
    Item.COD: _row("15/15/20/30/40"),
    Item.BOD5: _row("3/3/4/6/10"),
    Item.NH3N: _row("0.15/0.5/1.0/1.5/2.0"),
}

LIMITS: Final[Mapping[WaterBody, Mapping[Item, Row]]] = MappingProxyType(
    {
        WaterBody.RIVER: MappingProxyType({**_SHARED, Item.TP: _row("0.02/0.1/0.2/0.3/0.4")}),
        WaterBody.LAKE: MappingProxyType({**_SHARED, Item.TP: _row("0.01/0.025/0.05/0.1/0.2")}),
    }
)
"""Limits of the classes I to V in mg/L: oxygen has at least so much, the others at most."""

PH_BOUNDS: Final = (Decimal(6), Decimal(9))

PLACES: Final[Mapping[Item, int]] = MappingProxyType(
    {Item.DO: 1, Item.CODMN: 1, Item.COD: 1, Item.BOD5: 1, Item.NH3N: 2, Item.TP: 3, Item.TN: 2}
)
"""To how many decimals a mean is rounded before it is classed; pH as it is measured."""

REQUIRED: Final = (Item.DO, Item.CODMN, Item.NH3N, Item.TP)
"""
What must be measured for a class of III or better to be believed.

The standard names the items, not how many may be missing; these four every section measures.
The choice is the registry's.
"""


@dataclass(frozen=True, slots=True)
class Classing:
    """A section's class, the items that decided it, each item's own, and what was missing."""

    water_class: WaterClass | None
    worst: tuple[Item, ...]
    by_item: Mapping[Item, WaterClass]
    missing: tuple[Item, ...] = ()


def classify(values: Mapping[Item, Exact | None], *, body: WaterBody) -> Classing:
    """
    Class a section by the worst of its items; total nitrogen classes nothing.

    Where one of `REQUIRED` is missing, the class is unknown, unless what is there makes it
    worse than III already: that stands.
    """
    found = {
        item: item_class(item, value, body=body)
        for item, value in values.items()
        if value is not None
    }
    by_item = {item: water_class for item, water_class in found.items() if water_class is not None}
    missing = tuple(item for item in REQUIRED if item not in by_item)
    worst = max(by_item.values(), default=None)
    if worst is None or (missing and worst <= WaterClass.III):
        return Classing(None, (), MappingProxyType(by_item), missing)
    return Classing(
        water_class=worst,
        worst=tuple(item for item, water_class in by_item.items() if water_class is worst),
        by_item=MappingProxyType(by_item),
        missing=missing,
    )


def item_class(item: Item, value: Exact, *, body: WaterBody) -> WaterClass | None:
    """Class one item by its mean, rounded first; nothing for what does not class (TN)."""
    if item is Item.PH:
        least, most = PH_BOUNDS
        return WaterClass.I if least <= value <= most else WaterClass.WORSE
    row = LIMITS[body].get(item)
    if row is None:
        return None
    mean_value = rounded(item, value)
    for number, bound in enumerate(row, start=1):
        if mean_value >= bound if item is Item.DO else mean_value <= bound:
            return WaterClass(number)
    return WaterClass.WORSE


def counted(value: Decimal, mark: str = "") -> Decimal:
    """Give what a value counts as in a mean: one below the detection limit (L), half of that."""
    return value / 2 if mark.strip().upper() == "L" else value


def mean(values: Sequence[Decimal]) -> Fraction | None:
    """
    Give the exact mean of a month's samples, or of the months so far; nothing without any.

    It is rounded once, when it is classed, so a mean of means is not rounded twice.
    """
    return rounding.mean(values)


def rounded(item: Item, value: Exact) -> Decimal:
    """Round a mean as it is classed and shown."""
    return half_even(value, PLACES.get(item, 2))
