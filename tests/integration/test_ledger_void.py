"""§21: quota got by deceit is void, and what is spent is deducted from later intake."""

from __future__ import annotations

import pytest

from quota_registry.kernel.models import Person
from quota_registry.kernel.refusals import NotPermitted
from reserve.models import Debt, Transfer, Voiding
from reserve.refusals import AlreadyVoided, CoverExceedsDebt, DebtOpen, NotReversible, SameHands
from reserve.rules import postings
from reserve.selectors import balances as selected
from reserve.services import ledger
from reserve.vocabulary import TransferKind
from tests import factories, stock
from tests.stock import ON, T, admitted, balances, moved

pytestmark = pytest.mark.django_db

CITY = postings.reserve("320500")
COUNTY = postings.reserve("320583")
COVER = postings.cover("320583")


@pytest.fixture(autouse=True)
def places() -> None:
    factories.all_places()


@pytest.fixture
def director() -> Person:
    return factories.person("city.director")


def released(grams: int, case: str = "P1") -> int:
    """Let the county release *grams* to a project; returns the transfer."""
    hold = postings.held(f"H{case}", place="320583")
    moved(TransferKind.HOLD, f"hold/{case}", COUNTY, hold, grams)
    answer = moved(
        TransferKind.RELEASE,
        f"release/{case}",
        hold,
        postings.used(factories.polluter().pk, case),
        grams,
        prepared_by=factories.person("kunshan.officer").pk,
    )
    return answer.transfer


def voided(director: Person, *numbers: str, key: str = "void/1") -> list[ledger.Voided]:
    return ledger.void(
        lots=[stock.lot(number) for number in numbers],
        key=key,
        on=ON,
        by=director,
        prepared_by=factories.person("city.office"),
        document="苏环罚〔2026〕1号",
        reason="谎报",
    )


def test_the_worked_case_of_void_and_debt(director: Person) -> None:
    """Ten tonnes, five spent: three and two are void, five are owed and repaid by the next."""
    admitted("1", [(CITY, 3 * T), (COUNTY, 7 * T)])
    released(5 * T)

    (result,) = voided(director, "1")

    assert (result.voided, result.owed) == (5 * T, 5 * T)
    assert balances("RESERVE", "HELD") == {}
    assert balances("VOID") == {"VOID/NOX/320583/": 5 * T}
    assert selected.open_debts() == {("320583", "NOX"): 5 * T}

    # The next claim of six tonnes: five cover the debt, one is split.
    with pytest.raises(DebtOpen) as refused:
        admitted("2", [(CITY, 1_800_000), (COUNTY, 4_200_000)])
    assert refused.value.facts["owed"] == 5 * T
    assert refused.value.clause is not None
    assert refused.value.clause.key == "21.1"
    admitted("2", [(COVER, 5 * T), (CITY, 300_000), (COUNTY, 700_000)])
    assert balances("RESERVE") == {
        "RESERVE/NOX/320500/": 300_000,
        "RESERVE/NOX/320583/": 700_000,
    }
    assert selected.open_debts() == {}
    admitted("3", [(CITY, 3 * T), (COUNTY, 7 * T)])


def test_held_grams_are_voided_before_anything_is_owed(director: Person) -> None:
    admitted("1", [(COUNTY, 7 * T)])
    moved(TransferKind.HOLD, "h", COUNTY, postings.held("H1", place="320583"), 4 * T)
    (result,) = voided(director, "1")
    assert (result.voided, result.owed) == (7 * T, 0)
    assert balances("HELD", "RESERVE") == {}
    assert not Debt.objects.exists()


def test_a_lot_is_voided_wherever_it_went(director: Person) -> None:
    holder = postings.holding(factories.polluter().pk)
    buyer = postings.holding(factories.polluter(2).pk)
    admitted("1", [(COUNTY, 7 * T)])
    moved(TransferKind.TRADE, "t1", COUNTY, holder, 4 * T)
    moved(TransferKind.TRADE, "t2", holder, buyer, 1 * T)
    moved(TransferKind.TRADE_OUT, "t3", buyer, postings.outside("310000"), 400_000)
    (result,) = voided(director, "1")
    assert (result.voided, result.owed) == (6_600_000, 400_000)


def test_what_is_wholly_spent_leaves_only_a_debt(director: Person) -> None:
    admitted("1", [(COUNTY, 5 * T)])
    released(5 * T)
    (result,) = voided(director, "1")
    assert (result.voided, result.owed) == (0, 5 * T)
    assert Transfer.objects.get(key="void/1").entries.count() == 0


def test_many_lots_are_voided_at_once(director: Person) -> None:
    admitted("1", [(COUNTY, 5)])
    admitted("2", [(COUNTY, 7)])
    results = voided(director, "1", "2")
    assert sorted(result.voided for result in results) == [5, 7]
    assert Voiding.objects.count() == 2


def test_a_lot_is_voided_once_and_a_void_is_not_reversed(director: Person) -> None:
    admitted("1", [(COUNTY, 5)])
    voided(director, "1")
    with pytest.raises(AlreadyVoided):
        voided(director, "1", key="void/2")
    with pytest.raises(NotReversible):
        ledger.reverse(
            transfer=Transfer.objects.get(key="void/1"),
            key="u",
            on=ON,
            by=director,
            prepared_by=factories.person("city.office"),
        )


def test_a_repeated_void_gives_the_first_answer(director: Person) -> None:
    admitted("1", [(COUNTY, 5)])
    first = voided(director, "1")
    assert voided(director, "1") == first
    assert Voiding.objects.count() == 1


def test_a_void_takes_four_eyes_and_the_right(director: Person) -> None:
    admitted("1", [(COUNTY, 5)])
    lots = [stock.lot("1")]
    with pytest.raises(SameHands):
        ledger.void(lots=lots, key="v", on=ON, by=director, prepared_by=director)
    with pytest.raises(NotPermitted):
        ledger.void(
            lots=lots,
            key="v",
            on=ON,
            by=factories.person("kunshan.officer"),
            prepared_by=director,
        )
    assert balances("RESERVE") == {"RESERVE/NOX/320583/": 5}


def test_nobody_repays_more_than_is_owed(director: Person) -> None:
    admitted("1", [(COUNTY, 5)])
    released(3)
    voided(director, "1")
    with pytest.raises(CoverExceedsDebt):
        admitted("2", [(COVER, 4), (COUNTY, 1)])
    admitted("2", [(COVER, 3), (COUNTY, 2)])


def test_a_voided_lot_given_back_repays_its_debt(director: Person) -> None:
    admitted("1", [(COUNTY, 5)])
    released(3)
    voided(director, "1")
    used = postings.used(factories.polluter().pk, "P1")
    moved(TransferKind.GIVE_BACK, "g", used, COVER, 3)
    assert selected.open_debts() == {}
