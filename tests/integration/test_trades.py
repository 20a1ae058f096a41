"""§8, §13, YRD: quota changes hands by an offer, an acceptance, a check; and mass moves with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from allocation.models import Trade
from allocation.refusals import (
    CertificateUsed,
    ConsentMissing,
    CounterpartUsed,
    NotAnotherCity,
    NotTradable,
    OwnOpening,
    TermsIncomplete,
    TradeShort,
    WrittenMeanwhile,
)
from allocation.selectors import purchases, waiting
from allocation.selectors import trades as answers
from allocation.services import applications, seen, trades
from allocation.vocabulary import ApplicationStatus, TradeKind, TradeStatus
from quota_registry.kernel.models import Notice, Polluter
from quota_registry.kernel.parameters import PilotPair
from quota_registry.kernel.refusals import DocumentMissing, NotPermitted, OutOfReach
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import NotNow, SamePerson
from reserve.models import Lot
from reserve.services import ledger
from tests import desk, factories, stock, trading, watch
from tests.desk import T
from tests.factories import ON

pytestmark = pytest.mark.django_db

NOX = Pollutant.NOX


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


def holds(polluter: Polluter) -> int:
    return stock.balances("HOLDING").get(f"HOLDING/NOX/#{polluter.pk}/", 0)


def set_aside() -> int:
    return sum(stock.balances("HELD").values())


def codes(refused: NotTradable) -> set[str]:
    return set(refused.facts["codes"])


# ── Inside a county ──
def test_a_holding_is_sold_by_offer_acceptance_and_check(seller: Any, buyer: Any) -> None:
    trade = trading.offered(trading.terms(seller, buyer, price="12345.67"))
    assert (trade.number, trade.status) == ("320583-JY-2026-00001", TradeStatus.OFFERED)
    assert trade.lines.get().total == Decimal("24691.34")
    assert (holds(seller), set_aside()) == (10 * T, 0)

    trade = trading.accepted(trade)
    assert (holds(seller), set_aside(), holds(buyer)) == (8 * T, 2 * T, 0)

    trade = trading.posted(trade, certificate="苏排交〔2026〕7号")
    assert (holds(seller), set_aside(), holds(buyer)) == (8 * T, 0, 2 * T)
    transfer = trade.transfer
    assert (transfer.kind, transfer.key, transfer.document) == (
        "TRADE",
        f"trade/{trade.number}",
        "苏排交〔2026〕7号",
    )
    assert trade.rule_book.number == "默认"
    assert [row["check"] for row in trade.findings] == ["source", "stock"]


def test_both_sides_and_whoever_is_next_are_told(seller: Any, buyer: Any) -> None:
    changshu = factories.polluter(3, "320581")
    watch.improved()
    trading.offered(trading.terms(seller, changshu))
    assert not Notice.objects.filter(text__contains="JY").exists()
    factories.person("changshu.officer")

    trade = trading.offered(trading.terms(seller, changshu, contract="合同2"))
    trading.accepted(trade, by="changshu.officer")
    lines = Notice.objects.filter(text__contains=trade.number, text__endswith="买方已接受")
    names = set(lines.values_list("person__username", flat=True))
    assert "kunshan.officer" in names
    assert "changshu.officer" not in names


def test_who_recorded_a_side_does_not_check(seller: Any, buyer: Any) -> None:
    trade = trading.accepted(trading.offered(trading.terms(seller, buyer)))
    factories.appointed("kunshan.officer", "general_office", "320500")
    for act in (
        lambda by: trades.check(trade=trade, certificate="JY-1", by=by, on=ON),
        lambda by: trades.end(trade=trade, verb="refuse", reason="不实", by=by, on=ON),
    ):
        with pytest.raises(SamePerson):
            act(factories.person("kunshan.officer"))
    with pytest.raises(NotPermitted):
        trades.check(trade=trade, certificate="JY-1", by=factories.person("city.air"), on=ON)
    assert set_aside() == 2 * T


@pytest.mark.parametrize("verb", ["refuse", "withdraw"])
def test_a_trade_that_fails_gives_back_what_it_held(seller: Any, buyer: Any, verb: str) -> None:
    trade = trading.accepted(trading.offered(trading.terms(seller, buyer)))
    by = factories.person("city.office" if verb == "refuse" else "kunshan.officer")
    trade = trades.end(trade=trade, verb=verb, reason="合同解除", by=by, on=ON)
    assert (holds(seller), set_aside(), holds(buyer)) == (10 * T, 0, 0)
    with pytest.raises(NotNow):
        trades.check(trade=trade, certificate="JY-1", by=factories.person("city.office"), on=ON)


def test_what_is_accepted_is_not_sold_again(seller: Any, buyer: Any) -> None:
    first = trading.offered(trading.terms(seller, buyer, amounts={"NOX": "6"}))
    second = trading.offered(
        trading.terms(seller, factories.polluter(5), amounts={"NOX": "6"}, contract="合同2")
    )
    trading.accepted(first)
    with pytest.raises(NotTradable) as refused:
        trading.accepted(second)
    assert codes(refused.value) == {"not_in_stock"}
    assert (holds(seller), set_aside()) == (4 * T, 6 * T)


def test_a_void_makes_an_accepted_trade_short(seller: Any, buyer: Any) -> None:
    trade = trading.accepted(trading.offered(trading.terms(seller, buyer)))
    ledger.void(
        lots=list(Lot.objects.all()),
        key="void/1",
        on=ON,
        by=factories.person("city.director"),
        prepared_by=factories.person("city.office"),
        document="苏环罚〔2026〕1号",
    )
    with pytest.raises(TradeShort):
        trading.posted(trade)
    trade = trades.end(
        trade=trade, verb="refuse", reason="作废", by=factories.person("city.office"), on=ON
    )
    assert trade.status == TradeStatus.REFUSED


def test_a_certificate_stands_for_one_trade(seller: Any, buyer: Any) -> None:
    trading.sold(seller, buyer)
    second = trading.accepted(trading.offered(trading.terms(seller, buyer, contract="合同2")))
    with pytest.raises(CertificateUsed):
        trading.posted(second)
    with pytest.raises(DocumentMissing):
        trading.posted(second, certificate=" ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"contract": ""},
        {"amounts": {"NOX": "0"}},
        {"price": "-1"},
        {"city": "无锡市"},
        {"kind": TradeKind.INBOUND},
    ],
)
def test_terms_are_whole(seller: Any, buyer: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(TermsIncomplete):
        trading.offered(trading.terms(seller, buyer, **wrong))
    with pytest.raises(TermsIncomplete):
        trading.offered(trading.terms(seller, seller))
    assert not Trade.objects.exists()


# ── Across a county ──
def test_across_counties_two_officers_record_and_the_gate_answers(seller: Any) -> None:
    far = factories.polluter(3, "320581")
    trade = trading.offered(trading.terms(seller, far))
    with pytest.raises(OutOfReach):
        trading.accepted(trade)
    factories.appointed("kunshan.officer", "county_officer", "320581")
    with pytest.raises(SamePerson):
        trading.accepted(trade)
    trade = trading.accepted(trade, by="changshu.officer")

    with pytest.raises(NotTradable) as refused:
        trading.posted(trade)
    assert {row.check.value for row in refused.value.rows} == {"gate"}

    watch.improved(code="320581")
    watch.opening(code="320581")
    watch.ordered("320581", "purchase")
    with pytest.raises(NotTradable) as refused:
        trading.posted(trade)
    assert codes(refused.value) == {"purchase_suspended"}
    assert (holds(far), set_aside()) == (0, 2 * T)


def test_with_its_gate_open_a_county_buys_of_another(seller: Any) -> None:
    far = factories.polluter(3, "320581")
    watch.improved(code="320581")
    watch.opening(code="320581")
    trade = trading.accepted(trading.offered(trading.terms(seller, far)), by="changshu.officer")
    trade = trading.posted(trade)
    assert holds(far) == 2 * T
    assert [row["check"] for row in trade.findings] == ["source", "suspension", "gate", "stock"]


def test_who_opened_the_gate_neither_accepts_nor_checks_what_is_bought_through_it(
    seller: Any,
) -> None:
    far = factories.polluter(3, "320581")
    watch.improved(code="320581")
    paper = watch.opening(code="320581", by="city.office").document
    trade = trading.accepted(trading.offered(trading.terms(seller, far)), by="changshu.officer")
    with pytest.raises(OwnOpening, match=paper):
        trading.posted(trade)
    assert holds(far) == 0

    trading.posted(trade, by="city.office2")
    assert holds(far) == 2 * T


# ── A reserve sells ──
def test_a_reserve_sells_by_its_head_and_never_to_its_own_area(buyer: Any) -> None:
    desk.stocked("320581", 10 * T)
    watch.improved()
    watch.opening()
    changshu = factories.place("320581")
    with pytest.raises(NotTradable) as refused:
        trading.offered(
            trading.terms(changshu, factories.polluter(3, "320581")), by="changshu.officer"
        )
    assert codes(refused.value) == {"not_for_sale"}

    trade = trading.offered(trading.terms(changshu, buyer), by="changshu.officer")
    officer = factories.person("kunshan.officer")
    with pytest.raises(ConsentMissing):
        trades.accept(trade=trade, file=factories.stored_file("接受.pdf"), by=officer, on=ON)
    with pytest.raises(NotPermitted):
        trades.consent(trade=trade, by=factories.person("changshu.officer"), on=ON)
    trade = trading.posted(trading.accepted(trade))
    assert holds(buyer) == 2 * T
    assert desk.balance("320581") == (8 * T, 0)


def test_a_reserve_sells_its_plain_lots_and_keeps_the_band_of_lake_tai(buyer: Any) -> None:
    desk.stocked("320581", T, number="plain")
    desk.stocked("320581", 9 * T, number="tai", lake_tai=True)
    trade = trading.offered(trading.terms(factories.place("320581"), buyer), by="changshu.officer")
    with pytest.raises(NotTradable) as refused:
        trading.accepted(trade)
    assert codes(refused.value) == {"tai_not_sold"}
    assert desk.balance("320581") == (10 * T, 0)


# ── Across the city's border ──
def pilot() -> None:
    factories.rule_book(pilot_list=(PilotPair("320583", NOX),))


def test_another_city_sells_by_its_certificate_and_a_new_lot_comes_in() -> None:
    factories.all_places()
    pilot()
    watch.improved()
    watch.opening()
    buyer = factories.polluter(2)
    trade = trading.offered(trading.terms(None, buyer, kind=TradeKind.INBOUND, city="无锡市"))
    with pytest.raises(DocumentMissing):
        trading.accepted(trade)
    trade = trading.posted(trading.accepted(trade, counterpart="锡排交3号"))
    assert holds(buyer) == 2 * T
    lot = Lot.objects.get()
    source = lot.source
    assert (source.kind, source.number, source.document) == (
        "INBOUND_TRADE",
        trade.number,
        "锡排交3号",
    )
    assert source.evidence["city"] == "无锡市"
    assert stock.balances("OUTSIDE") == {"OUTSIDE/NOX/@无锡市/": -2 * T}


def test_another_citys_certificate_brings_mass_once() -> None:
    factories.all_places()
    pilot()
    watch.improved()
    watch.opening()
    buyer = factories.polluter(2)

    def inbound(city: str) -> Trade:
        contract = f"合同2026-{Trade.objects.count()}"
        return trading.offered(
            trading.terms(None, buyer, kind=TradeKind.INBOUND, city=city, contract=contract)
        )

    first = trading.accepted(inbound("无锡市"), counterpart="锡排交3号")
    # However the city is written, and before the first is posted as well as after.
    again = inbound(" 无 锡")
    assert again.city == "无锡市"
    with pytest.raises(CounterpartUsed) as refused:
        trading.accepted(again, counterpart="锡排交 3号")
    assert refused.value.facts["number"] == first.number
    trading.posted(first)
    with pytest.raises(CounterpartUsed):
        trading.accepted(again, counterpart="锡排交3号")
    assert holds(buyer) == 2 * T

    # Another city may number its certificates alike, and one that came to nothing is free again.
    other = trading.accepted(inbound("南通市"), counterpart="锡排交3号")
    trades.end(trade=other, verb="refuse", reason="有误", by=factories.person("city.office"), on=ON)
    trading.accepted(inbound("南通市"), counterpart="锡排交3号")


@pytest.mark.parametrize("own", ["苏州", "苏州市", "昆山", "昆山 市", "苏州工业园区"])
def test_a_place_of_this_city_is_no_other_city(own: str) -> None:
    factories.all_places()
    pilot()
    with pytest.raises(NotAnotherCity):
        trading.offered(
            trading.terms(None, factories.polluter(2), kind=TradeKind.INBOUND, city=own)
        )
    assert not Trade.objects.exists()


def test_to_another_city_only_what_the_pilot_list_names() -> None:
    factories.all_places()
    pilot()
    seller = factories.polluter(1)
    trading.holding(seller, 10 * T)
    trading.holding(seller, 10 * T, "COD")
    out: dict[str, Any] = {"kind": TradeKind.OUTBOUND, "city": "无锡市"}
    with pytest.raises(NotTradable) as refused:
        trading.offered(trading.terms(seller, amounts={"COD": "1"}, **out))
    assert codes(refused.value) == {"not_pilot"}
    trade = trading.accepted(trading.offered(trading.terms(seller, **out)), counterpart="锡排交4号")
    trade = trading.posted(trade)
    assert trade.transfer.kind == "TRADE_OUT"
    assert stock.balances("OUTSIDE") == {"OUTSIDE/NOX/@无锡市/": 2 * T}
    assert holds(seller) == 8 * T


# ── Into a project ──
def test_a_bought_holding_is_named_with_its_trade_and_shown_on_the_voucher(
    seller: Any, buyer: Any
) -> None:
    project = desk.project({"NOX": "1"}, number=2, polluter=buyer)
    trade = trading.sold(seller, buyer, certificate="苏排交7号", project=project)
    assert purchases.usable(project) == [trade]

    voucher = desk.vouchered(project, [bought(trade, 2 * T)])

    assert voucher.content["trades"] == [
        {
            "number": trade.number,
            "certificate": "苏排交7号",
            "contract": "合同2026-1",
            "seller": seller.name,
            "pollutant": "NOX",
            "grams": "2.000000",
        }
    ]
    assert holds(buyer) == 0
    assert purchases.left(trade) == {NOX: 0}


def bought(trade: Trade, grams: int) -> Any:
    (ask,) = desk.asks(("NOX", f"#{trade.buyer_id}", grams))
    return type(ask)(ask.pollutant, ask.owner, ask.grams, trade.pk)


def test_a_trade_serves_its_project_alone_and_no_more_than_it_brought(
    seller: Any, buyer: Any
) -> None:
    trading.holding(buyer, 10 * T, number="own")
    project = desk.project({"NOX": "1"}, number=2, polluter=buyer)
    other = desk.project({"NOX": "1"}, number=3, polluter=buyer)
    trade = trading.sold(seller, buyer, project=project)
    officer = factories.person("kunshan.officer")
    assert purchases.usable(other) == []

    too_much = desk.drafted(
        desk.project({"NOX": "2"}, number=4, polluter=buyer), desk.asks(("NOX", "320583", T))
    )
    assert not purchases.covers(trade, too_much.project, NOX, 1, application=None)

    first = desk.drafted(project, [bought(trade, 2 * T)])
    first = applications.file(application=first, by=officer, on=ON)
    assert purchases.left(trade) == {NOX: 0}
    applications.withdraw(
        application=desk.carry(first, "held"), version=1, reason="取消", by=officer, on=ON
    )
    assert purchases.left(trade) == {NOX: 2 * T}
    # It was bought, and stays the buyer's.
    assert holds(buyer) == 12 * T
    assert first.project.applications.get().status == ApplicationStatus.WITHDRAWN


def test_a_proposal_names_its_trades_first_and_leaves_other_projects_theirs(
    seller: Any, buyer: Any
) -> None:
    desk.judged()
    desk.stocked("320583", 10 * T)
    trading.holding(buyer, 3 * T, number="own")
    project = desk.project({"NOX": "4.500001"}, number=2, polluter=buyer)
    other = desk.project({"NOX": "2"}, number=3, polluter=buyer)
    officer = factories.person("kunshan.officer")
    for_any, for_other, for_it = (
        trading.sold(seller, buyer, amounts={"NOX": tonnes}, certificate=f"JY-{tonnes}", **more)
        for tonnes, more in (("2", {}), ("4", {"project": other}), ("1", {"project": project}))
    )
    assert holds(buyer) == 10 * T
    draft = desk.drafted(project, [])

    def proposed() -> list[tuple[str, int | None, int]]:
        found = applications.proposal_for(draft, on=ON)
        return [(one.owner.key, one.trade, one.grams) for one in found]

    own = f"#{buyer.pk}"
    whole = [
        (own, for_it.pk, T),
        (own, for_any.pk, 2 * T),
        (own, None, 3 * T),
        ("320583", None, 3_000_002),
    ]
    assert proposed() == whole
    # What the draft names itself, or a hold has taken, changes nothing.
    applications.name_sources(application=draft, asked=[bought(for_any, 2 * T)], by=officer, on=ON)
    filed = desk.carry(desk.drafted(other, [bought(for_other, 4 * T)]), "filed")
    assert proposed() == whole
    desk.carry(filed, "held")
    assert holds(buyer) == 6 * T
    assert proposed() == whole
    # What another application names is neither the trade's nor the holding's any more.
    third = desk.project({"NOX": "0.5"}, number=4, polluter=buyer)
    desk.drafted(third, [bought(for_any, T)])
    assert proposed() == [
        (own, for_it.pk, T),
        (own, for_any.pk, T),
        (own, None, 3 * T),
        ("320583", None, 4_000_002),
    ]


def test_a_draft_that_names_another_trade_is_another_draft(seller: Any, buyer: Any) -> None:
    trade = trading.sold(seller, buyer)
    draft = desk.drafted(
        desk.project(number=2, polluter=buyer), desk.asks(("NOX", f"#{buyer.pk}", 2 * T))
    )
    officer = factories.person("kunshan.officer")
    plain = seen.fingerprint(draft)
    for asked in ([bought(trade, 2 * T)], desk.asks(("NOX", f"#{buyer.pk}", 2 * T))):
        base = seen.fingerprint(draft)
        applications.name_sources(application=draft, asked=asked, base=base, by=officer, on=ON)
        with pytest.raises(WrittenMeanwhile):
            applications.file(application=draft, base=base, by=officer, on=ON)
    assert seen.fingerprint(draft) == plain


def test_what_others_hold_is_no_source_until_it_is_bought(seller: Any, buyer: Any) -> None:
    draft = desk.drafted(
        desk.project({"NOX": "1"}, number=2, polluter=buyer),
        desk.asks(("NOX", f"#{seller.pk}", 2 * T)),
    )
    with pytest.raises(Exception) as refused:  # noqa: PT011 - its codes say which
        applications.file(application=draft, by=factories.person("kunshan.officer"), on=ON)
    assert "not_traded" in refused.value.facts["codes"]  # type: ignore[attr-defined]


def test_the_acts_that_follow_are_those_of_its_sides(seller: Any, buyer: Any) -> None:
    def verbs(trade: Trade) -> list[str]:
        return [row.verb for row in answers.acts(trade)]

    inside = trading.offered(trading.terms(seller, buyer))
    assert verbs(inside) == ["accept_inside", "decline", "withdraw"]
    across = trading.offered(trading.terms(seller, factories.polluter(3, "320581"), contract="2"))
    assert verbs(across) == ["accept", "decline", "withdraw"]
    desk.stocked("320581", 10 * T)
    of_reserve = trading.offered(
        trading.terms(factories.place("320581"), buyer), by="changshu.officer"
    )
    assert verbs(of_reserve) == ["consent", "refuse_consent", "decline", "withdraw"]


def test_it_stands_on_the_desk_of_whoever_is_next(seller: Any, buyer: Any) -> None:
    def waits(name: str) -> list[tuple[str, str]]:
        lines = waiting.waiting_for(factories.person(name), on=ON)
        return [(line.verb, line.number) for line in lines]

    trade = trading.offered(trading.terms(seller, factories.polluter(3, "320581")))
    assert waits("kunshan.officer") == []
    assert waits("changshu.officer") == [("accept", trade.number)]
    assert waits("city.office") == []
    trading.accepted(trade, by="changshu.officer")
    assert waits("changshu.officer") == []
    assert waits("city.office") == [("check", trade.number)]
    assert waits("city.air") == []


def test_the_shipped_book_lists_no_pilot() -> None:
    assert RuleBook.default().pilot_list == ()
