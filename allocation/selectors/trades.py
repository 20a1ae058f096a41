"""What a trade is judged by, who sees it, and whose act comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from allocation.models import Project, Trade
from allocation.querysets import TradeQuerySet
from allocation.rules.facts import SourceFacts
from allocation.rules.trade import TradeFacts
from allocation.selectors import assessments, purchases, stocks
from allocation.selectors.signing import bureau_of
from allocation.selectors.stocks import Lying
from allocation.vocabulary import Draw, TradeKind, TradeStatus
from allocation.workflows import CONSENTS, TRADE
from monitoring.selectors import gates
from monitoring.vocabulary import Way
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.vocabulary import Pollutant, Tier
from quota_registry.kernel.workflow import Transition, acted


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What is traded between whom, stored or not."""

    kind: TradeKind
    seller: Place | Polluter | None
    buyer: Polluter | None
    project: Project | None
    city: str
    amounts: Mapping[Pollutant, Grams]

    @property
    def seller_at(self) -> Place | None:
        """Return where the seller's act is recorded; nowhere here if it is another city's."""
        return self.seller.place if isinstance(self.seller, Polluter) else self.seller

    @property
    def buyer_at(self) -> Place | None:
        """Return where the buyer's act is recorded, and which gate it answers to."""
        if self.project is not None:
            return self.project.place
        return self.buyer.place if self.buyer else None


def deal_of(trade: Trade) -> Deal:
    """Give a trade as it is on record."""
    return Deal(
        kind=TradeKind(trade.kind),
        seller=trade.seller,
        buyer=trade.buyer,
        project=trade.project,
        city=trade.city,
        amounts={Pollutant(line.pollutant): Grams(line.grams) for line in trade.lines.all()},
    )


def facts_of(deal: Deal, *, on: date, held: str = "") -> TradeFacts:
    """
    Gather what the rules judge a trade by, on the day *on*.

    What is set aside under the number *held* is looked for there, else in the seller's account.
    """
    home = deal.seller_at or deal.buyer_at
    assert home is not None
    county = bureau_of(home)
    name = deal.seller.name if deal.seller else deal.city
    lying = _lying(deal, held)
    bound = {}
    if isinstance(deal.seller, Polluter) and not held:
        bound = purchases.bound(deal.seller)
    free = {p: there.less(bound.get(p, NOTHING)) for p, there in lying.items()}
    draw = _draw(deal)
    way = draw.way if draw else None
    gate = gates.gates_of(deal.buyer_at, on=on) if way and deal.buyer_at else {}
    return TradeFacts(
        kind=deal.kind,
        county=county.code,
        county_name=county.name,
        strategic=bool(deal.project and deal.project.is_strategic),
        lines=[
            SourceFacts(
                pollutant=pollutant,
                name=name,
                draw=draw or Draw.OWN_HOLDING,
                grams=grams,
                available=free[pollutant].total,
                plain=free[pollutant].plain,
                bound=Grams(lying[pollutant].total - free[pollutant].total),
                tier=Tier(deal.seller.tier) if isinstance(deal.seller, Place) else None,
                passage=gate[pollutant][way] if way and gate else None,
            )
            for pollutant, grams in sorted(
                deal.amounts.items(), key=lambda item: Pollutant.values.index(item[0].value)
            )
        ],
    )


def ways_of(deal: Deal) -> list[tuple[Pollutant, Way]]:
    """List the ways through the gate of the buyer's place that a deal takes, by pollutant."""
    draw = _draw(deal)
    return [(one, draw.way) for one in deal.amounts] if draw and draw.way else []


def _draw(deal: Deal) -> Draw | None:
    """Say what the seller's account is to the buyer; nothing where the buyer is another city's."""
    if deal.buyer_at is None:
        return None
    if deal.seller is None:
        return Draw.TRADE_ACROSS
    return assessments.draw_from(deal.buyer_at, deal.seller)


def _lying(deal: Deal, held: str) -> Mapping[Pollutant, Lying]:
    if deal.seller is None:
        return dict.fromkeys(deal.amounts, Lying())
    owner = assessments.owner_of(deal.seller)
    found = stocks.held(held) if held else stocks.free([owner])
    return {pollutant: found.get((owner, pollutant), Lying()) for pollutant in deal.amounts}


def shortfalls(trade: Trade) -> dict[Pollutant, tuple[Grams, Grams]]:
    """
    Say where less is set aside than an accepted trade sells, since a lot proved false (§21).

    Gives, by pollutant, what is held and what is sold; of another city's nothing is held here.
    """
    deal = deal_of(trade)
    if deal.seller is None:
        return {}
    lying = _lying(deal, trade.number)
    return {
        pollutant: (lying[pollutant].total, sold)
        for pollutant, sold in deal.amounts.items()
        if lying[pollutant].total < sold
    }


def crosses(deal: Deal) -> bool:
    """Say whether the two sides are recorded by the officers of two counties."""
    sides = [side for side in (deal.seller_at, deal.buyer_at) if side is not None]
    return len({bureau_of(side).pk for side in sides}) > 1


# ── Who sees it, and whose act comes next ──
def seen_by(person: Person, permission: Permission, *, on: date) -> TradeQuerySet:
    """Keep the trades of which one side lies where *person* holds *permission*."""
    found: TradeQuerySet = Trade.objects.seen_from(
        lambda lookup: access.within(person, permission, on=on, lookup=lookup)
    )
    return found


def with_sides(trades: QuerySet[Trade]) -> QuerySet[Trade]:
    """Fetch what lists and pages show of trades."""
    return trades.select_related(
        "seller_polluter__place",
        "seller_place",
        "buyer__place",
        "project__place",
        "seller_at",
        "buyer_at",
    ).prefetch_related("lines")


def seats(trade: Trade, verb: str) -> list[Place]:
    """List the places at which *verb* may be done: the buyer's, the seller's, either or both."""
    match verb:
        case "consent" | "refuse_consent":
            return [trade.home]
        case "accept" | "accept_inside" | "decline":
            return [trade.buyer_at or trade.home]
        case _:
            return trade.sides


def may(trade: Trade, row: Transition, person: Person, *, on: date) -> bool:
    """Say whether *person* holds the right to an act at the side, or the sides, that it is of."""
    held = [access.may(person, row.permission, place, on=on) for place in seats(trade, row.verb)]
    # The bureau answers for both sides: whoever checks reaches each of them.
    return all(held) if row.verb in {"check", "refuse"} else any(held)


def acts(trade: Trade) -> list[Transition]:
    """List the acts that may follow, as the trade lies: inside a county or across."""
    accept, other = (
        ("accept", "accept_inside")
        if crosses(deal_of(trade))
        else (
            "accept_inside",
            "accept",
        )
    )
    waits = trade.seller_place_id is not None and trade.status == TradeStatus.OFFERED
    left_out = {accept, other} if waits else {other, *CONSENTS}
    return [row for row in TRADE.from_status(trade.status) if row.verb not in left_out]


NEXT = ("consent", "accept", "accept_inside", "check")
"""The acts that all wait for, one at a time."""


def awaited(trade: Trade) -> Transition | None:
    """Return the act that *trade* waits for now, if any."""
    return next((row for row in acts(trade) if row.verb in NEXT), None)


def hands_of(trade: Trade, *, on: date) -> list[Person]:
    """List everybody who may do the next act as a second pair of eyes."""
    row = awaited(trade)
    if row is None:
        return []
    barred = acted(TRADE, trade, row.apart) if row.apart else set()
    found = {
        person.pk: person
        for place in seats(trade, row.verb)
        for person in access.holders(row.permission, place, on=on)
    }
    return [
        person
        for person in found.values()
        if person.pk not in barred and may(trade, row, person, on=on)
    ]


def sides_people(trade: Trade, *, on: date) -> list[Person]:
    """List the officers of both sides, who are told what became of a trade."""
    found = {
        person.pk: person
        for place in trade.sides
        for person in access.holders(Permission.RECORD_TRADE, place, on=on)
    }
    return list(found.values())
