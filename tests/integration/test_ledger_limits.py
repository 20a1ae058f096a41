"""The limits of posting: reversals, dates, closed quarters, and legs that say no movement."""

from __future__ import annotations

from datetime import date

import pytest

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person
from reserve.models import Transfer
from reserve.refusals import (
    AlreadyReversed,
    LaterDayOverdrawn,
    MalformedPosting,
    NotReversible,
    Overdrawn,
    QuarterClosed,
    SameHands,
)
from reserve.rules import postings
from reserve.rules.postings import Leg, Request
from reserve.services import ledger
from reserve.vocabulary import TransferKind
from tests import factories
from tests.stock import ON, admission, admitted, balances, moved, posted

pytestmark = pytest.mark.django_db

CITY = postings.reserve("320500")
COUNTY = postings.reserve("320583")


@pytest.fixture(autouse=True)
def places() -> None:
    factories.all_places()


@pytest.fixture
def office() -> Person:
    return factories.person("city.office")


def test_a_transfer_is_reversed_once_and_exactly(office: Person) -> None:
    admitted("1", [(COUNTY, 7)])
    held = moved(TransferKind.HOLD, "h", COUNTY, postings.held("H", place="320583"), 3)
    transfer = Transfer.objects.get(pk=held.transfer)
    second = factories.person("city.office2")

    undone = ledger.reverse(transfer=transfer, key="u", on=ON, by=office, prepared_by=second)
    assert balances("RESERVE", "HELD") == {"RESERVE/NOX/320583/": 7}
    with pytest.raises(AlreadyReversed):
        ledger.reverse(transfer=transfer, key="u2", on=ON, by=office, prepared_by=second)
    with pytest.raises(NotReversible):
        ledger.reverse(
            transfer=Transfer.objects.get(pk=undone.transfer),
            key="u3",
            on=ON,
            by=office,
            prepared_by=second,
        )
    with pytest.raises(SameHands):
        ledger.reverse(
            transfer=Transfer.objects.get(key="claim/1/NOX/admit"),
            key="u4",
            on=ON,
            by=office,
            prepared_by=office,
        )


def test_what_was_moved_on_cannot_be_taken_back(office: Person) -> None:
    admitted("1", [(COUNTY, 7)])
    moved(TransferKind.HOLD, "h", COUNTY, postings.held("H", place="320583"), 3)
    with pytest.raises(Overdrawn):
        ledger.reverse(
            transfer=Transfer.objects.get(key="claim/1/NOX/admit"),
            key="u",
            on=ON,
            by=office,
            prepared_by=factories.person("city.office2"),
        )


def test_a_back_dated_entry_leaves_no_later_day_short() -> None:
    admitted("1", [(COUNTY, 7)], on=date(2026, 9, 1))
    moved(
        TransferKind.HOLD, "h", COUNTY, postings.held("H", place="320583"), 7, on=date(2026, 9, 10)
    )
    moved(
        TransferKind.UNHOLD,
        "u",
        postings.held("H", place="320583"),
        COUNTY,
        7,
        on=date(2026, 9, 20),
    )
    # On the tenth the reserve was empty, though it holds seven before and after.
    with pytest.raises((Overdrawn, LaterDayOverdrawn)):
        moved(
            TransferKind.HOLD,
            "h2",
            COUNTY,
            postings.held("H2", place="320583"),
            1,
            on=date(2026, 9, 5),
        )
    moved(
        TransferKind.HOLD,
        "h3",
        COUNTY,
        postings.held("H3", place="320583"),
        1,
        on=date(2026, 9, 20),
    )


def test_mass_cannot_leave_before_it_came() -> None:
    admitted("1", [(COUNTY, 7)], on=date(2026, 9, 10))
    with pytest.raises(Overdrawn):
        moved(
            TransferKind.HOLD,
            "h",
            COUNTY,
            postings.held("H", place="320583"),
            1,
            on=date(2026, 9, 9),
        )


def test_a_batch_cannot_draw_before_what_it_brings(office: Person) -> None:
    held = postings.held("H", place="320583")
    draw = Request(
        kind=TransferKind.HOLD,
        key="h",
        on=date(2026, 9, 5),
        legs=[Leg(COUNTY, held, "NOX", Grams(3))],
    )
    with pytest.raises((Overdrawn, LaterDayOverdrawn)):
        ledger.post_many(
            requests=[admission("1", [(COUNTY, 7)], on=date(2026, 9, 10)), draw], by=office
        )
    assert balances() == {}


def test_a_closed_quarter_takes_nothing(office: Person) -> None:
    admitted("1", [(COUNTY, 7)], on=date(2026, 6, 30))
    ledger.close_quarter(first_day=date(2026, 4, 1), by=office, on=ON, document="调度1号")
    with pytest.raises(QuarterClosed):
        admitted("2", [(COUNTY, 7)], on=date(2026, 6, 30))
    with pytest.raises(QuarterClosed):
        ledger.close_quarter(first_day=date(2026, 4, 1), by=office, on=ON)
    admitted("2", [(COUNTY, 7)], on=date(2026, 7, 1))
    assert balances("RESERVE") == {"RESERVE/NOX/320583/": 14}


@pytest.mark.parametrize(
    "leg",
    [
        Leg(COUNTY, CITY, "NOX", Grams(0)),
        Leg(COUNTY, CITY, "NOX", Grams(-1)),
        Leg(COUNTY, COUNTY, "NOX", Grams(1)),
        Leg(COUNTY, CITY, "H2O", Grams(1)),
        Leg(COUNTY, CITY, "NOX", Grams(1), lot=999_999),
        Leg(postings.origin("CLAIM"), CITY, "NOX", Grams(1)),
        Leg(postings.Where("HELD", place="320583"), COUNTY, "NOX", Grams(1)),
    ],
)
def test_a_leg_that_says_no_movement_is_refused(leg: Leg) -> None:
    with pytest.raises(MalformedPosting):
        posted(Request(kind=TransferKind.TRADE, key="x", on=ON, legs=[leg]))


def test_a_kind_moves_only_between_the_accounts_it_names() -> None:
    admitted("1", [(COUNTY, 7)])
    with pytest.raises(MalformedPosting):
        moved(TransferKind.HOLD, "h", COUNTY, postings.used(factories.polluter().pk, "P"), 1)
    with pytest.raises(MalformedPosting):
        moved(TransferKind.VOID, "v", COUNTY, postings.Where("VOID", place="320583"), 1)
