"""Typed readers of single cells: they say how they read, or why they cannot, and never guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Generic, TypeVar

from quota_registry.kernel import identifiers, mass
from quota_registry.kernel.identifiers import UsccCheck
from quota_registry.kernel.imports.findings import Unreadable
from quota_registry.kernel.imports.sheets import Raw
from quota_registry.kernel.mass import Grams

T = TypeVar("T")

LARGEST: Final = mass.grams_of("100000000")
"""No reduction of one project reaches a hundred million tonnes a year."""

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_THOUSANDS: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_WITH_UNIT: Final = re.compile(
    r"-?[0-9][0-9,.]*\s*(%|mg|kg|[uμ]?g|t|m3|m³|毫克|微克|克|千克|公斤|万?吨|万?m)(/.+)?",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?")
_YES: Final = frozenset({"√", "✓", "✔", "☑", "是", "有", "Y", "YES", "1", "TRUE"})
_NO: Final = frozenset({"×", "✗", "☒", "□", "☐", "否", "无", "N", "NO", "0", "FALSE"})


@dataclass(slots=True)
class Cell(Generic[T]):
    """A value as read; with the code of a warning, or as text how an untidy cell was taken."""

    value: T
    warning: str = ""
    read_as: str = ""


Reader = Callable[[Raw], Cell[T]]


def _exact_grams(number: float) -> Grams:
    # The nearest float to a decimal of at most fifteen digits is no other decimal's, so this
    # shortcut is exact; everything else takes the long way.
    grams = round(number * 1e6) if abs(number) < 1e8 else 0
    if grams and grams / 1e6 == number:
        return Grams(grams)
    return mass.grams_of(Decimal(repr(number)))


def amount(raw: Raw) -> Cell[Grams]:
    """Read an amount in tonnes, as whole grams: numbers, and numbers written as text."""
    cell = difference(raw)
    if cell.value < 0:
        raise Unreadable("negative", text=raw.strip() if isinstance(raw, str) else raw)
    return cell


def difference(raw: Raw) -> Cell[Grams]:
    """Read tonnes as whole grams where less than nothing is possible, such as an increment."""
    if type(raw) is float or type(raw) is int:
        return Cell(_bounded(raw, raw))
    if not isinstance(raw, str):
        raise Unreadable("not_a_number", text=raw)
    plain = written_number(raw)
    grams = _bounded(plain, raw.strip())
    return Cell(grams, read_as="" if plain == raw else plain)


def written_number(raw: str) -> str:
    """
    Give the plain form of a number that was written as text, in full width or in thousands.

    :raises Unreadable: if it is a formula, has its unit beside it, or is no certain number.
    """
    text = identifiers.half_width(raw).strip().replace("\u2212", "-")
    if text.startswith("="):
        raise Unreadable("formula")
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    if not _NUMBER.fullmatch(plain):
        with_unit = _WITH_UNIT.fullmatch(unicodedata.normalize("NFKC", text)) is not None
        raise Unreadable("unit_in_cell" if with_unit else "not_a_number", text=raw.strip())
    return plain


def _bounded(number: str | float, shown: object) -> Grams:
    try:
        grams = _exact_grams(number) if isinstance(number, float) else mass.grams_of(number)
    except mass.NotAMass as problem:
        raise Unreadable(problem.code, text=shown) from problem
    if abs(grams) > LARGEST:
        raise Unreadable("too_large", text=shown)
    return grams


def day(raw: Raw) -> Cell[date]:
    """Read a day: a date cell, or text such as 2026.3.15 or 2026年3月15日."""
    if isinstance(raw, datetime):
        return Cell(raw.date())
    if isinstance(raw, date):
        return Cell(raw)
    if not isinstance(raw, str):
        raise Unreadable("not_a_date", text=raw)
    text = unicodedata.normalize("NFKC", raw).strip()
    if text.startswith("="):
        raise Unreadable("formula")
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as problem:
        raise Unreadable("not_a_date", text=raw.strip()) from problem
    return Cell(found, read_as="" if found.isoformat() == raw else found.isoformat())


def _plain_text(raw: Raw) -> str:
    if not isinstance(raw, str):
        raise Unreadable("not_text")
    if raw.lstrip().startswith("="):
        raise Unreadable("formula")
    return raw


def name(raw: Raw, *, most: int = 200) -> Cell[str]:
    """Read a name: stray spaces and line breaks go, the rest stays."""
    text = _plain_text(raw)
    found = identifiers.clean_name(text)
    if not found:
        raise Unreadable("missing")
    if len(found) > most:
        raise Unreadable("too_long", most=most)
    return Cell(found, read_as="" if found == text else found)


def remark(raw: Raw, *, most: int = 1000) -> Cell[str]:
    """Read a free remark, whatever was typed there."""
    text = identifiers.clean(raw if isinstance(raw, str) else str(raw))
    if len(text) > most:
        raise Unreadable("too_long", most=most)
    return Cell(text)


def _code(raw: Raw) -> str:
    if not isinstance(raw, str):
        raise Unreadable("code_as_number")
    return identifiers.clean_code(_plain_text(raw))


def uscc(raw: Raw) -> Cell[str]:
    """Read a unified social credit code; a wrong check character only warns."""
    code = _code(raw)
    check = identifiers.check_uscc(code)
    if check is UsccCheck.WRONG_SHAPE:
        raise Unreadable("wrong_code", text=code)
    return Cell(code, warning="check_digit" if check is UsccCheck.WRONG_CHECK_DIGIT else "")


def permit_number(raw: Raw) -> Cell[str]:
    """Read a permit number of 22 characters."""
    code = _code(raw)
    if not identifiers.is_permit_number(code):
        raise Unreadable("wrong_code", text=code)
    return Cell(code)


def industry(raw: Raw) -> Cell[str]:
    """Read an industry class such as C2761."""
    code = _code(raw)
    if not identifiers.is_industry_code(code):
        raise Unreadable("wrong_code", text=code)
    return Cell(code)


def flag(raw: Raw) -> Cell[bool]:
    """Read a tick: √ sets it, an empty cell does not."""
    if isinstance(raw, bool):
        return Cell(raw)
    text = str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).strip().upper()
    if text in _YES:
        return Cell(True)
    if text in _NO:
        return Cell(False)
    raise Unreadable("not_a_flag", text=raw)


def place(table: Mapping[str, str]) -> Reader[str]:
    """Make a reader of places by a table of names, giving their codes."""
    # The longest name of a code is its full one; the others are short names and aliases.
    full_names: dict[str, str] = {}
    for written, code in table.items():
        if len(written) > len(full_names.get(code, "")):
            full_names[code] = written

    def read(raw: Raw) -> Cell[str]:
        text = _plain_text(raw)
        try:
            code = identifiers.place_code(text, table)
        except identifiers.UnknownPlace as problem:
            raise Unreadable("unknown_place", text=text.strip()) from problem
        return Cell(code, read_as="" if full_names[code] == text else full_names[code])

    return _remembering(read)


def choice(labels: Mapping[str, T]) -> Reader[T]:
    """Make a reader of one of several terms by the labels that lists use for them."""
    table = {identifiers.clean_name(label): value for label, value in labels.items()}

    def read(raw: Raw) -> Cell[T]:
        text = _plain_text(raw)
        found = identifiers.clean_name(text)
        if found not in table:
            raise Unreadable("unknown_choice", text=text.strip())
        return Cell(table[found], read_as="" if found == text else found)

    return _remembering(read)


def _remembering(read: Reader[T]) -> Reader[T]:
    """Keep what a reader made of each text: such columns repeat a few words all the way down."""
    known: dict[str, Cell[T]] = {}

    def remembered(raw: Raw) -> Cell[T]:
        if isinstance(raw, str) and raw in known:
            return known[raw]
        cell = read(raw)
        if isinstance(raw, str):
            known[raw] = cell
        return cell

    return remembered
