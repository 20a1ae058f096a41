"""GB/T 8170: the one way in which measured values are rounded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

Exact = Decimal | Fraction | int
"""A number without an error of its own; floats are not taken."""


def half_even(value: Exact, places: int) -> Decimal:
    """Round to so many decimals; what lies exactly between goes to the even neighbour."""
    # In whole numbers, so that it is exact whatever the decimal context, and quick.
    numerator, denominator = value.as_integer_ratio()
    whole, rest = divmod(numerator * 10**places, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        whole += 1
    return Decimal(whole).scaleb(-places)


def mean(values: Sequence[Exact]) -> Fraction | None:
    """Give the exact arithmetic mean of the values, or nothing if there are none."""
    if not values:
        return None
    # In whole numbers over one denominator: quick, since days are made of thousands of means.
    ratios = [value.as_integer_ratio() for value in values]
    common = lcm(*(denominator for _numerator, denominator in ratios))
    whole = sum(numerator * (common // denominator) for numerator, denominator in ratios)
    return Fraction(whole, common * len(values))
