"""
What whoever opened a gate on application tries with it, in plain SQL as the application.

Each is the whole act, lawful but for the hand: ``{hand}`` signs it. The opener of both rows is
``city.office2``; what the other hand does by the same words goes through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from quota_registry.kernel.parameters import PilotPair
from quota_registry.kernel.vocabulary import Pollutant, Role
from tests import desk, factories, trading, watch
from tests.desk import T, asks
from tests.trading import TradeKind

OPENED: Final = "who_opened_a_gate_uses_nothing_of_it"
OPENER: Final = "city.office2"
DAY: Final = "'2026-09-15'"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a way: its promise, the row, the lawful hand, the verb, the SQL."""

    promise: int
    row: str
    lawful: str
    verb: str
    tries: str
    sql: str


def _drawn(status: str) -> Callable[[], Any]:
    """An application of 常熟 that takes the city's reserve, which is open to it on application."""

    def make() -> Any:
        factories.all_places()
        desk.stocked("320500", 5 * T)
        watch.improved(done=False, code="320581")
        watch.opening(code="320581", way="upper", by=OPENER)
        for name, role in (("officer", Role.COUNTY_OFFICER), ("screener", Role.COUNTY_SCREENER)):
            factories.appointed(f"changshu.{name}", role, "320581")
        project = desk.project(number=7, code="320581", by="changshu.officer", priority="scitech")
        draft = desk.drafted(project, asks(("NOX", "320500", 2 * T)), by="changshu.officer")
        seats = desk.Office(
            officer="changshu.officer", screener="changshu.screener", holder="city.office"
        )
        return desk.carry(draft, status, office=seats)

    return make


def _across() -> Any:
    """What 昆山 sells to 常熟, whose purchases are open on application; accepted, not checked."""
    factories.all_places()
    seller, buyer = factories.polluter(1), factories.polluter(3, "320581")
    trading.holding(seller, 10 * T)
    watch.improved(code="320581")
    watch.opening(code="320581", by=OPENER)
    offer = trading.offered(trading.terms(seller, buyer))
    return trading.accepted(offer, by="changshu.officer")


def _inbound() -> Any:
    """What another city offers to 昆山, whose purchases are open on application."""
    factories.all_places()
    factories.rule_book(pilot_list=(PilotPair("320583", Pollutant.NOX),))
    watch.improved()
    watch.opening(by=OPENER)
    buyer = factories.polluter(2)
    return trading.offered(trading.terms(None, buyer, kind=TradeKind.INBOUND, city="无锡市"))


ROWS: Final[dict[str, Callable[[], Any]]] = {
    "assessed": _drawn("assessed"),
    "held": _drawn("held"),
    "across": _across,
    "inbound": _inbound,
}

SIGNATURE: Final = (
    "INSERT INTO allocation_signature"
    ' (application_id, version, hand, place_id, document, text, by_id, "on", at)'
    f" VALUES (%(id)s, 1, '{{kind}}', {{place}}, '', 'x', %({{{{hand}}}})s, {DAY}, now())"
)

_SIDES = (
    f"'effective_on', {DAY}, 'document', '', 'clause', '8.1', 'reason', '',"
    " 'prepared_by', {prepared}, 'legs', jsonb_build_array(jsonb_build_object("
    "'from', {source}, 'to', {to}, 'pollutant', 'NOX', 'grams', 2000000))"
)

USES: Final = (
    Use(
        22,
        "assessed",
        "city.office",
        "hold",
        "set aside what one opened the way to",
        "SELECT ledger.post(jsonb_build_object('kind', 'HOLD',"
        " 'key', 'application/' || a.number || '/hold', "
        + _SIDES.format(
            prepared="NULL",
            source="jsonb_build_object('kind', 'RESERVE', 'place', '320500')",
            to="jsonb_build_object('kind', 'HELD', 'place', '320500', 'case', a.number)",
        )
        + ")) FROM allocation_application AS a WHERE a.id = %(id)s;"
        " INSERT INTO allocation_applicationsheet"
        ' (application_id, version, moment, "on", rule_book_id, content, by_id, at)'
        f" SELECT id, 1, 'held', {DAY}, rule_book_id, '[]', %({{hand}})s, now()"
        " FROM allocation_application WHERE id = %(id)s;"
        f" UPDATE allocation_application SET status = 'held', held_on = {DAY} WHERE id = %(id)s",
    ),
    Use(
        22,
        "held",
        "city.director",
        "sign_city",
        "sign for the reserve",
        SIGNATURE.format(kind="release", place="'320500'"),
    ),
    Use(
        22,
        "held",
        "city.director",
        "countersign",
        "sign as the second hand",
        SIGNATURE.format(kind="countersign", place="NULL"),
    ),
    Use(
        22,
        "held",
        "changshu.head",
        "",
        "issue the voucher",
        "INSERT INTO allocation_voucher (number, code, application_id, place_id, transfer_id,"
        " issued_on, issued_by_id, content) SELECT 'X', 'X', %(id)s, '320581', max(t.id),"
        f" {DAY}, %({{hand}})s, '{{{{}}}}' FROM reserve_transfer AS t",
    ),
    Use(
        28,
        "inbound",
        "kunshan.head",
        "accept",
        "accept what comes in by the way one opened",
        f"UPDATE allocation_trade SET status = 'accepted', accepted_on = {DAY}, counterpart = 'X',"
        " accept_file_id = offer_file_id, accepted_by_id = %({hand})s WHERE id = %(id)s",
    ),
    Use(
        28,
        "across",
        "city.office",
        "check",
        "check what is bought by the way one opened",
        "SELECT ledger.post(jsonb_build_object('kind', 'TRADE', 'key', 'trade/' || t.number, "
        + _SIDES.format(
            prepared="t.accepted_by_id",
            source="jsonb_build_object('kind', 'HELD', 'polluter', t.seller_polluter_id,"
            " 'case', t.number)",
            to="jsonb_build_object('kind', 'HOLDING', 'polluter', t.buyer_id)",
        )
        + ")) FROM allocation_trade AS t WHERE t.id = %(id)s;"
        f" UPDATE allocation_trade SET status = 'posted', checked_on = {DAY}, certificate = 'X',"
        " findings = '[]', rule_book_id = (SELECT min(id) FROM kernel_rulebookversion),"
        " transfer_id = (SELECT max(id) FROM reserve_transfer), checked_by_id = %({hand})s"
        " WHERE id = %(id)s",
    ),
)
