"""What applications and trades bind of a holding is not bought in: the refusal names it (§13)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from allocation.models import Application
from allocation.services import applications, trades
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import PermitVersion, Polluter
from reserve.refusals import Overdrawn
from reserve.selectors.holdings import standings_of
from reserve.services import buy_ins
from reserve.services.buy_ins import HoldingBound
from tests import desk, factories, trading
from tests.browsers import browser_of, words
from tests.desk import T, asks
from tests.factories import ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder() -> Polluter:
    """A polluter of 昆山 that holds 10 t of NOx, and whose permit has changed."""
    factories.all_places()
    desk.judged()
    found = factories.polluter(1)
    trading.holding(found, 10 * T)
    return found


def permit_of(polluter: Polluter) -> PermitVersion:
    return factories.permit(polluter).versions.latest("pk")


def buy(polluter: Polluter, grams: int, number: int = 1) -> None:
    buy_ins.buy_in(
        polluter=polluter,
        amounts={"NOX": grams},
        permit_version=permit_of(polluter),
        document=f"昆环储〔2026〕{number}号",
        by=factories.person("kunshan.head"),
        on=ON,
    )


def binding(refused: pytest.ExceptionInfo[HoldingBound]) -> tuple[str, str]:
    facts = refused.value.facts
    return str(facts["free"]), str(facts["binding"])


def test_what_was_bought_for_a_project_stays_with_it(holder: Polluter) -> None:
    buyer = factories.polluter(2)
    project = desk.project(number=2)
    trade = trading.sold(holder, buyer, project=project)
    trading.holding(buyer, 3 * T, number="own")

    with pytest.raises(HoldingBound) as refused:
        buy(buyer, 3 * T + 1)
    assert binding(refused) == ("3.000000", f"{trade.number} 2.000000")
    assert refused.value.clause
    buy(buyer, 3 * T)
    # Nothing else is left but what is bound.
    with pytest.raises(HoldingBound):
        buy(buyer, 1, number=2)


def test_what_a_trade_holds_is_named(holder: Polluter) -> None:
    trade = trading.accepted(trading.offered(trading.terms(holder, factories.polluter(2))))
    with pytest.raises(HoldingBound) as refused:
        buy(holder, 8 * T + 1)
    assert binding(refused) == ("8.000000", f"{trade.number} 2.000000")

    officer = factories.person("kunshan.officer")
    trades.end(trade=trade, verb="withdraw", reason="有误", by=officer, on=ON)
    buy(holder, 8 * T + 1)


def test_what_an_application_holds_is_named_until_it_is_let_go(holder: Polluter) -> None:
    project = desk.project()
    draft = desk.drafted(project, asks(("NOX", f"#{holder.pk}", 2 * T)))
    held = desk.carry(draft, "held")
    with pytest.raises(HoldingBound) as refused:
        buy(holder, 9 * T)
    assert binding(refused) == ("8.000000", f"{held.number} 2.000000")

    applications.withdraw(
        application=held,
        version=held.version,
        reason="项目取消",
        by=factories.person("kunshan.officer"),
        on=ON,
    )
    assert Application.objects.get().status == "withdrawn"
    buy(holder, Grams(10 * T))


def test_where_nothing_is_bound_more_than_there_is_stays_overdrawn(holder: Polluter) -> None:
    with pytest.raises(Overdrawn):
        buy(holder, 10 * T + 1)


def test_the_page_says_what_binds_it(holder: Polluter) -> None:
    trade = trading.accepted(trading.offered(trading.terms(holder, factories.polluter(2))))
    version = permit_of(holder)
    answer = browser_of(factories.person("kunshan.head")).post(
        reverse("reserve:buy-in", args=[holder.uscc]),
        {"version": version.pk, "document": "昆环储〔2026〕1号", "amount_NOX": "8.5"},
    )
    assert answer.status_code == 422
    assert trade.number in answer.content.decode()


def shown(polluter: Polluter) -> str:
    """Read the page as the county's head sees it before anything is typed."""
    address = reverse("reserve:buy-in", args=[polluter.uscc])
    answer = browser_of(factories.person("kunshan.head")).get(address)
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_the_page_says_beforehand_what_is_bound_and_what_may_be_bought_in(
    holder: Polluter,
) -> None:
    buyer = factories.polluter(2)
    permit_of(buyer)
    bought = trading.sold(holder, buyer, project=desk.project(number=2))
    trading.holding(buyer, 3 * T, number="own")
    terms = trading.terms(buyer, factories.polluter(3), contract="合同2026-2")
    sold = trading.accepted(trading.offered(terms))

    found = standings_of(buyer)
    # 2 t bought for a project and 3 t of its own; 2 t of the latter are set aside for a trade.
    assert [(one.pollutant, one.total, one.bound, one.free) for one in found] == [
        ("NOX", 5 * T, 4 * T, 1 * T)
    ]
    page = shown(buyer)
    for said in ("5.000000", "4.000000", "1.000000", bought.number, sold.number):
        assert said in page
    with pytest.raises(HoldingBound):
        buy(buyer, T + 1)
    buy(buyer, T)


def test_what_is_set_aside_whole_is_shown_and_not_offered(holder: Polluter) -> None:
    terms = trading.terms(holder, factories.polluter(2), amounts={"NOX": "10"})
    trade = trading.accepted(trading.offered(terms))
    permit_of(holder)
    page = shown(holder)
    assert trade.number in page
    assert "10.000000" in page
    assert "该单位没有可收储的持有量" in page
