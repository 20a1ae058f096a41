"""A reward of the demo that was paid wrongly: proposed to be voided, and not decided yet."""

from __future__ import annotations

from datetime import date
from typing import Final

from parks.models import ParkYear
from parks.services import reward_voids
from quota_registry.demo.people import Cast

PLACE: Final = "320581P01"


def tell(cast: Cast, *, today: date) -> None:
    """Let the office propose to void what a park's last closed year brought in."""
    year = ParkYear.objects.standing().get(place=PLACE, year=today.year - 1)
    reward_voids.propose(
        year=year,
        document=f"苏环罚〔{today.year}〕12号",
        day=today.replace(day=1),
        note="抽查发现该园区少报排放量，原奖励依据不实。",
        by=cast["city.office"],
        on=today,
    )
