"""Acts on a trade over the API: those that need no signed paper, each done once."""

from __future__ import annotations

from typing import Any

import pytest

from allocation.models import Trade
from reserve.models import Transfer
from tests import callers, factories, trading
from tests.desk import T

pytestmark = pytest.mark.django_db


@pytest.fixture
def trade() -> Trade:
    """A trade inside 昆山, offered by its officer."""
    factories.all_places()
    seller = factories.polluter(1)
    trading.holding(seller, 10 * T)
    return trading.offered(trading.terms(seller, factories.polluter(2)))


def send(caller: callers.Caller | str, trade: Trade, verb: str, key: str = "", **said: Any) -> Any:
    if isinstance(caller, str):
        caller = callers.Caller(person=factories.person(caller))
    return caller.browser.post(
        f"/api/v1/trades/{trade.number}/{verb}/",
        said,
        content_type="application/json",
        headers=caller.headers | ({"idempotency-key": key} if key else {}),
    )


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_an_accepted_trade_is_checked_and_posted_once(trade: Trade) -> None:
    trading.accepted(trade)
    before = Transfer.objects.count()
    first, again = (
        send("city.office", trade, "check", "k1", certificate="苏排交〔2026〕7号") for _time in "12"
    )
    assert (first.status_code, first.json()["status"]) == (200, "posted")
    assert first.json()["certificate"] == "苏排交〔2026〕7号"
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert Transfer.objects.count() == before + 1
    late = send("city.office", trade, "check", "k2", certificate="苏排交〔2026〕7号")
    assert code(late) == (409, "not_now")


def test_the_head_consents_where_a_reserve_sells(trade: Trade) -> None:
    trading.stock.admitted("r", [(trading.postings.reserve("320583"), 10 * T)])
    terms = trading.terms(
        factories.place("320583"), factories.polluter(3, "320581"), contract="合同2"
    )
    sold = trading.offered(terms)
    assert send("kunshan.officer", sold, "consent").status_code == 403
    assert send("kunshan.head", sold, "consent").json()["status"] == "consented"
    assert code(send("kunshan.head", trade, "consent")) == (409, "not_now")


@pytest.mark.parametrize(
    ("who", "verb", "status"),
    [
        ("city.office", "refuse", "refused"),
        ("kunshan.officer", "withdraw", "withdrawn"),
    ],
)
def test_a_trade_ends_with_a_reason_and_what_was_held_goes_back(
    trade: Trade, who: str, verb: str, status: str
) -> None:
    trading.accepted(trade)
    nothing = send(who, trade, verb)
    assert (nothing.status_code, nothing.json()["errors"][0]["parameter"]) == (400, "reason")
    ended = send(who, trade, verb, reason="合同解除")
    assert (ended.status_code, ended.json()["status"]) == (200, status)
    assert Transfer.objects.filter(key=f"trade/{trade.number}/unhold").count() == 1


def test_the_buyer_declines(trade: Trade) -> None:
    assert send("kunshan.officer", trade, "decline", reason="价格").json()["status"] == "refused"


def test_who_acted_for_a_side_does_not_check_it(trade: Trade) -> None:
    trading.accepted(trade)
    factories.appointed("kunshan.officer", "general_office", "320500")
    answer = send("kunshan.officer", trade, "check", certificate="苏排交〔2026〕7号")
    assert code(answer) == (403, "same_person")


def test_who_may_not_is_told_so_and_who_is_elsewhere_finds_nothing(trade: Trade) -> None:
    trading.accepted(trade)
    writer = callers.program("320583", ["trades:write"])
    assert send(writer, trade, "check", certificate="苏排交〔2026〕7号").status_code == 403
    reader = callers.program("320583", ["trades:read"])
    assert send(reader, trade, "withdraw", reason="合同解除").status_code == 403
    other = callers.program("320581", ["trades:write"])
    assert send(other, trade, "withdraw", reason="合同解除").status_code == 404
    assert send(writer, trade, "withdraw", reason="合同解除").json()["status"] == "withdrawn"


def test_what_comes_with_a_paper_is_not_there(trade: Trade) -> None:
    assert send("kunshan.officer", trade, "accept-inside").status_code == 404
