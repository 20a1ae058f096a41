"""Mass at the doors: what a form takes and gives back."""

import pytest
from django.core.exceptions import ValidationError

from quota_registry.kernel.fields import GramsAsTonnes, TonnesField


@pytest.mark.parametrize(
    ("typed", "grams"),
    [
        ("12.5", 12_500_000),
        (" 0.000001 ", 1),
        ("1,234.5", 1_234_500_000),
        ("\uff11\uff0c\uff12\uff13\uff14．\uff15", 1_234_500_000),
        ("", None),
        (None, None),
    ],
)
def test_a_form_takes_tonnes_and_gives_grams(typed: str | None, grams: int | None) -> None:
    assert TonnesField(required=False).clean(typed) == grams


@pytest.mark.parametrize("typed", ["约5", "1.2345678", "5t", "-1", "10²", "5①"])
def test_a_form_never_guesses_an_amount(typed: str) -> None:
    with pytest.raises(ValidationError):
        TonnesField(required=False).clean(typed)


def test_an_amount_that_is_needed_must_be_there() -> None:
    with pytest.raises(ValidationError):
        TonnesField().clean("")


def test_the_api_gives_six_places() -> None:
    assert GramsAsTonnes().to_representation(12_345_678) == "12.345678"
