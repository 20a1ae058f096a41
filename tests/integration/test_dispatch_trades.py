"""P4: trading certificates are the third source of the quarterly dispatch."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allocation.selectors import dispatch_words, purchases
from allocation.vocabulary import FindingKind as K
from quota_registry.kernel.models import Polluter
from quota_registry.kernel.periods import Quarter
from tests import desk, factories, trading
from tests.desk import T, asks
from tests.dispatched import approval, found, listed, run

pytestmark = pytest.mark.django_db

CERTIFICATE: Final = "苏排交7号"


@pytest.fixture
def buyer() -> Polluter:
    """A polluter of 昆山 for whose first project 2 t of NOx were bought in September."""
    desk.ready()
    seller, buyer = factories.polluter(21), factories.polluter(1)
    trading.holding(seller, 10 * T)
    trading.sold(seller, buyer, certificate=CERTIFICATE, project=desk.project())
    return buyer


def test_an_approval_says_what_was_bought_for_it_and_stays_an_alarm(buyer: Polluter) -> None:
    listed(approval(1), approval(2))

    made = run()

    alarm, other = made.findings.filter(kind=K.EIA_UNVOUCHERED).order_by("number")
    assert alarm.facts["certificates"] == [CERTIFICATE]
    assert CERTIFICATE in dispatch_words.sentence(alarm)
    assert "certificates" not in other.facts
    (unused,) = made.findings.filter(kind=K.TRADE_UNUSED)
    assert (unused.facts["amounts"], unused.facts["certificate"]) == ({"NOX": 2 * T}, CERTIFICATE)
    assert unused.task.done is False
    assert run() == made


def test_an_approval_names_what_was_bought_for_it_and_for_no_project(buyer: Polluter) -> None:
    seller, other = factories.polluter(21), factories.polluter(2)
    trading.sold(seller, buyer, certificate="苏排交8号")
    elsewhere = desk.project(name="另一示范项目")
    trading.sold(seller, buyer, certificate="苏排交9号", project=elsewhere)
    trading.sold(seller, other, certificate="苏排交10号")
    listed(approval(1))

    alarm = run().findings.get(kind=K.EIA_UNVOUCHERED)

    assert alarm.facts["certificates"] == [CERTIFICATE, "苏排交8号"]


def test_what_was_applied_for_is_not_found(buyer: Polluter) -> None:
    (ask,) = asks(("NOX", f"#{buyer.pk}", 2 * T))
    trade = buyer.purchases.get()
    desk.drafted(trade.project, [type(ask)(ask.pollutant, ask.owner, ask.grams, trade.pk)])

    assert K.TRADE_UNUSED not in {kind for kind, _number in found(run())}


def test_a_certificate_on_the_list_is_the_voucher_that_draws_on_it(buyer: Polluter) -> None:
    listed(approval(voucher_number=CERTIFICATE, project="另一写法"))
    made = run()
    bad = made.findings.get(kind=K.EIA_BAD_VOUCHER)
    assert bad.facts["why"] == "certificate"
    assert "是交易凭证" in dispatch_words.sentence(bad)

    (ask,) = asks(("NOX", f"#{buyer.pk}", 2 * T))
    trade = buyer.purchases.get()
    mine = [type(ask)(ask.pollutant, ask.owner, ask.grams, trade.pk)]
    voucher = desk.vouchered(trade.project, mine)
    listed(approval(voucher_number=CERTIFICATE))
    assert found(run()) == []
    assert voucher.application.project == trade.project


def test_a_trade_of_the_quarter_after_is_not_there_yet(buyer: Polluter) -> None:
    made = run(Quarter(2026, 2), on=date(2026, 10, 10))
    assert K.TRADE_UNUSED not in {kind for kind, _number in found(made)}


def test_many_trades_are_two_queries(buyer: Polluter) -> None:
    seller = factories.polluter(21)
    with CaptureQueriesContext(connection) as one:
        assert len(purchases.open_ones(before=date(2026, 10, 1))) == 1
    for number in (2, 3):
        trading.sold(seller, buyer, certificate=f"{CERTIFICATE}{number}", contract=f"合同{number}")
    with CaptureQueriesContext(connection) as three:
        assert len(purchases.open_ones(before=date(2026, 10, 1))) == 3
    assert len(three) == len(one)
