"""The same holding sold twice at the same moment: one buyer gets it, the other is told why not."""

from __future__ import annotations

import threading
from typing import Any
from unittest import mock

import pytest

from allocation.models import Trade
from allocation.refusals import CertificateUsed, ContractOnRecord, NotTradable
from allocation.services import trades
from quota_registry.kernel.workflow import NotNow
from tests import factories, stock, trading
from tests.desk import T
from tests.factories import ON
from tests.integration.test_claims_at_once import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_holding_is_sold_to_one_of_two_who_accept_at_once() -> None:
    factories.all_places()
    seller = factories.polluter(1)
    trading.holding(seller, 10 * T)
    offers = [
        trading.offered(
            trading.terms(
                seller, factories.polluter(number), amounts={"NOX": "6"}, contract=f"合同{number}"
            )
        )
        for number in (2, 5)
    ]
    officer, paper = factories.person("kunshan.officer"), factories.stored_file("接受.pdf")

    gate, refuse_in = threading.Barrier(2), trades.openers.refuse_in

    def meet(*said: Any, **more: Any) -> Any:
        # Neither has looked at the holding yet.
        gate.wait(timeout=30)
        return refuse_in(*said, **more)

    with mock.patch.object(trades.openers, "refuse_in", meet):
        found = together(
            *(
                lambda trade=trade: trades.accept(trade=trade, file=paper, by=officer, on=ON)
                for trade in offers
            )
        )

    [refused] = [refusal for refusal in found if refusal is not None]
    assert isinstance(refused, NotTradable), "it says what the seller has no more"
    assert refused.facts["codes"] == ["not_in_stock"]
    assert sorted(Trade.objects.values_list("status", flat=True)) == ["accepted", "offered"]
    assert stock.balances("HOLDING", "HELD") == {
        f"HOLDING/NOX/#{seller.pk}/": 4 * T,
        f"HELD/NOX/#{seller.pk}/{Trade.objects.get(status='accepted').number}": 6 * T,
    }


def test_a_double_click_on_the_check_posts_once() -> None:
    factories.all_places()
    seller, buyer = factories.polluter(1), factories.polluter(2)
    trading.holding(seller, 10 * T)
    trade = trading.accepted(trading.offered(trading.terms(seller, buyer)))
    office = factories.person("city.office")

    found = together(
        *(lambda: trades.check(trade=trade, certificate="JY-1", by=office, on=ON) for _ in range(3))
    )

    assert [type(refusal) for refusal in found if refusal is not None] == [NotNow, NotNow]
    assert stock.balances("HOLDING")[f"HOLDING/NOX/#{buyer.pk}/"] == 2 * T


def test_a_contract_sent_in_twice_at_once_is_one_trade() -> None:
    factories.all_places()
    factories.rule_book()
    terms = trading.terms(factories.polluter(1), factories.polluter(2))
    officer, paper = factories.person("kunshan.officer"), factories.stored_file("出让.pdf")

    found = together(
        *(lambda: trades.offer(terms=terms, file=paper, by=officer, on=ON) for _ in range(3))
    )

    refused = [type(refusal) for refusal in found if refusal is not None]
    assert refused == [ContractOnRecord, ContractOnRecord]
    assert Trade.objects.count() == 1


def test_a_certificate_under_which_two_are_checked_at_once_posts_one() -> None:
    factories.all_places()
    seller, buyer = factories.polluter(1), factories.polluter(2)
    trading.holding(seller, 10 * T)
    accepted = [
        trading.accepted(trading.offered(trading.terms(seller, buyer, contract=contract)))
        for contract in ("合同1", "合同2")
    ]
    office = factories.person("city.office")

    found = together(
        *(
            lambda trade=trade: trades.check(trade=trade, certificate="JY-1", by=office, on=ON)
            for trade in accepted
        )
    )

    [refused] = [type(refusal) for refusal in found if refusal is not None]
    assert refused is CertificateUsed
    assert stock.balances("HOLDING")[f"HOLDING/NOX/#{buyer.pk}/"] == 2 * T
