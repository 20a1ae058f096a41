"""The accounting methods refuse what cannot be computed, and say which input it was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quota_registry.kernel.vocabulary import Pollutant
from reserve.rules import accounting
from reserve.rules.methods import METHODS, methods_for
from reserve.vocabulary import AccountingMethod as Code
from reserve.vocabulary import SourceKind

REUSE = METHODS[Code.WATER_REUSE]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"reused": Decimal(1)}, accounting.InputMissing),
        ({"reused": Decimal(-1), "outlet": Decimal(1)}, accounting.InputOutOfBounds),
        ({"reused": Decimal("NaN"), "outlet": Decimal(1)}, accounting.InputOutOfBounds),
        ({"reused": Decimal(1), "outlet": Decimal(1), "x": Decimal(1)}, accounting.UnknownInput),
        ({"reused": Decimal(0), "outlet": Decimal(1)}, accounting.NoReduction),
        ([], accounting.InputMissing),
    ],
)
def test_inputs_that_do_not_serve_are_refused(given: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        accounting.compute(REUSE, given, pollutant=Pollutant.COD)


def test_a_method_serves_only_its_pollutants() -> None:
    amounts = {"reused": Decimal(1), "outlet": Decimal(1)}

    with pytest.raises(accounting.WrongPollutant):
        accounting.compute(REUSE, amounts, pollutant=Pollutant.SO2)


def test_a_percentage_over_a_hundred_is_refused() -> None:
    method = METHODS[Code.RURAL_SEWAGE]
    amounts = {"persons": Decimal(10), "per_person": Decimal(40), "rate": Decimal("100.1")}

    with pytest.raises(accounting.InputOutOfBounds) as refused:
        accounting.compute(method, amounts, pollutant=Pollutant.COD)
    assert refused.value.facts["field"] == "rate"


def test_a_closure_without_any_amount_is_refused() -> None:
    with pytest.raises(accounting.InputMissing):
        accounting.compute(METHODS[Code.CLOSURE], {}, pollutant=Pollutant.COD)


def test_a_worsening_is_no_reduction() -> None:
    method = METHODS[Code.STANDARD_UPGRADE]
    amounts = {"flow": Decimal(10), "outlet_before": Decimal(5), "outlet_after": Decimal(6)}

    with pytest.raises(accounting.NoReduction):
        accounting.compute(method, amounts, pollutant=Pollutant.TN)


@given(
    st.decimals("0.01", "99999", places=4),
    st.decimals("0.01", "999", places=4),
    st.decimals("0.01", "999", places=4),
)
def test_more_water_reused_is_never_less_and_never_rounded_up(
    flow: Decimal, a: Decimal, b: Decimal
) -> None:
    low, high = sorted((a, b))

    less, more = (
        accounting.compute(REUSE, {"reused": flow, "outlet": c}, pollutant=Pollutant.COD)
        for c in (low, high)
    )

    assert less.grams <= more.grams
    assert less.grams <= less.exact * 1_000_000 < less.grams + 1


def test_every_kind_of_source_is_offered_a_method_of_its_own() -> None:
    for kind in SourceKind:
        offered = [method.code for method in methods_for(kind)]
        assert offered[-2:] == [Code.APPROVAL_DOCUMENT, Code.STATED_BY_BUREAU]
        assert len(offered) >= 3


def test_every_input_says_its_unit_and_is_named_once() -> None:
    for method in METHODS.values():
        names = [needed.name for needed in method.inputs]
        assert len(set(names)) == len(names)
        assert all(needed.unit and needed.label for needed in method.inputs)
        assert not (method.repeated and any(needed.shared for needed in method.inputs))
