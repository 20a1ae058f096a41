"""Items and their units by every word that lists and programs use for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from monitoring.vocabulary import Item
from quota_registry.kernel import identifiers
from quota_registry.kernel.refusals import Refusal
from reserve.imports.layout import chinese_labels

ALIASES: Final = MappingProxyType(
    {
        "细颗粒物": Item.PM25,
        "可吸入颗粒物": Item.PM10,
        "二氧化硫": Item.SO2,
        "二氧化氮": Item.NO2,
        "一氧化碳": Item.CO,
        "臭氧": Item.O3,
        "O3-8h": Item.O3,
        "DO": Item.DO,
        "CODMn": Item.CODMN,
        "COD": Item.COD,
        "CODCr": Item.COD,
        "BOD5": Item.BOD5,
        "NH3-N": Item.NH3N,
        "TP": Item.TP,
        "TN": Item.TN,
        "NOx": Item.NOX,
    }
)

_UNIT_WORDS: Final = (
    ("微克", "μg"),
    ("毫克", "mg"),
    ("立方米", "m3"),
    ("升", "l"),
    ("ug", "μg"),
    ("无量纲", ""),
)
_HEADER: Final = re.compile(r"\**(?P<name>[^(（]+?)\s*(?:[(（](?P<unit>[^)）]*)[)）])?\s*\**")


class WrongUnit(Refusal):
    """A column says that its values are in another unit than the registry keeps, or in none."""

    code = "wrong_unit"
    status = 400
    message = _("“%(header)s”列的单位应为%(unit)s，整份清单未读取")


@cache
def _names() -> Mapping[str, Item]:
    words = {item.value: item for item in Item} | dict(ALIASES) | chinese_labels(Item)
    return {_folded(word): item for word, item in words.items()}


def _folded(word: str) -> str:
    return identifiers.clean_name(word).upper()


def named(word: str) -> Item | None:
    """Find the item that a word names: its code in HJ 212, its symbol or its Chinese name."""
    return _names().get(_folded(word))


def is_unit_of(written: str, item: Item) -> bool:
    """Say whether a unit, however it is written, is the one that the item is kept in."""
    return _plain_unit(written) == _plain_unit(item.unit)


def _plain_unit(written: str) -> str:
    unit = "".join(unicodedata.normalize("NFKC", written).lower().split())
    for word, sign in _UNIT_WORDS:
        unit = unit.replace(word, sign)
    return unit


def in_headers(headers: Sequence[str]) -> dict[Item, str]:
    """
    Find the items that a row of headers names, each with its header as it stands.

    :raises WrongUnit: if one is in another unit than the registry keeps, or says none.
    """
    found: dict[Item, str] = {}
    for header in headers:
        parts = _HEADER.fullmatch(identifiers.clean(header))
        item = named(parts["name"]) if parts else None
        if parts is None or item is None:
            continue
        if not is_unit_of(parts["unit"] or "", item):
            raise WrongUnit(header=identifiers.clean(header), unit=item.unit or _("无单位"))
        found.setdefault(item, header)
    return found
