"""How a mass is cut into the parts that a page shows: sign, digits, zeros that mean nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from quota_registry.kernel.mass import PLACES, grams_of

MINUS: Final = "−"
MISSING: Final = "—"
_TONNE: Final = 10**PLACES


@dataclass(frozen=True, slots=True)
class Shown:
    """
    A mass ready for a surface.

    ``digits`` carries the significant figures, ``zeros`` what follows without meaning (with the
    decimal point where all decimals are idle), ``full`` all six decimals, and ``exact`` whether
    *digits* and *zeros* say the whole truth.
    """

    sign: str
    digits: str
    zeros: str
    full: str
    exact: bool

    @property
    def short(self) -> str:
        """Give the figure as one text."""
        return f"{self.sign}{self.digits}{self.zeros}"


def as_grams(value: int | str | Decimal) -> int:
    """Read what a template may hold: grams as an integer, tonnes as a decimal or its text."""
    return value if isinstance(value, int) else grams_of(value)


def written(grams: int, places: int = PLACES, *, signed: bool = False) -> str:
    """Write grams as tonnes with all of *places* decimals, separators and a true minus."""
    shown = cut(grams, places, signed=signed)
    return shown.full if places == PLACES else shown.short


def cut(grams: int, places: int, *, signed: bool = False) -> Shown:
    """
    Cut grams into what is shown at *places* decimals of a tonne.

    Fewer than six decimals are for reading only: half to even, and never a false zero.
    """
    sign = MINUS if grams < 0 else "+" if signed and grams > 0 else ""
    size = abs(grams)
    full = f"{sign}{_digits(size, PLACES)}"
    step = 10 ** (PLACES - places)
    exact = size % step == 0
    rounded = _half_even(size, step)
    if not exact and rounded == 0:
        return Shown(sign, f"<{_digits(step, PLACES)[: places + 2]}", "", full, exact=False)
    text = _digits(rounded * step, PLACES)
    text = text[: len(text) - (PLACES - places)].rstrip(".")
    whole, _point, decimals = text.partition(".")
    kept = decimals.rstrip("0") if exact else decimals
    idle = decimals[len(kept) :]
    if kept:
        return Shown(sign, f"{whole}.{kept}", idle, full, exact)
    return Shown(sign, whole, f".{idle}" if idle else "", full, exact)


def _digits(size: int, places: int) -> str:
    return f"{size // _TONNE:,}.{size % _TONNE:0{places}d}"


def _half_even(size: int, step: int) -> int:
    quotient, rest = divmod(size, step)
    if rest * 2 > step or (rest * 2 == step and quotient % 2):
        quotient += 1
    return quotient
