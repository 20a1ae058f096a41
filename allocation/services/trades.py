"""
Trades (§8, §13, YRD): offered, consented to, accepted, checked and posted, or refused.

An accepted trade holds what it sells, so that nothing is promised twice. The check posts it into
the buyer's holding, from where an application draws on it (docs/adr/0009).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from allocation.models import Trade, TradeLine
from allocation.refusals import (
    ConsentMissing,
    NotTradable,
    TermsIncomplete,
    TradeShort,
)
from allocation.rules import trade as rules
from allocation.rules.sheet_codes import Check
from allocation.rules.sheet_rows import Row
from allocation.selectors import trades
from allocation.selectors.trades import Deal
from allocation.services import openers, seen, trade_papers, trade_terms, trade_tidings
from allocation.services.trade_legs import hold_legs, post_legs, unhold_legs
from allocation.services.trade_terms import Terms
from allocation.vocabulary import TradeKind, TradeStatus
from allocation.workflows import CONSENTS, TRADE
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.identifiers import clean_document_number
from quota_registry.kernel.mass import text
from quota_registry.kernel.models import Person, Place, Polluter, StoredFile
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import DocumentMissing
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.services import access, numbers, rulebooks
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, advance, foresee
from reserve.refusals import Overdrawn
from reserve.services import ledger
from reserve.vocabulary import TransferKind

KINDS = {
    TradeKind.LOCAL: TransferKind.TRADE,
    TradeKind.INBOUND: TransferKind.TRADE_IN,
    TradeKind.OUTBOUND: TransferKind.TRADE_OUT,
}


@transaction.atomic
def offer(*, terms: Terms, file: StoredFile, by: Person, on: date) -> Trade:
    """
    Record a seller's offer with its signed paper; of another city's, at the buyer's side.

    Nothing is set aside yet: the same mass may be offered to several, and goes to whoever accepts.

    :raises TermsIncomplete: if a side, the contract, an amount or a price is missing.
    :raises NotTradable: if no day could make it lawful: not for sale, not on the pilot list.
    :raises ContractOnRecord: if the same sides' contract makes another trade.
    """
    deal = terms.deal
    home = deal.seller_at or deal.buyer_at
    if home is None:
        raise TermsIncomplete(clause=clause("8.1"))
    access.require(by, Permission.RECORD_TRADE, home, on=on)

    contract = clean_document_number(terms.contract)
    trade_terms.refuse_unless_whole(terms, contract, on=on)
    _require(deal, rules.AT_OFFER, on=on)
    trade_papers.refuse_contract(deal, contract)

    serial = numbers.take(series=f"trade/{home.pk}/{on.year}")
    trade = Trade.objects.create(
        number=f"{home.pk}-JY-{on.year}-{serial:05d}",
        kind=deal.kind,
        seller_polluter=deal.seller if isinstance(deal.seller, Polluter) else None,
        seller_place=deal.seller if isinstance(deal.seller, Place) else None,
        buyer=deal.buyer,
        project=deal.project,
        city=deal.city,
        seller_at=deal.seller_at,
        buyer_at=deal.buyer_at,
        lines_offered=len(terms.lines),
        contract=contract,
        contract_on=terms.contract_on,
        offered_by=by,
        offered_on=on,
        offer_file=file,
    )
    TradeLine.objects.bulk_create(
        TradeLine(
            trade=trade,
            pollutant=pollutant,
            grams=grams,
            price=price,
            total=rules.total_of(grams, price),
        )
        for pollutant, (grams, price) in sorted(
            terms.lines.items(), key=lambda item: Pollutant.values.index(item[0].value)
        )
    )
    trade_tidings.tell(trade, by=by, on=on)
    return trade


@transaction.atomic
def consent(*, trade: Trade, by: Person, on: date) -> Trade:
    """
    Agree, as the head of the seller's place, that its reserve sells.

    :raises NotNow: if no reserve sells: a polluter's holding is its own.
    :raises SamePerson: if *by* recorded the offer.
    """
    trade = _begin(trade, "consent", by=by, on=on)
    advance(
        trade,
        workflow=TRADE,
        verb="consent",
        writes={"consented_by_id": by.pk, "consented_on": on},
    )
    trade_tidings.tell(trade, by=by, on=on)
    return trade


@transaction.atomic
def accept(*, trade: Trade, file: StoredFile, counterpart: str = "", by: Person, on: date) -> Trade:
    """
    Record the buyer's acceptance with its signed paper, and set what it bought aside.

    :raises ConsentMissing: if a reserve sells and its head has not consented.
    :raises DocumentMissing: if the other city's agency gave no certificate.
    :raises CounterpartUsed: if another trade with that city has it.
    :raises NotTradable: if the seller has it no more.
    :raises SamePerson: if the sides lie in two counties and *by* acted for the seller.
    :raises OwnOpening: if *by* opened on application the way that it takes.
    """
    deal = trades.deal_of(trade)
    verb = "accept" if trades.crosses(deal) else "accept_inside"
    trade = _begin(trade, verb, by=by, on=on)
    number = clean_document_number(counterpart)
    if trade.status == TradeStatus.OFFERED and trade.seller_place_id is not None:
        raise ConsentMissing(clause=clause("8.1"))
    if deal.kind is not TradeKind.LOCAL and not number:
        raise DocumentMissing(clause=clause("YRD5.1"))
    if deal.kind is not TradeKind.LOCAL:
        trade_papers.refuse_counterpart(trade, number)
    openers.refuse_in(deal, by=by, on=on)
    if trade.seller_polluter_id is not None:
        seen.lock_holding(trade.seller_polluter_id)
    _require(deal, rules.AT_ACCEPTANCE - {Check.EARMARK}, on=on)

    if legs := hold_legs(trade, deal):
        try:
            with transaction.atomic():
                ledger.post(
                    kind=TransferKind.HOLD,
                    key=f"trade/{trade.number}/hold",
                    legs=legs,
                    on=on,
                    by=by,
                    clause="8.1",
                )
        except Overdrawn:
            # Somebody was quicker: the deal says now what the seller has no more.
            _require(deal, rules.AT_ACCEPTANCE, on=on)
            raise
        # Which lots it came to is known only now: somebody may have drawn on the plain ones.
        _require(deal, rules.AT_ACCEPTANCE, on=on, held=trade.number)
    advance(
        trade,
        workflow=TRADE,
        verb=verb,
        writes={
            "accepted_by_id": by.pk,
            "accepted_on": on,
            "accept_file_id": file.pk,
            "counterpart": number,
        },
    )
    trade_tidings.tell(trade, by=by, on=on)
    return trade


@transaction.atomic
def check(*, trade: Trade, certificate: str, by: Person, on: date) -> Trade:
    """
    Check an accepted trade under the agency's certificate, and post it to the buyer's holding.

    Across a county's border the gate of the buyer's place must be open to purchases on that day.

    :raises DocumentMissing: without the certificate's number.
    :raises CertificateUsed: if another trade has it.
    :raises TradeShort: if a void took part of what was set aside.
    :raises NotTradable: with everything that stands in the way.
    :raises SamePerson: if *by* acted for either side.
    :raises OwnOpening: if *by* opened on application the way that it takes.
    """
    trade = _begin(trade, "check", by=by, on=on)
    number = clean_document_number(certificate)
    if not number:
        raise DocumentMissing(clause=clause("8.1"))
    trade_papers.refuse_certificate(number)
    deal = trades.deal_of(trade)
    openers.refuse_in(deal, by=by, on=on)
    for pollutant, (held, sold) in trades.shortfalls(trade).items():
        raise TradeShort(
            pollutant=pollutant.spoken, held=text(held), wanted=text(sold), clause=clause("21.1")
        )
    version = rulebooks.version_in_force(on)
    rows = _require(deal, frozenset(Check), on=on, held=trade.number)

    posted = ledger.post(
        kind=KINDS[deal.kind],
        key=f"trade/{trade.number}",
        legs=post_legs(trade, deal),
        on=on,
        by=by,
        prepared_by=trade.accepted_by,
        document=number,
        clause="8.1" if deal.kind is TradeKind.LOCAL else "YRD5.1",
    )
    advance(
        trade,
        workflow=TRADE,
        verb="check",
        note=number,
        writes={
            "checked_by_id": by.pk,
            "checked_on": on,
            "certificate": number,
            "rule_book_id": version.pk,
            "findings": [row.to_document() for row in rows],
            "transfer_id": posted.transfer,
        },
    )
    trade_tidings.tell(trade, by=by, on=on)
    return trade


@transaction.atomic
def end(*, trade: Trade, verb: str, reason: str, by: Person, on: date) -> Trade:
    """
    End a trade without posting it, with the reason; what was set aside goes back to the seller.

    ``verb`` is the bureau's ``refuse``, the head's ``refuse_consent``, the buyer's ``decline`` or
    either side's ``withdraw``.

    :raises SamePerson: if the bureau's *by* acted for a side.
    """
    trade = _begin(trade, verb, by=by, on=on)
    if legs := unhold_legs(trade):
        ledger.post(
            kind=TransferKind.UNHOLD,
            key=f"trade/{trade.number}/unhold",
            legs=legs,
            on=on,
            by=by,
            clause="8.1",
            reason=reason[:400],
        )
    advance(trade, workflow=TRADE, verb=verb, note=reason)
    trade_tidings.tell(trade, by=by, on=on)
    return trade


def _begin(trade: Trade, verb: str, *, by: Person, on: date) -> Trade:
    """Authorise at the side that the act is of, lock, and refuse what cannot come now."""
    row = next(row for row in TRADE.transitions if row.verb == verb)
    places = trades.seats(trade, verb)
    if verb in {"check", "refuse"}:
        for place in places:
            access.require(by, row.permission, place, on=on)
    else:
        mine = [place for place in places if access.may(by, row.permission, place, on=on)]
        seen = [place for place in places if access.reaches(by, place, on=on)]
        access.require(by, row.permission, [*mine, *seen, *places][0], on=on)
    locked: Trade = (
        Trade.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "seller_polluter__place",
            "seller_place",
            "buyer__place",
            "project__place",
            "seller_at",
            "buyer_at",
            "accepted_by",
        )
        .get(pk=trade.pk)
    )
    foresee(locked, workflow=TRADE, verb=verb)
    if verb in CONSENTS and locked.seller_place_id is None:
        raise NotNow(label=row.label, status=locked.get_status_display(), verb=verb)
    return locked


def _require(deal: Deal, checks: frozenset[Check], *, on: date, held: str = "") -> list[Row]:
    """Judge a deal on the day; refuse with what of these checks stands in the way."""
    book = RuleBook.from_document(rulebooks.version_in_force(on).content)
    rows = rules.assess(trades.facts_of(deal, on=on, held=held), book=book)
    blocking = [row for row in rows if row.blocks and row.check in checks]
    if blocking:
        raise NotTradable(blocking)
    return rows
