"""Attacks on applications and vouchers: see `desk_attacks` for the table."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from allocation.promises import PROMISES
from tests import desk, factories
from tests.attacks import dispatch_attacks, trade_attacks
from tests.attacks.claim_attacks import struck
from tests.attacks.desk_attacks import ATTACKS, ROWS, SIGNS
from tests.attacks.watch_attacks import GROWS, Attack
from tests.desk import T, asks

pytestmark = pytest.mark.django_db

TABLES = (
    "project",
    "projectamount",
    "application",
    "applicationline",
    "applicationsource",
    "applicationsheet",
    "divisionopinion",
    "signature",
    "voucher",
    "giveback",
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.tries)
def test_the_database_stops(attack: Attack) -> None:
    factories.all_places()
    row = ROWS[attack.row]()
    before = _whole()
    assert struck(attack.sql, by=attack.by, verb=attack.verb, id=row.pk) == attack.answer
    assert _whole() == before


def test_every_promise_of_the_desk_is_attacked() -> None:
    tables = (ATTACKS, dispatch_attacks.ATTACKS, trade_attacks.ATTACKS)
    attacked = {attack.promise for table in tables for attack in table}
    assert attacked == {promise.number for promise in PROMISES}


def test_no_voucher_passes_by_the_city_s_signature() -> None:
    """The mass is the project's and the voucher is written; the director has not signed."""
    factories.all_places()
    desk.judged()
    desk.stocked("320500", 5 * T)
    held = desk.carry(
        desk.drafted(desk.project(priority="scitech"), asks(("NOX", "320500", 2 * T))), "held"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reserve_transfer")
        (before,) = cursor.fetchone()
    released = (
        "SELECT ledger.post(jsonb_build_object('kind', 'RELEASE', 'key',"
        " 'application/' || a.number || '/release', 'effective_on', '2026-09-15',"
        " 'document', '', 'clause', '8.2', 'reason', '', 'prepared_by', %(city.office2)s::bigint,"
        " 'legs', jsonb_build_array(jsonb_build_object("
        "'from', jsonb_build_object('kind', 'HELD', 'place', '320500', 'case', a.number),"
        " 'to', jsonb_build_object('kind', 'USED', 'polluter', p.polluter_id, 'case', p.number),"
        " 'pollutant', 'NOX', 'grams', 2000000))))"
        " FROM allocation_application a JOIN allocation_project p ON p.id = a.project_id"
        " WHERE a.id = %(id)s;"
        " INSERT INTO allocation_voucher (number, code, application_id, place_id, transfer_id,"
        " issued_on, issued_by_id, content) SELECT 'X', 'X', %(id)s, '320583', t.id,"
        " '2026-09-15', %(kunshan.head)s, '{}' FROM reserve_transfer t WHERE t.kind = 'RELEASE';"
        " UPDATE allocation_application SET status = 'vouchered' WHERE id = %(id)s"
    )
    assert struck(released, by="kunshan.head", verb="release", id=held.pk) == SIGNS
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reserve_transfer")
        assert cursor.fetchone() == (before,)


@pytest.mark.as_role("owner")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE allocation_voucher SET code = 'x'",
        "DELETE FROM allocation_applicationsheet",
        "UPDATE allocation_divisionopinion SET text = 'x'",
        "DELETE FROM allocation_signature",
        "TRUNCATE allocation_giveback",
    ],
)
def test_what_the_application_may_not_try_meets_the_promise_as_the_owner(sql: str) -> None:
    # The guard stands before the statement, whatever rows there are; the owner may post none.
    factories.rule_book()
    assert struck(sql, by="city.office") == GROWS


def _whole() -> list[Any]:
    """Read every row that an attack might have moved."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id))"
                f" FROM allocation_{table} t"
            )
            found.append(cursor.fetchone())
        cursor.execute("SELECT count(*) FROM kernel_step")
        found.append(cursor.fetchone())
    return found
