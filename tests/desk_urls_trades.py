"""What the walk over every address needs of trades: one whose two sides lie in a place."""

from __future__ import annotations

from typing import Any, Final

from allocation.models import Trade
from monitoring.models import OutstandingPark
from monitoring.services import outstanding_parks
from quota_registry.kernel.models import StoredFile
from tests import factories, trading

OFFICERS: Final = {
    "320583": "kunshan.officer",
    "320583P01": "kunshan.officer",
    "320581": "changshu.officer",
}
API_ACTS: Final = ("consent", "check", "refuse", "refuse-consent", "decline", "withdraw")
"""What a program may do to a trade: all that needs no signed paper."""

_PARKS: Final = {"320583": "320583P01", "320583P01": "320583P01", "320581": "320500P01"}
_NUMBERS: Final = {"320583": (71, 72), "320583P01": (73, 74), "320581": (75, 76)}


def trade(code: str) -> dict[str, Any]:
    """Offer a trade inside the place, once."""
    return {"number": _trade(code).number}


def withdrawing(code: str) -> dict[str, Any]:
    """Make the arguments of a withdrawal."""
    return trade(code) | {"verb": "withdraw"}


def paper(code: str) -> tuple[StoredFile, dict[str, Any]]:
    """Give the seller's paper, and the arguments that lead to it."""
    found = _trade(code)
    return found.offer_file, {"number": found.number, "which": "offer"}


def outstanding_park(code: str) -> dict[str, Any]:
    """Record an outstanding park that lies in the place, or beside it where it has none."""
    park = factories.place(_PARKS[code])
    found = OutstandingPark.objects.filter(place=park).first()
    if found is None:
        found = outstanding_parks.record(
            place=park,
            starts=factories.ON,
            document="苏环办〔2026〕8号",
            reason="年度考核优秀",
            by=factories.person("city.office"),
            on=factories.ON,
        )
    return {"pk": found.pk}


def _trade(code: str) -> Trade:
    found = Trade.objects.filter(seller_at=code).first()
    if found is not None:
        return found
    factories.rule_book()
    seller, buyer = (factories.polluter(number, code) for number in _NUMBERS[code])
    return trading.offered(trading.terms(seller, buyer), by=OFFICERS[code])
