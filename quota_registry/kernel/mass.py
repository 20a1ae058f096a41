"""Mass: whole grams inside, tonnes with six places outside, and the only three roundings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Final, NewType

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.refusals import Refusal

Grams = NewType("Grams", int)
"""A mass, or a yearly amount, in whole grams; a tonne is a million of them."""

NOTHING: Final = Grams(0)
TONNE: Final = Grams(1_000_000)
PLACES: Final = 6
"""Decimals of a tonne: one gram is the sixth."""

Factor = Decimal | Fraction | int
"""What a mass may be multiplied by: exact numbers only."""

# A context of its own, so that no caller's precision can round a mass, and none goes unnoticed.
_EXACT: Final = Context(prec=60, traps=[Inexact])
_PLAIN: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]*)?")


class NotAMass(Refusal, ValueError):
    """The text is no plain decimal number of tonnes."""

    code = "not_a_number"
    status = 400
    message = _("“%(text)s”不是数值")


class FinerThanAGram(NotAMass):
    """The amount has a part below one gram, which the registry neither keeps nor rounds away."""

    code = "finer_than_a_gram"
    message = _("%(text)s 的小数超过六位，即小于1克")


def tonnes(grams: Grams | int) -> Decimal:
    """Give a mass in tonnes with exactly six places, as every surface shows it."""
    return Decimal(grams).scaleb(-PLACES, context=_EXACT)


def text(grams: Grams | int) -> str:
    """Write a mass in tonnes with six places, as the API and papers carry it."""
    return str(tonnes(grams))


def grams_of(amount: str | Decimal | int) -> Grams:
    """
    Give the whole grams of an amount stated in tonnes, exactly.

    Floats are not taken: whoever has one says first how it is to be read.

    :raises NotAMass: if the text is not a plain decimal number.
    :raises FinerThanAGram: if anything is left below the sixth decimal.
    """
    if isinstance(amount, str):
        if not _PLAIN.fullmatch(amount.strip()):
            raise NotAMass(text=amount)
        amount = Decimal(amount.strip())
    elif isinstance(amount, int):
        amount = Decimal(amount)
    if not amount.is_finite():
        raise NotAMass(text=str(amount))
    grams = Fraction(amount) * TONNE
    if grams.denominator != 1:
        raise FinerThanAGram(text=str(amount))
    return Grams(grams.numerator)


def split_exactly(total: Grams, parts: Sequence[int]) -> tuple[Grams, ...]:
    """
    Divide a mass by whole parts so that nothing is lost: all but the last part are rounded down.

    The remainder of the rounding falls to the last one (§4: to the county or the park).
    """
    whole = sum(parts)
    if total < 0 or whole <= 0 or min(parts) < 0:
        raise ValueError(f"cannot divide {total} g by {parts!r}")
    shares = [Grams(total * part // whole) for part in parts[:-1]]
    return (*shares, Grams(total - sum(shares)))


def scale_up(mass: Grams, factor: Factor) -> Grams:
    """Multiply a mass and round up to the gram: 不低于, a duty is never rounded down."""
    return Grams(-(-Fraction(mass) * Fraction(factor) // 1))


def scale_down(mass: Grams, factor: Factor) -> Grams:
    """Multiply a mass and round down to the gram: for whatever creates or allows mass."""
    return Grams(Fraction(mass) * Fraction(factor) // 1)
