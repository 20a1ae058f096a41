"""What a trade may not be made to do: who ends it, what it binds, and what it shows whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from allocation.models import Trade
from allocation.refusals import (
    ContractOnRecord,
    NotAnotherCity,
    NotAssessable,
    NotTradable,
    TermsIncomplete,
)
from allocation.rules.trade import city_of
from allocation.selectors.assessments import Asked
from allocation.services import applications, trades
from allocation.vocabulary import TradeKind, TradeStatus
from quota_registry.kernel.models import Notice, Polluter
from quota_registry.kernel.workflow import NotNow
from reserve.models import Lot
from reserve.services import voids
from reserve.vocabulary import ClaimStatus
from tests import desk, factories, trading, watch
from tests.browsers import browser_of
from tests.desk import T, asks
from tests.factories import ON
from tests.integration.test_trades import codes, pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Polluter:
    """A polluter of 昆山 that holds 10 t of NOx."""
    factories.all_places()
    factories.rule_book()
    found = factories.polluter(1)
    trading.holding(found, 10 * T)
    return found


@pytest.fixture
def buyer(seller: Polluter) -> Polluter:
    return factories.polluter(2)


# ── Whose act it is ──
@pytest.mark.parametrize("verb", ["consent", "refuse_consent"])
def test_a_head_speaks_for_a_reserve_and_never_for_a_polluter(
    seller: Any, buyer: Any, verb: str
) -> None:
    trade = trading.offered(trading.terms(seller, buyer))
    head = factories.person("kunshan.head")
    with pytest.raises(NotNow):
        _by_head(trade, verb, head)
    answer = browser_of(head).post(
        reverse("allocation:trade-act", args=[trade.number, verb]), {"reason": "不同意"}
    )
    assert answer.status_code in {404, 409, 412, 422}
    trade.refresh_from_db()
    assert trade.status == TradeStatus.OFFERED


def test_where_another_city_sells_nobody_here_consents() -> None:
    factories.all_places()
    pilot()
    buyer = factories.polluter(2)
    trade = trading.offered(trading.terms(None, buyer, kind=TradeKind.INBOUND, city="无锡市"))
    with pytest.raises(NotNow):
        _by_head(trade, "consent", factories.person("kunshan.head"))


def _by_head(trade: Trade, verb: str, head: Any) -> Trade:
    if verb == "consent":
        return trades.consent(trade=trade, by=head, on=ON)
    return trades.end(trade=trade, verb=verb, reason="不同意", by=head, on=ON)


# ── One contract, one trade ──
def test_a_contract_is_on_record_once_while_its_trade_stands(seller: Any, buyer: Any) -> None:
    first = trading.offered(trading.terms(seller, buyer, contract="合同 [2026] 7号"))
    with pytest.raises(ContractOnRecord) as refused:
        trading.offered(trading.terms(seller, buyer, contract="合同〔2026〕7号"))
    assert refused.value.facts["number"] == first.number
    # Its agency numbers contracts for others too, and for another project of the buyer.
    trading.offered(trading.terms(seller, factories.polluter(5), contract="合同〔2026〕7号"))
    project = desk.project({"NOX": "1"}, number=2, polluter=buyer)
    trading.offered(trading.terms(seller, buyer, contract="合同〔2026〕7号", project=project))

    officer = factories.person("kunshan.officer")
    trades.end(trade=first, verb="withdraw", reason="有误", by=officer, on=ON)
    trading.offered(trading.terms(seller, buyer, contract="合同〔2026〕7号"))


# ── What is too long or too much is said, and breaks nothing ──
def form(seller: Polluter, buyer: Polluter | None, **more: str) -> dict[str, Any]:
    return {
        "kind": "local",
        "seller_uscc": seller.uscc,
        "buyer_uscc": buyer.uscc if buyer else "",
        "contract": "合同2026-1",
        "contract_on": "2026-09-10",
        "file": SimpleUploadedFile("合同.pdf", b"%PDF-1.7\n%%EOF\n"),
        "grams_NOX": "2",
        "price_NOX": "12000",
        **more,
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"grams_NOX": "900000000", "price_NOX": "999999999999.99"}, "总价"),
        ({"contract": "㈱" * 40}, "60"),
        ({"kind": "outbound", "buyer_uscc": "", "city": "锡" * 40}, "40"),
    ],
)
def test_terms_that_no_record_has_room_for_are_refused_on_the_form(
    seller: Any, buyer: Any, said: dict[str, str], told: str
) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    answer = browser.post(reverse("allocation:trade-new"), form(seller, buyer, **said))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Trade.objects.exists()


def test_a_form_sent_twice_records_one_offer(seller: Any, buyer: Any) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    for status in (303, 422):
        answer = browser.post(reverse("allocation:trade-new"), form(seller, buyer))
        assert answer.status_code == status
    assert Trade.objects.count() == 1


# ── What was bought for a project serves that project ──
def test_what_was_bought_for_a_project_is_neither_used_nor_sold_for_another(
    seller: Any, buyer: Any
) -> None:
    trading.holding(buyer, 3 * T, number="own")
    project = desk.project({"NOX": "2"}, number=2, polluter=buyer)
    other = desk.project({"NOX": "2"}, number=3, polluter=buyer)
    trade = trading.sold(seller, buyer, amounts={"NOX": "4"}, project=project)
    officer = factories.person("kunshan.officer")

    # 3 t are its own; the other 4 t are there, and not for this.
    with pytest.raises(NotAssessable) as refused:
        applications.file(
            application=desk.drafted(other, asks(("NOX", f"#{buyer.pk}", 4 * T))),
            by=officer,
            on=ON,
        )
    assert codes(refused.value) == {"bound"}
    assert "另有4.000000吨/年是为项目购入的" in str(refused.value)
    # Nor for its own without the trade: the voucher says by which certificate it came (§8).
    draft = desk.drafted(project, _of(buyer, 4 * T))
    with pytest.raises(NotAssessable) as unnamed:
        applications.file(application=draft, by=officer, on=ON)
    assert codes(unnamed.value) == {"bound"}

    dearer = trading.offered(
        trading.terms(buyer, factories.polluter(5), amounts={"NOX": "3.000001"}, contract="合同2")
    )
    with pytest.raises(NotTradable) as sold:
        trading.accepted(dearer)
    assert codes(sold.value) == {"bound"}

    asked = [Asked(one.pollutant, one.owner, one.grams, trade.pk) for one in _of(buyer, 4 * T)]
    applications.name_sources(application=draft, asked=asked, by=officer, on=ON)
    held = desk.carry(draft, "held")
    # Once it is taken, the rest is the holder's own again.
    third = trading.terms(buyer, factories.polluter(5), amounts={"NOX": "3"}, contract="合同3")
    third = trading.accepted(trading.offered(third))
    trades.end(trade=third, verb="withdraw", reason="自用", by=officer, on=ON)

    # Whoever gives the project up has it all.
    applications.withdraw(application=held, version=1, reason="不建了", by=officer, on=ON)
    trading.accepted(
        trading.offered(
            trading.terms(buyer, factories.polluter(5), amounts={"NOX": "7"}, contract="合同4")
        )
    )


def _of(buyer: Polluter, grams: int) -> list[Asked]:
    return asks(("NOX", f"#{buyer.pk}", grams))


# ── A void tells both sides ──
def test_a_void_that_makes_an_accepted_trade_short_is_told_to_its_people() -> None:
    factories.all_places()
    desk.judged()
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    factories.person("changshu.officer")
    trade = trading.offered(
        trading.terms(factories.place("320583"), factories.polluter(3, "320581")),
    )
    trades.consent(trade=trade, by=factories.person("kunshan.head"), on=ON)
    trade = trading.accepted(Trade.objects.get(), by="changshu.officer")
    for name in ("city.office", "city.office2"):
        factories.person(name)
    voids.propose(
        claim=claim,
        reason="在线数据造假",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office2"),
        on=ON,
    )
    voids.void(claim=claim, by=factories.person("city.director"), on=ON)
    told = Notice.objects.filter(text__contains="预留批次被作废")
    assert {one.text for one in told} == {
        f"指标交易{trade.number}的预留批次被作废，NOx缺2.000000吨/年，不能核准"
    }
    assert {"kunshan.officer", "changshu.officer", "city.office"} <= {
        one.person.username for one in told
    }
    assert {one.url for one in told} == {f"/allocation/trades/{trade.number}/"}


# ── What each side sees of the other ──
def page(person: str, trade: Trade) -> str:
    answer = browser_of(factories.person(person)).get(
        reverse("allocation:trade", args=[trade.number])
    )
    return re.sub(r"<[^>]*>", "", answer.content.decode())


def test_what_the_seller_has_left_is_no_business_of_the_buyer_s_county(seller: Any) -> None:
    far = factories.polluter(3, "320581")
    trade = trading.offered(trading.terms(seller, far))
    factories.person("changshu.officer")
    assert "可用10.000000吨/年" in page("kunshan.officer", trade)
    assert "可用10.000000吨/年" in page("city.office", trade)
    assert "可用10.000000吨/年" not in page("changshu.officer", trade)


def test_what_the_buyer_asks_for_with_it_is_shown_where_it_may_be_opened(seller: Any) -> None:
    far = factories.polluter(3, "320581")
    watch.improved(code="320581")
    watch.opening(code="320581")
    trade = trading.posted(
        trading.accepted(trading.offered(trading.terms(seller, far)), by="changshu.officer")
    )
    project = desk.project({"NOX": "1"}, polluter=far, by="changshu.officer")
    asked = [Asked(one.pollutant, one.owner, one.grams, trade.pk) for one in _of(far, 2 * T)]
    draft = desk.drafted(project, asked, by="changshu.officer")
    assert draft.number in page("changshu.officer", trade)
    assert draft.number in page("city.office", trade)
    assert draft.number not in page("kunshan.officer", trade)


# ── Another city by its name ──
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("无锡", "无锡市"),
        (" 无 锡市", "无锡市"),
        ("江苏省无锡市", "无锡市"),
        ("江苏无锡", "无锡市"),
        ("江苏省 无锡", "无锡市"),
        ("嘉善县", "嘉善县"),
        ("浙江省嘉善县", "嘉善县"),
        ("上海市青浦区", "青浦区"),
        ("青浦区", "青浦区"),
        ("上海市", "上海市"),
        ("上海", "上海市"),
        ("吉林市", "吉林市"),
        ("Wuxi", "Wuxi"),
        ("", ""),
    ],
)
def test_a_city_is_one_however_it_is_written(written: str, kept: str) -> None:
    assert city_of(written) == kept


@pytest.mark.parametrize(
    "own", ["江苏省苏州市", "江苏苏州", "苏州市昆山市", "苏州昆山", "昆山市市"]
)
def test_a_place_of_this_city_is_none_under_a_longer_name(
    seller: Any, buyer: Any, own: str
) -> None:
    pilot()
    with pytest.raises(NotAnotherCity):
        trading.offered(trading.terms(None, buyer, kind=TradeKind.INBOUND, city=own))


def test_inside_the_city_a_trade_names_no_other(seller: Any, buyer: Any) -> None:
    with pytest.raises(TermsIncomplete):
        trading.offered(trading.terms(seller, buyer, city="无锡市"))
    with pytest.raises(TermsIncomplete):
        trading.offered(trading.terms(seller, buyer, kind=TradeKind.OUTBOUND, city="无锡市"))
    assert not Lot.objects.filter(source__kind="INBOUND_TRADE").exists()


# ── Who trades is chosen, or named by its code ──
def test_a_side_is_what_was_chosen_or_else_what_was_typed(seller: Any, buyer: Any) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    said = form(seller, buyer, seller_uscc_text="别的名称") | {
        "buyer_uscc": "",
        "buyer_uscc_text": f" {buyer.uscc.lower()} ",
    }
    assert browser.post(reverse("allocation:trade-new"), said).status_code == 303
    assert [(one.seller_polluter, one.buyer) for one in Trade.objects.all()] == [(seller, buyer)]


def test_what_names_nobody_is_said_and_stays_in_the_field(seller: Any, buyer: Any) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    said = form(seller, buyer) | {"buyer_uscc": "", "buyer_uscc_text": "无此单位"}
    answer = browser.post(reverse("allocation:trade-new"), said)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "没有统一社会信用代码为无此单位的单位" in text
    # The side that was found is shown by its name.
    assert 'value="无此单位"' in text
    assert f'value="{seller.name}"' in text


def test_the_look_up_offers_codes_of_polluters_in_sight(seller: Any, buyer: Any) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    find = reverse("look-up-codes")
    found = browser.get(find, {"seller_uscc_text": seller.name}).content.decode()
    assert f'data-value="{seller.uscc}"' in found
    stranger = factories.polluter(31, "320581")
    assert stranger.uscc not in browser.get(find, {"q": stranger.name}).content.decode()
