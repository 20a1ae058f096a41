"""Posting: what goes in, what comes out, once and in the right order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person
from reserve.models import Account, Entry, Transfer
from reserve.refusals import (
    EnteredBefore,
    FatesDoNotAddUp,
    KeyReused,
    Overdrawn,
    SameHands,
)
from reserve.rules import postings
from reserve.rules.postings import Leg, Prefer, Request
from reserve.services import ledger
from reserve.vocabulary import TransferKind
from tests import factories
from tests.stock import ON, T, admission, admitted, balances, moved, posted

pytestmark = pytest.mark.django_db

CITY = postings.reserve("320500")
COUNTY = postings.reserve("320583")


@pytest.fixture(autouse=True)
def places() -> None:
    factories.all_places()


@pytest.fixture
def uncommitted() -> Iterator[None]:
    """Leave before the commit, at which an admission would be asked for its claim."""
    yield
    transaction.set_rollback(True)


@pytest.fixture
def office() -> Person:
    return factories.person("city.office")


def test_an_admission_posts_every_gram_to_its_fate(uncommitted: None) -> None:
    admitted(
        "1",
        [
            (postings.binding("320583"), 4 * T),
            (postings.prior_use("320583"), 3 * T),
            (CITY, 900_000),
            (COUNTY, 2_100_000),
        ],
        kind="CLAIM",
    )
    assert balances() == {
        "ORIGIN/NOX//CLAIM": -10 * T,
        "BINDING/NOX/320583/": 4 * T,
        "PRIOR_USE/NOX/320583/": 3 * T,
        "RESERVE/NOX/320500/": 900_000,
        "RESERVE/NOX/320583/": 2_100_000,
    }


def test_many_pollutants_of_a_claim_are_one_transfer(uncommitted: None, office: Person) -> None:
    legs = [
        *admission("1", [(CITY, 3), (COUNTY, 7)], pollutant="NOX", kind="CLAIM").legs,
        *admission("1", [(CITY, 30), (COUNTY, 70)], pollutant="COD", kind="CLAIM").legs,
    ]
    answer = ledger.post(
        kind=TransferKind.ADMISSION, key="claim/1/admit", legs=legs, on=ON, by=office
    )
    assert Entry.objects.filter(transfer=answer.transfer).count() == 6
    assert balances("RESERVE") == {
        "RESERVE/NOX/320500/": 3,
        "RESERVE/NOX/320583/": 7,
        "RESERVE/COD/320500/": 30,
        "RESERVE/COD/320583/": 70,
    }


def test_fates_that_do_not_sum_to_what_was_verified_are_refused() -> None:
    with pytest.raises(FatesDoNotAddUp):
        posted(admission("1", [(COUNTY, 7 * T)], verified_grams=Grams(10 * T)))


def test_the_same_key_gives_the_first_answer_and_other_content_is_refused() -> None:
    first = admitted("1", [(COUNTY, 7 * T)])
    again = admitted("1", [(COUNTY, 7 * T)])
    assert not first.repeated
    assert again.repeated
    assert (again.transfer, again.leaf) == (first.transfer, first.leaf)
    with pytest.raises(KeyReused):
        admitted("1", [(COUNTY, 8 * T)])
    assert balances("RESERVE") == {"RESERVE/NOX/320583/": 7 * T}


def test_the_same_project_enters_once_for_a_pollutant() -> None:
    admitted("1", [(COUNTY, 7)], project="same")
    admitted("1", [(COUNTY, 7)], project="same", pollutant="COD")
    with pytest.raises(EnteredBefore) as refused:
        admitted("2", [(COUNTY, 7)], project="same")
    assert refused.value.facts["constraint"] == "a_reduction_project_enters_once_per_pollutant"


def test_who_declared_screened_or_reviewed_does_not_admit(office: Person) -> None:
    for facts in (
        {"declared_by": office.pk},
        {"screened_by": office.pk},
        {"reviewed_by": [office.pk]},
    ):
        with pytest.raises(SameHands):
            admitted("1", [(COUNTY, 7)], **facts)
    assert balances() == {}


def test_an_account_gives_no_more_than_it_has() -> None:
    admitted("1", [(COUNTY, 7 * T)])
    held = postings.held("H1", place="320583")
    with pytest.raises(Overdrawn) as refused:
        moved(TransferKind.HOLD, "hold/1", COUNTY, held, 7 * T + 1)
    assert refused.value.facts["available"] == 7 * T
    assert refused.value.facts["available_tonnes"] == "7.000000"
    moved(TransferKind.HOLD, "hold/1", COUNTY, held, 7 * T)
    assert balances("RESERVE", "HELD") == {"HELD/NOX/320583/H1": 7 * T}


def test_oldest_lots_go_first_and_lake_tai_where_asked(office: Person) -> None:
    admitted("old", [(COUNTY, 5)], vintage=date(2024, 1, 1))
    admitted("tai", [(COUNTY, 5)], vintage=date(2025, 1, 1), lake_tai=True)
    admitted("new", [(COUNTY, 5)], vintage=date(2026, 1, 1))

    def drawn(prefer: Prefer, key: str) -> list[str]:
        leg = Leg(COUNTY, postings.held(key, place="320583"), "NOX", Grams(7), prefer=prefer)
        answer = posted(Request(kind=TransferKind.HOLD, key=key, on=ON, legs=[leg]))
        rows = Entry.objects.filter(transfer=answer.transfer, grams__lt=0)
        lots = sorted((row.lot.name.split("/")[1], row.grams) for row in rows)
        ledger.reverse(
            transfer=Transfer.objects.get(pk=answer.transfer),
            key=f"{key}/back",
            on=ON,
            by=office,
            prepared_by=factories.person("city.office2"),
        )
        return [f"{name}{grams}" for name, grams in lots]

    assert drawn(Prefer.OLDEST, "a") == ["old-5", "tai-2"]
    assert drawn(Prefer.LAKE_TAI_LAST, "b") == ["new-2", "old-5"]
    assert drawn(Prefer.LAKE_TAI_FIRST, "c") == ["old-2", "tai-5"]


def test_a_batch_may_draw_on_what_it_put_in(office: Person) -> None:
    held, used = postings.held("H1", place="320583"), postings.used(factories.polluter().pk, "P1")
    answers = ledger.post_many(
        requests=[
            admission("1", [(COUNTY, 7)]),
            Request(
                kind=TransferKind.HOLD, key="h", on=ON, legs=[Leg(COUNTY, held, "NOX", Grams(5))]
            ),
            Request(
                kind=TransferKind.RELEASE,
                key="r",
                on=ON,
                legs=[Leg(held, used, "NOX", Grams(5))],
                prepared_by=factories.person("kunshan.officer").pk,
            ),
        ],
        by=office,
    )
    assert [answer.repeated for answer in answers] == [False, False, False]
    assert balances("RESERVE", "USED") == {
        "RESERVE/NOX/320583/": 2,
        f"USED/NOX/#{factories.polluter().pk}/P1": 5,
    }


def test_a_batch_is_posted_whole_or_not_at_all(office: Person) -> None:
    with pytest.raises(Overdrawn):
        ledger.post_many(
            requests=[
                admission("1", [(COUNTY, 7)]),
                Request(
                    kind=TransferKind.HOLD,
                    key="h",
                    on=ON,
                    legs=[Leg(COUNTY, postings.held("H", place="320583"), "NOX", Grams(8))],
                ),
            ],
            by=office,
        )
    assert Transfer.objects.count() == 0


def test_a_dry_run_tells_and_does_nothing(office: Person) -> None:
    admitted("1", [(COUNTY, 7)])
    before = Account.objects.count()
    effects = ledger.dry_run(
        request=Request(
            kind=TransferKind.HOLD,
            key="h",
            on=ON,
            legs=[Leg(COUNTY, postings.held("H", place="320583"), "NOX", Grams(3))],
        ),
        by=office,
    )
    assert [(e.account, e.before, e.after) for e in effects] == [
        ("HELD/NOX/320583/H", 0, 3),
        ("RESERVE/NOX/320583/", 7, 4),
    ]
    assert Transfer.objects.count() == 1
    assert Account.objects.count() == before


def test_buying_in_brings_a_holding_whole_to_the_local_reserve() -> None:
    holder = postings.holding(factories.polluter().pk)
    admitted("1", [(COUNTY, 7)])
    moved(TransferKind.TRADE, "t", COUNTY, holder, 7)
    moved(TransferKind.BUY_IN, "b", holder, COUNTY, 7)
    assert balances("RESERVE", "HOLDING") == {"RESERVE/NOX/320583/": 7}


def test_mass_goes_to_another_city() -> None:
    """How it comes from one is shown with trades: nothing comes in without."""
    holder = postings.holding(factories.polluter().pk)
    admitted("1", [(COUNTY, 5)])
    moved(TransferKind.TRADE, "t", COUNTY, holder, 5)
    moved(TransferKind.TRADE_OUT, "t2", holder, postings.outside("310000"), 2)
    assert balances("OUTSIDE", "HOLDING") == {
        "OUTSIDE/NOX/@310000/": 2,
        f"HOLDING/NOX/#{factories.polluter().pk}/": 3,
    }
