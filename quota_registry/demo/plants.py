"""Invented polluters of the demo: names that say what they are, codes with a true check digit."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from stdnum.cn import uscc

from quota_registry.kernel.demo_accounts import COUNTIES
from quota_registry.kernel.models import Permit, Person, Place, Polluter
from quota_registry.kernel.services import polluters
from quota_registry.kernel.vocabulary import ManagementClass, Pollutant

FIRST: Final = "远安恒瑞汇博盛达诚源泰伟茂宁"
SECOND: Final = "博泰宁达丰源康庆欣联伟恒安瑞"
TRADES: Final = (
    ("印染", "C1713"),
    ("造纸", "C2221"),
    ("精细化工", "C2669"),
    ("涂料", "C2641"),
    ("集成电路", "C3973"),
    ("热电联产", "D4412"),
    ("水泥", "C3011"),
    ("食品加工", "C1499"),
    ("生物药品", "C2761"),
    ("污水处理", "D4620"),
)
PERMITTED: Final = {
    Pollutant.COD: (20, 400),
    Pollutant.NH3N: (1, 30),
    Pollutant.TN: (3, 80),
    Pollutant.TP: (0.1, 4),
    Pollutant.SO2: (5, 90),
    Pollutant.NOX: (10, 160),
    Pollutant.VOCS: (2, 60),
    Pollutant.PM: (2, 40),
}


def register(chance: Random, place: Place, by: Person, on: date, *, number: int) -> Polluter:
    """Register the polluter of this number at *place*, with a permit that states amounts."""
    trade, industry = TRADES[number % len(TRADES)]
    county = COUNTIES.get(place.code[:6], COUNTIES["320500P01"])[1].removesuffix("局")
    name = (
        f"{county}示范{chance.choice(FIRST)}{chance.choice(SECOND)}{trade}{2000 + number}有限公司"
    )
    body = f"91{place.code[:6]}MAD{number:06d}"
    code = body + uscc.calc_check_digit(body)
    polluter = polluters.register(
        uscc=code,
        name=name,
        place=place,
        industry=industry,
        management_class=ManagementClass.KEY if number % 3 else ManagementClass.SIMPLIFIED,
        address=f"{place.name}示范路{number}号",
        by=by,
        on=on,
    )
    stated: dict[str, int] = {
        pollutant: round(chance.uniform(*span) * 1000) * 1000
        for pollutant, span in PERMITTED.items()
    }
    polluters.record_permit(
        polluter=polluter,
        number=f"{code}001P",
        changed_on=on,
        by=by,
        on=on,
        amounts=stated,
        reason="首次核发",
        management_class=polluter.management_class,
    )
    return polluter


def permit_of(polluter: Polluter) -> Permit:
    """Return the polluter's permit."""
    return Permit.objects.get(polluter=polluter)
