"""Between which values a reading can be at all; beyond them the instrument or the list is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from monitoring.vocabulary import AIR_ITEMS, WATER_ITEMS, Item, StationKind

Bounds = tuple[Decimal, Decimal]


def _from_zero(**most: int) -> dict[Item, Bounds]:
    return {Item[name]: (Decimal(0), Decimal(top)) for name, top in most.items()}


AMBIENT: Final[Mapping[Item, Bounds]] = MappingProxyType(
    {
        # Air: well above the worst hours and dust storms on record in China.
        **_from_zero(PM25=2_000, PM10=10_000, SO2=5_000, NO2=3_000, CO=150, O3=1_200),
        # Water: what a river or lake can hold, foul as it may be.
        **_from_zero(PH=14, DO=30, CODMN=500, COD=2_000, BOD5=1_000, NH3N=300, TP=50, TN=500),
        **_from_zero(NOX=5_000, PM=50_000, FLOW=10_000_000),
    }
)
"""Of air stations and water sections, each in its item's unit; both ends are possible."""

EMITTED: Final[Mapping[Item, Bounds]] = MappingProxyType(
    {
        **AMBIENT,
        # At a stack sulphur dioxide is counted in grams, and waste water is no river.
        **_from_zero(SO2=10_000_000, COD=50_000, BOD5=30_000, NH3N=10_000, TP=5_000, TN=15_000),
    }
)
"""Of outlets, where the same items come far thicker."""

_MEASURED: Final[Mapping[StationKind, frozenset[Item]]] = MappingProxyType(
    {
        StationKind.AIR: frozenset(AIR_ITEMS),
        StationKind.SECTION: frozenset(WATER_ITEMS),
        StationKind.MONITOR: frozenset(Item),
    }
)


def of(item: Item, kind: StationKind | None) -> Bounds:
    """Give the least and the most that an item can be at a station of a kind."""
    return (EMITTED if kind is StationKind.MONITOR else AMBIENT)[item]


def suits(item: Item, kind: StationKind) -> bool:
    """Say whether a station of a kind measures an item at all."""
    return item in _MEASURED[kind]
