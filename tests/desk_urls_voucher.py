"""What the walk over every address needs to know of vouchers."""

from __future__ import annotations

from typing import Any, Final

from allocation.models import Voucher
from monitoring.models import Judgement
from tests import desk, factories, watch
from tests.desk import Office, T, asks
from tests.desk_urls import OFFICERS

_NUMBERS: Final = {"320583": 31, "320583P01": 32, "320581": 33}


def voucher(code: str) -> dict[str, Any]:
    """Make a voucher of a project there, by the reserve of its own place, which is open."""
    found = Voucher.objects.filter(place=code).first()
    if found is None:
        factories.rule_book()
        for place in {code, code[:6]}:
            if not Judgement.objects.filter(place=place, medium="air").exists():
                watch.judgement(code=place, medium="air")
        county = OFFICERS[code].partition(".")[0]
        desk.stocked(code, 10 * T, number=f"walk/voucher/{code}")
        found = desk.vouchered(
            desk.project(number=_NUMBERS[code], code=code, by=OFFICERS[code]),
            asks(("NOX", code, 2 * T)),
            office=Office(
                officer=OFFICERS[code], screener=f"{county}.screener", head=f"{county}.head"
            ),
        )
    return {"number": found.number}
