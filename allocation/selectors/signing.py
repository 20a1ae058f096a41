"""Whose hands an application needs: divisions assess, other reserves sign first (RULES §5)."""

from __future__ import annotations

from typing import Final

from allocation.models import Application
from allocation.selectors import assessments
from allocation.vocabulary import Hand
from quota_registry.kernel.models import Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.vocabulary import Medium, Tier

SIGNS: Final = {
    Tier.PROVINCE: ("sign_province", Permission.CONFIRM_BY_PROVINCE),
    Tier.CITY: ("sign_city", Permission.RELEASE_CITY),
    Tier.COUNTY: ("sign_elsewhere", Permission.RELEASE_LOCAL),
    Tier.PARK: ("sign_elsewhere", Permission.RELEASE_LOCAL),
}
"""By which act and right the reserve of a tier agrees to a release (RULES §5)."""

ASSESSES: Final = {
    Medium.WATER: ("assess_water", Permission.REVIEW_WATER),
    Medium.AIR: ("assess_air", Permission.REVIEW_AIR),
}
"""By which act and right the division of a medium assesses its lines (§4)."""


def bureau_of(place: Place) -> Place:
    """Return the place whose bureau issues vouchers: its county, or a park right below the city."""
    if place.tier == Tier.COUNTY:
        return place
    county = Place.objects.filter(code__in=place.lineage, tier=Tier.COUNTY).first()
    return county or place


def needed(application: Application) -> list[Place]:
    """List the reserves that sign for themselves: all but the issuing county's and its parks'."""
    county = assessments.spot(application.place).county
    reserves = {source.place for source in application.sources.all() if source.place}
    return sorted(
        (place for place in reserves if not place.path.startswith(county)),
        key=lambda place: place.path,
    )


def missing(application: Application) -> list[Place]:
    """List the reserves that have not signed the version that stands."""
    signed = {
        one.place_id
        for one in application.signatures.all()
        if one.version == application.version and one.hand == Hand.RELEASE
    }
    return [place for place in needed(application) if place.pk not in signed]
