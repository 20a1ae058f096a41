"""The papers of trades: a contract and a certificate stand for one trade each (§8, YRD)."""

from __future__ import annotations

from django.db import connection

from allocation.models import Trade
from allocation.refusals import CertificateUsed, ContractOnRecord, CounterpartUsed
from allocation.selectors.trades import Deal
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.models import Place, Polluter


def refuse_contract(deal: Deal, contract: str) -> None:
    """
    Refuse a contract that stands on record between the same sides for the same project.

    :raises ContractOnRecord: if it does, and its trade has not ended.
    """
    _take_turns("contract", contract)
    found = (
        Trade.objects.standing()
        .filter(
            contract=contract,
            seller_polluter=deal.seller if isinstance(deal.seller, Polluter) else None,
            seller_place=deal.seller if isinstance(deal.seller, Place) else None,
            buyer=deal.buyer,
            project=deal.project,
            city=deal.city,
        )
        .first()
    )
    if found is not None:
        raise ContractOnRecord(contract=contract, number=found.number, clause=clause("8.1"))


def refuse_counterpart(trade: Trade, counterpart: str) -> None:
    """
    Refuse another city's certificate that another trade counts.

    :raises CounterpartUsed: if one does.
    """
    _take_turns("counterpart", f"{trade.city}/{counterpart}")
    others = Trade.objects.counting().filter(
        kind=trade.kind, city=trade.city, counterpart=counterpart
    )
    if (found := others.exclude(pk=trade.pk).first()) is not None:
        raise CounterpartUsed(
            city=trade.city,
            counterpart=counterpart,
            number=found.number,
            clause=clause("YRD5.1"),
        )


def refuse_certificate(certificate: str) -> None:
    """
    Refuse a certificate of the trading agency under which another trade was posted.

    :raises CertificateUsed: if one was.
    """
    _take_turns("certificate", certificate)
    found = Trade.objects.filter(certificate=certificate).first()
    if found is not None:
        raise CertificateUsed(certificate=certificate, number=found.number, clause=clause("8.1"))


def _take_turns(paper: str, number: str) -> None:
    """Wait for whoever records the same paper at the same moment, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))",
            [f"allocation.{paper}", number],
        )
