"""RULES §3: what an account is to a project — own or upper reserve, a purchase, a holding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allocation.vocabulary import Draw
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.vocabulary import Pollutant, Tier


@dataclass(frozen=True, slots=True)
class Spot:
    """A place by its code, tier and path, as the rules need it."""

    code: str
    tier: Tier
    path: str

    def lies_in(self, other: Spot) -> bool:
        """Say whether it is the other place or lies below it."""
        return self.path.startswith(other.path)

    @property
    def county(self) -> str:
        """Give the path of its county; a park right below the city is its own."""
        parts = self.path.rstrip("/").split("/")
        # province / city / county or park / park
        return "/".join(parts[:3]) + "/"


def draw_on_reserve(project: Spot, owner: Spot) -> Draw:
    """
    Say what a place's reserve is to a project (§6, §10).

    A park's project has the park's reserve as its own and the county's above it; a project outside
    a park never draws on a park's. Any other county's or park's reserve is a purchase.
    """
    if owner.code == project.code:
        return Draw.OWN_RESERVE
    if project.lies_in(owner):
        return Draw.UPPER_RESERVE
    if owner.tier is Tier.PARK and project.tier is not Tier.PARK:
        return Draw.FORBIDDEN
    if owner.tier in {Tier.COUNTY, Tier.PARK}:
        return Draw.OTHER_RESERVE
    return Draw.FORBIDDEN


def draw_on_holding(project: Spot, seller: Spot, *, own: bool) -> Draw:
    """
    Say what a polluter's holding is to a project (§8, §9, §13, §19).

    A county's border is what is crossed; for a project in a park it is the park's.
    """
    if own:
        return Draw.OWN_HOLDING
    inside = (
        seller.code == project.code
        if project.tier is Tier.PARK
        else seller.county == project.county
    )
    return Draw.TRADE_INSIDE if inside else Draw.TRADE_ACROSS


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a trade brought to a holding: what lies there still, and what the project may name."""

    trade: int
    lying: Mapping[Pollutant, Grams]
    free: Mapping[Pollutant, Grams]


def share_out(
    holding: Mapping[Pollutant, Grams], brought: Sequence[Brought]
) -> list[tuple[int | None, dict[Pollutant, Grams]]]:
    """
    Share a *holding* out to what a project may name of each trade, and to what no trade brought.

    Gives grams a year by trade, then those of none. What was brought for other projects, or what
    another application names, is in no share; together the shares are no more than the holding.
    """
    shares: list[tuple[int | None, dict[Pollutant, Grams]]] = []
    rest = dict(holding)
    for one in brought:
        share = {p: min(grams, rest.get(p, NOTHING)) for p, grams in one.free.items()}
        rest |= {p: Grams(rest.get(p, NOTHING) - grams) for p, grams in share.items()}
        shares.append((one.trade, share))
    own = {
        p: Grams(max(grams - sum(one.lying.get(p, NOTHING) for one in brought), 0))
        for p, grams in holding.items()
    }
    return [*shares, (None, own)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    An account that could give: how much it may still give, and whether its way is open.

    What a ``trade`` brought to a holding is an offer of its own, beside the rest of the holding.
    """

    key: str
    pollutant: Pollutant
    draw: Draw
    open: bool
    available: Grams
    rank: int
    trade: int | None = None


_ORDER = {Draw.OWN_HOLDING: 0, Draw.OWN_RESERVE: 1, Draw.UPPER_RESERVE: 2}


def propose(
    required: Mapping[Pollutant, Grams], offers: Sequence[Offer]
) -> list[tuple[Offer, Grams]]:
    """
    Propose where a project's quota could come from: its own holding, what trades brought to it
    first, then its own reserve, then the upper ones from below; only ways that are open, and no
    more than each has.

    Purchases are never proposed: somebody must sell. Gives grams a year of each offer taken; what
    is missing stays missing.
    """
    proposed: list[tuple[Offer, Grams]] = []
    for pollutant, grams in required.items():
        missing = grams
        standing = sorted(
            (
                offer
                for offer in offers
                if offer.pollutant is pollutant and offer.open and offer.draw in _ORDER
            ),
            key=lambda offer: (_ORDER[offer.draw], offer.trade is None, offer.rank),
        )
        for offer in standing:
            part = Grams(min(missing, max(offer.available, NOTHING)))
            if part > 0:
                proposed.append((offer, part))
                missing = Grams(missing - part)
    return proposed
