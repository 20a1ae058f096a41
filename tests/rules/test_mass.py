"""Mass: exact at every door, and three roundings that say which way they go."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quota_registry.kernel import mass
from quota_registry.kernel.mass import Grams

masses = st.integers(min_value=0, max_value=10**15).map(Grams)


@pytest.mark.parametrize(
    ("written", "grams"),
    [
        ("0", 0),
        ("1", 1_000_000),
        ("12.3456", 12_345_600),
        ("0.000001", 1),
        ("3.1000000", 3_100_000),
        ("-4.34926", -4_349_260),
        (" 12.5 ", 12_500_000),
        (Decimal("0.03586"), 35_860),
        (Decimal("1E+3"), 1_000_000_000),
        (7, 7_000_000),
    ],
)
def test_an_amount_in_tonnes_becomes_whole_grams(written: str | Decimal | int, grams: int) -> None:
    assert mass.grams_of(written) == grams


@pytest.mark.parametrize("written", ["3.1234567", Decimal("0.0000005"), "0.0000001"])
def test_an_amount_finer_than_a_gram_is_refused(written: str | Decimal) -> None:
    with pytest.raises(mass.FinerThanAGram):
        mass.grams_of(written)


@pytest.mark.parametrize(
    "written", ["", "—", "约5", "2.09kg", "1,234.5", "1e3", "１２", "NaN", "+1"]
)
def test_what_is_not_a_plain_number_is_refused(written: str) -> None:
    with pytest.raises(mass.NotAMass):
        mass.grams_of(written)


@pytest.mark.parametrize("strange", [Decimal("NaN"), Decimal("Infinity")])
def test_a_number_without_a_size_is_refused(strange: Decimal) -> None:
    with pytest.raises(mass.NotAMass):
        mass.grams_of(strange)


@pytest.mark.parametrize(
    ("grams", "shown"),
    [(0, "0.000000"), (1, "0.000001"), (12_345_678, "12.345678"), (-5, "-0.000005")],
)
def test_a_mass_is_shown_with_six_places(grams: int, shown: str) -> None:
    assert mass.text(grams) == shown


@given(masses)
def test_no_mass_is_lost_on_the_way_out_and_in(grams: Grams) -> None:
    assert mass.grams_of(mass.tonnes(grams)) == grams
    assert mass.grams_of(mass.text(grams)) == grams


@given(masses, st.lists(st.integers(0, 50), min_size=2, max_size=6).filter(sum))
def test_the_parts_of_a_division_sum_to_the_whole(total: Grams, parts: list[int]) -> None:
    shares = mass.split_exactly(total, parts)

    assert sum(shares) == total
    assert all(share >= 0 for share in shares)


@given(masses, st.integers(1, 20), st.integers(1, 20))
def test_only_the_last_part_of_a_division_gains_by_rounding(total: Grams, a: int, b: int) -> None:
    first, last = mass.split_exactly(total, (a, b))

    assert first == Fraction(total * a, a + b).__floor__()
    assert last >= Fraction(total * b, a + b)


@pytest.mark.parametrize("parts", [(0, 0), (3, -1)])
def test_a_division_by_nothing_is_a_mistake(parts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="cannot divide"):
        mass.split_exactly(Grams(10), parts)


@given(masses, st.decimals(0, 5, places=4))
def test_a_duty_is_never_rounded_down_and_a_grant_never_up(grams: Grams, ratio: Decimal) -> None:
    exact = Fraction(grams) * Fraction(ratio)

    assert mass.scale_down(grams, ratio) <= exact <= mass.scale_up(grams, ratio)
    assert mass.scale_up(grams, ratio) - mass.scale_down(grams, ratio) <= 1


@given(masses, masses, st.decimals(1, 3, places=2))
def test_more_increment_never_means_less_duty(a: Grams, b: Grams, ratio: Decimal) -> None:
    small, large = sorted((a, b))

    assert mass.scale_up(small, ratio) <= mass.scale_up(large, ratio)
