"""
A debt that is being written stops the admission beside it (§21).

The lot that is voided here was spent to the last gram, so that the void touches no balance: of
what the two might wait for, only the place's debt is common to both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic, sleep

import psycopg
import pytest
from django.db import connection, transaction

from reserve.models import Debt, Source
from reserve.refusals import DebtOpen
from reserve.rules import postings
from reserve.services import ledger
from reserve.vocabulary import TransferKind
from tests import factories, stock
from tests.stock import ON, T, admitted, balances, moved

pytestmark = pytest.mark.django_db(transaction=True)

COUNTY = postings.reserve("320583")
PATIENCE = 30
"""Seconds after which a test that waits in vain has failed."""

WAITING = """
    SELECT EXISTS (SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
                    WHERE d.datname = current_database() AND l.locktype = 'advisory'
                      AND NOT l.granted)
"""
NO_LOCK = """
    CREATE OR REPLACE FUNCTION guard.lock_debt(place text, pollutant text) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS 'SELECT'
"""

Connect = Callable[..., psycopg.Connection]


@pytest.fixture(autouse=True)
def spent() -> None:
    """Ten tonnes of 昆山 that a construction project has used up."""
    factories.all_places()
    case, polluter = "320583-ZY-2026-00001", factories.polluter().pk
    held = postings.held(case, place="320583")
    admitted("1", [(COUNTY, 10 * T)])
    moved(TransferKind.HOLD, "hold", COUNTY, held, 10 * T)
    officer = factories.person("kunshan.officer").pk
    used = postings.used(polluter, case)
    moved(TransferKind.RELEASE, "release", held, used, 10 * T, prepared_by=officer)


def admitted_while_the_void_is_open(connect: Connect) -> bool:
    """
    Void what was spent and, before that is committed, admit six tonnes of the same place.

    Say whether the admission passed; it may wait until the void is committed.
    """
    director, office = factories.person("city.director"), factories.person("city.office")
    told: Future[object] = Future()

    def admit() -> None:
        try:
            told.set_result(admitted("2", [(COUNTY, 6 * T)]))
        except DebtOpen as refusal:
            told.set_exception(refusal)
        finally:
            connection.close()

    beside = threading.Thread(target=admit)
    with connect("owner") as watch, transaction.atomic():
        ledger.void(
            lots=[stock.lot("1")],
            key="void/1",
            on=ON,
            by=director,
            prepared_by=office,
            document="苏环罚〔2026〕1号",
            reason="谎报",
        )
        beside.start()
        deadline = monotonic() + PATIENCE
        while not (told.done() or watch.execute(WAITING).fetchone() == (True,)):
            assert monotonic() < deadline, "the admission neither ended nor waited"
            sleep(0.02)
    beside.join(PATIENCE)
    assert not beside.is_alive()
    assert (Debt.objects.get().grams, balances("VOID")) == (10 * T, {})
    return told.exception() is None


def test_no_admission_slips_past_a_debt_that_is_being_written(connect: Connect) -> None:
    assert not admitted_while_the_void_is_open(connect)
    assert not Source.objects.filter(number="2").exists()


def test_nothing_but_the_lock_would_stop_it(connect: Connect) -> None:
    """The other guards alone would let it through: so the test above is one of the lock."""
    with connect("owner") as owner:
        owner.execute(NO_LOCK)
    assert admitted_while_the_void_is_open(connect)
    assert balances("RESERVE") == {"RESERVE/NOX/320583/": 6 * T}
