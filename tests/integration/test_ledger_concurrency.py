"""Hundreds of postings at once, from many processes, counted exactly."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from reserve.models import Transfer
from reserve.rules import postings
from reserve.services import ledger
from tests import factories, unearned
from tests.databases import Addresses
from tests.integration import ledger_fleet
from tests.stock import admitted, balances

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 8
COUNTY = postings.reserve("320583")


@pytest.fixture(autouse=True)
def places() -> None:
    factories.all_places()


def fleet(
    act: Callable[[str, int, int, int], Counter[str]], addresses: Addresses, times: int
) -> Counter[str]:
    """Let many processes do the same at the same time, and add up what they were told."""
    office = factories.person("city.office").pk
    told: Counter[str] = Counter()
    start: Any = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=start) as pool:
        for share in pool.map(
            act,
            [addresses.app] * PROCESSES,
            [office] * PROCESSES,
            range(PROCESSES),
            [times] * PROCESSES,
        ):
            told += share
    return told


def proved() -> None:
    unearned.forbid()
    ledger.seal()
    call_command("prove", stdout=StringIO())


def test_one_account_is_drawn_on_by_everybody_and_never_overdrawn(addresses: Addresses) -> None:
    """Four hundred ask for seven grams each; there are 1 000: exactly 142 get them."""
    for number in range(10):
        admitted(str(number), [(COUNTY, 100)])
    told = fleet(ledger_fleet.draw, addresses, 50)
    assert told == {"posted": 142, "no_balance_falls_below_zero": 258}
    assert balances("RESERVE") == {"RESERVE/NOX/320583/": 6}
    assert sum(balances("HELD").values()) == 142 * 7
    proved()


def test_one_key_makes_one_transfer_however_many_insist(addresses: Addresses) -> None:
    admitted("1", [(COUNTY, 1000)])
    told = fleet(ledger_fleet.insist, addresses, 25)
    assert told == {"posted": 25, "repeated": 25 * (PROCESSES - 1)}
    assert Transfer.objects.filter(kind="HOLD").count() == 25
    assert balances("RESERVE") == {"RESERVE/NOX/320583/": 1000 - 25 * 7}
    proved()


def test_batches_to_and_fro_neither_lock_up_nor_lose_a_gram(addresses: Addresses) -> None:
    """Every batch takes its locks in one order, so nobody waits for somebody who waits."""
    for number in range(6):
        admitted(str(number), [(COUNTY, 50), (postings.reserve("320500"), 50)])
    told = fleet(ledger_fleet.shuffle, addresses, 20)
    assert set(told) <= {"posted", "no_balance_falls_below_zero"}
    assert sum(told.values()) == PROCESSES * 20
    assert told["posted"] > 0
    assert Transfer.objects.filter(kind="TRADE").count() == told["posted"] * 3
    assert sum(balances("RESERVE").values()) == 600
    proved()
