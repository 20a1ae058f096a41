"""
The attacks on trades, promise by promise, in plain SQL as the application.

Each says on what it is made, who signs, by which verb, what it tries and what must stop it.
``%(id)s`` is the trade; names in brackets are people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from quota_registry.kernel.parameters import PilotPair
from quota_registry.kernel.vocabulary import Pollutant
from tests import desk, factories, trading
from tests.attacks.claim_attacks import DENIED
from tests.attacks.watch_attacks import APART, EDITED, OTHERS, STATUS, Attack, of
from tests.desk import T
from tests.trading import TradeKind

ASIDE: Final = "what_is_sold_is_set_aside"
POSTED: Final = "a_trade_is_posted_by_its_own_transfer"
OVER: Final = "what_is_over_holds_nothing"
HEAD: Final = "a_reserve_sells_by_its_head_alone"
BUYER: Final = "a_trade_serves_its_buyer_alone"
TOTAL: Final = "a_total_is_the_price_of_its_grams"
CONTRACT: Final = "a_contract_makes_one_trade"
CERTIFICATE: Final = "a_certificate_stands_for_one_trade"
COUNTERPART: Final = "another_citys_certificate_brings_mass_once"
OURS: Final = "another_city_is_none_of_ours"
RESERVE: Final = "a_head_consents_for_a_reserve_alone"


def _parties() -> tuple[Any, Any]:
    factories.all_places()
    factories.rule_book()
    seller, buyer = factories.polluter(1), factories.polluter(2)
    trading.holding(seller, 10 * T)
    return seller, buyer


def _offered() -> Any:
    return trading.offered(trading.terms(*_parties()))


def _bare() -> Any:
    """An offer alone; the ledger is not the owner's to write."""
    factories.all_places()
    factories.rule_book()
    return trading.offered(trading.terms(factories.polluter(1), factories.polluter(2)))


def _across() -> Any:
    seller, _buyer = _parties()
    factories.person("changshu.officer")
    return trading.offered(trading.terms(seller, factories.polluter(3, "320581")))


def _of_reserve() -> Any:
    _seller, buyer = _parties()
    desk.stocked("320581", 10 * T)
    return trading.offered(trading.terms(factories.place("320581"), buyer), by="changshu.officer")


def _sold() -> Any:
    seller, buyer = _parties()
    trade = trading.sold(seller, buyer)
    desk.drafted(desk.project({"NOX": "1"}, number=5), desk.asks(("NOX", "320583", T)))
    return trade


def _two_inbound() -> Any:
    """One that counts another city's certificate, and another that came without one yet."""
    factories.all_places()
    factories.rule_book(pilot_list=(PilotPair("320583", Pollutant.NOX),))
    buyer = factories.polluter(2)
    first, second = (
        trading.offered(
            trading.terms(None, buyer, kind=TradeKind.INBOUND, city="无锡市", contract=contract)
        )
        for contract in ("合同1", "合同2")
    )
    trading.accepted(first, counterpart="锡排交3号")
    return second


ROWS: Final[dict[str, Callable[[], Any]]] = {
    "bare": _bare,
    "offered": _offered,
    "across": _across,
    "of a reserve": _of_reserve,
    "accepted": lambda: trading.accepted(_offered()),
    "posted": _sold,
    "two inbound": _two_inbound,
}

_BORN = (
    "number, kind, status, version, seller_polluter_id, seller_place_id, buyer_id, project_id,"
    " city, seller_at_id, buyer_at_id, lines_offered, contract, contract_on, offered_by_id,"
    " offered_on, offer_file_id, counterpart, certificate"
)


def _offers(**other: str) -> str:
    """Write an offer like the one there is, but for what is *other*."""
    said = (
        {name: name for name in _BORN.split(", ")}
        | {"number": "'X'", "status": "'offered'"}
        | other
    )
    return (
        f"INSERT INTO allocation_trade ({_BORN})"
        f" SELECT {', '.join(said.values())} FROM allocation_trade WHERE id = %(id)s"
    )


_ACCEPTS = (
    "UPDATE allocation_trade SET status = 'accepted', accepted_on = now(),"
    " accept_file_id = offer_file_id, accepted_by_id = "
)
_POSTS = (
    "UPDATE allocation_trade SET status = 'posted', checked_on = now(), certificate = 'X',"
    " findings = '[]', rule_book_id = (SELECT min(id) FROM kernel_rulebookversion),"
    " transfer_id = (SELECT max(id) FROM reserve_transfer), checked_by_id = "
)

ATTACKS: Final[list[Attack]] = [
    # ── 27 · What is sold is set aside, and posted by its own transfer ──
    *of(
        27,
        ASIDE,
        "offered",
        "kunshan.officer",
        "accept_inside",
        accepted_with_nothing_set_aside=_ACCEPTS + "%(kunshan.officer)s WHERE id = %(id)s",
    ),
    *of(
        27,
        POSTED,
        "accepted",
        "city.office",
        "check",
        posted_by_another_transfer=_POSTS + "%(city.office)s WHERE id = %(id)s",
    ),
    *of(
        27,
        OVER,
        "accepted",
        "kunshan.officer",
        "withdraw",
        withdrawn_and_still_held="UPDATE allocation_trade SET status = 'withdrawn'"
        " WHERE id = %(id)s",
    ),
    *of(
        27,
        BUYER,
        "posted",
        "kunshan.officer",
        named_by_somebody_else="INSERT INTO allocation_applicationsource"
        " (application_id, pollutant, polluter_id, trade_id, grams) SELECT a.id, 'NOX',"
        " t.buyer_id, t.id, 1 FROM allocation_application AS a, allocation_trade AS t"
        " WHERE t.id = %(id)s",
    ),
    *of(
        27,
        CERTIFICATE,
        "posted",
        "kunshan.officer",
        "offer",
        born_under_anothers_certificate=_offers(contract="'Y'", certificate="'JY-1'"),
    ),
    *of(
        27,
        COUNTERPART,
        "two inbound",
        "kunshan.officer",
        "accept_inside",
        accepted_on_a_certificate_that_counts=_ACCEPTS
        + "%(kunshan.officer)s, counterpart = '锡排交3号' WHERE id = %(id)s",
    ),
    *of(
        27,
        CONTRACT,
        "offered",
        "kunshan.officer",
        "offer",
        the_same_contract_again=_offers(),
    ),
    *of(
        27,
        OURS,
        "two inbound",
        "kunshan.officer",
        "offer",
        another_city_that_is_this_one=_offers(city="'苏州'"),
        another_city_that_is_a_county_of_it=_offers(city="'昆山市'"),
        another_city_in_this_one=_offers(city="'苏州市太仓'"),
    ),
    # ── 28 · Born by an offer, moved by its table, by different people ──
    *of(
        28,
        APART,
        "across",
        "kunshan.officer",
        "accept",
        accepted_by_whoever_offered=_ACCEPTS + "%(kunshan.officer)s WHERE id = %(id)s",
    ),
    *of(
        28,
        APART,
        "across",
        "kunshan.officer",
        "accept_inside",
        accepted_as_if_it_lay_inside=_ACCEPTS + "%(kunshan.officer)s WHERE id = %(id)s",
    ),
    *of(
        28,
        HEAD,
        "of a reserve",
        "kunshan.officer",
        "accept",
        accepted_without_the_head=_ACCEPTS + "%(kunshan.officer)s WHERE id = %(id)s",
    ),
    *of(
        28,
        RESERVE,
        "offered",
        "kunshan.head",
        "consent",
        consented_for_a_polluter="UPDATE allocation_trade SET status = 'consented',"
        " consented_on = now(), consented_by_id = %(kunshan.head)s WHERE id = %(id)s",
    ),
    *of(
        28,
        APART,
        "accepted",
        "kunshan.officer",
        "check",
        checked_by_whoever_recorded=_POSTS + "%(kunshan.officer)s WHERE id = %(id)s",
    ),
    *of(
        28,
        STATUS,
        "offered",
        "city.office",
        "check",
        checked_before_it_was_accepted=_POSTS + "%(city.office)s WHERE id = %(id)s",
    ),
    *of(
        28,
        OTHERS,
        "offered",
        "city.office",
        "accept_inside",
        accepted_in_anothers_name=_ACCEPTS + "%(kunshan.officer)s WHERE id = %(id)s",
    ),
    *of(
        28,
        EDITED,
        "offered",
        "kunshan.officer",
        another_buyer="UPDATE allocation_trade SET buyer_id = seller_polluter_id WHERE id = %(id)s",
        another_contract="UPDATE allocation_trade SET contract = 'X' WHERE id = %(id)s",
        one_line_more="INSERT INTO allocation_tradeline (trade_id, pollutant, grams, price, total)"
        " VALUES (%(id)s, 'COD', 1, 1, 0)",
    ),
    *of(
        28,
        DENIED,
        "offered",
        "kunshan.officer",
        another_price="UPDATE allocation_tradeline SET price = 1 WHERE trade_id = %(id)s",
        taken_away="DELETE FROM allocation_trade WHERE id = %(id)s",
    ),
]
