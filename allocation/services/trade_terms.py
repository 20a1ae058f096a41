"""The terms of a trade as one side offers them, and whether they are whole (§8, §13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from allocation.models import Project
from allocation.refusals import NotAnotherCity, TermsIncomplete
from allocation.rules.trade import MOST, city_of, stem_of, total_of
from allocation.selectors.trades import Deal
from allocation.vocabulary import TradeKind
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one side offers the other: grams and price in yuan per tonne a year, by pollutant."""

    kind: TradeKind = TradeKind.LOCAL
    seller: Place | Polluter | None = None
    buyer: Polluter | None = None
    project: Project | None = None
    city: str = ""
    contract: str
    contract_on: date
    lines: Mapping[Pollutant, tuple[Grams, Decimal]] = field(default_factory=dict)

    @property
    def deal(self) -> Deal:
        """Give what is traded between whom."""
        return Deal(
            kind=self.kind,
            seller=self.seller,
            buyer=self.buyer,
            project=self.project,
            city=city_of(self.city),
            amounts={pollutant: grams for pollutant, (grams, _price) in self.lines.items()},
        )


def refuse_unless_whole(terms: Terms, contract: str, *, on: date) -> None:
    """
    Refuse terms that leave a side, the contract, an amount or a price open.

    :raises TermsIncomplete: if they do.
    :raises NotAnotherCity: if the other city is a place of this registry.
    """
    deal = terms.deal
    sides = {
        TradeKind.LOCAL: deal.seller is not None and deal.buyer is not None and not deal.city,
        TradeKind.INBOUND: deal.seller is None and deal.buyer is not None and bool(deal.city),
        TradeKind.OUTBOUND: deal.seller is not None and deal.buyer is None and bool(deal.city),
    }
    whole = (
        sides[deal.kind]
        and deal.seller != deal.buyer
        and (deal.project is None or deal.project.polluter_id == (deal.buyer and deal.buyer.pk))
        and contract
        and terms.contract_on <= on
        and terms.lines
        and all(
            grams > 0 and price >= 0 and total_of(grams, price) < MOST
            for grams, price in terms.lines.values()
        )
    )
    if not whole:
        raise TermsIncomplete(clause=clause("8.1"))
    if deal.city and _is_ours(deal.city):
        raise NotAnotherCity(city=deal.city, clause=clause("YRD5.1"))


def _is_ours(city: str) -> bool:
    """Say whether a place with accounts here goes by that name, or it lies in this city."""
    stem = stem_of(city)
    for place in Place.objects.filter(tier__in=(Tier.CITY, Tier.COUNTY, Tier.PARK)):
        own = {
            stem_of(city_of(name))
            for name in (place.name, place.name_en, *place.short_names)
            if name
        }
        if stem in own or (
            place.tier == Tier.CITY and stem.startswith(stem_of(city_of(place.name)))
        ):
            return True
    return False
