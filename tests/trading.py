"""Trades to test with, offered and carried as far as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from allocation.models import Trade
from allocation.services import trades
from allocation.services.trade_terms import Terms
from allocation.vocabulary import TradeKind
from quota_registry.kernel.mass import grams_of
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant, Role
from reserve.rules import postings
from reserve.vocabulary import TransferKind
from tests import factories, stock
from tests.factories import ON


def holding(
    polluter: Polluter, grams: int, pollutant: str = "NOX", *, number: str = "", **changes: Any
) -> None:
    """Let a polluter hold mass: brought into 昆山's reserve as one paper, and moved on whole."""
    factories.rule_book()
    paper = number or f"holding-{polluter.pk}-{pollutant}"
    county = postings.reserve(factories.place("320583").pk)
    stock.admitted(paper, [(county, grams)], pollutant=pollutant, **changes)
    stock.moved(
        TransferKind.TRADE,
        f"holding/{paper}",
        county,
        postings.holding(polluter.pk),
        grams,
        pollutant=pollutant,
        lot=stock.lot(paper, pollutant).pk,
    )


def terms(
    seller: Polluter | Place | None = None,
    buyer: Polluter | None = None,
    *,
    amounts: Mapping[str, str] | None = None,
    price: str = "12000",
    **more: Any,
) -> Terms:
    """Write the terms of a trade: 2 t of NOx unless said otherwise."""
    facts: dict[str, Any] = {"contract": "合同2026-1", "contract_on": ON}
    return Terms(
        seller=seller,
        buyer=buyer,
        lines={
            Pollutant(code): (grams_of(tonnes), Decimal(price))
            for code, tonnes in (amounts or {"NOX": "2"}).items()
        },
        **facts | more,
    )


def offered(of: Terms, *, by: str = "kunshan.officer", on: date = ON) -> Trade:
    """Record an offer."""
    return trades.offer(
        terms=of, file=factories.stored_file("出让.pdf"), by=factories.person(by), on=on
    )


def changshu_head() -> Any:
    """Appoint a head of 常熟, who consents for its reserve."""
    return factories.appointed("changshu.head", Role.COUNTY_HEAD, "320581")


def accepted(trade: Trade, *, by: str = "kunshan.officer", on: date = ON, **more: Any) -> Trade:
    """Record an acceptance, after the head's consent where a reserve sells."""
    if trade.seller_place_id and trade.status == "offered":
        trade = trades.consent(trade=trade, by=changshu_head(), on=on)
    return trades.accept(
        trade=trade,
        file=factories.stored_file("接受.pdf"),
        by=factories.person(by),
        on=on,
        **more,
    )


def posted(
    trade: Trade, *, certificate: str = "JY-1", by: str = "city.office", on: date = ON
) -> Trade:
    """Check an accepted trade."""
    return trades.check(trade=trade, certificate=certificate, by=factories.person(by), on=on)


def sold(
    seller: Polluter | Place | None, buyer: Polluter, *, certificate: str = "JY-1", **more: Any
) -> Trade:
    """Carry a trade inside 昆山 from its offer to its posting."""
    return posted(accepted(offered(terms(seller, buyer, **more))), certificate=certificate)


__all__ = ["TradeKind", "accepted", "holding", "offered", "posted", "sold", "terms"]
