"""Codes, numbers and names as papers write them: cleaned, checked, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import Enum
from operator import mul
from types import MappingProxyType
from typing import Final

_SPACE: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_SPACE_BESIDE_CJK: Final = re.compile(r"(?<=[\u3400-\u9fff（）]) | (?=[\u3400-\u9fff（）])")
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_PERMIT: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}[0-9]{3}[0-9A-Z]")
_OUTLET: Final = re.compile(r"D[WA][0-9]{3}")
_INDUSTRY: Final = re.compile(r"[A-T][0-9]{4}")
_DOCUMENT: Final = re.compile(
    r"(?P<office>[^\s〔〕]{1,20})〔(?P<year>[0-9]{4})〕(?P<number>[0-9]{1,6})号"
)
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, position, 31) for position in range(17))
_CHINESE_MARKS: Final = str.maketrans("():", "（）：")
_SUFFIXES: Final = ("市", "区", "县")


class UsccCheck(Enum):
    """What the check of a unified social credit code found (GB 32100-2015)."""

    SOUND = "sound"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    """Real firms carry such codes: it warns and never blocks."""
    WRONG_SHAPE = "wrong_shape"
    """Not eighteen characters of the code's alphabet: it is no such code at all."""


def _is_plain(text: str) -> bool:
    # The common case, found out quickly: letters and digits only, in their one form.
    return text.isalnum() and unicodedata.is_normalized("NFKC", text)


def clean(text: str) -> str:
    """Bring a text to one form: compatibility forms folded, runs of space made one, ends cut."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def half_width(text: str) -> str:
    """
    Write what was typed in full width, and spaces that do not break, as their plain forms.

    Nothing else is folded: a raised or circled digit is a note beside a number, and none of it.
    """
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFKC", letter)
        if unicodedata.decomposition(letter).startswith(("<wide>", "<narrow>", "<noBreak>"))
        else letter
        for letter in text
    )


def clean_name(text: str) -> str:
    """Give a name as the registry keeps it: no stray spaces or breaks, Chinese marks."""
    if _is_plain(text):
        return text
    name = clean(text)
    if not _CJK.search(name):
        return name
    return _SPACE_BESIDE_CJK.sub("", name.translate(_CHINESE_MARKS))


def clean_code(text: str) -> str:
    """Give a code as the registry keeps it: no spaces, capital letters, half width."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).upper()


def normalise_project(name: str) -> str:
    """Give the form of a project's name by which two claims are the same project (§21)."""
    if _is_plain(name):
        return name.casefold()
    return _SPACE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def check_uscc(code: str) -> UsccCheck:
    """Check a cleaned unified social credit code, its letters and its check character."""
    if not _USCC.fullmatch(code):
        return UsccCheck.WRONG_SHAPE
    # The 18th character is not reached: there are only 17 weights.
    total = sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, code)))
    wrong = _VALUES[code[-1]] != -total % 31
    return UsccCheck.WRONG_CHECK_DIGIT if wrong else UsccCheck.SOUND


def is_permit_number(code: str) -> bool:
    """Say whether a cleaned code has the form of a permit number (HJ 608-2017, 22 characters)."""
    return bool(_PERMIT.fullmatch(code))


def is_outlet_number(code: str) -> bool:
    """Say whether a cleaned code names an outlet, such as DW001 or DA001."""
    return bool(_OUTLET.fullmatch(code))


def is_industry_code(code: str) -> bool:
    """Say whether a cleaned code is a class of GB/T 4754-2017, such as C2761."""
    return bool(_INDUSTRY.fullmatch(code))


def clean_document_number(text: str) -> str:
    """Give a document number with the brackets that official papers use: 苏环办字〔2023〕78号."""
    number = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\[(【{]([0-9]{4})[\])】}]", r"〔\1〕", number)


def is_document_number(text: str) -> bool:
    """Say whether a cleaned text is an official document number."""
    return bool(_DOCUMENT.fullmatch(text))


def place_table(places: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """
    Build the table by which lists name places: full names, and short ones where they are unique.

    Takes pairs of name and code, a place's further aliases as further pairs; gives name → code.
    A short name is the full one without its last 市, 区 or 县 (昆山 for 昆山市); 昆山县 is none.
    """
    full = {clean_name(name): code for name, code in places}
    short: dict[str, set[str]] = {}
    for name, code in full.items():
        if name.endswith(_SUFFIXES) and len(name) > 2:
            short.setdefault(name[:-1], set()).add(code)
    unique = {name: codes.pop() for name, codes in short.items() if len(codes) == 1}
    return MappingProxyType({**unique, **full})


class UnknownPlace(LookupError):
    """No place of the registry has this name."""


def place_code(text: str, table: Mapping[str, str]) -> str:
    """
    Find the code of the place that a text names, by a table of `place_table`.

    :raises UnknownPlace: if no place, or more than one, goes by that name.
    """
    name = clean_name(text)
    try:
        return table[name]
    except KeyError:
        raise UnknownPlace(name) from None
