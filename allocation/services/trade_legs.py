"""What trades move: into the hold, back from it, and on to the buyer or the other city."""

from __future__ import annotations

from allocation.models import Trade
from allocation.selectors import assessments, stocks
from allocation.selectors.stocks import Owner
from allocation.selectors.trades import Deal
from allocation.vocabulary import TradeKind
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Place
from reserve.rules import postings
from reserve.rules.postings import Leg, Paper, Prefer, Where
from reserve.vocabulary import LotSourceKind


def hold_legs(trade: Trade, deal: Deal) -> list[Leg]:
    """Set what the seller sells aside; another city's seller sets aside at home."""
    if deal.seller is None:
        return []
    owner = assessments.owner_of(deal.seller)
    return [
        Leg(
            source=stocks.account_of(owner),
            to=_held(trade, owner),
            pollutant=pollutant,
            grams=grams,
            prefer=_preferred(deal),
        )
        for pollutant, grams in deal.amounts.items()
    ]


def unhold_legs(trade: Trade) -> list[Leg]:
    """Give all that is set aside back to whom it came from; nothing where nothing is."""
    return [
        Leg(
            source=_held(trade, owner),
            to=stocks.account_of(owner),
            pollutant=pollutant,
            grams=lying.total,
        )
        for (owner, pollutant), lying in stocks.held(trade.number).items()
    ]


def post_legs(trade: Trade, deal: Deal) -> list[Leg]:
    """Bring what was sold to the buyer: out of the hold, or out of the other city as a new lot."""
    to = _outside_or_holding(deal)
    if deal.seller is None:
        return [
            Leg(
                source=postings.outside(deal.city),
                to=to,
                pollutant=pollutant,
                grams=grams,
                paper=_paper(trade, deal, grams),
            )
            for pollutant, grams in deal.amounts.items()
        ]
    owner = assessments.owner_of(deal.seller)
    return [
        Leg(source=_held(trade, owner), to=to, pollutant=pollutant, grams=grams)
        for pollutant, grams in deal.amounts.items()
    ]


def _held(trade: Trade, owner: Owner) -> Where:
    return postings.held(trade.number, place=owner.place, polluter=owner.polluter)


def _outside_or_holding(deal: Deal) -> Where:
    if deal.kind is TradeKind.OUTBOUND:
        return postings.outside(deal.city)
    assert deal.buyer is not None
    return postings.holding(deal.buyer.pk)


def _preferred(deal: Deal) -> Prefer:
    """Draw the band of Lake Tai first for strategic projects, last from any other reserve (YRD)."""
    if not isinstance(deal.seller, Place):
        return Prefer.OLDEST
    strategic = deal.project is not None and deal.project.is_strategic
    return Prefer.LAKE_TAI_FIRST if strategic else Prefer.LAKE_TAI_LAST


def _paper(trade: Trade, deal: Deal, grams: Grams) -> Paper:
    """Name the paper of what comes in: the other city's certificate; the buyer's place answers."""
    assert deal.buyer_at is not None
    return Paper(
        kind=LotSourceKind.INBOUND_TRADE,
        number=trade.number,
        place=deal.buyer_at.pk,
        verified_grams=grams,
        vintage=trade.contract_on,
        declared_by=trade.offered_by_id,
        document=trade.counterpart,
        evidence={
            "city": deal.city,
            "contract": trade.contract,
            "certificate": trade.counterpart,
            "offer": trade.offer_file_id,
            "acceptance": trade.accept_file_id,
        },
    )
