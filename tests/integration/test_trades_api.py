"""Trades over the API: either side's program reads them, nobody else's does."""

from __future__ import annotations

import pytest

from tests import callers, factories, trading
from tests.desk import T

pytestmark = pytest.mark.django_db


@pytest.fixture
def number() -> str:
    """A trade from 昆山 to 常熟, accepted."""
    factories.all_places()
    seller = factories.polluter(1)
    trading.holding(seller, 10 * T)
    trade = trading.offered(trading.terms(seller, factories.polluter(3, "320581"), price="12345.6"))
    return trading.accepted(trade, by="changshu.officer").number


def test_both_sides_read_it_with_its_lines(number: str) -> None:
    for place in ("320583", "320581", "320500"):
        caller = callers.program(place, scopes=["trades:read"])
        (found,) = caller.get("trades/").json()["results"]
        assert (found["number"], found["status"]) == (number, "accepted")
        assert (found["seller_place"], found["buyer_place"]) == ("320583", "320581")
        assert found["lines"] == [
            {"pollutant": "NOX", "amount": "2.000000", "price": "12345.60", "total": "24691.20"}
        ]
        assert caller.get(f"trades/{number}/").json() == found


def test_it_is_not_there_for_others_and_not_without_the_scope(number: str) -> None:
    other = callers.program("320500P01", scopes=["trades:read"])
    assert other.get("trades/").json()["results"] == []
    assert other.get(f"trades/{number}/").status_code == 404
    assert callers.program("320583", scopes=["balances:read"]).get("trades/").status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"place": "320581"}, 1),
        ({"place": "320500"}, 0),
        ({"place": "320500", "descendants": "1"}, 1),
        ({"status": "posted"}, 0),
        ({"kind": "local", "pollutant": "NOX"}, 1),
        ({"pollutant": "COD"}, 0),
    ],
)
def test_it_is_asked_for_by_either_side_s_place(
    number: str, asked: dict[str, str], found: int
) -> None:
    caller = callers.program("320500", scopes=["trades:read"])
    assert len(caller.get("trades/", asked).json()["results"]) == found
